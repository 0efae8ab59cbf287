import type { Baseline } from '../baseline/baseline.ts';
import { type Choices, listed, minutesOf } from './choices.ts';

/** What the function goes by: what was chosen, in the forms that it reasons with. */
export interface Config {
  /** `enforce` repairs and alerts; `monitor` plans and alerts, and writes nothing. */
  readonly mode: 'enforce' | 'monitor';
  /** Whether a stopped trail that the baseline does not declare is started too, and changes to it are told. */
  readonly guardUndeclared: boolean;
  /** Whether a deleted trail that the baseline does not declare is rebuilt from the Event history, where guarded. */
  readonly rebuildUndeclared: boolean;
  /** Minutes from one sweep to the next. */
  readonly sweepMinutes: number;
  /** Where a trail delivers to while its own bucket is gone or closed to it. */
  readonly sinkBucket?: string;
  /** Where the runbook's pages are, one for each severity: a folder or an address, without a slash at the end. */
  readonly runbook: string;
  /** So many days what was told is kept in the ledger. */
  readonly evidenceDays: number;
  /** When an IAM user or role that tampers again and again is contained, where the package holds containment. */
  readonly containment: {
    /** So many tamperings, */
    readonly after: number;
    /** in so many minutes. */
    readonly withinMinutes: number;
    /** ARNs of those that never are; a `*` at the end stands for any text. */
    readonly exempt: readonly string[];
  };
}

/** Faults of a configuration, one a line: which value, what is wrong with it, and what is allowed. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Whether deleted trails that nobody declared are rebuilt. Left to itself, that is so only where no trail is declared: it
 * takes rights on every trail, and a baseline says which trails matter.
 */
export function rebuilds({ rebuildUndeclared }: Choices, baseline: Baseline | null): boolean {
  if (rebuildUndeclared === 'auto') return (baseline?.Trails ?? []).length === 0;
  return rebuildUndeclared === 'true';
}

/** The configuration that choices amount to; each is allowed. */
export function configOf(choices: Choices, sinkBucket: string, baseline: Baseline | null): Config {
  return {
    mode: choices.mode === 'monitor' ? 'monitor' : 'enforce',
    guardUndeclared: choices.guardUndeclared === 'true',
    rebuildUndeclared: rebuilds(choices, baseline),
    sweepMinutes: minutesOf(choices.sweepRate),
    ...(sinkBucket && { sinkBucket }),
    runbook: choices.runbook,
    evidenceDays: Number(choices.evidenceDays),
    containment: {
      after: Number(choices.containAfter),
      withinMinutes: Number(choices.containWithinMinutes),
      exempt: listed(choices.containExempt),
    },
  };
}
