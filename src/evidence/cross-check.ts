import type { SentRecord } from './record-schema.ts';
import type { HistorySource, Period } from './sources.ts';
import { isHomedAt } from '../kinds/trail/reference.ts';
import { type Call, readCall } from '../record/call.ts';

/** A call that the Event history shows, and that no message tells of. */
export interface UntoldCall {
  readonly eventId: string;
  readonly eventName: string;
  readonly time: string;
  readonly trail: string;
  readonly who: string;
}

/** What CloudTrail's own record of calls says to what was told: the one source that the guard does not write. */
export interface CrossCheck {
  /** ISO 8601, UTC: the stretch that was compared. */
  readonly from: string;
  readonly until: string;
  /** Successful calls that changed a declared trail. */
  readonly calls: number;
  readonly own: number;
  readonly told: number;
  readonly untold: readonly UntoldCall[];
}

interface Place {
  readonly account: string;
  readonly region: string;
  readonly declared: readonly string[];
}

/** The successful calls that changed a declared trail of this account and Region, each once. Where none is declared, any trail's. */
export function changesIn(records: readonly unknown[], { account, region, declared }: Place): Call[] {
  const found = new Map<string, Call>();
  for (const record of records) {
    const read = readCall(record);
    const { eventId, trail, isAboutTrail, time } = read?.call ?? {};
    if (!read || !eventId || !trail || !time || !isAboutTrail || read.errorCode) continue;
    const isHere = isHomedAt({ account, region }, trail);
    if (isHere && (declared.length === 0 || declared.includes(trail.Name))) found.set(eventId, read.call);
  }
  return [...found.values()];
}

/** Compares the Event history with what was told, over the stretch of both. */
export function crossCheckOf(
  { read, records, told, own }: HistorySource,
  sent: readonly SentRecord[],
  place: Place,
  covered: Period,
): CrossCheck | undefined {
  const [from, until] = [Math.max(read.from, covered.from), Math.min(read.until, covered.until)];
  if (from >= until) return undefined;
  const ids = new Set([
    ...told,
    ...sent.flatMap(({ report }) => report.calls.flatMap(({ eventId }) => eventId ?? [])),
  ]);
  const ownIds = new Set(own);
  const calls = changesIn(records, place).filter(
    ({ time = '' }) => Date.parse(time) >= from && Date.parse(time) < until,
  );
  const others = calls.filter(({ requestId = '' }) => !ownIds.has(requestId));
  const untold = others.filter(({ eventId = '' }) => !ids.has(eventId));
  return {
    from: new Date(from).toISOString(),
    until: new Date(until).toISOString(),
    calls: calls.length,
    own: calls.length - others.length,
    told: others.length - untold.length,
    untold: untold.map(({ eventId = '', eventName, time = '', trail, actor }) => ({
      eventId,
      eventName,
      time,
      trail: trail?.Name ?? '',
      who: actor.name,
    })),
  };
}
