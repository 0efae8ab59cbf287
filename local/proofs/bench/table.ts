import colors from 'picocolors';
import { aligned, markdownTable } from '../../table.ts';
import type { Row } from './rows.ts';

const verdict = ({ holds }: Row): string => (holds === undefined ? '' : holds ? 'holds' : 'MISSED');

const TITLES = ['measured', 'Trailkeeper', 'compared with', 'ratio', 'bar'] as const;

const cellsOf = (row: Row): string[] => [
  row.what,
  row.value,
  row.comparedWith,
  row.ratio,
  [row.bar, verdict(row)].filter(Boolean).join(', '),
];

/** The result for a document. */
export const summary = (rows: readonly Row[]): string => markdownTable(TITLES, rows.map(cellsOf));

/** The result for a terminal; a missed bar is red. */
export function terminalTable(rows: readonly Row[]): string {
  const [head = '', ...body] = aligned([TITLES, ...rows.map(cellsOf)]);
  const colored = body.map((line, index) => (rows[index]?.holds === false ? colors.red(line) : line));
  return ['', colors.bold(head), ...colored, ''].join('\n');
}
