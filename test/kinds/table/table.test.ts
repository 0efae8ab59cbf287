import { isNamedIn, knownCall } from '../../../src/kinds/kinds.ts';
import {
  type DeclaredResource,
  harmOf,
  loopKind,
  type ObservedResource,
} from '../../../src/kinds/resource.ts';
import { table } from '../../../src/kinds/table/table.ts';

const HOME = { partition: 'aws', region: 'us-east-1', account: '111122223333' };
const NAME = 'trailkeeper-drill-ledger-b7f5f9d3';
const ARN = `arn:aws:dynamodb:us-east-1:111122223333:table/${NAME}`;

const policyOf = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });
const keep = {
  Sid: 'KeepTheTable',
  Effect: 'Deny',
  Principal: '*',
  Action: ['dynamodb:DeleteTable', 'dynamodb:PutResourcePolicy'],
  Resource: '*',
  Condition: { ArnNotEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/WatchRole' } },
};
const mallory = { Effect: 'Allow', Principal: { AWS: '999988887777' }, Action: 'dynamodb:*', Resource: '*' };

const declared: DeclaredResource = {
  kind: 'table',
  name: NAME,
  purpose: 'guard',
  watch: 'enforce',
  trails: [],
  fields: {
    DeletionProtectionEnabled: true,
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
    ResourcePolicy: policyOf(keep),
  },
};

const live = (changes: Record<string, unknown> = {}): ObservedResource => ({
  name: NAME,
  standing: 'here',
  unread: {},
  state: {
    DeletionProtectionEnabled: true,
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 35 },
    TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
    ResourcePolicy: JSON.stringify(policyOf(keep)),
    ...changes,
  },
});

const kind = loopKind(table, HOME);
const off = { PointInTimeRecoveryEnabled: false };

test('a table as declared has no drift', () => {
  expect(kind.drift(declared, live())).toEqual([]);
});

test.each<[string, Record<string, unknown>, string[], string]>([
  ['can be deleted', { DeletionProtectionEnabled: false }, ['UpdateTable'], 'lost'],
  ['cannot be recovered', { PointInTimeRecoverySpecification: off }, ['UpdateContinuousBackups'], 'lost'],
  ['is kept by nothing', { ResourcePolicy: undefined }, ['PutResourcePolicy'], 'lost'],
  ['lets a stranger in', { ResourcePolicy: policyOf(keep, mallory) }, ['PutResourcePolicy'], 'lost'],
  ['keeps all for ever', { TimeToLiveSpecification: { Enabled: false } }, ['UpdateTimeToLive'], 'minor'],
  [
    'forgets by another attribute',
    { TimeToLiveSpecification: { Enabled: true, AttributeName: 'at' } },
    ['UpdateTimeToLive', 'UpdateTimeToLive'],
    'lost',
  ],
])('a table that %s is put back: %#', (_what, changes, calls, harm) => {
  const observed = live(changes);
  const [drift, ...others] = kind.drift(declared, observed);
  expect(others).toEqual([]);
  expect(drift && harmOf(table, drift, HOME)).toBe(harm);
  const plan = kind.plan(declared, observed);
  expect(plan.map(({ kind: call }) => call)).toEqual(calls);
  const mended = plan.reduce((seen, repair) => kind.after(repair, seen), observed);
  expect(kind.drift(declared, mended)).toEqual([]);
});

test('the days of recovery count where they are declared', () => {
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 35 };
  const days = { ...declared, fields: { PointInTimeRecoverySpecification } };
  expect(kind.drift(days, live())).toEqual([]);
  const short = {
    PointInTimeRecoverySpecification: { ...PointInTimeRecoverySpecification, RecoveryPeriodInDays: 1 },
  };
  expect(kind.plan(days, live(short))).toMatchObject([
    { kind: 'UpdateContinuousBackups', input: { TableName: NAME, PointInTimeRecoverySpecification } },
  ]);
});

test('that a table is gone is told, and none is made in its place', () => {
  const gone: ObservedResource = { name: NAME, standing: 'missing', unread: {}, state: {} };
  expect(kind.drift(declared, gone)).toMatchObject([{ field: 'standing', found: 'missing' }]);
  expect(kind.plan(declared, gone)).toEqual([]);
  expect(table.command?.(NAME)).toMatch(`restore-table-from-backup --target-table-name ${NAME} `);
});

test.each([
  ['DeleteTable', { tableName: NAME }, true],
  ['UpdateTable', { tableName: ARN }, true],
  ['PutResourcePolicy', { resourceArn: ARN }, true],
  ['DeleteResourcePolicy', { resourceArn: `${ARN}0` }, false],
])('a call of %s with %p is about it: %p', (call, request, expected) => {
  expect(knownCall('dynamodb.amazonaws.com', call)).toMatchObject({ kind: 'table' });
  expect(isNamedIn(request, declared, HOME)).toBe(expected);
});
