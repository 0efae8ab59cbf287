import type { Incident } from '../incident/incident.ts';
import { isWorthTellingCall } from '../incident/verdict.ts';
import { isHomedAt } from '../kinds/trail/reference.ts';
import { type Call, readCall } from '../record/call.ts';
import { areOwn, hasGuardRole, HANDED_OVER, type Knowing } from './own-calls.ts';
import { whatIs } from './news.ts';

/** The calls that are held back, by event id and what they are. */
export async function heldCalls({ ledger }: Pick<Knowing, 'ledger'>): Promise<ReadonlySet<string>> {
  const windows = await ledger.list('window');
  const calls = windows.flatMap(({ value }) => value.held?.calls ?? []);
  return new Set(calls.map((call) => `${call.eventId ?? ''} ${whatIs(call)}`));
}

/**
 * The calls that the history shows and nobody has told, each once; those of the guard's roles that may still turn out its own wait. And those
 * that were told before.
 */
export async function untold(
  teller: Knowing & Pick<Incident, 'baseline' | 'config' | 'guarded' | 'home'>,
  records: readonly unknown[],
  readUntil: number,
): Promise<{ calls: Call[]; impostors: Call[]; toldBefore: Call[] }> {
  const { ledger, home } = teller;
  const found = new Map<string, Call>();
  // The history answers newest first, in whole seconds: from behind, what came in one second stands in order.
  for (const record of records.toReversed()) {
    const read = readCall(record);
    if (!read?.call.eventId || read.errorCode) continue;
    if (read.call.trail && !isHomedAt(home, read.call.trail)) continue;
    if (isWorthTellingCall(teller, read.call)) found.set(read.call.eventId, read.call);
  }
  const calls = [...found.values()];
  const ids = calls.flatMap(({ eventId }) => eventId ?? []);
  const told = (await ledger.read('call', ids)).map(({ id, value }) => `${id} ${value.what}`);
  const known = new Set([...told, ...(await heldCalls(teller))]);
  const own = await areOwn(teller, calls);
  const news = calls
    .filter((call) => !known.has(`${call.eventId ?? ''} ${whatIs(call)}`) && !own.has(call.requestId ?? ''))
    .sort((a, b) => (a.time ?? '').localeCompare(b.time ?? ''));
  const isYoung = ({ time }: Call) => time !== undefined && readUntil - Date.parse(time) < HANDED_OVER;
  return {
    calls: news.filter((call) => !hasGuardRole(teller, call)),
    impostors: news.filter((call) => hasGuardRole(teller, call) && !isYoung(call)),
    toldBefore: calls.filter((call) => told.includes(`${call.eventId ?? ''} ${whatIs(call)}`)),
  };
}
