import type { Drift } from '../kinds/kind.ts';
import { describeItems } from '../kinds/trail/describe.ts';
import type { Field } from '../kinds/trail/fields.ts';
import type { Incident } from '../incident/incident.ts';
import type { TrailOutcome } from '../kinds/trail/shape.ts';
import type { Report } from './schema.ts';
import { callOn } from '../incident/verdict.ts';

/** One field, before, as it was found, and now. */
export type Change = Report['trails'][number]['changes'][number];

function changeOf({ field, declared, found }: Drift<Field>, { remaining, last }: TrailOutcome): Change {
  const isLeft = remaining.some((drift) => drift.field === field);
  return {
    field,
    before: describeItems(field, declared),
    found: describeItems(field, found),
    now: describeItems(field, isLeft ? last.state[field] : declared),
  };
}

/** What was wrong with a trail. The first reading comes beside the first move, and may be too late to show what the event tells. */
export function drifts(incident: Incident, outcome: TrailOutcome): readonly Drift<Field>[] {
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

/** What was changed on a trail, field by field; nothing where the whole trail was gone. */
export function fieldChanges(incident: Incident, outcome: TrailOutcome): Change[] {
  if (wasGone(outcome)) return [];
  return drifts(incident, outcome).map((drift) => changeOf(drift, outcome));
}
