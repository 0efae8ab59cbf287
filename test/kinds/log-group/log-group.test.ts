import { isNamedIn, knownCall } from '../../../src/kinds/kinds.ts';
import { logGroup } from '../../../src/kinds/log-group/log-group.ts';
import {
  type DeclaredResource,
  harmOf,
  loopKind,
  type ObservedResource,
  remarksOn,
} from '../../../src/kinds/resource.ts';

const HOME = { partition: 'aws', region: 'us-east-1', account: '111122223333' };
const NAME = '/audit/org-audit-trail';
const KEY = 'arn:aws:kms:us-east-1:111122223333:key/1';

const siem = {
  filterName: 'siem',
  filterPattern: '',
  destinationArn: 'arn:aws:lambda:us-east-1:111122223333:function:siem',
};
const asShown = { ...siem, distribution: 'ByLogStream', applyOnTransformedLogs: false };
const ours = {
  ...siem,
  filterName: 'team',
  destinationArn: 'arn:aws:kinesis:us-east-1:111122223333:stream/team',
};
const mallory = {
  ...siem,
  filterName: 'x',
  destinationArn: 'arn:aws:logs:us-east-1:999988887777:destination:x',
};
const root = {
  filterName: 'root',
  filterPattern: '{ $.userIdentity.type = "Root" }',
  metricTransformations: [{ metricName: 'Root', metricNamespace: 'Audit', metricValue: '1' }],
};
const other = { ...root, filterName: 'other' };

const declared: DeclaredResource = {
  kind: 'log-group',
  name: NAME,
  purpose: 'delivery',
  watch: 'enforce',
  trails: ['org-audit-trail'],
  fields: {
    retentionInDays: 365,
    kmsKeyId: KEY,
    logGroupClass: 'STANDARD',
    deletionProtectionEnabled: true,
    dataProtectionStatus: null,
    inheritedProperties: null,
    subscriptionFilters: [siem],
    metricFilters: [root],
  },
};

const live = (changes: Record<string, unknown> = {}): ObservedResource => ({
  name: NAME,
  standing: 'here',
  unread: {},
  state: {
    ...declared.fields,
    dataProtectionStatus: undefined,
    inheritedProperties: undefined,
    subscriptionFilters: [asShown],
    ...changes,
  },
});

const kind = loopKind(logGroup, HOME);
const calls = (repairs: readonly { kind: string }[]) => repairs.map(({ kind: call }) => call);

test('a log group as declared has no drift', () => {
  expect(kind.drift(declared, live())).toEqual([]);
});

test.each<[string, Record<string, unknown>, string, string[]]>([
  ['keeps what is in it for a day', { retentionInDays: 1 }, 'lost', ['PutRetentionPolicy']],
  ['keeps what is in it for longer', { retentionInDays: 3653 }, 'minor', ['PutRetentionPolicy']],
  ['keeps what is in it for ever', { retentionInDays: undefined }, 'minor', ['PutRetentionPolicy']],
  [
    'has another key',
    { kmsKeyId: 'arn:aws:kms:us-east-1:999988887777:key/1' },
    'delayed',
    ['AssociateKmsKey'],
  ],
  ['is masked', { dataProtectionStatus: 'ACTIVATED' }, 'delayed', ['DeleteDataProtectionPolicy']],
  ['has no key', { kmsKeyId: undefined }, 'minor', ['AssociateKmsKey']],
  ['can be deleted', { deletionProtectionEnabled: false }, 'minor', ['PutLogGroupDeletionProtection']],
  ['no longer feeds the SIEM', { subscriptionFilters: [] }, 'delayed', ['PutSubscriptionFilter']],
  [
    'feeds it nothing',
    { subscriptionFilters: [{ ...asShown, filterPattern: 'nothing' }] },
    'delayed',
    ['PutSubscriptionFilter'],
  ],
  [
    'feeds it less',
    { subscriptionFilters: [{ ...asShown, fieldSelectionCriteria: 'x' }] },
    'delayed',
    ['PutSubscriptionFilter'],
  ],
  ['feeds a stranger', { subscriptionFilters: [asShown, mallory] }, 'exposed', ['DeleteSubscriptionFilter']],
  [
    'feeds a stranger only',
    { subscriptionFilters: [mallory] },
    'delayed',
    ['DeleteSubscriptionFilter', 'PutSubscriptionFilter'],
  ],
  ['counts no root', { metricFilters: [other] }, 'delayed', ['PutMetricFilter']],
  [
    'counts root otherwise',
    { metricFilters: [{ ...root, filterPattern: 'x' }] },
    'delayed',
    ['PutMetricFilter'],
  ],
])('a log group that %s: %#', (_what, changes, harm, expected) => {
  const observed = live(changes);
  const [drift, ...others] = kind.drift(declared, observed);
  expect(others).toEqual([]);
  expect(drift && harmOf(logGroup, drift, HOME)).toBe(harm);
  const plan = kind.plan(declared, observed);
  expect(calls(plan)).toEqual(expected);
  expect(
    kind.drift(
      declared,
      plan.reduce((seen, repair) => kind.after(repair, seen), observed),
    ),
  ).toEqual([]);
});

