import { readFileSync } from 'node:fs';
import { KINDS } from '../../src/kinds/kinds.ts';
import type { Harm, ResourceKind } from '../../src/kinds/resource.ts';

const COLUMNS: Readonly<Record<Harm, number>> = { lost: 0, exposed: 1, delayed: 1, minor: 2 };

/** The cells of the row of a kind that list its fields, the worst first; a field that can only be told is marked. */
function cellsOf(noun: string): string[][] {
  const text = readFileSync('docs/configuration.md', 'utf8');
  const row = text.split('\n').find((line) => line.startsWith(`| ${noun} `)) ?? '';
  const cells = row.split('|').slice(3, -1);
  return cells.map((cell) =>
    [...cell.matchAll(/`(\w+)`(†?)/g)].map(([, name = '', mark = '']) => name + mark),
  );
}

test.each(['bucket', 'key', 'log-group', 'role', 'topic'] as const)(
  'the table of the guarded path has all fields of a %s, by how bad they are, and marks what can only be told',
  (name) => {
    const { noun, fields }: ResourceKind = KINDS[name];
    const expected: string[][] = [[], [], []];
    for (const [field, { harm, repair }] of Object.entries(fields))
      expected[COLUMNS[harm]]?.push(field + (repair ? '' : '†'));
    expect(cellsOf(noun)).toEqual(expected);
  },
);
