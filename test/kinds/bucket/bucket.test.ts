import { bucket } from '../../../src/kinds/bucket/bucket.ts';
import { missingForCloudTrail } from '../../../src/kinds/bucket/cloudtrail.ts';
import { isNamedIn, knownCall } from '../../../src/kinds/kinds.ts';
import {
  type DeclaredResource,
  harmOf,
  loopKind,
  type ObservedResource,
  remarksOn,
} from '../../../src/kinds/resource.ts';

const HOME = { partition: 'aws', region: 'us-east-1', account: '111122223333' };
const NAME = 'example-logs';
const ARN = `arn:aws:s3:::${NAME}`;

const cloudTrail = (Action: string, Resource: string) => ({
  Effect: 'Allow',
  Principal: { Service: 'cloudtrail.amazonaws.com' },
  Action,
  Resource,
});
const acl = cloudTrail('s3:GetBucketAcl', ARN);
const write = cloudTrail('s3:PutObject', `${ARN}/AWSLogs/${HOME.account}/*`);
const policyOf = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });
const deny = { Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: `${ARN}/*` };
const stranger = {
  Effect: 'Allow',
  Principal: { AWS: '999988887777' },
  Action: 's3:GetObject',
  Resource: `${ARN}/*`,
};

const owner = { Grantee: { Type: 'CanonicalUser', ID: 'a1' }, Permission: 'FULL_CONTROL' };
const everybody = {
  Grantee: { Type: 'Group', URI: 'http://acs.amazonaws.com/groups/global/AllUsers' },
  Permission: 'READ',
};
const siem = {
  Id: 'siem',
  QueueArn: `arn:aws:sqs:us-east-1:${HOME.account}:siem`,
  Events: ['s3:ObjectCreated:*'],
};
const scanner = {
  Id: 'scan',
  QueueArn: `arn:aws:sqs:us-east-1:${HOME.account}:scan`,
  Events: ['s3:ObjectCreated:*'],
};
const blocks = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};
const encrypted = (KMSMasterKeyID: string) => ({
  Rules: [
    {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID },
      BucketKeyEnabled: true,
    },
  ],
});
const KEY = `arn:aws:kms:us-east-1:${HOME.account}:key/1`;
const archive = {
  ID: 'archive',
  Status: 'Enabled',
  Filter: { Prefix: '' },
  Transitions: [{ Days: 90, StorageClass: 'GLACIER' }],
};
const expiry = (Days: number) => ({
  ID: 'x',
  Status: 'Enabled',
  Filter: { Prefix: '' },
  Expiration: { Days },
});
const locked = (Mode: string, Days: number) => ({
  ObjectLockEnabled: 'Enabled',
  Rule: { DefaultRetention: { Mode, Days } },
});

const declared: DeclaredResource = {
  kind: 'bucket',
  name: NAME,
  purpose: 'delivery',
  watch: 'enforce',
  trails: ['audit'],
  fields: {
    BucketRegion: 'us-east-1',
    Policy: policyOf(acl, write),
    PublicAccessBlockConfiguration: blocks,
    OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerPreferred' }] },
    VersioningConfiguration: { Status: 'Enabled' },
    RequestPaymentConfiguration: { Payer: 'BucketOwner' },
    ObjectLockConfiguration: locked('GOVERNANCE', 30),
    LifecycleConfiguration: { Rules: [archive, expiry(400)] },
    ServerSideEncryptionConfiguration: encrypted(KEY),
    ACL: { Owner: { ID: 'a1' }, Grants: [owner] },
    LoggingEnabled: { TargetBucket: 'example-access', TargetPrefix: 'logs/' },
    ReplicationConfiguration: null,
    NotificationConfiguration: { QueueConfigurations: [siem], EventBridgeConfiguration: {} },
  },
};

const live = (changes: Record<string, unknown> = {}): ObservedResource => ({
  name: NAME,
  standing: 'here',
  unread: {},
  state: { ...declared.fields, ReplicationConfiguration: undefined, ...changes },
});

const kind = loopKind(bucket, HOME);
const calls = (repairs: readonly { kind: string }[]) => repairs.map(({ kind: call }) => call);

