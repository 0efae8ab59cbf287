import { asError } from '../foreign/error.ts';
import type { Home } from '../kinds/home.ts';
import { notableCall } from '../record/notable-call.ts';
import type { readActor } from '../record/actor.ts';
import type { History } from '../record/history.ts';
import { followUp, MOST_CALLS } from '../report/follow-up.ts';
import type { Report } from '../report/schema.ts';
import { deliver, type Sender } from './deliver.ts';

/** What it takes to follow an actor. */
export interface Follower extends Sender {
  readonly history: History;
  readonly home: Home;
  /** When to stop, in ms since the epoch. */
  readonly deadline: number;
}

/** A told incident whose actor is still being followed. */
export interface Following {
  readonly report: Report;
  /** `userIdentity` of the call that tells most, as CloudTrail recorded it. */
  readonly actor: Pick<ReturnType<typeof readActor>, 'name' | 'shortName' | 'accessKeyId'>;
  /** When it was told, in ms since the epoch. */
  readonly toldAt: number;
  /** The ids of the other calls that have been told. */
  readonly told: readonly string[];
  /** How often the history was asked. */
  readonly looks: number;
}

type Aftermath = NonNullable<Report['aftermath']>;

const MINUTE = 60_000;

/** An intruder looks round before the first blow. */
const BEFORE = 15 * MINUTE;

/** UNVERIFIED: how late the Event history is. docs/measure-on-aws.md */
const CAUGHT_UP = 5 * MINUTE;

/** At once, and when the history has caught up. */
const LOOKS = 2;

/** What the actor did beside it, from shortly before until now; but not what is known already. */
async function look(follower: Follower, { report, actor, told }: Following): Promise<Aftermath> {
  const from = Date.parse(report.call?.time ?? report.times.detected) - BEFORE;
  const until = follower.clock.now();
  const stretch = { from: new Date(from).toISOString(), until: new Date(until).toISOString() };
  const known = new Set([...told, ...report.calls.map(({ eventId }) => eventId)]);
  try {
    const records = await follower.history.callsBy(actor, from, until);
    const calls = records.flatMap((record) => notableCall(record) ?? []);
    const news = calls.filter(({ eventId }) => eventId === undefined || !known.has(eventId));
    return { ...stretch, calls: news.slice(0, MOST_CALLS), more: Math.max(news.length - MOST_CALLS, 0) };
  } catch (thrown) {
    const { name } = asError(thrown);
    follower.log({ eventHistory: 'not readable', error: name });
    return { ...stretch, calls: [], more: 0, fault: name };
  }
}

/**
 * Asks what else the actors of told incidents did, and tells it as a follow-up: once when the alert is out, and once more later, for
 * the history shows a call some minutes late.
 */
export async function followActors(follower: Follower): Promise<void> {
  const { ledger, clock, deadline } = follower;
  for (const { id, value } of await ledger.list('following')) {
    const isDue = value.looks === 0 || clock.now() - value.toldAt >= CAUGHT_UP;
    if (!isDue || clock.now() > deadline) continue;
    const aftermath = await look(follower, value);
    if (aftermath.calls.length > 0) await deliver(follower, followUp(value.report, { aftermath }));
    const told = [...value.told, ...aftermath.calls.flatMap(({ eventId }) => eventId ?? [])];
    if (value.looks + 1 < LOOKS)
      await ledger.write('following', id, { ...value, told, looks: value.looks + 1 });
    else await ledger.remove('following', id);
  }
}
