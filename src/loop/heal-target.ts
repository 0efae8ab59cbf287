import { asError } from '../foreign/error.ts';
import type { Outcome, Refusal, Shape, Target } from '../kinds/kind.ts';
import { afterAll, mayYetBecomeWhole, type Tried, worthTrying } from './attempts.ts';
import type { Clock } from './clock.ts';

/** What healing takes. */
export interface Pace {
  readonly clock: Clock;
  /** When to stop trying, in ms since the epoch, so that there is time left to hand over what came of it. */
  readonly deadline: number;
  /** `monitor` plans, and repairs nothing. */
  readonly mode: 'enforce' | 'monitor';
}

/**
 * How long to wait before each reading that verifies, in ms: changes take time to become visible everywhere.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-data-consistency.html
 */
const PAUSES = [0, 300, 700, 1500, 3000];

/** How often more a resource that does harm is tried, before people are told that it does. */
const MORE_ROUNDS = 8;

/** Repairs that AWS throttles for minutes must not keep the alert from being sent. */
class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
  override readonly message = 'no time was left in this invocation; the next one tries again';
}

/** Makes one repair; what AWS refuses is asked for again with less, as long as the kind knows what. */
async function attempt<S extends Shape>(
  pace: Pace,
  target: Target<S>,
  repair: S['Repair'],
  seen: S['Observed'] | undefined,
): Promise<Tried<S>[]> {
  try {
    const answer = await target.repair(repair);
    return [{ repair, ...answer, at: pace.clock.now() }];
  } catch (thrown) {
    const error: Refusal = asError(thrown);
    const refused = { repair, error, requestId: error.requestId, at: pace.clock.now() };
    const less = target.kind.instead(repair, error, seen);
    return [refused, ...(less ? await attempt(pace, target, less, seen) : [])];
  }
}

/** Tries every repair, in order; only those of a resource that could not be created are not worth trying. */
async function attemptAll<S extends Shape>(
  pace: Pace,
  target: Target<S>,
  repairs: readonly S['Repair'][],
  seen?: S['Observed'],
): Promise<Tried<S>[]> {
  const tried: Tried<S>[] = [];
  for (const repair of repairs) {
    const at = pace.clock.now();
    if (at > pace.deadline) tried.push({ repair, error: new OutOfTime(), at });
    else tried.push(...(await attempt(pace, target, repair, seen)));
    if (target.kind.isFoundation(repair) && tried.at(-1)?.error) break;
  }
  return tried;
}

/**
 * How long to wait before the next reading, in ms; undefined when it is time to give up. What does harm is given more time: others
 * may be taking AWS's one call a second.
 */
function pauseOf(round: number, isUrgent: boolean): number | undefined {
  return PAUSES[round] ?? (isUrgent && round < PAUSES.length + MORE_ROUNDS ? PAUSES.at(-1) : undefined);
}

/**
 * Heals one resource of any kind: the moves beside the first reading, then plan, repair and verify until it is whole. A reading that
 * was taken before may be given instead of the first one.
 */
export async function healTarget<S extends Shape>(
  pace: Pace,
  target: Target<S>,
  moves: readonly S['Repair'][] = [],
  reading?: S['Observed'],
): Promise<Outcome<S>> {
  const { clock } = pace;
  const moving = attemptAll(pace, target, moves);
  const first: S['Observed'] = reading ?? (await target.observe());
  const moved = await moving;
  const isEnforced = pace.mode === 'enforce';
  const probed = isEnforced ? await attemptAll(pace, target, target.probe(first), first) : [];
  const tried = [...moved, ...probed];
  const soFar = () => ({ target, tried, now: clock.now() });
  let last = first;
  let known = afterAll(soFar(), first);
  for (let round = 0; isEnforced; round += 1) {
    tried.push(...(await attemptAll(pace, target, worthTrying(soFar(), target.plan(known)), known)));
    const pause = pauseOf(round, target.kind.isUrgent(last));
    if (tried.length === 0 || pause === undefined || clock.now() + pause > pace.deadline) break;
    await clock.sleep(pause);
    known = last = await target.observe();
    if (!mayYetBecomeWhole(soFar(), last)) break;
  }
  return {
    origin: target.origin,
    found: target.drift(first),
    planned: isEnforced ? [] : target.plan(first),
    attempts: tried,
    first,
    last,
    remaining: target.drift(last),
    verifiedAt: clock.now(),
  };
}
