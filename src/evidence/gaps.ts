import type { ChainCheck } from './chain.ts';
import type { WindowLine } from './change-windows.ts';
import type { CrossCheck } from './cross-check.ts';
import type { SentRecord } from './record-schema.ts';
import type { EvidenceMetric, Hour, Period, Sources } from './sources.ts';
import type { Sweeps } from './sweeps.ts';
import type { TrailUptime } from './uptime.ts';
import { plural, timeText } from './words.ts';

/** Something that this evidence cannot show, and what that means. Times are ISO 8601, UTC. */
export interface Gap {
  readonly about:
    'period' | 'ledger' | 'chain' | 'uptime' | 'metrics' | 'Event history' | 'baseline' | 'change windows';
  readonly said: string;
  readonly from?: string;
  readonly until?: string;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** How far back the Event history goes. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html */
export const HISTORY_DAYS = 90;

/**
 * How long CloudWatch keeps the sums of hours.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#metrics-retention
 */
export const METRIC_DAYS = 455;

const iso = (at: number): string => new Date(at).toISOString();

const stretch = (from: number, until: number) => ({ from: iso(from), until: iso(until) });

/** What was found out so far, and what it was found out from. */
export interface Findings {
  readonly sources: Sources;
  readonly sent: readonly SentRecord[];
  readonly covered: Period | undefined;
  readonly chains: readonly ChainCheck[];
  readonly trails: readonly TrailUptime[];
  readonly windows: readonly WindowLine[];
  readonly sweeps: Sweeps | undefined;
  readonly crossCheck: CrossCheck | undefined;
}

function ofThePeriod({ sources: { period, madeAt } }: Findings): Gap[] {
  if (period.until <= madeAt) return [];
  return [
    {
      about: 'period',
      said: 'The period was not over when this was made: nothing is known of its end.',
      ...stretch(madeAt, period.until),
    },
  ];
}

function ofTheLedger({ sources: { period, ledgers }, covered, chains }: Findings): Gap[] {
  const began = Math.min(...ledgers.map(({ createdAt }) => createdAt));
  const isYounger = !covered || began > period.from;
  return [
    ...(isYounger
      ? [
          {
            about: 'ledger',
            said: 'There was no ledger yet: what happened before it is not in this evidence.',
            ...stretch(period.from, Math.min(Math.max(began, period.from), period.until)),
          } as const,
        ]
      : []),
    ...chains.flatMap(({ table, first = 1 }): Gap[] =>
      first === 1
        ? []
        : [
            {
              about: 'ledger',
              said: `Records 1 to ${first - 1} of ${table} are gone. Records expire after the days that the deployment chooses (evidenceDays); if these were younger, somebody has removed them.`,
            },
          ],
    ),
  ];
}

function ofTheChain({ chains }: Findings): Gap[] {
  return chains.flatMap(({ table, broken, unchained, late }): Gap[] => [
    ...(broken === undefined
      ? []
      : [
          {
            about: 'chain',
            said: `The chain of ${table} is BROKEN: ${broken}. What the ledger says from there on is not proven to be what was written.`,
          } as const,
        ]),
    ...(unchained > 0
      ? [
          {
            about: 'chain',
            said: `${plural(unchained, 'record')} of ${table} have no place in the chain: they are of an older version, or somebody put them there.`,
          } as const,
        ]
      : []),
    ...(late > 0
      ? [
          {
            about: 'chain',
            said: `${plural(late, 'record')} of ${table} were put down late, because the ledger was away when the message was sent.`,
          } as const,
        ]
      : []),
  ]);
}

/** What it means that a metric is not zero. */
const MEANINGS: Readonly<Record<Exclude<EvidenceMetric, 'SweepFinished'>, string>> = {
  LedgerUnavailable:
    'The ledger could not be asked: what was told then may be missing from this evidence, or stand in it late. The mails of that time are the evidence.',
  AlertsUnsent: 'Alerts could not be sent at once, and were tried again.',
  MessagesParked:
    'What happened could not be told at all, and was put aside in the queue of parked messages.',
};

/** The hours in which something was counted, those that follow each other as one. */
function counted(hours: readonly Hour[], { from, until }: Period): Period[] {
  const found: Period[] = [];
  const inOrder = hours
    .filter(({ at, sum }) => sum > 0 && at + HOUR > from && at < until)
    .sort((a, b) => a.at - b.at);
  for (const { at } of inOrder) {
    const last = found.at(-1);
    if (last?.until === at) found[found.length - 1] = { from: last.from, until: at + HOUR };
    else found.push({ from: at, until: at + HOUR });
  }
  return found;
}

function ofTheMetrics({ sources: { metrics, period, madeAt }, covered, sweeps }: Findings): Gap[] {
  if ('fault' in metrics)
    return [
      { about: 'metrics', said: `The metrics were not read: ${metrics.fault}. Sweeps are not counted.` },
    ];
  const { hours, sweepSeconds } = metrics.known;
  const oldest = madeAt - METRIC_DAYS * DAY;
  return [
    ...('fault' in sweepSeconds
      ? [{ about: 'metrics', said: `How often sweeps are due is not known: ${sweepSeconds.fault}.` } as const]
      : []),
    ...(period.from < oldest
      ? [
          {
            about: 'metrics',
            said: `CloudWatch keeps metrics for ${METRIC_DAYS} days: sweeps before that show as missed.`,
            ...stretch(period.from, Math.min(oldest, period.until)),
          } as const,
        ]
      : []),
    ...(sweeps?.short ?? [])
      .filter(({ run }) => run === 0)
      .map(({ from, until }): Gap => ({
        about: 'metrics',
        said: 'No sweep was counted: either none finished, or its metric is missing.',
        ...{ from, until },
      })),
    ...Object.entries(MEANINGS).flatMap(([metric, said]) =>
      counted(hours[metric as EvidenceMetric], covered ?? period).map((found): Gap => ({
        about: 'metrics',
        said,
        ...stretch(found.from, found.until),
      })),
    ),
  ];
}

function ofTheHistory({ sources: { history }, crossCheck, covered }: Findings): Gap[] {
  if ('fault' in history)
    return [
      {
        about: 'Event history',
        said: `The Event history was not read: ${history.fault}. Nothing but the guard's own word says that every call was told.`,
      },
    ];
  const from = crossCheck ? Date.parse(crossCheck.from) : undefined;
  const until = crossCheck ? Date.parse(crossCheck.until) : undefined;
  if (!covered) return [];
  const said = `The Event history goes back ${HISTORY_DAYS} days, and was not compared here: nothing but the guard's own word says that every call was told.`;
  if (from === undefined || until === undefined)
    return [{ about: 'Event history', said, ...stretch(covered.from, covered.until) }];
  return [
    ...(from > covered.from
      ? [{ about: 'Event history', said, ...stretch(covered.from, from) } as const]
      : []),
    ...(until < covered.until
      ? [
          {
            about: 'Event history',
            said: 'Calls as young as these may still be told: they were not compared.',
            ...stretch(until, covered.until),
          } as const,
        ]
      : []),
    ...(crossCheck && crossCheck.untold.length > 0
      ? [
          {
            about: 'Event history',
            said: `${plural(crossCheck.untold.length, 'call')} that the Event history shows stand in no message: see the comparison.`,
          } as const,
        ]
      : []),
  ];
}

function ofTheBaseline({ sources: { commits, declared }, trails }: Findings): Gap[] {
  return [
    ...('fault' in commits
      ? [{ about: 'baseline', said: `The changes of the baseline are not known: ${commits.fault}.` } as const]
      : []),
    ...(declared.length === 0
      ? [
          {
            about: 'baseline',
            said:
              trails.length === 0
                ? 'No baseline was at hand, and no message names a trail: no uptime can be shown.'
                : 'No baseline was at hand: only trails that messages name are shown.',
          } as const,
        ]
      : []),
  ];
}

/** Trails that were found off, and nobody knows since when. */
function ofUnknownBeginnings({ sent, covered }: Findings): Gap[] {
  const found = new Set<string>();
  for (const { report } of sent) {
    const { detected } = report.times;
    const at = Date.parse(detected);
    if (!covered || at < covered.from || at >= covered.until) continue;
    for (const { name, blind, wasGone, changes, isLogging } of report.trails) {
      const wasOff = wasGone === true || changes.some(({ field }) => field === 'IsLogging');
      if (wasOff && !blind && isLogging)
        found.add(
          `${name} was found off at ${timeText(detected)}, and since when is not known: its uptime does not count that.`,
        );
    }
  }
  return [...found].map((said) => ({ about: 'uptime', said }));
}

function ofTheWindows({ windows, sources: { madeAt } }: Findings): Gap[] {
  return windows.flatMap(({ reason, on, openedBy, until, toldOver }): Gap[] => [
    ...(openedBy === undefined
      ? [
          {
            about: 'change windows',
            said: `Who opened ${reason} on ${on} is not known: the Event history had not shown it when that was told.`,
          } as const,
        ]
      : []),
    ...(toldOver === undefined && Date.parse(until) < madeAt
      ? [
          {
            about: 'change windows',
            said: `${reason} on ${on} was over at ${timeText(until)}, and no message says that all was as declared after it.`,
          } as const,
        ]
      : []),
  ]);
}

/** All that this evidence cannot show, so that nobody takes silence for proof. */
export function gapsOf(findings: Findings): Gap[] {
  return [
    ...ofThePeriod(findings),
    ...ofTheLedger(findings),
    ...ofTheChain(findings),
    ...ofUnknownBeginnings(findings),
    ...ofTheMetrics(findings),
    ...ofTheHistory(findings),
    ...ofTheBaseline(findings),
    ...ofTheWindows(findings),
  ];
}
