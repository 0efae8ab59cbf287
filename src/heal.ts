import type { Trails } from './aws/cloudtrail.ts';
import type { Alerts } from './aws/sns.ts';
import type { Baseline } from './baseline.ts';
import { type Charge, chargesOf, declaredCharge, undeclaredCharge } from './charge.ts';
import type { Config } from './config.ts';
import {
  type Attempt,
  callOf,
  failures,
  type Incident,
  isWorthTelling,
  type TrailOutcome,
} from './incident.ts';
import type { Memory } from './memory.ts';
import { after, type Repair, withoutRefusedDestination } from './repair.ts';
import { report } from './report.ts';
import { isRestoration } from './restoration.ts';
import { summary } from './summary.ts';
import { firstMove, type Nudge, readEvent } from './tampering.ts';
import type { Home, ObservedTrail } from './trail.ts';

/** The time, passed in. `now` is in ms since the epoch, `sleep` takes ms. */
export interface Clock {
  now(): number;
  sleep(ms: number): Promise<void>;
}

/** All that the guard works with. */
export interface Guard {
  readonly baseline: Baseline;
  readonly config: Config;
  /** What was wrong with the configuration, so that the baseline could not be used. */
  readonly faults: readonly Error[];
  readonly home: Home;
  readonly trails: Trails;
  readonly alerts: Alerts;
  readonly memory: Memory;
  /** Takes what goes to the log: one line an incident. */
  readonly log: (line: object) => void;
  readonly clock: Clock;
}

/**
 * How long to wait before each reading that verifies, in ms: changes take time to become visible everywhere.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-data-consistency.html
 */
const PAUSES = [0, 300, 700, 1500, 3000];

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

async function attempt(trails: Trails, repair: Repair): Promise<Attempt[]> {
  try {
    await trails.repair(repair);
    return [{ repair }];
  } catch (thrown) {
    const error = asError(thrown);
    const reduced = withoutRefusedDestination(repair, error.name);
    return [{ repair, error }, ...(reduced ? await attempt(trails, reduced) : [])];
  }
}

/** Tries every repair, in order; only those of a trail that could not be created are not worth trying. */
async function attemptAll(trails: Trails, repairs: readonly Repair[]): Promise<Attempt[]> {
  const attempts: Attempt[] = [];
  for (const repair of repairs) {
    attempts.push(...(await attempt(trails, repair)));
    if (repair.kind === 'createTrail' && attempts.at(-1)?.error) break;
  }
  return attempts;
}

function afterAll(attempts: readonly Attempt[], observed: ObservedTrail): ObservedTrail {
  return attempts.reduce((seen, { repair, error }) => (error ? seen : after(repair, seen)), observed);
}

function triesOf(attempts: readonly Attempt[], repair: Repair): Attempt[] {
  return attempts.filter((tried) => JSON.stringify(tried.repair) === JSON.stringify(repair));
}

/** A change that was made takes time to show, and one that was refused will not show at all. */
function mayYetBecomeWhole(charge: Charge, attempts: readonly Attempt[], read: ObservedTrail): boolean {
  const wanted = charge.plan(read);
  const refused = wanted.every((repair) => triesOf(attempts, repair).some(({ error }) => error));
  return wanted.length > 0 ? !refused : Object.keys(read.unread).length > 0;
}

/** Heals one trail: the first move beside the first reading, then plan, repair and verify until it is whole. */
async function healTrail(
  { trails, config, clock }: Guard,
  charge: Charge,
  moves: readonly Repair[],
): Promise<TrailOutcome> {
  const [moved, first] = await Promise.all([attemptAll(trails, moves), charge.observe()]);
  const attempts = [...moved];
  let last = first;
  let known = afterAll(moved, first);
  for (const pause of config.mode === 'enforce' ? PAUSES : []) {
    const fresh = charge.plan(known).filter((repair) => triesOf(attempts, repair).length === 0);
    attempts.push(...(await attemptAll(trails, fresh)));
    if (attempts.length === 0) break;
    await clock.sleep(pause);
    known = last = await charge.observe();
    if (!mayYetBecomeWhole(charge, attempts, last)) break;
  }
  return {
    Name: charge.Name,
    declared: charge.declared,
    found: charge.drift(first),
    planned: config.mode === 'monitor' ? charge.plan(first) : [],
    attempts,
    first,
    last,
    remaining: charge.drift(last),
    verifiedAt: clock.now(),
  };
}

