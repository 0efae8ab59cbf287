import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketEncryptionCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketOwnershipControlsCommand,
  DeleteBucketPolicyCommand,
  DeleteBucketReplicationCommand,
  DeletePublicAccessBlockCommand,
  GetBucketAclCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketLoggingCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetBucketReplicationCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  PutBucketAclCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketLoggingCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectLockConfigurationCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { startEmbeddedAws } from '../../../../local/aws/aws.ts';
import { rootUser } from '../../../../local/aws/iam/principal.ts';
import { emptyAws } from '../signed-in.ts';

const Bucket = 'example-org-audit-logs';
const STRANGER = '111122223333';
const bucketArn = `arn:aws:s3:::${Bucket}`;
const policyOf = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const statement = (Principal: unknown, more: object = {}) => ({
  Effect: 'Allow',
  Principal,
  Action: 's3:*',
  Resource: [bucketArn, `${bucketArn}/*`],
  ...more,
});

async function withBucket() {
  const all = emptyAws();
  const s3 = new S3Client(all.as('alice'));
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  await all.aws.idle();
  const send = async (command: object) => (await s3.send(command as never)) as object;
  return { ...all, s3, send };
}

const lifecycle = {
  Rules: [
    {
      ID: 'archive',
      Status: 'Enabled' as const,
      Filter: { Prefix: '' },
      Transitions: [{ Days: 90, StorageClass: 'GLACIER' as const }],
    },
  ],
};
const encryption = {
  Rules: [
    {
      ApplyServerSideEncryptionByDefault: {
        SSEAlgorithm: 'aws:kms' as const,
        KMSMasterKeyID: 'arn:aws:kms:us-east-1:123456789012:key/1',
      },
      BucketKeyEnabled: true,
    },
  ],
};
const block = {
  BlockPublicAcls: true,
  IgnorePublicAcls: false,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: false,
};
const ownership = { Rules: [{ ObjectOwnership: 'BucketOwnerPreferred' as const }] };
const replication = {
  Role: 'arn:aws:iam::123456789012:role/replication',
  Rules: [
    {
      ID: 'all',
      Status: 'Enabled' as const,
      Priority: 1,
      Filter: { Prefix: '' },
      Destination: { Bucket: 'arn:aws:s3:::copy' },
      DeleteMarkerReplication: { Status: 'Disabled' as const },
    },
  ],
};
const notification = {
  QueueConfigurations: [
    {
      Id: 'siem',
      QueueArn: 'arn:aws:sqs:us-east-1:123456789012:siem',
      Events: ['s3:ObjectCreated:*' as const],
    },
  ],
};
const lock = {
  ObjectLockEnabled: 'Enabled' as const,
  Rule: { DefaultRetention: { Mode: 'COMPLIANCE' as const, Days: 365 } },
};
const logging = { LoggingEnabled: { TargetBucket: 'access-logs', TargetPrefix: 'audit/' } };

describe('what is put is what is got:', () => {
  test.each<[string, object, object, object]>([
    [
      'policy',
      new PutBucketPolicyCommand({
        Bucket,
        Policy: policyOf(statement({ Service: 'cloudtrail.amazonaws.com' })),
      }),
      new GetBucketPolicyCommand({ Bucket }),
      { Policy: policyOf(statement({ Service: 'cloudtrail.amazonaws.com' })) },
    ],
    [
      'public access block',
      new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: block }),
      new GetPublicAccessBlockCommand({ Bucket }),
      { PublicAccessBlockConfiguration: block },
    ],
    [
      'versioning',
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } }),
      new GetBucketVersioningCommand({ Bucket }),
      { Status: 'Suspended' },
    ],
    [
      'lifecycle',
      new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: lifecycle }),
      new GetBucketLifecycleConfigurationCommand({ Bucket }),
      lifecycle,
    ],
    [
      'encryption',
      new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: encryption }),
      new GetBucketEncryptionCommand({ Bucket }),
      { ServerSideEncryptionConfiguration: encryption },
    ],
    [
      'ownership',
      new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: ownership }),
      new GetBucketOwnershipControlsCommand({ Bucket }),
      { OwnershipControls: ownership },
    ],
    [
      'object lock',
      new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration: lock }),
      new GetObjectLockConfigurationCommand({ Bucket }),
      { ObjectLockConfiguration: lock },
    ],
    [
      'access logging',
      new PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: logging }),
      new GetBucketLoggingCommand({ Bucket }),
      logging,
    ],
    [
      'replication',
      new PutBucketReplicationCommand({ Bucket, ReplicationConfiguration: replication }),
      new GetBucketReplicationCommand({ Bucket }),
      { ReplicationConfiguration: replication },
    ],
    [
      'notifications',
      new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: notification }),
      new GetBucketNotificationConfigurationCommand({ Bucket }),
      notification,
    ],
  ])('%s', async (_, put, get, expected) => {
    const { send } = await withBucket();
    await send(put);
    expect(await send(get)).toMatchObject(expected);
  });
});

