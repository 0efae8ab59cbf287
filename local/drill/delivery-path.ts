import type { AwsWithoutNetwork } from '../aws/embedded-aws.ts';
import type { Clients } from './clients.ts';
import { AUDIT_TRAIL, DATA_TRAIL, DELIVERY_NAMES, DESTINATIONS } from './estate.ts';

type DeliveryClients = Pick<Clients, 's3' | 'kms' | 'logs' | 'sns' | 'iam'>;

const ACCOUNT = '123456789012';
const BUCKET_ARN = `arn:aws:s3:::${DESTINATIONS.bucket}`;
const cloudTrail = { Service: 'cloudtrail.amazonaws.com' };
const trailArn = (name: string) => `arn:aws:cloudtrail:us-east-1:${ACCOUNT}:trail/${name}`;
const fromOurTrails = { StringEquals: { 'aws:SourceArn': [trailArn(AUDIT_TRAIL), trailArn(DATA_TRAIL)] } };
const policyOf = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement });

/** @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html */
export const KEY_POLICY = policyOf(
  {
    Sid: 'Enable IAM user permissions',
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
    Action: 'kms:*',
    Resource: '*',
  },
  {
    Sid: 'Allow CloudTrail to encrypt logs',
    Effect: 'Allow',
    Principal: cloudTrail,
    Action: 'kms:GenerateDataKey*',
    Resource: '*',
    Condition: {
      ...fromOurTrails,
      StringLike: { 'kms:EncryptionContext:aws:cloudtrail:arn': `arn:aws:cloudtrail:*:${ACCOUNT}:trail/*` },
    },
  },
  {
    Sid: 'Allow CloudTrail to describe key',
    Effect: 'Allow',
    Principal: cloudTrail,
    Action: 'kms:DescribeKey',
    Resource: '*',
    Condition: fromOurTrails,
  },
);

/** @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html */
export const BUCKET_POLICY = policyOf(
  {
    Sid: 'AWSCloudTrailAclCheck20150319',
    Effect: 'Allow',
    Principal: cloudTrail,
    Action: 's3:GetBucketAcl',
    Resource: BUCKET_ARN,
    Condition: fromOurTrails,
  },
  {
    Sid: 'AWSCloudTrailWrite20150319',
    Effect: 'Allow',
    Principal: cloudTrail,
    Action: 's3:PutObject',
    Resource: [
      `${BUCKET_ARN}/trails/AWSLogs/${ACCOUNT}/*`,
      `${BUCKET_ARN}/trails/AWSLogs/o-exampleorgid/*`,
      `${BUCKET_ARN}/AWSLogs/${ACCOUNT}/*`,
      // Another prefix that its owners allow: no log file is refused there, and nobody reads it.
      `${BUCKET_ARN}/elsewhere/AWSLogs/${ACCOUNT}/*`,
      `${BUCKET_ARN}/elsewhere/AWSLogs/o-exampleorgid/*`,
    ],
    Condition: {
      StringEquals: { ...fromOurTrails.StringEquals, 's3:x-amz-acl': 'bucket-owner-full-control' },
    },
  },
);

/** @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-permissions-for-sns-notifications.html */
export const TOPIC_POLICY = policyOf({
  Sid: 'AWSCloudTrailSNSPolicy20131101',
  Effect: 'Allow',
  Principal: cloudTrail,
  Action: 'SNS:Publish',
  Resource: DESTINATIONS.topic,
  Condition: { StringEquals: { 'aws:SourceArn': trailArn(AUDIT_TRAIL) } },
});

/** @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/send-cloudtrail-events-to-cloudwatch-logs.html */
export const ROLE_TRUST = policyOf({ Effect: 'Allow', Principal: cloudTrail, Action: 'sts:AssumeRole' });

const streams = [`${ACCOUNT}_CloudTrail_us-east-1*`, 'o-exampleorgid_*'].map((stream) =>
  DESTINATIONS.logGroup.replace(/\*$/, `log-stream:${stream}`),
);

/** @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html */
export const ROLE_POLICY = policyOf(
  {
    Sid: 'AWSCloudTrailCreateLogStream2014110',
    Effect: 'Allow',
    Action: ['logs:CreateLogStream'],
    Resource: streams,
  },
  {
    Sid: 'AWSCloudTrailPutLogEvents20141101',
    Effect: 'Allow',
    Action: ['logs:PutLogEvents'],
    Resource: streams,
  },
);

