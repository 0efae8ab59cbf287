import type { Kind } from './kinds.ts';

/** One call of the guard that goes wrong: the nth since the first event arrived, 0 being the first. */
export interface Mishap {
  readonly call: number;
  readonly kind: Kind;
  /** All later calls of the same operation go wrong too, until the faults end. */
  readonly lasting?: true;
}

/** What Mallory does, and what goes wrong while the guard heals: plain data, so that it can be printed and replayed. */
export interface Trouble {
  /** Names of attacks, made one after the other before the first event arrives. */
  readonly attacks: readonly string[];
  /**
   * When the copies of the events arrive, in ms: those of the nth event stand in the nth row; where there are more events
   * than rows, the rows begin again. An event without a copy is lost.
   */
  readonly arrivals: readonly (readonly number[])[];
  /** When a sweep runs beside the events, in ms. */
  readonly sweepAt?: number;
  readonly mishaps: readonly Mishap[];
  readonly latencyMs: number;
  /** Whether CloudTrail's quotas are in force. */
  readonly throttle: boolean;
  readonly historyDelayMs: number;
}

/** What is usual: each event arrives once and at once, and nothing goes wrong. */
export const CALM: Omit<Trouble, 'attacks'> = {
  arrivals: [[0]],
  mishaps: [],
  latencyMs: 20,
  throttle: false,
  historyDelayMs: 0,
};