test('a new bucket has what AWS gives every new bucket', async () => {
  const { send } = await withBucket();
  const all = {
    BlockPublicAcls: true,
    IgnorePublicAcls: true,
    BlockPublicPolicy: true,
    RestrictPublicBuckets: true,
  };
  expect(await send(new GetPublicAccessBlockCommand({ Bucket }))).toMatchObject({
    PublicAccessBlockConfiguration: all,
  });
  expect(await send(new GetBucketOwnershipControlsCommand({ Bucket }))).toMatchObject({
    OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
  });
  expect(await send(new GetBucketEncryptionCommand({ Bucket }))).toMatchObject({
    ServerSideEncryptionConfiguration: {
      Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
    },
  });
  expect(await send(new GetBucketAclCommand({ Bucket }))).toMatchObject({
    Grants: [{ Permission: 'FULL_CONTROL' }],
  });
  expect(await send(new GetBucketLocationCommand({ Bucket }))).not.toHaveProperty('LocationConstraint');
  expect(await send(new HeadBucketCommand({ Bucket, ExpectedBucketOwner: '123456789012' }))).toMatchObject({
    BucketRegion: 'us-east-1',
  });
});

test.each<[string, object | undefined, object, string]>([
  ['policy', undefined, new GetBucketPolicyCommand({ Bucket }), 'NoSuchBucketPolicy'],
  ['policy status', undefined, new GetBucketPolicyStatusCommand({ Bucket }), 'NoSuchBucketPolicy'],
  [
    'lifecycle',
    new DeleteBucketLifecycleCommand({ Bucket }),
    new GetBucketLifecycleConfigurationCommand({ Bucket }),
    'NoSuchLifecycleConfiguration',
  ],
  [
    'public access block',
    new DeletePublicAccessBlockCommand({ Bucket }),
    new GetPublicAccessBlockCommand({ Bucket }),
    'NoSuchPublicAccessBlockConfiguration',
  ],
  [
    'ownership',
    new DeleteBucketOwnershipControlsCommand({ Bucket }),
    new GetBucketOwnershipControlsCommand({ Bucket }),
    'OwnershipControlsNotFoundError',
  ],
  [
    'replication',
    new DeleteBucketReplicationCommand({ Bucket }),
    new GetBucketReplicationCommand({ Bucket }),
    'ReplicationConfigurationNotFoundError',
  ],
  [
    'object lock',
    undefined,
    new GetObjectLockConfigurationCommand({ Bucket }),
    'ObjectLockConfigurationNotFoundError',
  ],
])('of what is not there, %s, S3 says so', async (_, remove, get, name) => {
  const { send } = await withBucket();
  if (remove) await send(remove);
  await expect(send(get)).rejects.toMatchObject({ name });
});

test.each<[string, object, string]>([
  ['a bucket that nobody has', new GetBucketPolicyCommand({ Bucket: 'nobody-has-it' }), 'NoSuchBucket'],
  [
    'a bucket of another owner than expected',
    new GetBucketAclCommand({ Bucket, ExpectedBucketOwner: STRANGER }),
    'AccessDenied',
  ],
  ['a policy that is no JSON', new PutBucketPolicyCommand({ Bucket, Policy: '{' }), 'MalformedPolicy'],
  [
    'a policy without a principal',
    new PutBucketPolicyCommand({ Bucket, Policy: policyOf({ ...statement('*'), Principal: undefined }) }),
    'MalformedPolicy',
  ],
  [
    'a policy of another bucket',
    new PutBucketPolicyCommand({
      Bucket,
      Policy: policyOf(statement('*', { Resource: `${bucketArn}-2/*` })),
    }),
    'MalformedPolicy',
  ],
  [
    'a policy of more than 20 KB',
    new PutBucketPolicyCommand({ Bucket, Policy: policyOf(statement('*', { Sid: 'x'.repeat(20_480) })) }),
    'MalformedPolicy',
  ],
  [
    'a public policy',
    new PutBucketPolicyCommand({ Bucket, Policy: policyOf(statement('*')) }),
    'AccessDenied',
  ],
  ['a public ACL', new PutBucketAclCommand({ Bucket, ACL: 'public-read' }), 'AccessControlListNotSupported'],
  [
    'ownership controls without a body',
    new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: undefined }),
    'MalformedXML',
  ],
])('%s is refused', async (_, command, name) => {
  const { send } = await withBucket();
  await expect(send(command)).rejects.toMatchObject({ name });
});

