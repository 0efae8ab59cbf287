import {
  type CloudTrailClient,
  CreateTrailCommand,
  PutEventConfigurationCommand,
  PutEventSelectorsCommand,
  PutInsightSelectorsCommand,
  StartLoggingCommand,
} from '@aws-sdk/client-cloudtrail';
import {
  type CloudWatchLogsClient,
  CreateLogGroupCommand,
  PutMetricFilterCommand,
  PutRetentionPolicyCommand,
  PutSubscriptionFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { CreateRoleCommand, type IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateAliasCommand,
  CreateKeyCommand,
  EnableKeyRotationCommand,
  type KMSClient,
} from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketLoggingCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { CreateTopicCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { AwsWithoutNetwork } from '../aws/embedded-aws.ts';

/** The organisation's trail, in the advanced dialect, with everything that a trail can have. */
export const AUDIT_TRAIL = 'org-audit-trail';

/** A second trail in the basic dialect, with as little as a trail can have: what an intruder adds must go again. */
export const DATA_TRAIL = 'payments-data-trail';

/** The bucket, key, topic, log group and role that Alice's trails deliver to. */
export const DESTINATIONS = {
  bucket: 'example-org-audit-logs',
  key: 'arn:aws:kms:us-east-1:123456789012:key/0b1c2d3e-4f56-4789-8abc-def012345678',
  topic: 'arn:aws:sns:us-east-1:123456789012:audit-log-files',
  logGroup: 'arn:aws:logs:us-east-1:123456789012:log-group:org-audit-trail:*',
  logsRole: 'arn:aws:iam::123456789012:role/CloudTrailToCloudWatchLogs',
} as const;

/** Alice's clients of what the trails deliver to. */
export interface DeliveryClients {
  readonly s3: S3Client;
  readonly kms: KMSClient;
  readonly logs: CloudWatchLogsClient;
  readonly sns: SNSClient;
  readonly iam: IAMClient;
}

const ACCOUNT = '123456789012';
const BUCKET_ARN = `arn:aws:s3:::${DESTINATIONS.bucket}`;
const cloudTrail = { Service: 'cloudtrail.amazonaws.com' };
const trailArn = (name: string) => `arn:aws:cloudtrail:us-east-1:${ACCOUNT}:trail/${name}`;
const fromOurTrails = { StringEquals: { 'aws:SourceArn': [trailArn(AUDIT_TRAIL), trailArn(DATA_TRAIL)] } };
const policyOf = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement });

/** What people name there: alias, log group, role and its policy, filters. */
export const DELIVERY_NAMES = {
  alias: 'alias/org-audit-logs',
  logGroup: 'org-audit-trail',
  role: 'CloudTrailToCloudWatchLogs',
  rolePolicy: 'DeliverToLogGroup',
  metricFilter: 'root-account-usage',
  subscriptionFilter: 'to-siem',
} as const;

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
  const { KeyMetadata } = await kms.send(
    new CreateKeyCommand({ Description: 'Logs of the organisation', Policy: KEY_POLICY }),
  );
  const TargetKeyId = KeyMetadata?.KeyId;
  await kms.send(new CreateAliasCommand({ AliasName: DELIVERY_NAMES.alias, TargetKeyId }));
  await kms.send(new EnableKeyRotationCommand({ KeyId: TargetKeyId }));
}

async function setUpBucket({ s3 }: DeliveryClients): Promise<void> {
  const Bucket = DESTINATIONS.bucket;
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(
    new PutPublicAccessBlockCommand({
      Bucket,
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: true,
      },
    }),
  );
  await s3.send(
    new PutBucketOwnershipControlsCommand({
      Bucket,
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    }),
  );
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  await s3.send(
    new PutBucketEncryptionCommand({
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
    }),
  );
  await s3.send(
    new PutBucketLifecycleConfigurationCommand({
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
    }),
  );
  await s3.send(
    new PutBucketLoggingCommand({
      Bucket,
      BucketLoggingStatus: {
        LoggingEnabled: { TargetBucket: 'example-org-access-logs', TargetPrefix: 'audit/' },
      },
    }),
  );
  await s3.send(
    new PutBucketNotificationConfigurationCommand({
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
    }),
  );
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: BUCKET_POLICY }));
}

