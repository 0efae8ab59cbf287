import type { Trails } from './aws/cloudtrail.ts';
import type { Charge } from './charge.ts';
import type { Config } from './config.ts';
import type { Attempt, TrailOutcome } from './incident.ts';
import { fallback } from './fallback.ts';
import { after, type Repair } from './repair.ts';
import type { ObservedTrail } from './trail.ts';

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

/** Whatever was thrown, as an Error. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** Repairs that CloudTrail throttles for minutes must not keep the alert from being sent. */
class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
  override readonly message = 'no time was left in this invocation; the next one tries again';
}

async function attempt(means: Means, repair: Repair, live: string | undefined): Promise<Attempt[]> {
  try {
    await means.trails.repair(repair);
    return [{ repair }];
  } catch (thrown) {
    const error = asError(thrown);
    const instead = fallback(repair, error, { sink: means.config.sinkBucket, live });
    return [{ repair, error }, ...(instead ? await attempt(means, instead, live) : [])];
  }
}

/** Tries every repair, in order; only those of a trail that could not be created are not worth trying. */
async function attemptAll(means: Means, repairs: readonly Repair[], live?: string): Promise<Attempt[]> {
  const attempts: Attempt[] = [];
  for (const repair of repairs) {
    if (means.clock.now() > means.deadline) attempts.push({ repair, error: new OutOfTime() });
    else attempts.push(...(await attempt(means, repair, live)));
    if (repair.kind === 'createTrail' && attempts.at(-1)?.error) break;
  }
  return attempts;
}

function afterAll(attempts: readonly Attempt[], observed: ObservedTrail): ObservedTrail {
  return attempts.reduce((seen, { repair, error }) => (error ? seen : after(repair, seen)), observed);
}

/** The tries that count: a trail that was created since is another trail. */
function triesOf(attempts: readonly Attempt[], repair: Repair): Attempt[] {
  const created = attempts.findLastIndex((tried) => tried.repair.kind === 'createTrail' && !tried.error);
  return attempts
    .slice(Math.max(created, 0))
    .filter((tried) => JSON.stringify(tried.repair) === JSON.stringify(repair));
}

/** Refused for good. That a trail is not found, or is there already, says only that the last reading was out of date. */
function isRefused(attempts: readonly Attempt[], repair: Repair): boolean {
  return triesOf(attempts, repair).some(
    ({ error }) => error && !['TrailNotFoundException', 'TrailAlreadyExistsException'].includes(error.name),
  );
}

/** What a plan has left to try. Nothing can be done to a trail that CloudTrail refuses to create. */
function worthTrying(planned: readonly Repair[], attempts: readonly Attempt[]): Repair[] {
  const [first] = planned;
  if (first?.kind === 'createTrail' && isRefused(attempts, first)) return [];
  return planned.filter((repair) => !isMade(attempts, repair) && !isRefused(attempts, repair));
}

function isMade(attempts: readonly Attempt[], repair: Repair): boolean {
  return triesOf(attempts, repair).some(({ error }) => !error);
}

/** A change that was made takes time to show, and one that was refused will not show at all. */
function mayYetBecomeWhole(charge: Charge, attempts: readonly Attempt[], read: ObservedTrail): boolean {
  const wanted = charge.plan(read);
  if (wanted.length === 0) return Object.keys(read.unread).length > 0;
  return worthTrying(wanted, attempts).length > 0 || wanted.some((repair) => isMade(attempts, repair));
}

/** Who is in a Region that has no room for the trail. */
async function crowd({ trails }: Means, attempts: readonly Attempt[]): Promise<Pick<TrailOutcome, 'crowd'>> {
  if (!attempts.some(({ error }) => error?.name === 'MaximumNumberOfTrailsExceededException')) return {};
  const { homed } = await trails.survey([]).catch(() => ({ homed: ['not to be listed'] }));
  return { crowd: homed };
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
  for (const pause of isEnforced ? PAUSES : []) {
    const fresh = worthTrying(charge.plan(known), attempts);
    attempts.push(...(await attemptAll(means, fresh, known.state.S3BucketName)));
    if (attempts.length === 0) break;
    await clock.sleep(pause);
    known = last = await charge.observe();
    if (!mayYetBecomeWhole(charge, attempts, last)) break;
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
    ...(await crowd(means, attempts)),
  };
}
