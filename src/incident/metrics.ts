import { type Incident, isWhole } from './incident.ts';
import type { Call } from '../record/call.ts';
import { secondsBlind, timesOf } from './times.ts';
import { isWorthTelling, verdictOf } from './verdict.ts';

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
  AlertsUnsent: 'Alerts that an invocation could not send, and keeps for the next.',
} as const;

export type Metric = keyof typeof METRICS;

export type MetricValue = readonly [metric: Metric, value: number];

/** What has been told before, and is not measured again. */
export interface Told {
  knows(call: Call): boolean;
  hasTold(incident: Incident): boolean;
}

function countsOf({ nudge, calls, outcomes }: Incident, told: Pick<Told, 'knows'>): MetricValue[] {
  const attempts = outcomes.flatMap((outcome) => outcome.attempts);
  const counts: MetricValue[] = [
    [
      nudge.kind === 'attempt' ? 'AttemptsRefused' : 'Tamperings',
      calls.filter((call) => !told.knows(call)).length,
    ],
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

/**
 * What there is to measure of an incident that the memory has not yet taken in: what happened, and no zeros. A call that it
 * knows is not counted again, nor what it has told timed again; the guard's own refused repair is no attempt. Another container
 * has another memory, so that a call that is tried again there counts there too.
 */
export function metricsOf(incident: Incident, told: Told): MetricValue[] {
  const isTold = told.hasTold(incident);
  if (!isWorthTelling(incident) || (isTold && incident.nudge.kind === 'attempt')) return [];
  return [...countsOf(incident, told), ...(isTold ? [] : secondsOf(incident))];
}
