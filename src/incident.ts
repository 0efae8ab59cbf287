import type { Baseline } from './baseline.ts';
import type { Config } from './config.ts';
import type { Drift } from './drift.ts';
import type { Repair } from './repair.ts';
import { ailments, type Gap, gapSince } from './health.ts';
import { calledBy, type Nudge } from './nudge.ts';
import { type Call, TAMPERINGS } from './tampering.ts';
import type { Home, ObservedTrail } from './trail.ts';

/** CloudTrail's answer to a repair that it did not make; `name` is its own name for the error. */
export interface Refusal extends Error {
  /** What the event of the refused call carries as its requestID. */
  readonly requestId?: string | undefined;
}

/** One repair that was tried; without an error it succeeded. */
export interface Attempt {
  readonly repair: Repair;
  readonly error?: Refusal;
}

/** What one pass found on one trail, did about it, and left. */
export interface TrailOutcome {
  readonly Name: string;
  readonly declared: boolean;
  /** Rebuilt from the Event history, for want of a declaration. */
  readonly reconstructed: boolean;
  readonly found: readonly Drift[];
  /** Monitor mode only: what would have been done. */
  readonly planned: readonly Repair[];
  readonly attempts: readonly Attempt[];
  /** The first reading, taken beside the first move. */
  readonly first: ObservedTrail;
  /** The last reading, taken after the last repair, and what still differs in it. */
  readonly last: ObservedTrail;
  readonly remaining: readonly Drift[];
  /** When the last reading was complete, in ms since the epoch. */
  readonly verifiedAt: number;
  /** Only where the Region is full: the trails that are in it. */
  readonly crowd?: readonly string[];
}

/** One pass of the guard: a nudge, and what came of it. All that an alert is made from. */
export interface Incident {
  readonly nudge: Nudge;
  /** Who did it, oldest first: the call of the event, or what the Event history shows of the trails that were found changed. */
  readonly calls: readonly Call[];
  /** Why the Event history could not be asked. */
  readonly historyFault?: Error;
  /** The beginning of the time that a pass without a call answers for, in ms since the epoch. */
  readonly since?: number;
  readonly home: Home;
  readonly baseline: Baseline;
  readonly config: Config;
  readonly outcomes: readonly TrailOutcome[];
  /** Faults of the configuration, and readings without which undeclared trails could not be looked after. */
  readonly faults: readonly Error[];
}

/** Whether the last reading of a trail showed it complete and as declared. */
export function isWhole({ remaining, last }: TrailOutcome): boolean {
  return remaining.length === 0 && Object.keys(last.unread).length === 0;
}

/** Whether the guard has the right to repair the trail, which it has not when its home is elsewhere. */
export function isRepairable({ last }: TrailOutcome): boolean {
  return last.standing === 'homed' || last.standing === 'missing';
}

function causes(outcome: TrailOutcome): Error[] {
  const { Name, attempts, last, remaining } = outcome;
  const unread = Object.entries(last.unread).map(
    ([part, reason]) => new Error(`${Name}: ${part} unread: ${reason}`),
  );
  const drift = remaining.map(({ field }) => new Error(`${Name}: ${field} is not as declared`));
  return [...attempts.flatMap(({ error }) => error ?? []), ...unread, ...drift];
}

/**
 * Why the invocation must fail, so that Lambda tries again and the queue of failed invocations keeps what is left.
 * A trail whose home is elsewhere is no reason: trying again cannot help.
 */
export function failures({ config, outcomes, faults }: Incident): Error[] {
  const broken = outcomes.filter(
    (outcome) => config.mode === 'enforce' && isRepairable(outcome) && !isWhole(outcome),
  );
  return [...faults, ...broken.flatMap(causes)];
}

/** What became of the trails, in one word for subjects and filter policies. */
export type Verdict = 'restored' | 'whole' | 'broken' | 'planned' | 'refused' | 'out-of-reach' | 'ailing';