test('a policy for everybody is public unless a condition narrows it, and is taken once nothing blocks it', async () => {
  const { send } = await withBucket();
  const narrowed = statement('*', {
    Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } },
  });
  const isPublic = async (Policy: string) => {
    await send(new PutBucketPolicyCommand({ Bucket, Policy }));
    return (
      (await send(new GetBucketPolicyStatusCommand({ Bucket }))) as { PolicyStatus?: { IsPublic?: boolean } }
    ).PolicyStatus?.IsPublic;
  };
  expect(await isPublic(policyOf(narrowed))).toBe(false);
  await send(new DeletePublicAccessBlockCommand({ Bucket }));
  expect(await isPublic(policyOf(statement('*')))).toBe(true);
});

test('a locked bucket stays versioned, and an unversioned one is neither locked nor replicated', async () => {
  const { send } = await withBucket();
  const suspend = new PutBucketVersioningCommand({
    Bucket,
    VersioningConfiguration: { Status: 'Suspended' },
  });
  const lockIt = new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration: lock });
  await send(suspend);
  await expect(send(lockIt)).rejects.toMatchObject({ name: 'InvalidBucketState' });
  await expect(
    send(new PutBucketReplicationCommand({ Bucket, ReplicationConfiguration: replication })),
  ).rejects.toMatchObject({ name: 'InvalidRequest' });
  await send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  await send(lockIt);
  await expect(send(suspend)).rejects.toMatchObject({ name: 'InvalidBucketState' });
});

test('a bucket of another Region redirects', async () => {
  const { as } = await withBucket();
  const elsewhere = new S3Client(as('alice', { region: 'eu-west-1' }));
  await expect(elsewhere.send(new GetBucketPolicyCommand({ Bucket }))).rejects.toMatchObject({
    name: 'PermanentRedirect',
    $metadata: { httpStatusCode: 301 },
  });
  await elsewhere.send(
    new CreateBucketCommand({
      Bucket: 'in-europe',
      CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
    }),
  );
  const { LocationConstraint } = await new S3Client(as('alice')).send(
    new GetBucketLocationCommand({ Bucket: 'in-europe' }),
  );
  expect(LocationConstraint).toBe('eu-west-1');
});

test('a bucket that another account took is not ours: neither to read nor in our history', async () => {
  const { aws, as, send } = await withBucket();
  await send(new DeleteBucketCommand({ Bucket }));
  await expect(send(new HeadBucketCommand({ Bucket }))).rejects.toMatchObject({
    $metadata: { httpStatusCode: 404 },
  });
  const stranger = new S3Client(as('mallory', { account: STRANGER }));
  await stranger.send(new CreateBucketCommand({ Bucket }));
  await expect(send(new CreateBucketCommand({ Bucket }))).rejects.toMatchObject({
    name: 'BucketAlreadyExists',
  });
  await expect(send(new GetBucketPolicyCommand({ Bucket }))).rejects.toMatchObject({ name: 'AccessDenied' });
  await stranger.send(
    new PutBucketPolicyCommand({
      Bucket,
      Policy: policyOf(statement({ AWS: 'arn:aws:iam::123456789012:root' })),
    }),
  );
  await send(new GetBucketPolicyCommand({ Bucket }));
  await expect(
    send(new GetBucketPolicyCommand({ Bucket, ExpectedBucketOwner: '123456789012' })),
  ).rejects.toMatchObject({ name: 'AccessDenied' });
  expect(aws.history().map(({ eventName }) => eventName)).toEqual([
    'CreateBucket',
    'PutBucketVersioning',
    'DeleteBucket',
    'CreateBucket',
  ]);
  expect(aws.history().at(-1)?.errorCode).toBe('BucketAlreadyExists');
});