test('a bucket as declared has no drift', () => {
  expect(kind.drift(declared, live())).toEqual([]);
  expect(kind.plan(declared, live())).toEqual([]);
});

/** What is so, what is found, how bad it is, and the call that puts it back. */
const STRUCK: [string, Record<string, unknown>, string, string][] = [
  ['has no policy', { Policy: undefined }, 'lost', 'PutBucketPolicy'],
  ['keeps CloudTrail out', { Policy: policyOf(acl, write, deny) }, 'lost', 'PutBucketPolicy'],
  ['has a policy without CloudTrail', { Policy: policyOf(acl) }, 'lost', 'PutBucketPolicy'],
  ['lets a stranger read', { Policy: policyOf(acl, write, stranger) }, 'exposed', 'PutBucketPolicy'],
  [
    'lets a stranger delete',
    { Policy: policyOf(acl, write, { ...stranger, Action: 's3:*' }) },
    'lost',
    'PutBucketPolicy',
  ],
  ['has a policy that is no JSON', { Policy: '{"Statement' }, 'lost', 'PutBucketPolicy'],
  [
    'denies all but one',
    { Policy: policyOf(acl, write, { ...deny, Principal: undefined, NotPrincipal: { AWS: HOME.account } }) },
    'lost',
    'PutBucketPolicy',
  ],
  [
    'denies all but reading',
    { Policy: policyOf(acl, write, { ...deny, Action: undefined, NotAction: 's3:Get*' }) },
    'lost',
    'PutBucketPolicy',
  ],
  ...(
    [
      ['StringEquals', 'aws:PrincipalServiceName', 'cloudtrail.amazonaws.com'],
      ['Bool', 'aws:PrincipalIsAWSService', 'true'],
      ['StringNotEquals', 's3:x-amz-server-side-encryption', 'AES256'],
      ['ArnLike', 'aws:SourceArn', 'arn:aws:cloudtrail:*:*:trail/*'],
    ] as const
  ).map(([operator, key, value]): [string, Record<string, unknown>, string, string] => [
    `denies where ${key} is as in what CloudTrail writes`,
    { Policy: policyOf(acl, write, { ...deny, Condition: { [operator]: { [key]: value } } }) },
    'lost',
    'PutBucketPolicy',
  ]),
  [
    'lets CloudTrail write for another trail only',
    {
      Policy: policyOf(acl, {
        ...write,
        Condition: { StringEquals: { 'aws:SourceArn': 'arn:aws:cloudtrail:us-east-1:111122223333:trail/x' } },
      }),
    },
    'lost',
    'PutBucketPolicy',
  ],
  [
    'lets CloudTrail write from one address only',
    { Policy: policyOf(acl, { ...write, Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.1/32' } } }) },
    'lost',
    'PutBucketPolicy',
  ],
  [
    'lets everybody read who can be reached at all',
    {
      Policy: policyOf(acl, write, {
        ...stranger,
        Principal: '*',
        Condition: { StringLike: { 'aws:PrincipalAccount': '*' } },
      }),
    },
    'exposed',
    'PutBucketPolicy',
  ],
  [
    'lets a stranger do all but one thing',
    { Policy: policyOf(acl, write, { ...stranger, Action: undefined, NotAction: 's3:ListBucket' }) },
    'lost',
    'PutBucketPolicy',
  ],
  [
    'blocks no public access',
    { PublicAccessBlockConfiguration: undefined },
    'exposed',
    'PutPublicAccessBlock',
  ],
  [
    'blocks less',
    { PublicAccessBlockConfiguration: { ...blocks, BlockPublicPolicy: false } },
    'exposed',
    'PutPublicAccessBlock',
  ],
  [
    'lets writers own',
    { OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] } },
    'exposed',
    'PutBucketOwnershipControls',
  ],
  [
    'is read by everybody',
    { ACL: { Owner: { ID: 'a1' }, Grants: [owner, everybody] } },
    'exposed',
    'PutBucketAcl',
  ],
  ['keeps no versions', { VersioningConfiguration: { Status: 'Suspended' } }, 'lost', 'PutBucketVersioning'],
  [
    'has its requester pay',
    { RequestPaymentConfiguration: { Payer: 'Requester' } },
    'lost',
    'PutBucketRequestPayment',
  ],
  [
    'locks for a day',
    { ObjectLockConfiguration: locked('GOVERNANCE', 1) },
    'lost',
    'PutObjectLockConfiguration',
  ],
  [
    'locks nothing by default',
    { ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' } },
    'lost',
    'PutObjectLockConfiguration',
  ],
  [
    'deletes after a day',
    { LifecycleConfiguration: { Rules: [archive, expiry(1)] } },
    'lost',
    'PutBucketLifecycleConfiguration',
  ],
  [
    'deletes older versions',
    {
      LifecycleConfiguration: {
        Rules: [archive, expiry(400), { ...archive, NoncurrentVersionExpiration: { NoncurrentDays: 1 } }],
      },
    },
    'lost',
    'PutBucketLifecycleConfiguration',
  ],
  [
    'archives at once',
    {
      LifecycleConfiguration: {
        Rules: [expiry(400), { ...archive, Transitions: [{ Days: 0, StorageClass: 'DEEP_ARCHIVE' }] }],
      },
    },
    'delayed',
    'PutBucketLifecycleConfiguration',
  ],
  [
    'archives no longer',
    { LifecycleConfiguration: { Rules: [expiry(400)] } },
    'minor',
    'PutBucketLifecycleConfiguration',
  ],
  [
    'has lost its lifecycle',
    { LifecycleConfiguration: undefined },
    'minor',
    'PutBucketLifecycleConfiguration',
  ],
  [
    'encrypts with a foreign key',
    { ServerSideEncryptionConfiguration: encrypted('arn:aws:kms:us-east-1:999988887777:key/1') },
    'lost',
    'PutBucketEncryption',
  ],
  ['logs no access', { LoggingEnabled: undefined }, 'minor', 'PutBucketLogging'],
  [
    'is copied elsewhere',
    { ReplicationConfiguration: { Role: 'r', Rules: [{ Status: 'Enabled' }] } },
    'exposed',
    'DeleteBucketReplication',
  ],
  [
    'no longer tells the SIEM',
    { NotificationConfiguration: { QueueConfigurations: [scanner], EventBridgeConfiguration: {} } },
    'delayed',
    'PutBucketNotificationConfiguration',
  ],
  [
    'no longer tells EventBridge',
    { NotificationConfiguration: { QueueConfigurations: [siem] } },
    'delayed',
    'PutBucketNotificationConfiguration',
  ],
];

test.each(STRUCK)('a bucket that %s: %#', (_what, changes, harm, call) => {
  const observed = live(changes);
  const [drift, ...others] = kind.drift(declared, observed);
  expect(others).toEqual([]);
  expect(drift && harmOf(bucket, drift, HOME)).toBe(harm);
  const plan = kind.plan(declared, observed);
  expect(calls(plan)).toEqual([call]);
  expect(
    kind.drift(
      declared,
      plan.reduce((seen, repair) => kind.after(repair, seen), observed),
    ),
  ).toEqual([]);
});

test.each<[string, Record<string, unknown>]>([
  [
    'its rules are called otherwise',
    { LifecycleConfiguration: { Rules: [expiry(400), { ...archive, ID: 'other' }] } },
  ],
  ['it locks for longer', { ObjectLockConfiguration: locked('COMPLIANCE', 60) }],
  [
    'it locks for longer in years',
    {
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Years: 1 } },
      },
    },
  ],
  [
    'S3 shows one more setting of its encryption',
    {
      ServerSideEncryptionConfiguration: {
        Rules: [{ ...encrypted(KEY).Rules[0], BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] } }],
      },
    },
  ],
  [
    'somebody else is told, too',
    {
      NotificationConfiguration: {
        QueueConfigurations: [scanner, { ...siem, Id: 'other' }],
        EventBridgeConfiguration: {},
      },
    },
  ],
])('a bucket is as declared where %s', (_what, changes) => {
  expect(kind.drift(declared, live(changes))).toEqual([]);
});

