import type { Incident } from './incident.ts';
import type { Drift } from '../kinds/kind.ts';
import type { Field } from '../kinds/trail/fields.ts';
import type { TrailOutcome } from '../kinds/trail/shape.ts';
import { callOn } from './telling-call.ts';

/** What was wrong with a trail. The first reading comes beside the first move, and may be too late to show what the event tells. */
export function driftsOf(incident: Incident, outcome: TrailOutcome): readonly Drift<Field>[] {
  const { Name, found, attempts } = outcome;
  const isStarted = attempts.some(({ repair, error }) => repair.kind === 'startLogging' && !error);
  const wasStopped = isStarted && callOn(incident, Name)?.eventName === 'StopLogging';
  if (!wasStopped || found.some(({ field }) => field === 'IsLogging')) return found;
  return [{ field: 'IsLogging', declared: true, found: false }, ...found];
}

/** Whether the whole trail was gone, so that there is no field to compare. */
export function wasGone({ attempts, first }: TrailOutcome): boolean {
  return (
    first.standing === 'missing' ||
    attempts.some(({ repair, error }) => repair.kind === 'createTrail' && !error)
  );
}

/**
 * Whether something was put right, by the last reading. A call that only makes CloudTrail look at its bucket again puts nothing
 * right, and one whose answer was lost may have.
 */
export function isRestored(incident: Incident, outcome: TrailOutcome): boolean {
  const { attempts, last, remaining } = outcome;
  if (attempts.length === 0) return false;
  if (wasGone(outcome)) return last.standing === 'homed';
  return driftsOf(incident, outcome).some(({ field }) => !remaining.some((drift) => drift.field === field));
}
