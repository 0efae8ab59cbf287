import { isNamedIn } from '../../../src/kinds/kinds.ts';
import { key } from '../../../src/kinds/key/key.ts';
import { type DeclaredResource, loopKind, type ObservedResource } from '../../../src/kinds/resource.ts';

const HOME = { partition: 'aws', region: 'us-east-1', account: '111122223333' };
const ARN = 'arn:aws:kms:us-east-1:111122223333:key/0b1c2d3e-4f56-4789-8abc-def012345678';

const root = {
  Sid: 'Owner',
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::111122223333:root' },
  Action: 'kms:*',
  Resource: '*',
};
const cloudTrail = {
  Sid: 'CloudTrail',
  Effect: 'Allow',
  Principal: { Service: 'cloudtrail.amazonaws.com' },
  Action: ['kms:GenerateDataKey*', 'kms:DescribeKey'],
  Resource: '*',
};
const policyOf = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });

const declared: DeclaredResource = {
  kind: 'key',
  name: ARN,
  purpose: 'delivery',
  watch: 'enforce',
  trails: ['org-audit-trail'],
  fields: {
    KeyState: 'Enabled',
    Policy: policyOf(root, cloudTrail),
    KeyRotationEnabled: true,
    AliasName: 'alias/audit',
    Grants: [],
  },
};

const live = (changes: Record<string, unknown> = {}): ObservedResource => ({
  name: ARN,
  standing: 'here',
  unread: {},
  state: { ...declared.fields, AliasName: ['alias/audit', 'alias/other'], ...changes },
});

const kind = loopKind(key, HOME);
const plan = (changes: Record<string, unknown>, resource = declared) =>
  kind.plan(resource, live(changes)).map(({ kind: call }) => call);

test('a key as declared has no drift, whatever other aliases it has', () => {
  expect(kind.drift(declared, live())).toEqual([]);
});

const mallory = { Effect: 'Allow', Principal: { AWS: '999988887777' }, Action: 'kms:Decrypt', Resource: '*' };
const granted = (GranteePrincipal: string) => ({ GrantId: 'g1', GranteePrincipal, Operations: ['Decrypt'] });
const ours = {
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::111122223333:role/Alice' },
  Action: 'kms:Decrypt',
  Resource: '*',
};

test.each([
  ['is disabled', { KeyState: 'Disabled' }, ['EnableKey']],
  ['is to be deleted', { KeyState: 'PendingDeletion' }, ['CancelKeyDeletion', 'EnableKey']],
  [
    'is to be deleted after its replicas',
    { KeyState: 'PendingReplicaDeletion' },
    ['CancelKeyDeletion', 'EnableKey'],
  ],
  [
    'is denied to CloudTrail under a condition that it meets',
    {
      Policy: policyOf(root, cloudTrail, {
        Effect: 'Deny',
        Principal: '*',
        Action: 'kms:GenerateDataKey*',
        Resource: '*',
        Condition: { Null: { 'kms:EncryptionContext:aws:cloudtrail:arn': 'false' } },
      }),
    },
    ['PutKeyPolicy'],
  ],
  [
    'lets CloudTrail encrypt for another trail only',
    {
      Policy: policyOf(root, {
        ...cloudTrail,
        Condition: { StringEquals: { 'aws:SourceArn': 'arn:aws:cloudtrail:us-east-1:111122223333:trail/x' } },
      }),
    },
    ['PutKeyPolicy'],
  ],
  ['is granted to a stranger', { Grants: [granted('arn:aws:iam::999988887777:role/x')] }, ['RevokeGrant']],
  ['is granted to one of its own', { Grants: [granted('arn:aws:iam::111122223333:role/Alice')] }, []],
  ['is granted to a service', { Grants: [granted('rds.us-east-1.amazonaws.com')] }, []],
  ['has no statement for CloudTrail', { Policy: policyOf(root) }, ['PutKeyPolicy']],
  ['lets a stranger decrypt', { Policy: policyOf(root, cloudTrail, mallory) }, ['PutKeyPolicy']],
  ['lets one more of its own decrypt', { Policy: policyOf(root, cloudTrail, ours) }, []],
  ['has a policy that is no JSON', { Policy: '{"Version": ' }, ['PutKeyPolicy']],
  ['does not rotate', { KeyRotationEnabled: false }, ['EnableKeyRotation']],
  ['has lost its alias', { AliasName: [] }, ['UpdateAlias']],
])('a key that %s is put back by %p', (_what, changes, calls) => {
  expect(plan(changes)).toEqual(calls);
});

test('a repair makes the key as declared', () => {
  const observed = live({ KeyState: 'PendingDeletion', Policy: policyOf(root, mallory), AliasName: [] });
  const mended = kind.plan(declared, observed).reduce((seen, repair) => kind.after(repair, seen), observed);
  expect(kind.drift(declared, mended)).toEqual([]);
});

test('the policy of a key that others share is told of, and not repaired', () => {
  const shared = { ...declared, fields: { ...declared.fields, Shared: true } };
  const changes = { Policy: policyOf(root) };
  expect(kind.drift(shared, live({ ...changes, Shared: true })).map(({ field }) => field)).toEqual([
    'Policy',
  ]);
  expect(plan(changes, shared)).toEqual([]);
});

test('a grant to another account that is declared stays', () => {
  const Grants = [granted('arn:aws:iam::999988887777:role/siem')];
  const shared = { ...declared, fields: { ...declared.fields, Grants } };
  expect(plan({ Grants: [{ ...Grants[0], GrantId: 'g2' }] }, shared)).toEqual([]);
  expect(plan({ Grants: [{ ...Grants[0], Operations: ['Decrypt', 'CreateGrant'] }] }, shared)).toEqual([
    'RevokeGrant',
  ]);
});

test('a key without its material is enabled in vain, and told of', () => {
  expect(kind.drift(declared, live({ KeyState: 'PendingImport' })).map(({ field }) => field)).toEqual([
    'KeyState',
  ]);
});

test('a key that is to be told of only is not repaired', () => {
  expect(plan({ KeyState: 'Disabled' }, { ...declared, watch: 'alert' })).toEqual([]);
});

test('a policy that would lock its owner out is never written', () => {
  const closed = { ...declared, fields: { ...declared.fields, Policy: policyOf(cloudTrail) } };
  expect(plan({ Policy: policyOf(ours) }, closed)).toEqual([]);
});

test.each([
  [{ keyId: ARN }],
  [{ keyId: '0b1c2d3e-4f56-4789-8abc-def012345678' }],
  [{ aliasName: 'alias/audit', targetKeyId: 'another' }],
])('a call with %p is about the key', (request) => {
  expect(isNamedIn(request, declared, HOME)).toBe(true);
});

test.each([
  [{}],
  [{ keyId: 'another' }],
  [{ keyId: { toString: 'no text' } }],
  [{ aliasName: 'alias/aws/s3' }],
])('a call with %p is not', (request) => {
  expect(isNamedIn(request, declared, HOME)).toBe(false);
});
