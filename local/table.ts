type Cells = readonly string[];

/** A count with its noun. */
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** A table in Markdown, as plain as it can be: prettier lays it out. */
export function markdownTable(titles: Cells, lines: readonly Cells[]): string {
  const row = (cells: Cells) => `| ${cells.join(' | ')} |`;
  return [row(titles), row(titles.map(() => '---')), ...lines.map(row)].join('\n');
}

/** A line of a terminal's table, whose columns have these widths. */
export const rowOf = (cells: Cells, widths: readonly number[]): string =>
  `  ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd();

/** The lines of a terminal's table, each column as wide as what it holds. */
export function aligned(lines: readonly Cells[]): string[] {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((cells) => cells[column]?.length ?? 0)),
  );
  return lines.map((cells) => rowOf(cells, widths));
}
