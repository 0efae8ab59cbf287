import fc from '../laws/fast-check.ts';
import { describeStatement, readPolicy, samePolicy, type Statement } from '../../src/kinds/policy.ts';
import { letsService, locksOut } from '../../src/kinds/policy-effect.ts';
import { isAsGoodPolicy, merge, onlyExposes, textsOf } from '../../src/kinds/policy-merge.ts';

const HOME = { partition: 'aws', region: 'us-east-1', account: '111122223333' };
const BUCKET = 'arn:aws:s3:::example-logs';

const policyOf = (...Statement: Statement[]) => ({ Version: '2012-10-17', Statement });
const allow = (more: Statement): Statement => ({
  Effect: 'Allow',
  Action: 's3:GetObject',
  Resource: `${BUCKET}/*`,
  ...more,
});

const acl = {
  Sid: 'AWSCloudTrailAclCheck',
  Effect: 'Allow',
  Principal: { Service: 'cloudtrail.amazonaws.com' },
  Action: 's3:GetBucketAcl',
  Resource: BUCKET,
};
const organization = {
  Effect: 'Allow',
  Principal: '*',
  Action: 's3:GetObject',
  Resource: `${BUCKET}/AWSLogs/o-exampleorg1/*`,
  Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorg1' } },
};
const declared = policyOf(acl, organization);

test.each<[string, Statement, Statement]>([
  [
    'an account by its id or its root',
    { Principal: { AWS: HOME.account } },
    { Principal: { AWS: `arn:aws:iam::${HOME.account}:root` } },
  ],
  ['one value or a list of it', { Action: 's3:GetObject' }, { Action: ['s3:GetObject', 's3:GetObject'] }],
  ['a list in another order', { Action: ['s3:a', 's3:b'] }, { Action: ['s3:b', 's3:a'] }],
  ['an action in another case', { Action: 's3:getobject' }, { Action: 'S3:GetObject' }],
  ['everybody in both ways', { Principal: '*' }, { Principal: { AWS: '*' } }],
  ['another id', { Sid: 'one' }, { Sid: 'two' }],
  [
    'a condition on a key in another case',
    { Condition: { Bool: { 'aws:SecureTransport': 'true' } } },
    { Condition: { Bool: { 'AWS:securetransport': true } } },
  ],
])('%s means the same', (_what, one, other) => {
  expect(samePolicy(policyOf(allow(one)), policyOf(allow(other)))).toBe(true);
});

test.each<[string, Statement, Statement]>([
  ['another effect', {}, { Effect: 'Deny' }],
  ['another principal', { Principal: '*' }, { Principal: { AWS: HOME.account } }],
  [
    'everybody but one',
    { Principal: { AWS: HOME.account } },
    { Principal: undefined, NotPrincipal: { AWS: HOME.account } },
  ],
  ['another resource', {}, { Resource: `${BUCKET}/other/*` }],
  ['a condition more', {}, { Condition: { StringEquals: { 'aws:SourceAccount': HOME.account } } }],
  [
    'a condition more, whose key is written in another case',
    { Condition: { StringEquals: { 'aws:SourceAccount': HOME.account } } },
    {
      Condition: { StringEquals: { 'aws:SourceAccount': HOME.account, 'AWS:SourceAccount': '999988887777' } },
    },
  ],
  [
    'another operator',
    { Condition: { StringLike: { a: 'b' } } },
    { Condition: { StringEquals: { a: 'b' } } },
  ],
])('%s means something else', (_what, one, other) => {
  expect(samePolicy(policyOf(allow(one)), policyOf(allow(other)))).toBe(false);
});

test.each(['{', '[]', '"text"', 'null', '{}', '{"Statement": "x"}', 7, {}])(
  '%j as a policy is read without an error',
  (value) => {
    const read = readPolicy(value);
    expect(read?.Statement.every((each) => each['Effect'] === undefined) ?? true).toBe(true);
  },
);

const ours = `arn:aws:iam::${HOME.account}:role/Alice`;
const cloudFront = { Service: 'cloudfront.amazonaws.com' };
const condition = (operator: string, key: string, ...values: string[]) => ({
  Principal: '*',
  Condition: { [operator]: { [key]: values } },
});

