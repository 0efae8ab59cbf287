import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { liveBuckets } from '../../src/aws/buckets.ts';
import { bucket } from '../../src/kinds/bucket/bucket.ts';
import { type DeclaredResource, loopKind } from '../../src/kinds/resource.ts';
import { emptyAws } from '../local/aws/signed-in.ts';

const Bucket = 'example-org-audit-logs';
const ARN = `arn:aws:s3:::${Bucket}`;

const cloudTrail = (Action: string, Resource: string) => ({
  Effect: 'Allow',
  Principal: { Service: 'cloudtrail.amazonaws.com' },
  Action,
  Resource,
});
const Policy = {
  Version: '2012-10-17',
  Statement: [cloudTrail('s3:GetBucketAcl', ARN), cloudTrail('s3:PutObject', `${ARN}/*`)],
};
const queue = {
  Id: 'siem',
  QueueArn: 'arn:aws:sqs:us-east-1:123456789012:siem',
  Events: ['s3:ObjectCreated:*' as const],
};

function surroundings(region = 'us-east-1') {
  const all = emptyAws();
  const home = { partition: 'aws', region: all.aws.region, account: all.aws.account };
  const alice = new S3Client(all.as('alice', { region }));
  const port = liveBuckets(home, all.as('guard'));
  const kind = loopKind(bucket, home);
  const declared = (fields: Record<string, unknown>): DeclaredResource => ({
    kind: 'bucket',
    name: Bucket,
    purpose: 'delivery',
    watch: 'enforce',
    trails: ['org-audit-trail'],
    fields,
  });
  /** Repairs what is not as declared, and reads again. */
  const heal = async (resource: DeclaredResource) => {
    const plan = kind.plan(resource, await port.observe(Bucket));
    for (const repair of plan) await port.repair(repair);
    const after = await port.observe(Bucket);
    return { plan: plan.map(({ kind: call }) => call), drift: kind.drift(resource, after), after };
  };
  return { ...all, alice, port, declared, heal };
}

test('a bucket that is gone is made anew whole, in one go', async () => {
  const { declared, heal } = surroundings();
  const fields = {
    BucketRegion: 'us-east-1',
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    },
    OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    Policy,
    VersioningConfiguration: { Status: 'Enabled' },
    RequestPaymentConfiguration: { Payer: 'BucketOwner' },
    LifecycleConfiguration: {
      Rules: [
        {
          ID: 'archive',
          Status: 'Enabled',
          Filter: { Prefix: '' },
          Transitions: [{ Date: '2030-01-01T00:00:00.000Z', StorageClass: 'GLACIER' }],
        },
      ],
    },
    ServerSideEncryptionConfiguration: {
      Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
    },
    LoggingEnabled: { TargetBucket: Bucket, TargetPrefix: 'access/' },
    ReplicationConfiguration: null,
    NotificationConfiguration: { QueueConfigurations: [queue], EventBridgeConfiguration: {} },
  };
  const { plan, drift, after } = await heal(declared(fields));
  expect(plan[0]).toBe('CreateBucket');
  expect(after.unread).toEqual({});
  expect(drift).toEqual([]);
  expect((await heal(declared(fields))).plan).toEqual([]);
});

test('a bucket of another Region is read there, and made anew there', async () => {
  const { alice, port, declared, heal } = surroundings('eu-west-1');
  const constraint = { CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' as const } };
  await alice.send(new CreateBucketCommand({ Bucket, ...constraint }));
  await alice.send(
    new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } }),
  );
  expect(await port.observe(Bucket)).toMatchObject({
    standing: 'here',
    unread: {},
    state: { BucketRegion: 'eu-west-1', VersioningConfiguration: { Status: 'Suspended' } },
  });
  await alice.send(new DeleteBucketCommand({ Bucket }));
  const { plan, drift } = await heal(
    declared({ BucketRegion: 'eu-west-1', VersioningConfiguration: { Status: 'Enabled' } }),
  );
  expect(plan).toEqual(['CreateBucket', 'PutBucketVersioning']);
  expect(drift).toEqual([]);
});

test('what is struck is put back, and what was added to nothing goes', async () => {
  const { alice, declared, heal } = surroundings();
  await alice.send(new CreateBucketCommand({ Bucket }));
  await alice.send(
    new PutBucketLifecycleConfigurationCommand({
      Bucket,
      LifecycleConfiguration: {
        Rules: [{ ID: 'x', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 1 } }],
      },
    }),
  );
  await alice.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket,
      NotificationConfiguration: { QueueConfigurations: [{ ...queue, Id: 'other' }] },
    }),
  );
  const { plan, drift } = await heal(
    declared({
      Policy,
      LifecycleConfiguration: null,
      NotificationConfiguration: { EventBridgeConfiguration: {} },
    }),
  );
  expect(plan).toEqual(['PutBucketPolicy', 'DeleteBucketLifecycle', 'PutBucketNotificationConfiguration']);
  expect(drift).toEqual([]);
});

test('a bucket that another account took is somebody else’s, and is not written to', async () => {
  const { as, port, declared, heal } = surroundings();
  const mallory = new S3Client(as('mallory', { account: '999988887777' }));
  await mallory.send(new CreateBucketCommand({ Bucket }));
  expect(await port.observe(Bucket)).toEqual({ name: Bucket, standing: 'foreign', state: {}, unread: {} });
  expect((await heal(declared({ Policy }))).plan).toEqual([]);
});

test('a bucket that denies its reader everything is ours all the same, and says what it denies', async () => {
  const { alice, port } = surroundings();
  await alice.send(new CreateBucketCommand({ Bucket }));
  const Resource = [ARN, `${ARN}/*`];
  const deny = { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource };
  await alice.send(
    new PutBucketPolicyCommand({
      Bucket,
      Policy: JSON.stringify({ Version: '2012-10-17', Statement: [deny] }),
    }),
  );
  const { standing, unread } = await port.observe(Bucket);
  expect(standing).toBe('here');
  expect(unread['Policy']).toContain('AccessDenied: ');
  expect(Object.keys(unread).sort()).toEqual(Object.keys(bucket.fields).sort());
});

test('a reading that is refused keeps no other from being made', async () => {
  const { alice, port, aws, declared, heal } = surroundings();
  await alice.send(new CreateBucketCommand({ Bucket }));
  await alice.send(new DeleteBucketPolicyCommand({ Bucket }));
  aws.fail('GetBucketLifecycleConfiguration', 'AccessDenied');
  const { unread } = await port.observe(Bucket);
  expect(Object.keys(unread)).toEqual(['LifecycleConfiguration']);
  aws.fail('GetBucketLifecycleConfiguration', 'AccessDenied');
  const { plan } = await heal(declared({ Policy, LifecycleConfiguration: null }));
  expect(plan).toEqual(['PutBucketPolicy']);
});