test.each<[string, unknown, string]>([
  ['LifecycleConfiguration', { Rules: [expiry(1)] }, 'DeleteBucketLifecycle'],
  ['ReplicationConfiguration', { Role: 'r', Rules: [{ Status: 'Enabled' }] }, 'DeleteBucketReplication'],
  ['LoggingEnabled', { TargetBucket: 'elsewhere' }, 'PutBucketLogging'],
])('a %s that was declared not to be there goes', (field, found, call) => {
  const bare = { ...declared, fields: { [field]: null } };
  expect(calls(kind.plan(bare, live({ [field]: found })))).toEqual([call]);
  expect(kind.drift(bare, live({ [field]: undefined }))).toEqual([]);
});

test('what is not declared is not guarded', () => {
  const bare = { ...declared, fields: {} };
  expect(
    kind.drift(bare, live({ LifecycleConfiguration: { Rules: [expiry(1)] }, Policy: undefined })),
  ).toEqual([]);
});

test('a bucket that is gone is made anew, with its object lock, before the rest is put back', () => {
  const gone: ObservedResource = { name: NAME, standing: 'missing', unread: {}, state: {} };
  const plan = kind.plan(declared, gone);
  expect(plan[0]).toMatchObject({
    kind: 'CreateBucket',
    founds: true,
    input: { Bucket: NAME, ObjectLockEnabledForBucket: true, ObjectOwnership: 'BucketOwnerPreferred' },
  });
  expect(plan[0]?.input).not.toHaveProperty('CreateBucketConfiguration');
  expect(calls(plan.slice(1))).toEqual([
    'PutBucketPolicy',
    'PutBucketVersioning',
    'PutObjectLockConfiguration',
    'PutBucketLifecycleConfiguration',
    'PutBucketEncryption',
    'PutBucketAcl',
    'PutBucketLogging',
    'PutBucketNotificationConfiguration',
  ]);
  expect(
    kind.drift(
      declared,
      plan.reduce((seen, repair) => kind.after(repair, seen), gone),
    ),
  ).toEqual([]);
});

