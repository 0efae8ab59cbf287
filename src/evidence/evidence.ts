import { type WindowLine, windowsOf } from './change-windows.ts';
import { type ChainCheck, checkChain } from './chain.ts';
import { CONTROL_MAPPINGS, type Control } from './controls.ts';
import { type CrossCheck, crossCheckOf } from './cross-check.ts';
import { type Gap, gapsOf } from './gaps.ts';
import { type IncidentLine, incidentsOf } from './incidents.ts';
import { type LedgerRecord, readItem, type SentRecord } from './record-schema.ts';
import type { Commit, Drill, Item, Period, Sources } from './sources.ts';
import { type Spread, spreadOf } from './spread.ts';
import { liveDrillsOf } from './live-drills.ts';
import { type Sweeps, sweepsOf } from './sweeps.ts';
import { type TrailUptime, uptimesOf } from './uptime.ts';

/** Raised when something is renamed or removed. */
export const EVIDENCE_VERSION = 2;

/** What is added up of the ledger alone: it can be worked out again from the records. */
export interface Totals {
  readonly trails: readonly TrailUptime[];
  /** Detected in the period, oldest first. */
  readonly incidents: readonly IncidentLine[];
  /** Change windows that were open in the period, by when they were opened. */
  readonly windows: readonly WindowLine[];
  /** Fire drills that began in the period. */
  readonly drills: readonly Drill[];
  /** In seconds; absent where nothing was measured. */
  readonly times: {
    readonly detect?: Spread;
    readonly heal?: Spread;
    readonly blind?: Spread;
  };
}

/** All that is shown of a period. Times are ISO 8601, UTC; durations in seconds. */
export interface Evidence extends Totals {
  readonly version: typeof EVIDENCE_VERSION;
  readonly notice?: string;
  readonly stage: string;
  readonly account: string;
  readonly region: string;
  readonly from: string;
  readonly until: string;
  readonly madeAt: string;
  /** The trails of the baseline. */
  readonly declared: readonly string[];
  /** The part of the period in which there was a ledger. */
  readonly covered?: { readonly from: string; readonly until: string };
  readonly gaps: readonly Gap[];
  readonly sweeps?: Sweeps;
  readonly crossCheck?: CrossCheck;
  readonly commits?: readonly Commit[];
  readonly chains: readonly ChainCheck[];
  readonly controls: readonly Control[];
}

const isoOf = ({ from, until }: Period) => ({
  from: new Date(from).toISOString(),
  until: new Date(until).toISOString(),
});

const sentOf = (items: readonly Item[]): SentRecord[] =>
  items.map(readItem).flatMap(({ sent }: LedgerRecord) => sent ?? []);

/** Adds up what the records of the ledgers say of a period. */
export function totalsOf(
  items: readonly Item[],
  period: Period,
  covered: Period | undefined,
  declared: readonly string[],
): Totals {
  const all = sentOf(items);
  // What was done in a drill, or approved, has not happened to the trails.
  const sent = all.filter(({ report: { drill } }) => !drill);
  const incidents = incidentsOf(
    sent.filter(({ report: { window } }) => !window),
    period,
  );
  const counted = incidents.filter(({ isTakenBack }) => !isTakenBack);
  const [detect, heal, blind] = (['secondsToDetect', 'secondsToHeal', 'secondsBlind'] as const).map((name) =>
    spreadOf(counted.flatMap((incident) => incident[name] ?? [])),
  );
  return {
    trails: uptimesOf(sent, declared, covered),
    incidents,
    windows: windowsOf(all, period),
    drills: liveDrillsOf(all, period),
    times: { ...(detect && { detect }), ...(heal && { heal }), ...(blind && { blind }) },
  };
}

/** Makes evidence of all that was read of a period. */
export function evidenceOf(sources: Sources): Evidence {
  const { stage, account, region, period, madeAt, declared, ledgers, metrics, history, drills, commits } =
    sources;
  const began = Math.min(...ledgers.map(({ createdAt }) => createdAt));
  const [from, until] = [Math.max(period.from, began), Math.min(period.until, madeAt)];
  const covered = from < until ? { from, until } : undefined;
  const items = ledgers.flatMap((ledger) => ledger.items);
  const sent = sentOf(items);
  const totals = totalsOf(items, period, covered, declared);
  const chains = ledgers.map(checkChain);
  const every = 'known' in metrics ? metrics.known.sweepSeconds : undefined;
  const sweeps =
    'known' in metrics && every && 'known' in every && covered
      ? sweepsOf(metrics.known.hours.SweepFinished, every.known, covered)
      : undefined;
  const crossCheck =
    'known' in history && covered
      ? crossCheckOf(history.known, sent, { account, region, declared }, covered)
      : undefined;
  const { trails, windows } = totals;
  return {
    version: EVIDENCE_VERSION,
    ...(sources.notice !== undefined && { notice: sources.notice }),
    ...{ stage, account, region },
    ...isoOf(period),
    madeAt: new Date(madeAt).toISOString(),
    declared,
    ...(covered && { covered: isoOf(covered) }),
    gaps: gapsOf({ sources, sent, covered, chains, trails, windows, sweeps, crossCheck }),
    ...totals,
    ...(sweeps && { sweeps }),
    ...(crossCheck && { crossCheck }),
    ...(drills && { drills }),
    ...('known' in commits && { commits: commits.known }),
    chains,
    controls: CONTROL_MAPPINGS,
  };
}