test('a stranger whom the policy lets in changes our bucket, and our history has it', async () => {
  const { as, send, recorded } = await withBucket();
  const stranger = new S3Client(as('mallory', { account: STRANGER }));
  const remove = () => stranger.send(new DeleteBucketPolicyCommand({ Bucket }));
  await expect(remove()).rejects.toMatchObject({ name: 'AccessDenied' });
  await send(
    new PutBucketPolicyCommand({
      Bucket,
      Policy: policyOf(statement({ AWS: `arn:aws:iam::${STRANGER}:root` })),
    }),
  );
  await remove();
  expect(recorded('DeleteBucketPolicy').record?.userIdentity.accountId).toBe(STRANGER);
});

test('a policy that denies everybody binds administrators, too', async () => {
  const { send } = await withBucket();
  const Policy = policyOf(statement('*', { Effect: 'Deny' }));
  await send(new PutBucketPolicyCommand({ Bucket, Policy }));
  await expect(send(new GetBucketPolicyCommand({ Bucket }))).rejects.toMatchObject({ name: 'AccessDenied' });
});

describe('in the Event history and on the bus stands', () => {
  test.each<[string, object, object]>([
    [
      'PutBucketPolicy',
      new PutBucketPolicyCommand({
        Bucket,
        Policy: policyOf(statement({ Service: 'cloudtrail.amazonaws.com' })),
      }),
      { policy: '', bucketPolicy: { Statement: [{ Effect: 'Allow' }] } },
    ],
    ['DeleteBucketPolicy', new DeleteBucketPolicyCommand({ Bucket }), { policy: '' }],
    [
      'PutBucketLifecycle',
      new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: lifecycle }),
      { lifecycle: '', LifecycleConfiguration: { Rule: { ID: 'archive', Transition: { Days: 90 } } } },
    ],
    ['DeleteBucketLifecycle', new DeleteBucketLifecycleCommand({ Bucket }), { lifecycle: '' }],
    [
      'PutBucketPublicAccessBlock',
      new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: block }),
      { publicAccessBlock: '', PublicAccessBlockConfiguration: { BlockPublicAcls: true } },
    ],
    [
      'DeleteBucketPublicAccessBlock',
      new DeletePublicAccessBlockCommand({ Bucket }),
      { publicAccessBlock: '' },
    ],
    [
      'PutBucketVersioning',
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } }),
      { versioning: '', VersioningConfiguration: { Status: 'Suspended' } },
    ],
    [
      'PutBucketEncryption',
      new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: encryption }),
      { encryption: '' },
    ],
    ['DeleteBucketEncryption', new DeleteBucketEncryptionCommand({ Bucket }), { encryption: '' }],
    [
      'PutBucketAcl',
      new PutBucketAclCommand({ Bucket, ACL: 'private' }),
      { acl: '', 'x-amz-acl': 'private' },
    ],
    [
      'PutBucketOwnershipControls',
      new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: ownership }),
      { ownershipControls: '' },
    ],
    [
      'DeleteBucketOwnershipControls',
      new DeleteBucketOwnershipControlsCommand({ Bucket }),
      { ownershipControls: '' },
    ],
    [
      'PutBucketObjectLockConfiguration',
      new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration: lock }),
      { 'object-lock': '' },
    ],
    ['PutBucketLogging', new PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: {} }), { logging: '' }],
    [
      'PutBucketReplication',
      new PutBucketReplicationCommand({ Bucket, ReplicationConfiguration: replication }),
      { replication: '' },
    ],
    ['DeleteBucketReplication', new DeleteBucketReplicationCommand({ Bucket }), { replication: '' }],
    [
      'PutBucketNotification',
      new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: {} }),
      { notification: '' },
    ],
    ['DeleteBucket', new DeleteBucketCommand({ Bucket }), {}],
  ])('%s', async (eventName, command, parameters) => {
    const { aws, send, recorded } = await withBucket();
    await send(command);
    await aws.idle();
    const { record, isDelivered } = recorded(eventName);
    expect(record).toMatchObject({
      eventSource: 's3.amazonaws.com',
      requestParameters: { bucketName: Bucket, ...parameters },
      resources: [{ accountId: '123456789012', type: 'AWS::S3::Bucket', ARN: bucketArn }],
    });
    expect(isDelivered).toBe(true);
  });
});

test('over loopback a bucket stands in the path', async () => {
  const aws = await startEmbeddedAws();
  try {
    const credentials = aws.signIn({ userIdentity: rootUser(aws.account) });
    const s3 = new S3Client({ endpoint: aws.endpoint, region: aws.region, credentials, maxAttempts: 1 });
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    expect(await s3.send(new GetBucketVersioningCommand({ Bucket }))).toMatchObject({ Status: 'Enabled' });
  } finally {
    await aws.stop();
  }
});
