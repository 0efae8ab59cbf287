import type { Change } from '../report/field-changes.ts';

/** Columns of a table of values; a row that does not fit is told line by line. */
const COLUMNS = [26, 15, 15] as const;

const TITLES = ['Field', 'Before', 'Found', 'Now'];

function row(cells: readonly string[]): string {
  return `  ${cells.map((cell, column) => cell.padEnd(COLUMNS[column] ?? 0)).join('')}`.trimEnd();
}

function fits({ field, before, found, now, gone }: Change): boolean {
  if (gone) return false;
  return [[field], before, found, now].every(
    (items, column) => items.length === 1 && (items[0] ?? '').length < (COLUMNS[column] ?? 14),
  );
}

function stacked({ field, before, found, now, gone, added }: Change): string[] {
  const again = now.join() === before.join() ? ['as before'] : now;
  const values = Object.entries(gone && added ? { gone, new: added, now } : { before, found, now: again });
  return [
    `  ${field}`,
    ...values.flatMap(([title, items]) =>
      items.map((item, index) => `    ${(index === 0 ? title : '').padEnd(8)}${item}`),
    ),
  ];
}

/** Changes as a table of plain text: in columns what fits, line by line what does not. */
export function changeTable(changes: readonly Change[]): string[] {
  const short = changes.filter(fits);
  return [
    ...(short.length > 0 ? [row(TITLES)] : []),
    ...short.map(({ field, before, found, now }) => row([field, ...before, ...found, ...now])),
    ...changes.filter((change) => !fits(change)).flatMap(stacked),
  ];
}
