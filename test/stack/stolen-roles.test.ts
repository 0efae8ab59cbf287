import { changing, rowOf, MISUSES, ROLES, type Row } from './stolen-roles.ts';
import { readGrant } from '../../local/proofs/rights/granted-rights.ts';
import { home } from '../fakes/samples.ts';
import { packageOf } from '../packages/packages.ts';

const STACK = { ...home, stackName: 'trailkeeper-drill', parameters: {} };

test('of each right by which a role of the guard changes anything it is known what a thief makes of it, and of no other', () => {
  const rights = ROLES.flatMap((role) => changing(readGrant(packageOf('drill'), STACK, role)));
  expect(rights.filter((right) => !rowOf(right))).toEqual([]);
  const used = new Set<Row | undefined>(rights.map(rowOf));
  expect(MISUSES.filter((row) => !used.has(row)).map(String)).toEqual([]);
});