async function setUpLogGroup({ logs, iam }: DeliveryClients): Promise<void> {
  const { logGroup: logGroupName, role: RoleName, rolePolicy: PolicyName } = DELIVERY_NAMES;
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  await logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 365 }));
  await logs.send(
    new PutMetricFilterCommand({
      logGroupName,
      filterName: DELIVERY_NAMES.metricFilter,
      filterPattern: '{ $.userIdentity.type = "Root" && $.eventType != "AwsServiceEvent" }',
      metricTransformations: [
        { metricName: 'RootAccountUsage', metricNamespace: 'CloudTrailMetrics', metricValue: '1' },
      ],
    }),
  );
  await logs.send(
    new PutSubscriptionFilterCommand({
      logGroupName,
      filterName: DELIVERY_NAMES.subscriptionFilter,
      filterPattern: '',
      destinationArn: `arn:aws:lambda:us-east-1:${ACCOUNT}:function:siem-forwarder`,
    }),
  );
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: ROLE_TRUST }));
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: ROLE_POLICY }));
}

async function setUpTopic({ sns }: DeliveryClients): Promise<void> {
  const Name = DESTINATIONS.topic.split(':').at(-1);
  await sns.send(new CreateTopicCommand({ Name, Attributes: { Policy: TOPIC_POLICY } }));
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

const management = { Field: 'eventCategory', Equals: ['Management'] };
const data = { Field: 'eventCategory', Equals: ['Data'] };

async function auditTrail(alice: CloudTrailClient): Promise<void> {
  await alice.send(
    new CreateTrailCommand({
      Name: AUDIT_TRAIL,
      S3BucketName: DESTINATIONS.bucket,
      S3KeyPrefix: 'trails',
      SnsTopicName: DESTINATIONS.topic,
      IncludeGlobalServiceEvents: true,
      IsMultiRegionTrail: true,
      EnableLogFileValidation: true,
      CloudWatchLogsLogGroupArn: DESTINATIONS.logGroup,
      CloudWatchLogsRoleArn: DESTINATIONS.logsRole,
      KmsKeyId: DESTINATIONS.key,
      IsOrganizationTrail: true,
      TagsList: [
        { Key: 'data-classification', Value: 'restricted' },
        { Key: 'owner', Value: 'security' },
      ],
    }),
  );
  await alice.send(new StartLoggingCommand({ Name: AUDIT_TRAIL }));
  await alice.send(
    new PutEventSelectorsCommand({
      TrailName: AUDIT_TRAIL,
      AdvancedEventSelectors: [
        { Name: 'All management events', FieldSelectors: [management] },
        {
          Name: 'Writes to the ledger',
          FieldSelectors: [
            data,
            { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
            { Field: 'resources.ARN', StartsWith: ['arn:aws:s3:::example-ledger/'] },
            { Field: 'readOnly', Equals: ['false'] },
          ],
        },
      ],
    }),
  );
  await alice.send(
    new PutInsightSelectorsCommand({
      TrailName: AUDIT_TRAIL,
      InsightSelectors: [
        { InsightType: 'ApiCallRateInsight', EventCategories: ['Management'] },
        { InsightType: 'ApiErrorRateInsight', EventCategories: ['Management', 'Data'] },
      ],
    }),
  );
  await alice.send(
    new PutEventConfigurationCommand({
      TrailName: AUDIT_TRAIL,
      AggregationConfigurations: [{ EventCategory: 'Data', Templates: ['API_ACTIVITY', 'USER_ACTIONS'] }],
    }),
  );
}

async function dataTrail(alice: CloudTrailClient): Promise<void> {
  await alice.send(
    new CreateTrailCommand({
      Name: DATA_TRAIL,
      S3BucketName: DESTINATIONS.bucket,
      IncludeGlobalServiceEvents: true,
      IsMultiRegionTrail: false,
      EnableLogFileValidation: true,
    }),
  );
  await alice.send(new StartLoggingCommand({ Name: DATA_TRAIL }));
  await alice.send(
    new PutEventSelectorsCommand({
      TrailName: DATA_TRAIL,
      EventSelectors: [
        {
          ReadWriteType: 'All',
          IncludeManagementEvents: true,
          DataResources: [
            { Type: 'AWS::S3::Object', Values: ['arn:aws:s3:::example-payments/'] },
            { Type: 'AWS::Lambda::Function', Values: ['arn:aws:lambda'] },
          ],
          ExcludeManagementEventSources: [],
        },
      ],
    }),
  );
}

/** Sets up what is worth guarding: two trails that between them have every field, and lack every field. */
export async function setUpTrails(alice: CloudTrailClient): Promise<void> {
  await auditTrail(alice);
  await dataTrail(alice);
}
