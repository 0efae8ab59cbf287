import { drift } from '../../src/kinds/trail/drift.ts';
import type { Incident } from '../../src/incident/incident.ts';
import type { TrailOutcome } from '../../src/kinds/trail/shape.ts';
import { plan } from '../../src/kinds/trail/plan.ts';
import { calledBy, readEvent } from '../../src/record/trigger.ts';
import type { ObservedTrail } from '../../src/kinds/trail/observed.ts';
import { baselineOf, enforcing, EVENT_TIME, home, observed, orgAuditTrail, stopLogging } from './samples.ts';

/** Four seconds after the call. */
export const VERIFIED_AT = Date.parse(EVENT_TIME) + 4300;

/** What one pass did on a declared trail that it found as `first` and left as `last`. */
export function outcomeOf(
  first: ObservedTrail = observed(orgAuditTrail, { IsLogging: false }),
  last: ObservedTrail = observed(orgAuditTrail),
  changes: Partial<TrailOutcome> = {},
): TrailOutcome {
  const declared = { ...orgAuditTrail, Name: first.Name };
  return {
    Name: first.Name,
    origin: 'declared',
    found: drift(declared, first),
    planned: [],
    attempts: plan(declared, first).map((repair) => ({ repair })),
    first,
    last,
    remaining: drift(declared, last),
    verifiedAt: VERIFIED_AT,
    ...changes,
  };
}

/** A trail that nothing was wrong with. */
export const wholeOutcome = (Name = orgAuditTrail.Name) =>
  outcomeOf({ ...observed(orgAuditTrail), Name }, { ...observed(orgAuditTrail), Name });

/** An incident of the given event, by default a stopped trail that was restored. */
export function incidentOf(event: unknown = stopLogging(), changes: Partial<Incident> = {}): Incident {
  const nudge = readEvent(event);
  const call = calledBy(nudge);
  return {
    nudge,
    calls: call ? [call] : [],
    seenAt: Date.parse(EVENT_TIME) + 3000,
    isFirstSight: false,
    home,
    baseline: baselineOf(orgAuditTrail),
    config: enforcing,
    guarded: [],
    outcomes: nudge.kind === 'attempt' ? [] : [outcomeOf()],
    resources: [],
    faults: [],
    ...changes,
  };
}
