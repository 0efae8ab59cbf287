import type { Home } from '../kinds/home.ts';
import type { ObservedTrail } from '../kinds/trail/observed.ts';
import type { Report } from '../report/schema.ts';
import type { Strike } from './plan.ts';
import type { Answers, Measurable } from './questions.ts';

/** Why there is no drill, in words that tell the person at the terminal what to do. */
export class DrillError extends Error {
  override readonly name = 'DrillError';
}

/** CloudTrail's answer to a call: its id in the Event history. */
export interface Answered {
  readonly requestId?: string | undefined;
}

/** A message as it was sent. */
export interface Told {
  /** ISO 8601, UTC. */
  readonly sentAt: string;
  readonly report: Report;
}

/** What was answered at once, and the calls that the Event history is to be asked about. */
export interface Probed {
  readonly answers: Answers;
  readonly calls: readonly Probe[];
}

/** A call whose record answers something. */
export interface Probe extends Answered {
  readonly call: string;
  readonly answers: Extract<Measurable, 'spelling' | 'throttled'>;
}

/** The trails that a Region holds. */
export interface Held {
  /** By name, those whose home is here. */
  readonly homed: readonly string[];
  /** With the shadows of others. */
  readonly count: number;
}

/** Records of the Event history. */
export interface HistoryRecord {
  readonly eventName: string;
  readonly requestId?: string;
  readonly errorCode?: string;
  readonly requestParameters: object;
}

/**
 * The account as a drill uses it: nothing in it can change another trail or bucket than a drill's. Everything rejects with a
 * {@link DrillError} that names the missing right or what else to do.
 */
export interface DrillAccount {
  readonly home: Home;
  held(): Promise<Held>;
  /** Whether there is a bucket of a drill. */
  hasBucket(): Promise<boolean>;
  makeBucket(policy: object): Promise<void>;
  /** Resolves where there is none, too. */
  removeBucket(): Promise<void>;
  /** Creates a drill's trail as it is to be, and starts it. */
  create(name: string): Promise<void>;
  strike(strike: Strike): Promise<Answered>;
  observe(name: string): Promise<ObservedTrail>;
  /** Whether the guard's ledger remembers a drill. */
  isBegun(arn: string): Promise<boolean>;
  /** What was told since the drill was opened. */
  told(): Promise<readonly Told[]>;
  /** Asks, by changes of a drill's trail and readings of the guard, what can be asked at once; `policy` is that of its bucket. */
  measure(name: string, policy: object): Promise<Probed>;
  /** The newest calls of one name that the Event history shows since a time in ms since the epoch. */
  shown(eventName: string, since: number): Promise<readonly HistoryRecord[]>;
}
