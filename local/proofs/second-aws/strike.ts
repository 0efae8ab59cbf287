import type { CloudTrailRecord } from '../../aws/cloudtrail/cloudtrail-record.ts';
import type { Attack } from '../../drill/attacks/attack.ts';
import { differences, GUARD_ROLE, loopsIn } from '../../drill/drill.ts';
import { TAMPERINGS } from '../../../src/kinds/trail/tamperings.ts';
import type { Alert } from './inbox.ts';
import { ACCOUNT, REGION } from './raw.ts';
import type { Range } from './range.ts';
import { readTrails } from './trails.ts';

/** What one blow came to, or one sweep without a blow. */
export interface Result {
  /** What it changed, `trail.field`, read before the guard was woken. */
  readonly struck: readonly string[];
  /** Fields that are not as before, after all was quiet. */
  readonly broken: readonly string[];
  /** The guard's successful changes, in order. */
  readonly repairs: readonly string[];
  readonly alerts: readonly Alert[];
  /** Successful calls of tampering that stand in no alert, or in none that the ledger remembers. */
  readonly untold: readonly string[];
  /** Failed runs, messages that nobody took, and runs that the guard's own repairs set going. */
  readonly problems: readonly string[];
  /** Milliseconds from the delivery of the events until all was quiet, and told. */
  readonly tookMs: number;
}

async function problemsIn({ guard, queues, parkedQueue }: Range): Promise<string[]> {
  const invocations = guard.runs.map(({ event, outcome }) => ({
    event,
    result: 'result' in outcome ? outcome.result : undefined,
  }));
  const loops = loopsIn({ invocations });
  const parked = await queues.count(`arn:aws:sqs:${REGION}:${ACCOUNT}:${parkedQueue}`);
  return [
    ...guard.problems,
    ...(loops > 0 ? [`the guard's own repairs made it look again, ${loops} times`] : []),
    ...(parked > 0 ? [`${parked} messages can never be told`] : []),
  ];
}

const isOfTheGuard = ({ userIdentity }: CloudTrailRecord) => userIdentity.arn?.includes(GUARD_ROLE) === true;

/** Does something to the trails, wakes the guard by the events of it or by the sweep only, and tells what is left. */
async function observe(range: Range, act: () => Promise<unknown>, wake: 'events' | 'sweep'): Promise<Result> {
  const { alice, feed, guard, inbox, ledger } = range;
  await ledger.letAnHourPass();
  const before = await readTrails(alice);
  guard.forget();
  feed.forget();
  // AWS takes seconds to deliver an event: by then Mallory has made all her calls.
  const release = feed.hold();
  await act();
  const struck = differences(before, await readTrails(alice));
  const releasedAt = performance.now();
  release(wake === 'events');
  if (wake === 'sweep') guard.sweep();
  await range.idle();
  const tookMs = performance.now() - releasedAt;
  const succeeded = feed.records.filter(({ errorCode }) => errorCode === undefined);
  const [alerts, remembered] = [await inbox.read(), await ledger.toldCalls()];
  return {
    tookMs,
    struck,
    broken: differences(before, await readTrails(alice)),
    repairs: succeeded.filter(isOfTheGuard).map(({ eventName }) => eventName),
    alerts,
    untold: succeeded
      .filter((record) => !isOfTheGuard(record) && Object.hasOwn(TAMPERINGS, record.eventName))
      .filter(({ eventID }) => !remembered.has(eventID) || !alerts.some(({ body }) => body.includes(eventID)))
      .map(({ eventName }) => eventName),
    problems: await problemsIn(range),
  };
}

/** An attack, healed twice: by its events, and in the dark, by the sweep only. */
export interface Bout {
  readonly attack: Attack;
  readonly lit: Result;
  readonly dark: Result;
}

/** Lets Mallory strike twice, by the same code as on the embedded AWS: once seen by EventBridge, once not. */
export async function fight(range: Range, attack: Attack): Promise<Bout> {
  const act = () => attack.strike(range.intrude());
  return { attack, lit: await observe(range, act, 'events'), dark: await observe(range, act, 'sweep') };
}

/** One sweep when nothing has happened. */
export function quietSweep(range: Range): Promise<Result> {
  return observe(range, () => Promise.resolve(), 'sweep');
}
