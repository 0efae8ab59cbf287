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

/** In so many ms AWS gives back a call of the scarcest quotas. https://docs.aws.amazon.com/general/latest/gr/ct.html */
const REFILLED = 1000;

/** How often more a resource that does harm is tried, before people are told that it does. */
const MORE_ROUNDS = 8;

/** Repairs that AWS throttles for minutes must not keep the alert from being sent. */
class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
  override readonly message = 'no time was left in this invocation; the next one tries again';
}

async function makeOne<S extends Shape>(
  { clock }: Pace,
  target: Target<S>,
  repair: S['Repair'],
): Promise<Tried<S>> {
  try {
    const answer = await target.repair(repair);
    return { repair, ...answer, at: clock.now() };
  } catch (thrown) {
    const error: Refusal = asError(thrown);
    return { repair, error, requestId: error.requestId, at: clock.now() };
  }
}

const isTimeUp = ({ clock, deadline }: Pace): boolean => clock.now() > deadline;

function untried<S extends Shape>({ clock }: Pace, repair: S['Repair']): Tried<S> {
  return { repair, error: new OutOfTime(), at: clock.now() };
}

/**
 * Makes one repair, and what the kind asks for next: less of it where AWS refuses it. Once time is up there is no next, but for what
 * all else rests on.
 */
async function attempt<S extends Shape>(
  pace: Pace,
  target: Target<S>,
  repair: S['Repair'],
  seen: S['Observed'] | undefined,
): Promise<Tried<S>[]> {
  const { kind } = target;
  const tried = [await makeOne(pace, target, repair)];
  let known = seen;
  const left: S['Repair'][] = [];
  for (let last = tried[0]; last; last = tried.at(-1)) {
    if (known && !last.error) known = kind.after(last.repair, known);
    left.unshift(...kind.next(last.repair, last.error, known));
    const next = left.shift();
    if (next === undefined) break;
    if (isTimeUp(pace) && !kind.isFoundation(next)) {
      tried.push(untried(pace, next));
      break;
    }
    tried.push(await makeOne(pace, target, next));
  }
  return tried;
}

/**
 * Tries every repair, in order; only those of a resource that could not be created are not worth trying. However late it is, the first
 * `sure` are tried.
 */
async function attemptAll<S extends Shape>(
  pace: Pace,
  target: Target<S>,
  repairs: readonly S['Repair'][],
  sure: number,
  seen?: S['Observed'],
): Promise<Tried<S>[]> {
  const tried: Tried<S>[] = [];
  let known = seen;
  for (const [index, repair] of repairs.entries()) {
    const made =
      index >= sure && isTimeUp(pace) ? [untried(pace, repair)] : await attempt(pace, target, repair, known);
    tried.push(...made);
    known = known && afterAll({ target, tried: made, now: pace.clock.now() }, known);
    if (target.kind.isFoundation(repair) && tried.at(-1)?.error) break;
  }
  return tried;
}

/** The tries but those that had to wait and were made again since: one of a kind is enough to tell. */
function withoutWaits<S extends Shape>(
  { kind }: Target<S>,
  tried: readonly Tried<S>[],
  again: readonly Tried<S>[],
): Tried<S>[] {
  const repeated = new Set(again.map(({ repair }) => JSON.stringify(repair)));
  return tried.filter(
    ({ repair, error }) => !error || !kind.isBusy(error) || !repeated.has(JSON.stringify(repair)),
  );
}

/**
 * How long to wait before the next reading, in ms; undefined when it is time to give up. What AWS was too busy for is tried at the
 * pace at which its quotas refill, for as long as there is time. What does harm is given more rounds than the rest.
 */
function pauseOf(round: number, isBusy: boolean, isUrgent: boolean): number | undefined {
  if (isBusy) return Math.min(PAUSES[round] ?? REFILLED, REFILLED);
  return PAUSES[round] ?? (isUrgent && round < PAUSES.length + MORE_ROUNDS ? PAUSES.at(-1) : undefined);
}

/**
 * Heals one resource of any kind: the moves beside the first reading, then plan, repair and verify until it is whole. A reading that
 * was taken before may be given instead of the first one. The moves and one repair are made however late it is.
 */
export async function healTarget<S extends Shape>(
  pace: Pace,
  given: Target<S>,
  moves: readonly S['Repair'][] = [],
  reading?: S['Observed'],
): Promise<Outcome<S>> {
  const { clock } = pace;
  const moving = attemptAll(pace, given, moves, moves.length);
  // The request of the first move leaves before what the readings take to compute.
  if (moves.length > 0) await clock.sleep(0);
  const first: S['Observed'] = reading ?? (await given.observe());
  const [moved, target] = await Promise.all([moving, given.excuse?.(first) ?? given]);
  const isEnforced = pace.mode === 'enforce';
  const probed = isEnforced ? await attemptAll(pace, target, target.probe(first), 1, first) : [];
  let tried = [...moved, ...probed];
  const soFar = () => ({ target, tried, now: clock.now() });
  let last = first;
  let known = afterAll(soFar(), first);
  for (let round = 0; isEnforced; round += 1) {
    const planned = worthTrying(soFar(), target.plan(known));
    const made = await attemptAll(pace, target, planned, round === 0 ? 1 : 0, known);
    tried = [...withoutWaits(target, tried, made), ...made];
    const isBusy = made.some(({ error }) => error && target.kind.isBusy(error));
    const pause = pauseOf(round, isBusy, target.kind.isUrgent(last));
    if (tried.length === 0 || pause === undefined || clock.now() + pause > pace.deadline) break;
    await clock.sleep(pause);
    known = last = await target.observe();
    if (!mayYetBecomeWhole(soFar(), last)) break;
  }
  return {
    origin: target.origin,
    ...(target.approved && { approved: target.approved }),
    found: target.drift(first),
    planned: isEnforced ? [] : target.plan(first),
    attempts: tried,
    first,
    last,
    remaining: target.drift(last),
    verifiedAt: clock.now(),
  };
}
