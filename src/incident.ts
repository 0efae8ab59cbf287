import type { Baseline } from './baseline.ts';
import type { Config } from './config.ts';
import type { Drift } from './drift.ts';
import type { Repair } from './repair.ts';
import type { Call, Nudge } from './tampering.ts';
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
}

/** One pass of the guard: a nudge, and what came of it. All that an alert is made from. */
export interface Incident {
  readonly nudge: Nudge;
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
export type Verdict = 'restored' | 'whole' | 'broken' | 'planned' | 'refused' | 'out-of-reach';

/** Judges by the last reading, never by what was tried. */
export function verdictOf(incident: Incident): Verdict {
  const { nudge, config, outcomes } = incident;
  if (nudge.kind === 'attempt') return 'refused';
  if (config.mode === 'monitor' && outcomes.some(({ planned }) => planned.length > 0)) return 'planned';
  if (failures(incident).length > 0) return 'broken';
  if (outcomes.some((outcome) => concerns(incident, outcome) && !isRepairable(outcome)))
    return 'out-of-reach';
  if (outcomes.some((outcome) => concerns(incident, outcome) && isLost(outcome))) return 'out-of-reach';
  return outcomes.some(({ attempts }) => attempts.length > 0) ? 'restored' : 'whole';
}

function isLost({ declared, last }: TrailOutcome): boolean {
  return !declared && last.standing === 'missing';
}

/** The call that the event tells of, if it can be read. */
export function callOf({ nudge }: Pick<Incident, 'nudge'>): Call | undefined {
  return nudge.kind === 'unreadable' ? undefined : nudge.call;
}

/** Whether a trail has a part in the story: the event names it, or something was wrong with it. */
function concerns(incident: Incident, { Name, found, attempts, remaining, last }: TrailOutcome): boolean {
  const isNamed = callOf(incident)?.trail?.Name === Name;
  return isNamed || found.length + attempts.length + remaining.length + Object.keys(last.unread).length > 0;
}

/** The trails of the story, the one that the event names first. */
export function story(incident: Incident): TrailOutcome[] {
  const named = callOf(incident)?.trail?.Name;
  const told = incident.outcomes.filter((outcome) => concerns(incident, outcome));
  return [...told.filter(({ Name }) => Name === named), ...told.filter(({ Name }) => Name !== named)];
}

/**
 * Whether anyone must be told. A change to another resource than a trail, or to a trail that nobody declared and nobody
 * asked to guard, is not this guard's business as long as nothing was found.
 */
export function isWorthTelling(incident: Incident): boolean {
  const { nudge, baseline, config, outcomes, faults } = incident;
  const found = outcomes.some(({ found, attempts }) => found.length + attempts.length > 0);
  if (found || faults.length > 0 || failures(incident).length > 0 || nudge.kind === 'unreadable') return true;
  const { trail, isAboutTrail } = nudge.call;
  if (!trail) return isAboutTrail;
  return config.guardUndeclared || baseline.Trails.some(({ Name }) => Name === trail.Name);
}
