import { CreateTrailCommand, GetTrailStatusCommand, UpdateTrailCommand } from '@aws-sdk/client-cloudtrail';
import { DeleteLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DeleteRolePolicyCommand,
  PutRolePermissionsBoundaryCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CancelKeyDeletionCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  PutBucketPolicyCommand,
  S3,
} from '@aws-sdk/client-s3';
import { DeleteTopicCommand, SetTopicAttributesCommand } from '@aws-sdk/client-sns';
import {
  AUDIT_TRAIL,
  DATA_TRAIL,
  DELIVERY_NAMES,
  DESTINATIONS,
  setUpTrails,
} from '../../../../local/drill/estate.ts';
import { clientsOf } from '../../../../local/drill/clients.ts';
import { BUCKET_POLICY, KEY_POLICY, setUpDeliveryPath } from '../../../../local/drill/delivery-path.ts';
import { inVirtualTime } from '../../../../local/drill/virtual-time.ts';
import { delay } from '../../../../local/aws/wire/delay.ts';
import { emptyAws } from '../signed-in.ts';

const { bucket: Bucket, key: KeyId, topic: TopicArn } = DESTINATIONS;
const { role: RoleName, rolePolicy: PolicyName, logGroup: logGroupName } = DELIVERY_NAMES;

async function estate() {
  const all = emptyAws();
  const clients = clientsOf(all.as('alice'));
  await setUpDeliveryPath(all.aws, clients);
  await setUpTrails(clients);
  const status = async (Name: string = AUDIT_TRAIL) => {
    const { LatestDeliveryError, LatestNotificationError, LatestCloudWatchLogsDeliveryError } =
      await clients.cloudTrail.send(new GetTrailStatusCommand({ Name }));
    return [LatestDeliveryError, LatestNotificationError, LatestCloudWatchLogsDeliveryError];
  };
  const { cloudTrail, s3, kms, logs, sns, iam } = clients;
  return { ...all, cloudTrail, s3, kms, logs, sns, iam, status };
}

type Estate = Awaited<ReturnType<typeof estate>>;
type Blow = (estate: Estate) => Promise<unknown>;

const changed = (policy: string, from: string, to: string) => {
  const other = policy.replaceAll(from, to);
  if (other === policy) throw new Error(`${from} is not in the policy`);
  return other;
};
const putBucketPolicy =
  (Policy: string): Blow =>
  ({ s3 }) =>
    s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
const denied = JSON.stringify({
  Statement: [
    ...(JSON.parse(BUCKET_POLICY) as { Statement: object[] }).Statement,
    { Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: `arn:aws:s3:::${Bucket}/*` },
  ],
});

test('what is set up as AWS documents it takes all that the trails deliver', async () => {
  const { status } = await estate();
  expect(await status()).toEqual([undefined, undefined, undefined]);
  expect(await status(DATA_TRAIL)).toEqual([undefined, undefined, undefined]);
});

