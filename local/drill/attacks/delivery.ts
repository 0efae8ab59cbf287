import { BUCKET_POLICY, KEY_POLICY, ROLE_TRUST, TOPIC_POLICY } from '../delivery-path.ts';
import { DELIVERY_NAMES, DESTINATIONS } from '../estate.ts';
import { FOREIGN_ACCOUNT } from '../intruder.ts';
import type { Attack } from './attack.ts';

const { bucket: Bucket, key: KeyId, topic: TopicArn } = DESTINATIONS;
const { logGroup: logGroupName, role: RoleName, rolePolicy: PolicyName } = DELIVERY_NAMES;

const bucketArn = `arn:aws:s3:::${Bucket}`;
const ATTACKERS_KEY = `arn:aws:kms:us-east-1:${FOREIGN_ACCOUNT}:key/66666666-6666-4666-8666-666666666666`;

interface Policy {
  readonly Statement: readonly { readonly Principal: unknown }[];
}

/** A policy that has another statement beside its own. */
function and(policy: string, statement: object): string {
  const { Statement, ...rest } = JSON.parse(policy) as Policy;
  return JSON.stringify({ ...rest, Statement: [...Statement, statement] });
}

/** A policy without the statements that let CloudTrail in. */
function withoutCloudTrail(policy: string): string {
  const { Statement, ...rest } = JSON.parse(policy) as Policy;
  const kept = Statement.filter(({ Principal }) => !JSON.stringify(Principal).includes('cloudtrail'));
  return JSON.stringify({ ...rest, Statement: kept });
}

const everybody = { Effect: 'Deny', Principal: '*' };
const stranger = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${FOREIGN_ACCOUNT}:root` } };

const attack = (name: string, effect: string, call: string, strike: Attack['strike']): Attack => ({
  name,
  effect,
  calls: [call],
  strike,
});

/** A statement that may serve another purpose is told, and stays. */
const WITHOUT_CLOUDTRAIL: Attack = {
  name: 'bucket-without-cloudtrail',
  effect: 'the policy lets others in alone',
  calls: ['PutBucketPolicy'],
  strike: ({ s3 }) =>
    s3.putBucketPolicy({
      Bucket,
      Policy: and(withoutCloudTrail(BUCKET_POLICY), {
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::123456789012:root' },
        Action: 's3:GetObject',
        Resource: `${bucketArn}/*`,
      }),
    }),
  stays: { fields: /^bucket example-org-audit-logs\.bodies$/, told: /s3:GetObject/ },
};

/** Of what was in the bucket nothing comes back, and a name that another account has is hers. */
const SQUATTED: Attack = {
  name: 'bucket-squatted',
  effect: "deleted, and taken by Mallory's account",
  calls: ['DeleteBucket'],
  strike: async ({ s3, abroad }) => {
    await s3.deleteBucket({ Bucket });
    await abroad.s3.createBucket({ Bucket });
    await abroad.s3.putBucketPolicy({ Bucket, Policy: BUCKET_POLICY });
  },
  stays: { fields: /^bucket example-org-audit-logs\./, told: /another account/ },
};

