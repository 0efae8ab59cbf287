import type { Link } from '../report/kept.ts';

/** A stretch of time, in ms since the epoch; its end is not part of it. */
export interface Period {
  readonly from: number;
  readonly until: number;
}

/** What could be read, or why not. */
export type Known<T> = { readonly known: T } | { readonly fault: string };

/** One item of a ledger, as it was found: nothing of it is trusted. */
export interface Item {
  readonly id: string;
  readonly value: unknown;
}

/** A ledger of the stage. Each deployment that begins anew has one of its own, and its table outlives it. */
export interface LedgerSource {
  readonly table: string;
  /** In ms since the epoch. */
  readonly createdAt: number;
  readonly items: readonly Item[];
  /** Where its chain ends, as the guard has noted it. */
  readonly end?: Link;
}

/** The metrics that evidence is made of. */
export const EVIDENCE_METRICS = [
  'SweepFinished',
  'LedgerUnavailable',
  'AlertsUnsent',
  'MessagesParked',
] as const;

export type EvidenceMetric = (typeof EVIDENCE_METRICS)[number];

/** The sum of a metric over the hour that begins at a time, in ms since the epoch. */
export interface Hour {
  readonly at: number;
  readonly sum: number;
}

export interface MetricSource {
  readonly hours: Readonly<Record<EvidenceMetric, readonly Hour[]>>;
  /** From one sweep to the next as it is deployed now, in seconds. */
  readonly sweepSeconds: Known<number>;
}

/** Calls on trails, from the Event history. */
export interface HistorySource {
  /** What was read, in ms since the epoch. */
  readonly read: Period;
  /** CloudTrail's records, as they came. */
  readonly records: readonly unknown[];
  /** Event ids that the ledger says were told, or are about to be. */
  readonly told: readonly string[];
  /** Request ids of the guard's own calls. */
  readonly own: readonly string[];
}

/** A commit that changed the baseline. */
export interface Commit {
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  readonly author: string;
  readonly subject: string;
}

/** An attack on purpose, and whether the guard passed. */
export interface Drill {
  readonly name: string;
  readonly story: string;
  readonly passed: boolean;
  readonly outcome: string;
}

/** All that evidence is made from. */
export interface Sources {
  /** What everybody must know who reads it. */
  readonly notice?: string;
  readonly stage: string;
  readonly account: string;
  readonly region: string;
  readonly period: Period;
  /** In ms since the epoch. */
  readonly madeAt: number;
  /** The trails that the baseline declares; none where there is no baseline at hand. */
  readonly declared: readonly string[];
  readonly ledgers: readonly LedgerSource[];
  readonly metrics: Known<MetricSource>;
  readonly history: Known<HistorySource>;
  readonly commits: Known<readonly Commit[]>;
  /** Attacks that somebody else has kept the score of; those of the ledger where absent. */
  readonly drills?: readonly Drill[];
}
