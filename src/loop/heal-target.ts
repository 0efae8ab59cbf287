import type { Trails } from '../aws/cloudtrail.ts';
import type { Charge } from '../kinds/trail/target.ts';
import type { Config } from '../config/config.ts';
import type { Attempt, TrailOutcome } from '../incident/incident.ts';
import { fallback } from '../kinds/trail/fallback.ts';
import { isPassing } from '../kinds/trail/transient.ts';
import { after, type Repair } from '../kinds/trail/repair.ts';
import type { ObservedTrail } from '../kinds/trail/trail.ts';

/** The time, passed in. `now` is in ms since the epoch, `sleep` takes ms. */
export interface Clock {
  now(): number;
  sleep(ms: number): Promise<void>;
}

/** What healing one trail takes. */
export interface Means {
  readonly trails: Trails;
  readonly config: Config;
  readonly clock: Clock;
  /** When to stop trying, in ms since the epoch, so that there is time left to tell. */
  readonly deadline: number;
}

/**
 * How long to wait before each reading that verifies, in ms: changes take time to become visible everywhere.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-data-consistency.html
 */
const PAUSES = [0, 300, 700, 1500, 3000];

/** How often more a silent trail is tried, before people are told that it is. */
const MORE_ROUNDS = 8;

/** After so many ms a change shows, or it has been undone. */
const SHOWS_WITHIN = 5000;

/** Whatever was thrown, as an Error. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** Repairs that CloudTrail throttles for minutes must not keep the alert from being sent. */
class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
  override readonly message = 'no time was left in this invocation; the next one tries again';
}

/** An attempt, and when CloudTrail had answered it. */
interface Tried extends Attempt {
  readonly at: number;
}

async function attempt(means: Means, repair: Repair, live: string | undefined): Promise<Tried[]> {
  const { trails, clock, config } = means;
  try {
    await trails.repair(repair);
    return [{ repair, at: clock.now() }];
  } catch (thrown) {
    const error = asError(thrown);
    const instead = fallback(repair, error, { sink: config.sinkBucket, live });
    return [{ repair, error, at: clock.now() }, ...(instead ? await attempt(means, instead, live) : [])];
  }
}

/** Tries every repair, in order; only those of a trail that could not be created are not worth trying. */
async function attemptAll(means: Means, repairs: readonly Repair[], live?: string): Promise<Tried[]> {
  const attempts: Tried[] = [];
  for (const repair of repairs) {
    const at = means.clock.now();
    if (at > means.deadline) attempts.push({ repair, error: new OutOfTime(), at });
    else attempts.push(...(await attempt(means, repair, live)));
    if (repair.kind === 'createTrail' && attempts.at(-1)?.error) break;
  }
  return attempts;
}

function afterAll(attempts: readonly Attempt[], observed: ObservedTrail): ObservedTrail {
  return attempts.reduce((seen, { repair, error }) => (error ? seen : after(repair, seen)), observed);
}

/** The tries that count: a trail that was created since is another trail. */
function triesOf(attempts: readonly Tried[], repair: Repair): Tried[] {
  const created = attempts.findLastIndex((tried) => tried.repair.kind === 'createTrail' && !tried.error);
  return attempts
    .slice(Math.max(created, 0))
    .filter((tried) => JSON.stringify(tried.repair) === JSON.stringify(repair));
}

/** Refused for good, and not for the moment: then another try is worth its while. */
function isRefused(attempts: readonly Tried[], repair: Repair): boolean {
  return triesOf(attempts, repair).some(({ error }) => error && !isPassing(error));
}

/** What a plan has left to try. Nothing can be done to a trail that CloudTrail refuses to create. */
function worthTrying(planned: readonly Repair[], attempts: readonly Tried[], now: number): Repair[] {
  const [first] = planned;
  if (first?.kind === 'createTrail' && isRefused(attempts, first)) return [];
  return planned.filter((repair) => !isMade(attempts, repair, now) && !isRefused(attempts, repair));
}

/** Made, and so lately that it may not show yet: what was made before that, somebody has undone. */
function isMade(attempts: readonly Tried[], repair: Repair, now: number): boolean {
  return triesOf(attempts, repair).some(({ error, at }) => !error && now - at < SHOWS_WITHIN);
}

/** A change that was made takes time to show, and one that was refused will not show at all. */
function mayYetBecomeWhole(
  charge: Charge,
  attempts: readonly Tried[],
  read: ObservedTrail,
  now: number,
): boolean {
  const wanted = charge.plan(read);
  if (wanted.length === 0) return Object.keys(read.unread).length > 0;
  return (
    worthTrying(wanted, attempts, now).length > 0 || wanted.some((repair) => isMade(attempts, repair, now))
  );
}

/**
 * How long to wait before the next reading, in ms; undefined when it is time to give up. A trail that is silent is given more time:
 * the others of its Region may be taking CloudTrail's one call a second.
 */
function pauseOf(round: number, read: ObservedTrail): number | undefined {
  const isSilent = read.standing === 'missing' || read.state.IsLogging === false;
  return PAUSES[round] ?? (isSilent && round < PAUSES.length + MORE_ROUNDS ? PAUSES.at(-1) : undefined);
}

/** Who is in a Region that has no room for the trail. */
async function otherTrails(
  { trails }: Means,
  attempts: readonly Attempt[],
): Promise<Pick<TrailOutcome, 'otherTrails'>> {
  if (!attempts.some(({ error }) => error?.name === 'MaximumNumberOfTrailsExceededException')) return {};
  const { homed } = await trails.survey([]).catch(() => ({ homed: ['not to be listed'] }));
  return { otherTrails: homed };
}

/** Heals one trail: the first move beside the first reading, then plan, repair and verify until it is whole. */
export async function healTrail(
  means: Means,
  charge: Charge,
  moves: readonly Repair[],
): Promise<TrailOutcome> {
  const { config, clock } = means;
  const [moved, first] = await Promise.all([attemptAll(means, moves), charge.observe()]);
  const isEnforced = config.mode === 'enforce';
  const probed = isEnforced ? await attemptAll(means, charge.probe(first), first.state.S3BucketName) : [];
  const attempts = [...moved, ...probed];
  let last = first;
  let known = afterAll(attempts, first);
  for (let round = 0; isEnforced; round += 1) {
    const fresh = worthTrying(charge.plan(known), attempts, clock.now());
    attempts.push(...(await attemptAll(means, fresh, known.state.S3BucketName)));
    const pause = pauseOf(round, last);
    if (attempts.length === 0 || pause === undefined || clock.now() + pause > means.deadline) break;
    await clock.sleep(pause);
    known = last = await charge.observe();
    if (!mayYetBecomeWhole(charge, attempts, last, clock.now())) break;
  }
  return {
    Name: charge.Name,
    declared: charge.declared,
    reconstructed: charge.reconstructed,
    found: charge.drift(first),
    planned: isEnforced ? [] : charge.plan(first),
    attempts,
    first,
    last,
    remaining: charge.drift(last),
    verifiedAt: clock.now(),
    ...(await otherTrails(means, attempts)),
  };
}
