import type { Settlement } from '../config/settle.ts';
import type { LastChange } from './delivery.ts';
import type { Nudge } from '../record/trigger.ts';
import type { Call } from '../record/call.ts';
import type { Home } from '../kinds/home.ts';
import { kindOf, titleOf } from '../kinds/kinds.ts';
import type { ResourceOutcome } from '../kinds/resource.ts';
import type { TrailOutcome } from '../kinds/trail/shape.ts';

/** What was counted, and not told, since the last message about the same actor and trail. */
export interface Repeats {
  readonly count: number;
  /** ISO 8601. */
  readonly since: string;
}

/** A drill that the ledger remembers. */
export interface Drill {
  /** Of its trail. */
  readonly arn: string;
  /** In ms since the epoch. */
  readonly until: number;
}

/** One pass of the guard: a nudge, and what came of it. All that an alert is made from. */
export interface Incident extends Pick<Settlement, 'baseline' | 'config' | 'guarded'> {
  readonly nudge: Nudge;
  /** Who did it, oldest first: the call of the event, or what the Event history shows of the trails that were found changed. */
  readonly calls: readonly Call[];
  /** Why the Event history could not be asked. */
  readonly historyFault?: Error;
  /** The beginning of the time that a pass without a call answers for, in ms since the epoch. */
  readonly since?: number;
  readonly repeats?: Repeats;
  /** When the guard began to look, in ms since the epoch. */
  readonly seenAt: number;
  /** Whether this container sees the trails for the first time, so that the baseline may be newer than they are. */
  readonly isFirstSight: boolean;
  /**
   * Its calls were made with one of the guard's own roles, and no pass has claimed them: the guard died before it handed over, or somebody
   * else has its key. Nothing in a record tells the two apart: whoever has the key has the session, too.
   */
  readonly isImpostor?: true;
  /** The drill that it is about, and about nothing else. */
  readonly drill?: Drill;
  readonly home: Home;
  readonly outcomes: readonly TrailOutcome[];
  /** What was last told of what trails deliver through, by kind and name: what was wrong with it, a line each, and who changed it. */
  readonly remembered?: Readonly<Record<string, { readonly wrong: string; readonly by?: LastChange }>>;
  /** What came of the resources beside the trails. */
  readonly resources: readonly ResourceOutcome[];
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

/** A resource that is watched, and not whole although this function may repair it. */
function causesOf({ declared, attempts, last, remaining }: ResourceOutcome): Error[] {
  const title = titleOf(declared);
  if (declared.watch === 'alert' || last.standing === 'foreign') return [];
  const { fields, create } = kindOf(declared);
  const isRepaired = (field: string) => (field === 'standing' ? create : fields[field]?.repair) !== undefined;
  const unread = Object.entries(last.unread).map(
    ([part, reason]) => new Error(`${title}: ${part} unread: ${reason ?? ''}`),
  );
  const drift = remaining
    .filter(({ field }) => isRepaired(field))
    .map(({ field }) => new Error(`${title}: ${field} is not as declared`));
  const errors = remaining.length > 0 ? attempts.flatMap(({ error }) => error ?? []) : [];
  return [...errors, ...unread, ...drift];
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
export function failures({
  config,
  outcomes,
  resources,
  faults,
}: Pick<Incident, 'config' | 'outcomes' | 'resources' | 'faults'>): Error[] {
  const broken = outcomes.filter(
    (outcome) => config.mode === 'enforce' && isRepairable(outcome) && !isWhole(outcome),
  );
  const lost = config.mode === 'enforce' ? resources.flatMap(causesOf) : [];
  return [...faults, ...broken.flatMap(causes), ...lost];
}
