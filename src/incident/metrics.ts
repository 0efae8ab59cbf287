import { type Incident, isWhole } from './incident.ts';
import { secondsBlind, timesOf } from './times.ts';
import { verdictOf } from './verdict.ts';

/** All that is measured, and what it says: one custom metric of CloudWatch each. A name that begins with Seconds is in seconds. */
export const METRICS = {
  Tamperings:
    'Calls that stopped, deleted or changed a guarded trail, with an alert of their own or without.',
  AttemptsRefused: 'Such calls that AWS refused.',
  SecondsToDetect: 'From such a call until the guard began to look.',
  SecondsToHeal: 'From then until the reading that showed all repaired.',
  SecondsBlind: 'How long a trail was not logging, at most.',
  Repairs: 'Repairs that AWS carried out.',
  RepairsRefused: 'Repairs that AWS refused.',
  TrailsBroken: 'Trails that a pass left different from what is declared.',
  SweepFinished: 'Sweeps that looked at everything, and told all that there was to tell.',
  AlertsUnsent: 'Alerts that could not be sent, and are tried again.',
  LedgerUnavailable: 'Invocations in which the ledger could not be asked.',
  MessagesParked: 'Messages that can never be told, put aside.',
} as const;

export type Metric = keyof typeof METRICS;

export type MetricValue = readonly [metric: Metric, value: number];

function countsOf({ nudge, calls, outcomes, resources }: Incident): MetricValue[] {
  const attempts: { error?: Error }[] = [
    ...outcomes.flatMap((outcome) => outcome.attempts),
    ...resources.flatMap((outcome) => outcome.attempts),
  ];
  const counts: MetricValue[] = [
    [nudge.kind === 'attempt' ? 'AttemptsRefused' : 'Tamperings', calls.length],
    ['Repairs', attempts.filter(({ error }) => !error).length],
    ['RepairsRefused', attempts.filter(({ error }) => error).length],
    ['TrailsBroken', outcomes.filter((outcome) => !isWhole(outcome)).length],
  ];
  return counts.filter(([, count]) => count > 0);
}

function secondsOf(incident: Incident): MetricValue[] {
  const { secondsToDetect, secondsToHeal } = timesOf(incident);
  const isTimed = incident.nudge.kind !== 'attempt' && secondsToDetect !== undefined;
  const isHealed = verdictOf(incident) === 'restored' && secondsToHeal !== undefined;
  return [
    ...(isTimed ? [['SecondsToDetect', secondsToDetect] as const] : []),
    ...(isHealed ? [['SecondsToHeal', secondsToHeal] as const] : []),
    ...secondsBlind(incident).map((seconds) => ['SecondsBlind', seconds] as const),
  ];
}

/** What there is to measure of an incident that is news, whether it is told now or later: what happened, and no zeros. */
export function metricsOf(incident: Incident): MetricValue[] {
  return [...countsOf(incident), ...secondsOf(incident)];
}