test.each<[string, Statement]>([
  ['a role of this account', { Principal: { AWS: ours } }],
  ['this account', { Principal: { AWS: [HOME.account] } }],
  ['everybody of this account', condition('StringEquals', 'aws:PrincipalAccount', HOME.account)],
  [
    'everybody by an ARN of this account',
    condition('ArnLike', 'aws:PrincipalArn', `arn:*:iam::${HOME.account}:role/*`),
  ],
  [
    'everybody of the organisation that is declared',
    condition('StringEquals', 'aws:PrincipalOrgID', 'o-exampleorg1'),
  ],
  [
    'everybody below a unit of it',
    condition('ForAnyValue:StringLike', 'aws:PrincipalOrgPaths', 'o-exampleorg1/r-1/*'),
  ],
  ['whoever calls KMS from this account', condition('StringEquals', 'kms:CallerAccount', HOME.account)],
  [
    'a service that only writes',
    { Principal: { Service: 'config.amazonaws.com' }, Action: ['s3:PutObject', 's3:GetBucketAcl'] },
  ],
  [
    'a service that is bound to this account',
    {
      Principal: cloudFront,
      Condition: { StringEquals: { 'AWS:SourceArn': `arn:aws:cloudfront::${HOME.account}:distribution/E1` } },
    },
  ],
  [
    'a denial of requests without TLS',
    {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ],
  [
    'a denial of old TLS',
    {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Condition: { NumericLessThan: { 's3:TlsVersion': 1.2 } },
    },
  ],
  [
    'a denial of deleting',
    { Effect: 'Deny', Principal: '*', Action: ['s3:DeleteObject*', 's3:DeleteBucket'] },
  ],
])('for %s a statement that nobody declared stays', (_who, more) => {
  const found = policyOf(acl, organization, allow(more));
  expect(merge(declared, found, false, HOME).kept).toHaveLength(1);
  expect(isAsGoodPolicy(declared, found, false, HOME)).toBe(true);
  expect(isAsGoodPolicy(declared, found, true, HOME)).toBe(false);
});

test.each<[string, Statement]>([
  ['another account', { Principal: { AWS: '999988887777' } }],
  [
    'a role of another account among our own',
    { Principal: { AWS: [ours, 'arn:aws:iam::999988887777:role/Mallory'] } },
  ],
  ['everybody', { Principal: '*' }],
  ['everybody in the other way', { Principal: { AWS: '*' } }],
  ['everybody but one', { NotPrincipal: { AWS: ours } }],
  ['a user of S3 by an id', { Principal: { CanonicalUser: 'f'.repeat(64) } }],
  ['an identity provider', { Principal: { Federated: 'accounts.google.com' } }],
  ['a principal whose id is all that is left of it', { Principal: { AWS: 'AROAEXAMPLE' } }],
  ['a service that reads for whoever has it', { Principal: cloudFront }],
  [
    'a service that reads for another account',
    {
      Principal: cloudFront,
      Condition: { StringEquals: { 'AWS:SourceArn': 'arn:aws:cloudfront::999988887777:distribution/E1' } },
    },
  ],
  ['a service that may do anything', { Principal: cloudFront, Action: 's3:*' }],
  [
    'a service that may do anything else',
    { Principal: cloudFront, Action: undefined, NotAction: 's3:PutObject' },
  ],
  ['everybody else', condition('StringNotEquals', 'aws:PrincipalAccount', HOME.account)],
  ['everybody by a pattern for all', condition('StringLike', 'aws:PrincipalAccount', '*')],
  ['everybody who has no account', condition('StringEqualsIfExists', 'aws:PrincipalAccount', HOME.account)],
  [
    'everybody whose every value fits',
    condition('ForAllValues:StringEquals', 'aws:PrincipalAccount', HOME.account),
  ],
  ['everybody who has an account', condition('Null', 'aws:PrincipalAccount', 'false')],
  ['our account or another', condition('StringEquals', 'aws:PrincipalAccount', HOME.account, '999988887777')],
  ['no value at all', condition('StringEquals', 'aws:PrincipalAccount')],
  ['an organisation that nobody declared', condition('StringEquals', 'aws:PrincipalOrgID', 'o-mallory123')],
  ['every organisation', condition('StringLike', 'aws:PrincipalOrgID', 'o-*')],
  [
    'ARNs that have our account further back',
    condition('StringLike', 'aws:SourceArn', `*:*:*:*:${HOME.account}:*`),
  ],
  [
    'ARNs that our account merely begins',
    condition('ArnLike', 'aws:PrincipalArn', `arn:aws:iam::${HOME.account}*:role/x`),
  ],
  ['a network', condition('IpAddress', 'aws:SourceIp', '198.51.100.0/24')],
  ['a key of a condition that is none', condition('StringEquals', 'aws:UserAgent', HOME.account)],
])('for %s a statement that nobody declared goes', (_who, more) => {
  const found = policyOf(acl, organization, allow(more));
  expect(merge(declared, found, false, HOME).kept).toEqual([]);
  expect(isAsGoodPolicy(declared, found, false, HOME)).toBe(false);
});

test.each<[string, Statement]>([
  ['everybody', { Action: 's3:*' }],
  ['CloudTrail', { Principal: { Service: 'cloudtrail.amazonaws.com' }, Action: 's3:PutObject' }],
  ['one of our own', { Principal: { AWS: ours } }],
  ['requests with TLS', { Condition: { Bool: { 'aws:SecureTransport': ['false', 'true'] } } }],
  ['requests over no TLS or any version', { Condition: { NumericLessThan: { 's3:TlsVersion': [1.2, 9] } } }],
  ['requests over whatever version', { Condition: { NumericLessThan: { 's3:TlsVersion': 'Infinity' } } }],
  ['an empty list', { Condition: { Bool: { 'aws:SecureTransport': [] } } }],
  ['whoever does not delete', { Action: undefined, NotAction: 's3:DeleteObject' }],
  ['whoever deletes or writes', { Action: ['s3:DeleteObject', 's3:PutObject'] }],
  ['whoever deletes messages', { Action: 'sqs:DeleteMessage' }],
  ['whoever deletes queues, messages or all', { Action: ['sqs:DeleteQueue', 'sqs:Delete*'] }],
  ['whoever deletes items', { Action: 'dynamodb:DeleteItem' }],
  ['whoever takes a limit off a function', { Action: 'lambda:DeleteFunctionConcurrency' }],
  [
    'CloudTrail behind a condition that looks like one of transport',
    { Condition: { BoolIfExists: { 'aws:ViaAWSService': 'false' } } },
  ],
])('a denial of %s goes', (_what, more) => {
  const found = policyOf(acl, organization, {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: '*',
    ...more,
  });
  expect(merge(declared, found, false, HOME).kept).toEqual([]);
});

test('a statement with the id of a declared one is that one, changed: no policy may have an id twice', () => {
  const found = policyOf({ ...acl, Resource: `${BUCKET}-other` }, organization);
  expect(merge(declared, found, false, HOME)).toEqual({ policy: declared, kept: [] });
});

test('a variable is text in a policy of the older version, which no request equals', () => {
  const own = policyOf(allow({ Principal: { AWS: ours }, Resource: `${BUCKET}/\${aws:username}/*` }));
  expect(isAsGoodPolicy(own, own, false, HOME)).toBe(true);
  expect(isAsGoodPolicy(own, { ...own, Version: '2008-10-17' }, false, HOME)).toBe(false);
  expect(isAsGoodPolicy(declared, { ...declared, Version: '2008-10-17' }, false, HOME)).toBe(true);
});

test('what is larger than the service takes is written without what others added', () => {
  const many = Array.from({ length: 300 }, (_, at) =>
    allow({ Sid: `Other${String(at)}`, Principal: { AWS: ours } }),
  );
  const merged = merge(declared, policyOf(...many), false, HOME);
  expect(textsOf(merged, 20_480).map((text) => JSON.parse(text) as unknown)).toEqual([declared]);
  expect(textsOf(merged, 1_000_000)).toHaveLength(2);
  expect(textsOf(merged, 10)).toEqual([]);
  expect(textsOf(merged, 20_480, () => false)).toEqual([]);
});

const CHANGING = ['s3:DeleteObject'];

test.each<[string, Statement, boolean]>([
  ['lets a stranger read', policyOf(acl, organization, allow({ Principal: '*' })), true],
  [
    'lets a stranger do anything',
    policyOf(acl, organization, allow({ Principal: '*', Action: 's3:*' })),
    false,
  ],
  [
    'denies somebody something',
    policyOf(acl, organization, allow({ Effect: 'Deny', Principal: '*' })),
    false,
  ],
  ['misses a statement', policyOf(organization, allow({ Principal: '*' })), false],
])('a policy that %s only exposes what is there: %#', (_what, found, expected) => {
  expect(onlyExposes(declared, found, CHANGING, HOME)).toBe(expected);
});

const PUT = 's3:PutBucketPolicy';
const deny = (more: Statement) =>
  policyOf({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*', ...more });

test.each<[string, ReturnType<typeof policyOf>, boolean]>([
  ['denies everybody everything', deny({}), true],
  ['denies everybody but one', deny({ Principal: undefined, NotPrincipal: { AWS: ours } }), true],
  [
    'denies this account a pattern',
    deny({ Principal: { AWS: HOME.account }, Action: 's3:Put*Policy' }),
    true,
  ],
  ['denies everybody all but reading', deny({ Action: undefined, NotAction: 's3:Get*' }), true],
  ['denies everybody something else', deny({ Action: 's3:DeleteBucket' }), false],
  ['denies another account', deny({ Principal: { AWS: '999988887777' } }), false],
  ['denies under a condition', deny({ Condition: { Bool: { 'aws:SecureTransport': 'false' } } }), false],
])('a policy that %s locks out: %#', (_what, policy, expected) => {
  expect(locksOut(policy, PUT, HOME, false)).toBe(expected);
});

test('a pattern made to keep its reader busy is read at once', () => {
  const busy = policyOf(allow({ Effect: 'Deny', Principal: '*', Action: `s3:${'*a'.repeat(2_000)}` }));
  expect(locksOut(busy, `s3:${'a'.repeat(1_000)}b`, HOME, false)).toBe(false);
});

const CLOUDTRAIL = 'cloudtrail.amazonaws.com';
const context = { 'aws:sourcearn': 'arn:aws:cloudtrail:us-east-1:111122223333:trail/audit' };

test.each<[string, Statement, boolean]>([
  ['names the service', {}, true],
  [
    'is for this trail',
    { Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:cloudtrail:*:111122223333:trail/*' } } },
    true,
  ],
  [
    'is for another trail',
    {
      Condition: {
        StringEquals: { 'AWS:SourceArn': 'arn:aws:cloudtrail:us-east-1:111122223333:trail/other' },
      },
    },
    false,
  ],
  ['knows a condition that cannot be told', { Condition: { Bool: { 'aws:SecureTransport': 'true' } } }, true],
  ['names another service', { Principal: { Service: 'config.amazonaws.com' } }, false],
  ['is about another bucket', { Resource: `${BUCKET}-other` }, false],
])('a statement that %s lets CloudTrail ask: %#', (_what, more, expected) => {
  expect(letsService(policyOf({ ...acl, ...more }), CLOUDTRAIL, 's3:GetBucketAcl', BUCKET, context)).toBe(
    expected,
  );
});

test('a denial without a condition counts against what is allowed', () => {
  const denied = policyOf(acl, { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' });
  expect(letsService(denied, CLOUDTRAIL, 's3:GetBucketAcl', BUCKET, context)).toBe(false);
});

test('what others wrote is told in one short line', () => {
  const said = describeStatement({
    Sid: 'a\nb',
    Effect: 'Allow',
    Action: 'x'.repeat(20_000),
    Principal: '*',
  });
  expect(said).not.toContain('\n');
  expect(said.length).toBeLessThan(500);
});

const anyPrincipal = fc.constantFrom<Statement>(
  { Principal: '*' },
  { Principal: { AWS: ours } },
  { Principal: { AWS: ['999988887777', HOME.account] } },
  { Principal: { Service: CLOUDTRAIL } },
  { NotPrincipal: { AWS: ours } },
);
const anyAction = fc.constantFrom<Statement>(
  { Action: 's3:PutObject' },
  { Action: ['s3:getobject', 's3:*'] },
  { NotAction: 's3:DeleteObject' },
);
const anyCondition = fc.constantFrom<Statement>(
  {},
  { Condition: { StringEquals: { 'aws:PrincipalAccount': HOME.account } } },
  { Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
  { Condition: { StringLike: { 'aws:PrincipalOrgID': '*' } } },
);
const anyStatement = fc
  .tuple(
    fc.constantFrom('Allow', 'Deny'),
    fc.option(fc.constantFrom('A', 'B', 'C'), { nil: undefined }),
    anyPrincipal,
    anyAction,
    anyCondition,
  )
  .map(
    ([Effect, Sid, ...members]) =>
      Object.assign({ Effect, Resource: '*', ...(Sid && { Sid }) }, ...members) as Statement,
  );
const anyPolicy = fc.array(anyStatement, { maxLength: 5 }).map((statements) => policyOf(...statements));

test('a merged policy has all that is declared, is as good as that, and is merged once and for all', () => {
  fc.assert(
    fc.property(
      anyPolicy,
      fc.oneof(anyPolicy, fc.json(), fc.constant(undefined)),
      fc.boolean(),
      (wanted, found, isExact) => {
        const { policy } = merge(wanted, found, isExact, HOME);
        expect(policy.Statement.slice(0, wanted.Statement.length)).toEqual(wanted.Statement);
        expect(isAsGoodPolicy(wanted, JSON.stringify(policy), isExact, HOME)).toBe(true);
        expect(merge(wanted, policy, isExact, HOME).policy).toEqual(policy);
      },
    ),
    { numRuns: 500 },
  );
});
