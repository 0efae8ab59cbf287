import { describeItems } from './describe.ts';
import type { Drift } from './drift.ts';
import type { Incident, TrailOutcome } from './incident.ts';
import { callOn, gapOf } from './story.ts';

/** Columns of a table of values; a row that does not fit is told line by line. */
const COLUMNS = [26, 15, 15] as const;

interface Row {
  readonly field: Drift['field'];
  readonly before: readonly string[];
  readonly found: readonly string[];
  readonly now: readonly string[];
}

function rowOf({ field, declared, found }: Drift, { remaining, last }: TrailOutcome): Row {
  const isLeft = remaining.some((drift) => drift.field === field);
  return {
    field,
    before: describeItems(field, declared),
    found: describeItems(field, found),
    now: describeItems(field, isLeft ? last.state[field] : declared),
  };
}

const TITLES = ['Field', 'Before', 'Found', 'Now'];

function inColumns(cells: readonly string[]): string {
  return `  ${cells.map((cell, column) => cell.padEnd(COLUMNS[column] ?? 0)).join('')}`.trimEnd();
}

function fits({ field, before, found, now }: Row): boolean {
  return [[field], before, found, now].every(
    (items, column) => items.length === 1 && (items[0] ?? '').length < (COLUMNS[column] ?? 16),
  );
}

function stacked({ field, before, found, now }: Row): string[] {
  const again = now.join() === before.join() ? ['as before'] : now;
  const values = Object.entries({ before, found, now: again });
  return [
    `  ${field}`,
    ...values.flatMap(([title, items]) =>
      items.map((item, index) => `    ${(index === 0 ? title : '').padEnd(8)}${item}`),
    ),
  ];
}

/** The first reading comes beside the first move, and may be too late to show what the event tells. */
function drifts(incident: Incident, outcome: TrailOutcome): readonly Drift[] {
  const { Name, found, attempts } = outcome;
  const isStarted = attempts.some(({ repair, error }) => repair.kind === 'startLogging' && !error);
  const wasStopped =
    (isStarted && callOn(incident, Name)?.eventName === 'StopLogging') || gapOf(incident, outcome);
  if (!wasStopped || found.some(({ field }) => field === 'IsLogging')) return found;
  return [{ field: 'IsLogging', declared: true, found: false }, ...found];
}

/** What was changed on a trail, before and after, field by field. */
export function changes(incident: Incident, outcome: TrailOutcome): string[] {
  const wasGone = outcome.attempts.some(({ repair, error }) => repair.kind === 'createTrail' && !error);
  if (wasGone || outcome.first.standing === 'missing') return ['  The whole trail was gone.'];
  const rows = drifts(incident, outcome).map((drift) => rowOf(drift, outcome));
  const short = rows.filter(fits);
  return [
    ...(short.length > 0 ? [inColumns(TITLES)] : []),
    ...short.map(({ field, before, found, now }) => inColumns([field, ...before, ...found, ...now])),
    ...rows.filter((row) => !fits(row)).flatMap(stacked),
  ];
}