async function undeclaredCharges({ baseline, trails }: Guard): Promise<Charge[]> {
  const homed = await trails.homed();
  const undeclared = homed.filter((name) => !baseline.Trails.some(({ Name }) => Name === name));
  return undeclared.map((name) => undeclaredCharge(trails, name));
}

type Healed = Pick<Incident, 'outcomes' | 'faults'>;

/** The trails that nobody declared, where the configuration says that they are guarded too. */
async function healUndeclared(guard: Guard): Promise<Healed> {
  if (!guard.config.guardUndeclared) return { outcomes: [], faults: [] };
  try {
    const charges = await undeclaredCharges(guard);
    return { outcomes: await Promise.all(charges.map((charge) => healTrail(guard, charge, []))), faults: [] };
  } catch (thrown) {
    const { name, message } = asError(thrown);
    const fault = new Error(`Undeclared trails could not be listed: ${name}: ${message}`, { cause: thrown });
    return { outcomes: [], faults: [fault] };
  }
}

/** Every trail there is, without a hint: the declared ones do not wait until the others are found. */
async function healEverything(guard: Guard): Promise<Healed> {
  const declared = guard.baseline.Trails.map((trail) => declaredCharge(guard.trails, trail));
  const [outcomes, undeclared] = await Promise.all([
    Promise.all(declared.map((charge) => healTrail(guard, charge, []))),
    healUndeclared(guard),
  ]);
  return { outcomes: [...outcomes, ...undeclared.outcomes], faults: undeclared.faults };
}

/**
 * What the nudge names decides where to look and the first move: what to do comes from the baseline and the readings.
 * A refused call has changed nothing, and gives no reason to look.
 */
async function look(guard: Guard, nudge: Nudge): Promise<Healed> {
  if (nudge.kind === 'attempt') return { outcomes: [], faults: [] };
  const { baseline, config, home } = guard;
  const charges = chargesOf(guard, callOf({ nudge }));
  if (!charges) return healEverything(guard);
  const move =
    config.mode === 'enforce' ? firstMove(nudge, baseline, home, config.guardUndeclared) : undefined;
  const heal = (charge: Charge) => healTrail(guard, charge, move?.trail === charge.Name ? move.repairs : []);
  return { outcomes: await Promise.all(charges.map(heal)), faults: [] };
}

/** Sends what is unsent, oldest first. What fails stays for the next invocation, and is told to this one. */
async function send({ alerts, memory }: Guard): Promise<Error[]> {
  const failed: Error[] = [];
  for (const alert of memory.unsent.splice(0)) {
    try {
      await alerts.publish(alert);
    } catch (thrown) {
      memory.unsent.push(alert);
      failed.push(new Error(`Alert not sent: ${alert.subject}`, { cause: thrown }));
    }
  }
  return failed;
}

function tell({ memory }: Guard, incident: Incident): void {
  if (!isWorthTelling(incident) || memory.hasTold(incident)) return;
  memory.unsent.push(report(incident));
  memory.remember(incident);
}

/**
 * The one use case: whatever the event, observe, plan, repair, verify, then tell. A call that asks only for what is
 * declared is left alone: undefined.
 *
 * Throws an AggregateError of every failure once all has been tried and told, so that Lambda tries again.
 */
export async function heal(event: unknown, guard: Guard): Promise<Incident | undefined> {
  const { baseline, config, home } = guard;
  const nudge = readEvent(event);
  const call = callOf({ nudge });
  const restores = call !== undefined && isRestoration(call, baseline, home);
  const { outcomes, faults } = restores ? { outcomes: [], faults: [] } : await look(guard, nudge);
  const incident = { nudge, home, baseline, config, outcomes, faults: [...guard.faults, ...faults] };
  if (!restores) {
    guard.log(summary(incident));
    tell(guard, incident);
  }
  const errors = [...(await send(guard)), ...failures(incident)];
  if (errors.length > 0) throw new AggregateError(errors, errors.map(({ message }) => message).join('; '));
  return restores ? undefined : incident;
}