test.each<[string, unknown, string[]]>([
  ['retentionInDays', 1, ['DeleteRetentionPolicy']],
  ['kmsKeyId', KEY, ['DisassociateKmsKey']],
])('a %s that was declared not to be there goes', (field, found, expected) => {
  const bare = { ...declared, fields: { [field]: null } };
  expect(calls(kind.plan(bare, live({ [field]: found })))).toEqual(expected);
  expect(kind.drift(bare, live({ [field]: undefined }))).toEqual([]);
});

test.each<[string, Record<string, unknown>]>([
  ['is masked with the whole account', { inheritedProperties: ['ACCOUNT_DATA_PROTECTION'] }],
  ['was made anew in a class that feeds no filter', { logGroupClass: 'INFREQUENT_ACCESS' }],
])('that a log group %s can only be told', (_what, changes) => {
  const drift = kind.drift(declared, live(changes));
  expect(drift.map((each) => harmOf(logGroup, each, HOME))).toEqual(['delayed']);
  expect(kind.plan(declared, live(changes))).toEqual([]);
});

test('filters that somebody of this account added are told, and go where the declaration is exact', () => {
  const observed = live({ subscriptionFilters: [asShown, ours], metricFilters: [root, other] });
  expect(kind.drift(declared, observed)).toEqual([]);
  expect(remarksOn(logGroup, declared, observed, HOME)).toEqual([
    'it also has the subscription filter team',
    'it also has the metric filter other',
  ]);
  expect(calls(kind.plan({ ...declared, exact: true }, observed))).toEqual([
    'DeleteSubscriptionFilter',
    'DeleteMetricFilter',
  ]);
});

test('a log group that is gone is made anew, without its key where that cannot be used', () => {
  const gone: ObservedResource = { name: NAME, standing: 'missing', unread: {}, state: {} };
  const plan = kind.plan(declared, gone);
  expect(calls(plan)).toEqual([
    'CreateLogGroup',
    'PutRetentionPolicy',
    'PutSubscriptionFilter',
    'PutMetricFilter',
  ]);
  expect(plan[0]).toMatchObject({
    founds: true,
    input: { logGroupName: NAME, kmsKeyId: KEY, deletionProtectionEnabled: true },
    otherwise: { founds: true, input: { logGroupName: NAME, deletionProtectionEnabled: true } },
  });
  expect(plan[0]?.otherwise?.input).not.toHaveProperty('kmsKeyId');
});

const ARN = `arn:aws:logs:us-east-1:111122223333:log-group:${NAME}`;

test.each([
  [{ logGroupName: NAME }, true],
  [{ logGroupIdentifier: ARN }, true],
  [{ resourceIdentifier: `${ARN}:*` }, true],
  [{ logGroupName: `${NAME}-2` }, false],
  [{ logGroupName: '/audit' }, false],
  [{}, false],
])('a call with %p is about it: %p', (request, expected) => {
  expect(isNamedIn(request, declared, HOME)).toBe(expected);
});

test('each of its calls is known', () => {
  expect(knownCall('logs.amazonaws.com', 'DeleteLogGroup')).toMatchObject({
    kind: 'log-group',
    harm: 'lost',
  });
});
