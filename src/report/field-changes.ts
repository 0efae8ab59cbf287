import type { Drift } from '../kinds/kind.ts';
import { describeItems, differenceOf } from '../kinds/trail/describe.ts';
import { sameValue } from '../kinds/trail/drift.ts';
import type { Field } from '../kinds/trail/fields.ts';
import type { Incident } from '../incident/incident.ts';
import type { TrailOutcome } from '../kinds/trail/shape.ts';
import type { Report } from './schema.ts';
import { driftsOf, wasGone } from '../incident/drifts.ts';

/** One field, before, as it was found, and now. */
export type Change = Report['trails'][number]['changes'][number];

function changeOf({ field, declared, found }: Drift<Field>, { remaining, last }: TrailOutcome): Change {
  const isLeft = remaining.some((drift) => drift.field === field);
  const difference = differenceOf(field, declared, found);
  const now = isLeft ? last.state[field] : declared;
  const isAsFound = isLeft && sameValue(field, now, found);
  return {
    field,
    before: describeItems(field, declared),
    found: describeItems(field, found),
    now: difference
      ? [isLeft ? (isAsFound ? 'as found' : 'changed again') : 'as before']
      : describeItems(field, now),
    ...difference,
  };
}

/** What was changed on a trail, field by field; nothing where the whole trail was gone. */
export function fieldChanges(incident: Incident, outcome: TrailOutcome): Change[] {
  if (wasGone(outcome)) return [];
  const standing = outcome.approved?.drift ?? [];
  return [
    ...driftsOf(incident, outcome).map((drift) => changeOf(drift, outcome)),
    ...standing.map((drift) => changeOf(drift, { ...outcome, remaining: standing })),
  ];
}