/** The known attacks on what the trails deliver through. The trails' own settings stay as they are. */
export const DELIVERY_ATTACKS: readonly Attack[] = [
  attack('bucket-policy-deleted', 'CloudTrail may not write', 'DeleteBucketPolicy', ({ s3 }) =>
    s3.deleteBucketPolicy({ Bucket }),
  ),
  attack('bucket-denies', 'CloudTrail is denied', 'PutBucketPolicy', ({ s3 }) =>
    s3.putBucketPolicy({
      Bucket,
      Policy: and(BUCKET_POLICY, { ...everybody, Action: 's3:PutObject', Resource: `${bucketArn}/*` }),
    }),
  ),
  WITHOUT_CLOUDTRAIL,
  attack('bucket-opened', 'a stranger reads and deletes log files', 'PutBucketPolicy', ({ s3 }) =>
    s3.putBucketPolicy({
      Bucket,
      Policy: and(BUCKET_POLICY, {
        ...stranger,
        Action: ['s3:GetObject', 's3:DeleteObject'],
        Resource: `${bucketArn}/*`,
      }),
    }),
  ),
  attack('bucket-deleted', 'no place for log files', 'DeleteBucket', ({ s3 }) => s3.deleteBucket({ Bucket })),
  SQUATTED,
  attack('bucket-one-day', 'log files expire after a day', 'PutBucketLifecycle', ({ s3 }) =>
    s3.putBucketLifecycleConfiguration({
      Bucket,
      LifecycleConfiguration: {
        Rules: [{ ID: 'tidy', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 1 } }],
      },
    }),
  ),
  attack('bucket-no-versions', 'what is deleted is gone', 'PutBucketVersioning', ({ s3 }) =>
    s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: 'Suspended' } }),
  ),
  attack('bucket-foreign-key', "unreadable without Mallory's key", 'PutBucketEncryption', ({ s3 }) =>
    s3.putBucketEncryption({
      Bucket,
      ServerSideEncryptionConfiguration: {
        Rules: [
          {
            ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: ATTACKERS_KEY },
          },
        ],
      },
    }),
  ),
  attack('bucket-public', 'nothing keeps the public out', 'DeleteBucketPublicAccessBlock', ({ s3 }) =>
    s3.deletePublicAccessBlock({ Bucket }),
  ),
  attack('bucket-unheard', 'the SIEM hears of no file', 'PutBucketNotification', ({ s3 }) =>
    s3.putBucketNotificationConfiguration({ Bucket, NotificationConfiguration: {} }),
  ),
  attack('key-disabled', 'nothing can be encrypted', 'DisableKey', ({ kms }) => kms.disableKey({ KeyId })),
  attack('key-to-be-deleted', 'all log files unreadable in a week', 'ScheduleKeyDeletion', ({ kms }) =>
    kms.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 }),
  ),
  attack('key-closed', 'CloudTrail may not use it', 'PutKeyPolicy', ({ kms }) =>
    kms.putKeyPolicy({ KeyId, Policy: withoutCloudTrail(KEY_POLICY) }),
  ),
  attack('log-group-deleted', 'CloudWatch alarms dark', 'DeleteLogGroup', ({ logs }) =>
    logs.deleteLogGroup({ logGroupName }),
  ),
  attack('log-group-one-day', 'its events are gone after a day', 'PutRetentionPolicy', ({ logs }) =>
    logs.putRetentionPolicy({ logGroupName, retentionInDays: 1 }),
  ),
  {
    name: 'log-group-filters-gone',
    effect: 'the SIEM and the alarms hear nothing',
    calls: ['DeleteSubscriptionFilter', 'DeleteMetricFilter'],
    strike: async ({ logs }) => {
      await logs.deleteSubscriptionFilter({ logGroupName, filterName: DELIVERY_NAMES.subscriptionFilter });
      await logs.deleteMetricFilter({ logGroupName, filterName: DELIVERY_NAMES.metricFilter });
    },
  },
  attack('role-stripped', 'CloudTrail may write into no log group', 'DeleteRolePolicy', ({ iam }) =>
    iam.deleteRolePolicy({ RoleName, PolicyName }),
  ),
  attack(
    'role-distrusts',
    'a stranger may take the role, CloudTrail may not',
    'UpdateAssumeRolePolicy',
    ({ iam }) =>
      iam.updateAssumeRolePolicy({
        RoleName,
        PolicyDocument: ROLE_TRUST.replace(
          '"Service":"cloudtrail.amazonaws.com"',
          `"AWS":"arn:aws:iam::${FOREIGN_ACCOUNT}:root"`,
        ),
      }),
  ),
  attack('topic-closed', 'nobody hears of new files', 'SetTopicAttributes', ({ sns }) =>
    sns.setTopicAttributes({
      TopicArn,
      AttributeName: 'Policy',
      AttributeValue: and(TOPIC_POLICY, { ...everybody, Action: 'SNS:Publish', Resource: TopicArn }),
    }),
  ),
  attack('topic-deleted', 'nobody hears of new files', 'DeleteTopic', ({ sns }) =>
    sns.deleteTopic({ TopicArn }),
  ),
];