/** Judges by the last reading, never by what was tried. */
export function verdictOf(incident: Incident): Verdict {
  const { nudge, config } = incident;
  const told = story(incident);
  if (nudge.kind === 'attempt') return 'refused';
  if (config.mode === 'monitor' && told.some(({ planned }) => planned.length > 0)) return 'planned';
  if (failures(incident).length > 0 || told.some((each) => isRepairable(each) && !isWhole(each)))
    return 'broken';
  if (told.some((outcome) => !isRepairable(outcome) || isLost(outcome))) return 'out-of-reach';
  if (told.some((outcome) => ailmentsOf(outcome).length > 0)) return 'ailing';
  return told.some(({ attempts }) => attempts.length > 0) ? 'restored' : 'whole';
}

function isLost({ declared, last }: TrailOutcome): boolean {
  return !declared && last.standing === 'missing';
}

/** What is wrong with a trail that its own API cannot mend. */
export function ailmentsOf({ last, verifiedAt }: TrailOutcome): string[] {
  return ailments(last, verifiedAt);
}

/** The gap in the log that a pass without a call has to tell of. */
export function gapOf({ since }: Incident, { first }: TrailOutcome): Gap | undefined {
  return since === undefined ? undefined : gapSince(first, since);
}

function mostTelling(calls: readonly Call[]): Call | undefined {
  return calls.find(({ eventName }) => TAMPERINGS[eventName].part === 'logging') ?? calls.at(-1);
}

/** The call that tells most: the first that silenced a trail, or else the last. */
export function callOf({ calls }: Incident): Call | undefined {
  return mostTelling(calls);
}

/** The call that tells most about one trail. */
export function callOn({ calls }: Incident, trail: string): Call | undefined {
  return mostTelling(calls.filter((call) => call.trail?.Name === trail));
}

/** Whether a trail has a part in the story: a call names it, or something was wrong with it. */
function concerns(incident: Incident, outcome: TrailOutcome): boolean {
  const { Name, found, attempts, remaining, last } = outcome;
  const isWrong = found.length + attempts.length + remaining.length + Object.keys(last.unread).length > 0;
  return isWrong || callOn(incident, Name) !== undefined || isSilentlyWrong(incident, outcome);
}

/** What only a pass without a call looks for: the sweep comes round again, so that it need not be told beside a call. */
function isSilentlyWrong(incident: Incident, outcome: TrailOutcome): boolean {
  if (incident.since === undefined) return false;
  return gapOf(incident, outcome) !== undefined || ailmentsOf(outcome).length > 0;
}

/** The trails of the story, the one of the most telling call first. */
export function story(incident: Incident): TrailOutcome[] {
  const named = callOf(incident)?.trail?.Name;
  const told = incident.outcomes.filter((outcome) => concerns(incident, outcome));
  return [...told.filter(({ Name }) => Name === named), ...told.filter(({ Name }) => Name !== named)];
}

/**
 * Whether anyone must be told. A change to another resource than a trail, or to a trail that nobody declared and nobody
 * asked to guard, is not this guard's business as long as nothing was found; nor is a sweep that found all well.
 */
export function isWorthTelling(incident: Incident): boolean {
  const { nudge, baseline, config, faults } = incident;
  const found = story(incident).some(
    (outcome) => outcome.found.length + outcome.attempts.length > 0 || isSilentlyWrong(incident, outcome),
  );
  if (found || faults.length > 0 || failures(incident).length > 0) return true;
  const call = calledBy(nudge);
  if (!call) return nudge.kind === 'unreadable';
  if (!call.trail) return call.isAboutTrail;
  if (baseline.Trails.some(({ Name }) => Name === call.trail?.Name)) return true;
  // Where some trails are declared, a change to another is another team's business; its silence is not.
  const isSilenced = TAMPERINGS[call.eventName].part === 'logging';
  return config.guardUndeclared && (isSilenced || baseline.Trails.length === 0);
}
