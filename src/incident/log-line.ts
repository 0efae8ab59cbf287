import { describeRepair } from '../kinds/trail/describe.ts';
import type { Incident } from './incident.ts';
import { verdictOf } from './verdict.ts';
import { calledBy } from '../record/trigger.ts';
import { severityOf } from './severity.ts';

/** An incident as one line of the log: who did what, and what became of each trail, without the values. */
export function logLine(incident: Incident): object {
  const { nudge, calls, config, outcomes, resources, faults } = incident;
  return {
    verdict: verdictOf(incident),
    severity: severityOf(incident),
    mode: config.mode,
    nudge: calledBy(nudge) ? { ...nudge, call: undefined } : nudge,
    calls: calls.map((call) => ({ ...call, request: undefined })),
    trails: outcomes.map(({ Name, found, attempts, planned, remaining, last }) => ({
      Name,
      found: found.map(({ field }) => field),
      repairs: attempts.map(({ repair, error }) => describeRepair(repair) + (error ? `: ${error.name}` : '')),
      planned: planned.map(describeRepair),
      remaining: remaining.map(({ field }) => field),
      unread: last.unread,
      deliveryErrors: last.deliveryErrors,
    })),
    resources: resources.map(({ declared, found, attempts, planned, remaining, last }) => ({
      kind: declared.kind,
      name: declared.name,
      found: found.map(({ field }) => field),
      repairs: attempts.map(({ repair, error }) => repair.kind + (error ? `: ${error.name}` : '')),
      planned: planned.map(({ kind }) => kind),
      remaining: remaining.map(({ field }) => field),
      unread: last.unread,
    })),
    faults: faults.map(({ message }) => message),
  };
}