async function setUpKey({ kms }: DeliveryClients): Promise<void> {
  const { KeyMetadata } = await kms.createKey({
    Description: 'Logs of the organisation',
    Policy: KEY_POLICY,
  });
  const TargetKeyId = KeyMetadata?.KeyId;
  await kms.createAlias({ AliasName: DELIVERY_NAMES.alias, TargetKeyId });
  await kms.enableKeyRotation({ KeyId: TargetKeyId });
}

async function setUpBucket({ s3 }: DeliveryClients): Promise<void> {
  const Bucket = DESTINATIONS.bucket;
  await s3.createBucket({ Bucket });
  await s3.putPublicAccessBlock({
    Bucket,
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    },
  });
  await s3.putBucketOwnershipControls({
    Bucket,
    OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
  });
  await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: 'Enabled' } });
  await s3.putBucketEncryption({
    Bucket,
    ServerSideEncryptionConfiguration: {
      Rules: [
        {
          ApplyServerSideEncryptionByDefault: {
            SSEAlgorithm: 'aws:kms',
            KMSMasterKeyID: DESTINATIONS.key,
          },
          BucketKeyEnabled: true,
        },
      ],
    },
  });
  await s3.putBucketLifecycleConfiguration({
    Bucket,
    LifecycleConfiguration: {
      Rules: [
        {
          ID: 'keep-seven-years',
          Status: 'Enabled',
          Filter: { Prefix: '' },
          Transitions: [{ Days: 90, StorageClass: 'GLACIER' }],
          Expiration: { Days: 2557 },
        },
      ],
    },
  });
  await s3.putBucketLogging({
    Bucket,
    BucketLoggingStatus: {
      LoggingEnabled: { TargetBucket: 'example-org-access-logs', TargetPrefix: 'audit/' },
    },
  });
  await s3.putBucketNotificationConfiguration({
    Bucket,
    NotificationConfiguration: {
      QueueConfigurations: [
        {
          Id: 'to-siem',
          QueueArn: `arn:aws:sqs:us-east-1:${ACCOUNT}:siem`,
          Events: ['s3:ObjectCreated:*'],
        },
      ],
    },
  });
  await s3.putBucketPolicy({ Bucket, Policy: BUCKET_POLICY });
}

async function setUpLogGroup({ logs, iam }: DeliveryClients): Promise<void> {
  const { logGroup: logGroupName, role: RoleName, rolePolicy: PolicyName } = DELIVERY_NAMES;
  await logs.createLogGroup({ logGroupName });
  await logs.putRetentionPolicy({ logGroupName, retentionInDays: 365 });
  await logs.putMetricFilter({
    logGroupName,
    filterName: DELIVERY_NAMES.metricFilter,
    filterPattern: '{ $.userIdentity.type = "Root" && $.eventType != "AwsServiceEvent" }',
    metricTransformations: [
      { metricName: 'RootAccountUsage', metricNamespace: 'CloudTrailMetrics', metricValue: '1' },
    ],
  });
  await logs.putSubscriptionFilter({
    logGroupName,
    filterName: DELIVERY_NAMES.subscriptionFilter,
    filterPattern: '',
    destinationArn: `arn:aws:lambda:us-east-1:${ACCOUNT}:function:siem-forwarder`,
  });
  await iam.createRole({ RoleName, AssumeRolePolicyDocument: ROLE_TRUST });
  await iam.putRolePolicy({ RoleName, PolicyName, PolicyDocument: ROLE_POLICY });
}

async function setUpTopic({ sns }: DeliveryClients): Promise<void> {
  const Name = DESTINATIONS.topic.split(':').at(-1);
  await sns.createTopic({ Name, Attributes: { Policy: TOPIC_POLICY } });
}

/**
 * Sets up what Alice's trails deliver to, as AWS documents it: to be called before the trails are set up. Where nobody does,
 * the embedded AWS takes all of it for working.
 */
export async function setUpDeliveryPath(
  { nameNextKey }: Pick<AwsWithoutNetwork, 'nameNextKey'>,
  clients: DeliveryClients,
): Promise<void> {
  nameNextKey(DESTINATIONS.key.split('/').at(-1) ?? '');
  await setUpKey(clients);
  await setUpBucket(clients);
  await setUpLogGroup(clients);
  await setUpTopic(clients);
}
