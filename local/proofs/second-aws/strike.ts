import type { Attack } from '../../drill/attacks.ts';
import { differences } from '../../drill/drill.ts';
import type { Alert } from './inbox.ts';
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
  /** Failed runs, and runs that the guard's own repairs set going. */
  readonly problems: readonly string[];
  /** Milliseconds from the delivery of the events until all was quiet. */
  readonly tookMs: number;
}

const GUARD_ROLE = 'HealRole';

function problemsIn({ guard }: Range): string[] {
  return guard.runs.flatMap(({ event, outcome }) => {
    if ('error' in outcome) return [`a run failed: ${outcome.error.slice(0, 300)}`];
    const isOwn = JSON.stringify(event).includes(GUARD_ROLE);
    return isOwn && outcome.result !== null ? ['a repair set off another'] : [];
  });
}

/** Does something to the trails, wakes the guard by the events of it or by the sweep only, and tells what is left. */
async function observe(range: Range, act: () => Promise<unknown>, wake: 'events' | 'sweep'): Promise<Result> {
  const { alice, feed, guard, inbox } = range;
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
  return {
    tookMs: performance.now() - releasedAt,
    struck,
    broken: differences(before, await readTrails(alice)),
    repairs: feed.records
      .filter(
        ({ userIdentity, errorCode }) =>
          userIdentity.arn?.includes(GUARD_ROLE) === true && errorCode === undefined,
      )
      .map(({ eventName }) => eventName),
    alerts: await inbox.read(),
    problems: problemsIn(range),
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