test.each<[string, Blow, string, (string | undefined)[]]>([
  [
    'the policy of the bucket is deleted',
    ({ s3 }) => s3.send(new DeleteBucketPolicyCommand({ Bucket })),
    'InsufficientS3BucketPolicyException',
    ['AccessDenied', undefined, undefined],
  ],
  [
    'the bucket denies what it allows',
    putBucketPolicy(denied),
    'InsufficientS3BucketPolicyException',
    ['AccessDenied', undefined, undefined],
  ],
  [
    'the bucket allows another trail alone',
    putBucketPolicy(changed(BUCKET_POLICY, AUDIT_TRAIL, 'another-trail')),
    'InsufficientS3BucketPolicyException',
    ['AccessDenied', undefined, undefined],
  ],
  [
    'the bucket allows another folder alone',
    putBucketPolicy(changed(BUCKET_POLICY, '/trails/', '/old/')),
    'InsufficientS3BucketPolicyException',
    ['AccessDenied', undefined, undefined],
  ],
  [
    'the bucket is deleted',
    ({ s3 }) => s3.send(new DeleteBucketCommand({ Bucket })),
    'S3BucketDoesNotExistException',
    ['NoSuchBucket', undefined, undefined],
  ],
  [
    'the key is disabled',
    ({ kms }) => kms.send(new DisableKeyCommand({ KeyId })),
    'KmsException',
    ['KMS.DisabledException', undefined, undefined],
  ],
  [
    'the key is to be deleted',
    ({ kms }) => kms.send(new ScheduleKeyDeletionCommand({ KeyId })),
    'KmsException',
    ['KMS.KMSInvalidStateException', undefined, undefined],
  ],
  [
    'the key is closed to CloudTrail',
    ({ kms }) =>
      kms.send(
        new PutKeyPolicyCommand({
          KeyId,
          Policy: changed(KEY_POLICY, 'cloudtrail.amazonaws.com', 's3.amazonaws.com'),
        }),
      ),
    'InsufficientEncryptionPolicyException',
    ['AccessDenied', undefined, undefined],
  ],
  [
    'the topic is deleted',
    ({ sns }) => sns.send(new DeleteTopicCommand({ TopicArn })),
    'InsufficientSnsTopicPolicyException',
    [undefined, 'NotFound', undefined],
  ],
  [
    'the topic is closed',
    ({ sns }) =>
      sns.send(
        new SetTopicAttributesCommand({
          TopicArn,
          AttributeName: 'Policy',
          AttributeValue: '{"Statement":[]}',
        }),
      ),
    'InsufficientSnsTopicPolicyException',
    [undefined, 'AuthorizationError', undefined],
  ],
  [
    'the topic is given the key of SNS',
    ({ sns }) =>
      sns.send(
        new SetTopicAttributesCommand({
          TopicArn,
          AttributeName: 'KmsMasterKeyId',
          AttributeValue: 'alias/aws/sns',
        }),
      ),
    'InsufficientSnsTopicPolicyException',
    [undefined, 'KMSAccessDenied', undefined],
  ],
  [
    'the log group is deleted',
    ({ logs }) => logs.send(new DeleteLogGroupCommand({ logGroupName })),
    'InvalidCloudWatchLogsLogGroupArnException',
    [undefined, undefined, 'ResourceNotFoundException'],
  ],
  [
    'the role is stripped',
    ({ iam }) => iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })),
    'InvalidCloudWatchLogsLogGroupArnException',
    [undefined, undefined, 'Access denied'],
  ],
  [
    'the role is bounded',
    ({ iam }) =>
      iam.send(
        new PutRolePermissionsBoundaryCommand({
          RoleName,
          PermissionsBoundary: 'arn:aws:iam::aws:policy/AWSDenyAll',
        }),
      ),
    'InvalidCloudWatchLogsLogGroupArnException',
    [undefined, undefined, 'Access denied'],
  ],
  [
    'the role trusts others',
    ({ iam }) =>
      iam.send(
        new UpdateAssumeRolePolicyCommand({
          RoleName,
          PolicyDocument: JSON.stringify({
            Statement: {
              Effect: 'Allow',
              Principal: { Service: 'ec2.amazonaws.com' },
              Action: 'sts:AssumeRole',
            },
          }),
        }),
      ),
    'InvalidCloudWatchLogsRoleArnException',
    [undefined, undefined, 'Access denied'],
  ],
])('where %s, the trail says so, and cannot be changed', async (_, blow, name, errors) => {
  const all = await estate();
  await blow(all);
  expect(await all.status()).toEqual(errors);
  await expect(
    all.cloudTrail.send(new UpdateTrailCommand({ Name: AUDIT_TRAIL, IncludeGlobalServiceEvents: true })),
  ).rejects.toMatchObject({ name });
  expect(all.aws.trails().find(({ Name }) => Name === AUDIT_TRAIL)?.IsLogging).toBe(true);
});

test('a bucket that encrypts with a disabled key takes nothing from a trail without one either', async () => {
  const { kms, status } = await estate();
  await kms.send(new DisableKeyCommand({ KeyId }));
  expect(await status(DATA_TRAIL)).toEqual(['KMS.DisabledException', undefined, undefined]);
});

test('a bucket that another account took looks healthy to the trail once its policy lets CloudTrail in', async () => {
  const { as, s3, status } = await estate();
  await s3.send(new DeleteBucketCommand({ Bucket }));
  const squatter = new S3(as('mallory', { account: '111122223333' }));
  await squatter.send(new CreateBucketCommand({ Bucket }));
  expect((await status())[0]).toBe('AccessDenied');
  await squatter.send(new PutBucketPolicyCommand({ Bucket, Policy: BUCKET_POLICY }));
  expect((await status())[0]).toBeUndefined();
});

test('the last delivery stays when the key was disabled, and is fresh once it is enabled', async () => {
  await inVirtualTime(async () => {
    const { cloudTrail, kms } = await estate();
    const last = async () =>
      (
        await cloudTrail.send(new GetTrailStatusCommand({ Name: AUDIT_TRAIL }))
      ).LatestDeliveryTime?.getTime() ?? 0;
    const started = Date.now();
    await delay(60_000);
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId }));
    await delay(60_000);
    await kms.send(new CancelKeyDeletionCommand({ KeyId }));
    await delay(60_000);
    expect((await last()) - started).toBeLessThan(70_000);
    await kms.send(new EnableKeyCommand({ KeyId }));
    expect((await last()) - started).toBeGreaterThanOrEqual(180_000);
  });
});

test('a trail declared by an alias has the key behind it', async () => {
  const { cloudTrail } = await estate();
  const created = await cloudTrail
    .send(
      new CreateTrailCommand({
        Name: DATA_TRAIL + '-2',
        S3BucketName: 'nobody-created-it',
        KmsKeyId: DELIVERY_NAMES.alias,
      }),
    )
    .catch((error: unknown) => error);
  // Its key lets in the two trails of the estate alone.
  expect(created).toMatchObject({
    name: 'InsufficientEncryptionPolicyException',
    message: expect.stringContaining(KeyId) as string,
  });
});

test('what nobody created is taken for working', async () => {
  const { as } = emptyAws();
  const { cloudTrail } = clientsOf(as('alice'));
  await setUpTrails({ cloudTrail });
  const status = await cloudTrail.send(new GetTrailStatusCommand({ Name: AUDIT_TRAIL }));
  expect(status).not.toHaveProperty('LatestDeliveryError');
});
