import colors from 'picocolors';
import type { Row } from './rows.ts';

/** A table in Markdown. */
export function markdownTable(titles: readonly string[], lines: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [row(titles), row(titles.map(() => '---')), ...lines.map(row)].join('\n');
}

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
  const lines = [[...TITLES], ...rows.map(cellsOf)];
  const widths = TITLES.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  const [head = '', ...body] = lines.map((cells) =>
    `  ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  );
  const colored = body.map((line, index) => (rows[index]?.holds === false ? colors.red(line) : line));
  return ['', colors.bold(head), ...colored, ''].join('\n');
}
