import { differences, mailsIn, sweep } from '../drill.ts';
import { DELIVERY_NAMES, DESTINATIONS } from '../estate.ts';
import { FOREIGN_ACCOUNT, type Intruder } from '../intruder.ts';
import { judge, type Ordeal, says } from '../ordeal.ts';
import { spoilBucket, spoilRole, THE_ACCOUNT_ALONE } from './spoil.ts';

const { bucket: Bucket, key: KeyId, topic: TopicArn } = DESTINATIONS;
const { alias: AliasName, logGroup: logGroupName, role: RoleName, rolePolicy: PolicyName } = DELIVERY_NAMES;

async function changeBucket(mallory: Intruder, key: string): Promise<void> {
  await mallory.s3.putBucketNotificationConfiguration({ Bucket, NotificationConfiguration: {} });
  await spoilBucket(mallory, Bucket, key);
}

async function changeKey({ kms }: Intruder, key: string): Promise<void> {
  const stranger = `arn:aws:iam::${FOREIGN_ACCOUNT}:role/reader`;
  await kms.createGrant({ KeyId, GranteePrincipal: stranger, Operations: ['Decrypt'] });
  await kms.disableKeyRotation({ KeyId });
  await kms.updateAlias({ AliasName, TargetKeyId: key });
  await kms.putKeyPolicy({
    KeyId,
    Policy: THE_ACCOUNT_ALONE,
  });
  await kms.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
}

async function changeLogGroup({ logs }: Intruder, key: string): Promise<void> {
  await logs.putRetentionPolicy({ logGroupName, retentionInDays: 1 });
  await logs.associateKmsKey({ logGroupName, kmsKeyId: key });
  await logs.deleteMetricFilter({ logGroupName, filterName: DELIVERY_NAMES.metricFilter });
  await logs.deleteSubscriptionFilter({ logGroupName, filterName: DELIVERY_NAMES.subscriptionFilter });
  await logs.putSubscriptionFilter({
    logGroupName,
    filterName: 'hers',
    filterPattern: '',
    destinationArn: `arn:aws:logs:us-east-1:${FOREIGN_ACCOUNT}:destination:hers`,
  });
}

const changeRole = (mallory: Intruder) => spoilRole(mallory, RoleName, PolicyName);

async function changeTopic({ sns }: Intruder, key: string): Promise<void> {
  for (const [AttributeName, AttributeValue] of [
    ['Policy', JSON.stringify({ Version: '2012-10-17', Statement: [] })],
    ['KmsMasterKeyId', key],
    ['DeliveryPolicy', '{"http":{"defaultHealthyRetryPolicy":{"numRetries":0}}}'],
  ])
    await sns.setTopicAttributes({ TopicArn, AttributeName, AttributeValue });
}

async function remove({ s3, kms, logs, iam, sns }: Intruder): Promise<void> {
  await s3.deleteBucket({ Bucket });
  await kms.deleteAlias({ AliasName });
  await kms.disableKey({ KeyId });
  await logs.deleteLogGroup({ logGroupName });
  await iam.deleteRolePolicy({ RoleName, PolicyName });
  await iam.deleteRole({ RoleName });
  await sns.deleteTopic({ TopicArn });
}

const path: Ordeal = {
  name: 'path',
  story: 'EventBridge is muted; Mallory changes all that the trails deliver through, and later deletes it',
  run: async (range) => {
    const { aws, intrude } = range;
    const mallory = intrude();
    const { KeyMetadata } = await mallory.kms.createKey({});
    const key = KeyMetadata?.Arn ?? '';
    const before = [...aws.trails(), ...aws.parts()];
    const left = () => differences(before, [...aws.trails(), ...aws.parts()]);
    aws.muteEventBridge(true);
    for (const change of [changeBucket, changeKey, changeLogGroup, changeRole, changeTopic])
      await change(mallory, key);
    await sweep(range);
    const changed = left();
    await remove(mallory);
    await sweep(range);
    const removed = left();
    return judge(range, [
      [`changed: whole after one sweep ${changed.join(', ')}`, changed.length === 0],
      [`deleted: whole after one sweep ${removed.join(', ')}`, removed.length === 0],
    ]);
  },
};

const squatted: Ordeal = {
  name: 'squatted',
  story: 'Mallory deletes the bucket, and takes its name in her own account',
  run: async (range) => {
    const { aws, intrude } = range;
    const mallory = intrude();
    await mallory.s3.deleteBucket({ Bucket });
    await mallory.abroad.s3.createBucket({ Bucket });
    await aws.idle();
    return judge(range, [
      ['told that it is of another account', mailsIn(aws).some((mail) => says(mail, 'another account'))],
    ]);
  },
};

const forGood: Ordeal = {
  name: 'path-for-good',
  story: "Mallory deletes the bucket's policy, and every repair of it fails",
  run: async (range) => {
    const { aws, intrude } = range;
    aws.fail('PutBucketPolicy', 'AccessDenied', 100);
    await intrude().s3.deleteBucketPolicy({ Bucket });
    await aws.idle();
    return judge(range, [['the event is kept in the queue of failed invocations', aws.queued.length === 1]]);
  },
};

/** What the guard does with what the trails deliver through. */
export const DELIVERY_EXERCISES: readonly Ordeal[] = [path, squatted, forGood];
