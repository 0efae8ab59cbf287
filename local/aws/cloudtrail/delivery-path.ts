import { decide, type Right, type Statement, statementsForService } from '../iam/iam.ts';
import { type LiveRole, statementsOf } from '../iam/live-roles.ts';
import { readPolicy } from '../iam/iam.ts';
import type { Key } from '../kms/kms.ts';
import type { LogGroup } from '../logs/logs.ts';
import { keyOf, type Topic } from '../messages/topics.ts';
import { type Bucket, valueIn } from '../s3/bucket.ts';
import type { Delivery, DestinationError } from './destinations.ts';

/** What a trail can deliver to, as it is now; what nobody ever created here is not known. */
export interface Resources {
  readonly bucket: (name: string) => Bucket | 'gone' | undefined;
  /** By its ARN, or by the ARN of an alias of it. */
  readonly key: (arn: string) => Key | 'gone' | undefined;
  readonly topic: (arn: string) => Topic | 'gone' | undefined;
  readonly logGroup: (arn: string) => LogGroup | 'gone' | undefined;
  readonly role: (arn: string) => LiveRole | 'gone' | undefined;
  readonly managedPolicy: (arn: string) => readonly Statement[] | undefined;
}

/** Why a destination takes nothing: what CreateTrail and UpdateTrail answer, and what GetTrailStatus tells. */
export interface Refusal {
  readonly error: DestinationError;
  readonly message: string;
  readonly told: string;
}

/** The destinations of a trail that take nothing. */
export interface Refusals {
  readonly bucket?: Refusal | undefined;
  readonly key?: Refusal | undefined;
  readonly topic?: Refusal | undefined;
  readonly logs?: Refusal | undefined;
}

const CLOUDTRAIL = 'cloudtrail.amazonaws.com';

type Context = Readonly<Record<string, string>>;

/** What comes with each of CloudTrail's own calls. */
function contextOf(trailArn: string): Context {
  return {
    'aws:SourceArn': trailArn,
    'aws:SourceAccount': trailArn.split(':')[4] ?? '',
    'aws:SecureTransport': 'true',
    'aws:PrincipalIsAWSService': 'true',
    'aws:PrincipalServiceName': CLOUDTRAIL,
  };
}

function allows(policy: readonly Statement[], right: Right): boolean {
  return decide(statementsForService(policy, CLOUDTRAIL), right) === 'allowed';
}

/** @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html */
function bucketRefusal(
  bucket: Bucket | 'gone' | undefined,
  { S3BucketName: name, S3KeyPrefix: prefix, KmsKeyId: key }: Delivery,
  trailArn: string,
): Refusal | undefined {
  if (bucket === undefined) return undefined;
  if (bucket === 'gone')
    return {
      error: 'S3BucketDoesNotExistException',
      message: `S3 bucket ${name} does not exist!`,
      told: 'NoSuchBucket',
    };
  const [, partition = '', , region = '', account = ''] = trailArn.split(':');
  const arn = `arn:${partition}:s3:::${name}`;
  const context = {
    ...contextOf(trailArn),
    's3:ResourceAccount': bucket.owner,
    'aws:ResourceAccount': bucket.owner,
  };
  const folder = prefix === undefined ? arn : `${arn}/${prefix}`;
  const put: Right = {
    action: 's3:PutObject',
    resource: `${folder}/AWSLogs/${account}/CloudTrail/${region}/2026/11/26/${account}_CloudTrail.json.gz`,
    context: {
      ...context,
      's3:x-amz-acl': 'bucket-owner-full-control',
      ...(key !== undefined && {
        's3:x-amz-server-side-encryption': 'aws:kms',
        's3:x-amz-server-side-encryption-aws-kms-key-id': key,
      }),
    },
  };
  const readAcl: Right = { action: 's3:GetBucketAcl', resource: arn, context };
  if ([readAcl, put].every((right) => allows(bucket.statements, right))) return undefined;
  return {
    error: 'InsufficientS3BucketPolicyException',
    message: `Incorrect S3 bucket policy is detected for bucket: ${name}`,
    told: 'AccessDenied',
  };
}

/**
 * What keeps CloudTrail from encrypting with a key. That GetTrailStatus tells S3's codes for KMS is UNVERIFIED.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
 */
function keyRefusal(key: Key | 'gone' | undefined, name: string, trailArn: string): Refusal | undefined {
  if (key === undefined) return undefined;
  if (key === 'gone')
    return {
      error: 'KmsKeyNotFoundException',
      message: `KMS key ${name} does not exist.`,
      told: 'KMS.NotFoundException',
    };
  if (key.state !== 'Enabled') {
    const told = key.state === 'Disabled' ? 'KMS.DisabledException' : 'KMS.KMSInvalidStateException';
    return { error: 'KmsException', message: `KMS key ${name} is not enabled: ${key.state}.`, told };
  }
  const context = { ...contextOf(trailArn), 'kms:EncryptionContext:aws:cloudtrail:arn': trailArn };
  const needed = ['kms:GenerateDataKey', 'kms:DescribeKey'];
  if (needed.every((action) => allows(key.statements, { action, resource: key.arn, context })))
    return undefined;
  return {
    error: 'InsufficientEncryptionPolicyException',
    message: `Insufficient permissions to access the S3 bucket or KMS key ${name}.`,
    told: 'AccessDenied',
  };
}