test('a bucket of another Region is made anew there', () => {
  const gone: ObservedResource = { name: NAME, standing: 'missing', unread: {}, state: {} };
  const elsewhere = { ...declared, fields: { BucketRegion: 'eu-west-1' } };
  expect(kind.plan(elsewhere, gone)[0]?.input).toMatchObject({
    CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
  });
});

test('nothing is written to a bucket that belongs to somebody else', () => {
  const taken: ObservedResource = { name: NAME, standing: 'foreign', unread: {}, state: {} };
  expect(kind.plan(declared, taken)).toEqual([]);
  expect(kind.drift(declared, taken)).toEqual([{ field: 'standing', declared: 'here', found: 'foreign' }]);
});

test('what others added to a policy is written with it, and without it where S3 refuses that', () => {
  const other = {
    Sid: 'Team',
    Effect: 'Allow',
    Principal: { AWS: HOME.account },
    Action: 's3:GetObject',
    Resource: `${ARN}/*`,
  };
  const observed = live({ Policy: policyOf(acl, other) });
  const [repair] = kind.plan(declared, observed);
  expect(JSON.parse(String(repair?.input['Policy']))).toEqual(policyOf(acl, write, other));
  expect(JSON.parse(String(repair?.otherwise?.input['Policy']))).toEqual(policyOf(acl, write));
  expect(remarksOn(bucket, declared, observed, HOME)).toEqual([
    'its policy also says: Team: Allow s3:GetObject to {AWS:111122223333}',
  ]);
});

test('whoever else is told stays told, unless the declaration is exact', () => {
  const observed = live({ NotificationConfiguration: { QueueConfigurations: [scanner] } });
  const told = (resource: DeclaredResource) =>
    kind.plan(resource, observed)[0]?.input['NotificationConfiguration'];
  expect(told(declared)).toEqual({ QueueConfigurations: [siem, scanner], EventBridgeConfiguration: {} });
  expect(told({ ...declared, exact: true })).toEqual({
    QueueConfigurations: [siem],
    EventBridgeConfiguration: {},
  });
  expect(
    remarksOn(
      bucket,
      declared,
      live({ NotificationConfiguration: { QueueConfigurations: [siem, scanner] } }),
      HOME,
    ),
  ).toEqual([`it also notifies ${scanner.QueueArn}`]);
});

