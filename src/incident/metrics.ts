import { type Incident, isWhole } from './incident.ts';
import type { Memory } from '../telling/memory.ts';
import { reportOf } from '../report/report.ts';
import { isWorthTelling } from './verdict.ts';

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

function countsOf({ nudge, calls, outcomes }: Incident, memory: Pick<Memory, 'knows'>): MetricValue[] {
  const attempts = outcomes.flatMap((outcome) => outcome.attempts);
  const counts: MetricValue[] = [
    [
      nudge.kind === 'attempt' ? 'AttemptsRefused' : 'Tamperings',
      calls.filter((call) => !memory.knows(call)).length,
    ],
    ['Repairs', attempts.filter(({ error }) => !error).length],
    ['RepairsRefused', attempts.filter(({ error }) => error).length],
    ['TrailsBroken', outcomes.filter((outcome) => !isWhole(outcome)).length],
  ];
  return counts.filter(([, count]) => count > 0);
}

function timesOf(incident: Incident): MetricValue[] {
  const { times, trails, verdict, nudge } = reportOf(incident);
  const { secondsToDetect, secondsToHeal } = times;
  const toDetect: MetricValue[] = secondsToDetect === undefined ? [] : [['SecondsToDetect', secondsToDetect]];
  const toHeal: MetricValue[] = secondsToHeal === undefined ? [] : [['SecondsToHeal', secondsToHeal]];
  const blind = trails.flatMap((trail): MetricValue[] =>
    trail.blind ? [['SecondsBlind', trail.blind.seconds]] : [],
  );
  return [...(nudge === 'attempt' ? [] : toDetect), ...(verdict === 'restored' ? toHeal : []), ...blind];
}

/**
 * What there is to measure of an incident that the memory has not yet taken in: what happened, and no zeros. A call that it
 * knows is not counted again, nor what it has told timed again; the guard's own refused repair is no attempt. Another container
 * has another memory, so that a call that is tried again there counts there too.
 */
export function metricsOf(incident: Incident, memory: Pick<Memory, 'knows' | 'hasTold'>): MetricValue[] {
  const isTold = memory.hasTold(incident);
  if (!isWorthTelling(incident) || (isTold && incident.nudge.kind === 'attempt')) return [];
  return [...countsOf(incident, memory), ...(isTold ? [] : timesOf(incident))];
}