/** @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-permissions-for-sns-notifications.html */
function topicRefusal(
  topic: Topic | 'gone' | undefined,
  { key: find }: Resources,
  trailArn: string,
): Refusal | undefined {
  if (topic === undefined) return undefined;
  const refused = (told: string): Refusal => ({
    error: 'InsufficientSnsTopicPolicyException',
    message: 'SNS Topic does not exist or the topic policy is incorrect!',
    told,
  });
  if (topic === 'gone') return refused('NotFound');
  const context = { ...contextOf(trailArn), 'AWS:SourceOwner': trailArn.split(':')[4] ?? '' };
  if (!allows(topic.statements, { action: 'sns:Publish', resource: topic.arn, context }))
    return refused('AuthorizationError');
  // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
  if (/(?:^|:)alias\/aws\//.test(topic.attributes.get('KmsMasterKeyId') ?? ''))
    return refused('KMSAccessDenied');
  const keyArn = keyOf(topic);
  const key = keyArn === undefined ? undefined : find(keyArn);
  if (key === undefined) return undefined;
  if (key === 'gone') return refused('KMSNotFound');
  if (key.state !== 'Enabled') return refused(key.state === 'Disabled' ? 'KMSDisabled' : 'KMSInvalidState');
  const needed = ['kms:GenerateDataKey', 'kms:Decrypt'];
  return needed.every((action) => allows(key.statements, { action, resource: key.arn, context }))
    ? undefined
    : refused('KMSAccessDenied');
}

/** @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html */
function logsRefusal(resources: Resources, delivery: Delivery, trailArn: string): Refusal | undefined {
  const { CloudWatchLogsLogGroupArn: groupArn, CloudWatchLogsRoleArn: roleArn } = delivery;
  if (groupArn === undefined || roleArn === undefined) return undefined;
  if (resources.logGroup(groupArn) === 'gone')
    return {
      error: 'InvalidCloudWatchLogsLogGroupArnException',
      message: `CloudWatch Logs log group ${groupArn} does not exist.`,
      told: 'ResourceNotFoundException',
    };
  const role = resources.role(roleArn);
  if (role === undefined) return undefined;
  const trusted = (): boolean =>
    role !== 'gone' &&
    allows(readPolicy(JSON.parse(role.trust), role.name), {
      action: 'sts:AssumeRole',
      resource: roleArn,
      context: contextOf(trailArn),
    });
  if (role === 'gone' || !trusted())
    return {
      error: 'InvalidCloudWatchLogsRoleArnException',
      message: 'Access denied. Check the trust relationships for your role.',
      told: 'Access denied',
    };
  const [, , , region = '', account = ''] = trailArn.split(':');
  const stream = `${groupArn.replace(/:\*$/, '')}:log-stream:${account}_CloudTrail_${region}`;
  const bounds = role.boundary === undefined ? undefined : resources.managedPolicy(role.boundary);
  const policies = [statementsOf(role), ...(bounds ? [bounds] : [])];
  const may = ['logs:CreateLogStream', 'logs:PutLogEvents'].every((action) =>
    policies.every((policy) => decide(policy, { action, resource: stream }) === 'allowed'),
  );
  if (may) return undefined;
  return {
    error: 'InvalidCloudWatchLogsLogGroupArnException',
    message: 'Access denied. Check the permissions for your role.',
    told: 'Access denied',
  };
}

/**
 * What keeps a trail from delivering, judged by what its destinations are and allow CloudTrail at this moment. A bucket
 * that encrypts by default with a key does so with what a trail without a key delivers.
 */
export function refusalsOf(resources: Resources, delivery: Delivery, trailArn: string): Refusals {
  const bucket = resources.bucket(delivery.S3BucketName);
  const defaultKey =
    bucket === undefined || bucket === 'gone'
      ? undefined
      : valueIn(bucket, 'encryption', 'Rule', 'ApplyServerSideEncryptionByDefault', 'KMSMasterKeyID');
  const key = delivery.KmsKeyId ?? defaultKey;
  return {
    bucket: bucketRefusal(bucket, delivery, trailArn),
    key: key === undefined ? undefined : keyRefusal(resources.key(key), key, trailArn),
    topic:
      delivery.SnsTopicARN === undefined
        ? undefined
        : topicRefusal(resources.topic(delivery.SnsTopicARN), resources, trailArn),
    logs: logsRefusal(resources, delivery, trailArn),
  };
}
