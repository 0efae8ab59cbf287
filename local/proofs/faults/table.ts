import { aligned } from '../../table.ts';
import type { Outcome } from './outcome.ts';

/** What came of a trouble, and the row in which it counts. */
export interface Counted {
  readonly row: string;
  readonly outcome: Outcome;
}

type Column = readonly [title: string, cell: (outcomes: readonly Outcome[]) => string];

const count = (title: string, holds: (outcome: Outcome) => boolean): Column => [
  title,
  (outcomes) => String(outcomes.filter(holds).length),
];

const COLUMNS: readonly Column[] = [
  count('cases', () => true),
  count('whole by itself', ({ whole }) => whole === 'itself'),
  count('by sweep', ({ whole }) => whole === 'sweep'),
  count('told by itself', ({ told }) => told === 'itself'),
  count('by sweep', ({ told }) => told === 'sweep'),
  count('by queue', ({ told }) => told === 'queue'),
  count('failed', ({ broken }) => broken.length > 0),
  [
    'longest',
    (outcomes) => `${(Math.max(...outcomes.map(({ healedInMs }) => healedInMs)) / 1000).toFixed(1)} s`,
  ],
];

const cellsOf = (counted: readonly Counted[]): string[] =>
  COLUMNS.map(([, cell]) => cell(counted.map(({ outcome }) => outcome)));

/** Every row with its sums, and the sum of all; `longest` is virtual time from the attack to the last repair. */
export function table(counted: readonly Counted[]): string {
  const rows = [...new Set(counted.map(({ row }) => row))];
  return [
    ...aligned([
      ['', ...COLUMNS.map(([title]) => title)],
      ...rows.map((row) => [row, ...cellsOf(counted.filter((each) => each.row === row))]),
      ['all', ...cellsOf(counted)],
    ]),
    '',
  ].join('\n');
}