test('a policy that CloudTrail would refuse is never written', () => {
  const broken = { ...declared, fields: { Policy: policyOf(acl) } };
  expect(kind.plan(broken, live({ Policy: undefined }))).toEqual([]);
  expect(calls(kind.plan({ ...broken, trails: [] }, live({ Policy: undefined })))).toEqual([
    'PutBucketPolicy',
  ]);
});

test('no access control list is written where the owner owns all', () => {
  const enforced = {
    ...declared,
    fields: {
      ...declared.fields,
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    },
  };
  const observed = live({ ACL: { Owner: { ID: 'a1' }, Grants: [owner, everybody] } });
  expect(calls(kind.plan(enforced, observed))).toEqual(['PutBucketOwnershipControls']);
});

test.each([
  ['nothing', policyOf(acl, write), {}, []],
  [
    'nothing under a prefix',
    policyOf(acl, cloudTrail('s3:PutObject', `${ARN}/p/AWSLogs/*`)),
    { place: 'p/' },
    [],
  ],
  [
    'the place',
    policyOf(acl, write),
    { place: 'p/' },
    [`s3:PutObject on ${ARN}/p/AWSLogs/111122223333/CloudTrail/`],
  ],
  ['asking', policyOf(write), {}, ['s3:GetBucketAcl on ' + ARN]],
  ['all', undefined, {}, ['s3:GetBucketAcl on ' + ARN, 's3:PutObject']],
])('CloudTrail misses %s: %#', (_what, policy, delivery, missing) => {
  expect(missingForCloudTrail(policy, NAME, HOME, delivery)).toEqual(missing);
});

test('a call is known by its service, and is about the bucket that it names', () => {
  expect(knownCall('s3.amazonaws.com', 'PutBucketLifecycle')).toMatchObject({ kind: 'bucket', harm: 'lost' });
  expect(knownCall('iam.amazonaws.com', 'PutBucketLifecycle')).toBeUndefined();
  expect(isNamedIn({ bucketName: NAME }, declared, HOME)).toBe(true);
  expect(isNamedIn({ bucketName: `${NAME}-2` }, declared, HOME)).toBe(false);
});

test('each call tampers with a field of the bucket, with all of it, or with what nothing shows', () => {
  const parts = Object.values(bucket.tamperings).map(({ part }) => part);
  const shown = ['all', ...Object.keys(bucket.fields)];
  expect(parts.filter((part) => !shown.includes(part))).toEqual(['inventory', 'archiving']);
});

test('of a second factor that is no longer asked for people are told: it can be asked for with it only', () => {
  const factor = { Status: 'Enabled', MFADelete: 'Enabled' };
  const strict = { ...declared, fields: { VersioningConfiguration: factor } };
  const observed = live({ VersioningConfiguration: { Status: 'Enabled' } });
  expect(kind.drift(strict, observed).map((drift) => harmOf(bucket, drift, HOME))).toEqual(['lost']);
  expect(kind.plan(strict, observed)).toEqual([]);
});

test('of a policy of 20 KB what does no harm is written with what is declared, as far as S3 takes it', () => {
  const others = Array.from({ length: 200 }, (_, at) => ({
    Sid: `Team${String(at)}`,
    Effect: 'Allow',
    Principal: { AWS: HOME.account },
    Action: 's3:ListBucket',
    Resource: ARN,
  }));
  const large = policyOf(...others.slice(0, 130), deny);
  expect(JSON.stringify(large).length).toBeGreaterThan(15_000);
  const [repair] = kind.plan(declared, live({ Policy: JSON.stringify(large) }));
  expect(repair?.otherwise).toBeDefined();
  expect(String(repair?.input['Policy'])).not.toContain('Deny');
  const [alone] = kind.plan(declared, live({ Policy: JSON.stringify(policyOf(...others, deny)) }));
  expect(alone?.otherwise).toBeUndefined();
  expect(JSON.parse(String(alone?.input['Policy']))).toEqual(policyOf(acl, write));
});
