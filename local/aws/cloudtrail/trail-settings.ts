import { z } from 'zod';
import { AwsError } from '../wire/aws-error.ts';
import { stableUuid } from '../wire/stable-uuid.ts';
import type { CloudTrailAccount, TrailSettings } from './trail.ts';

/** UpdateTrail's fields; CreateTrail's without the tags. */
export const settingsRequest = z.object({
  S3BucketName: z.string().optional(),
  S3KeyPrefix: z.string().optional(),
  SnsTopicName: z.string().optional(),
  IncludeGlobalServiceEvents: z.boolean().optional(),
  IsMultiRegionTrail: z.boolean().optional(),
  EnableLogFileValidation: z.boolean().optional(),
  CloudWatchLogsLogGroupArn: z.string().optional(),
  CloudWatchLogsRoleArn: z.string().optional(),
  KmsKeyId: z.string().optional(),
  IsOrganizationTrail: z.boolean().optional(),
  RecursiveLogging: z.boolean().optional(),
});

export type SettingsRequest = z.infer<typeof settingsRequest>;

/**
 * The settings that a request leads to: omitted fields stay as they are, `""` clears, booleans default to AWS's own
 * defaults on a new trail. Throws CloudTrail's error for the first invalid field or combination, destinations included.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateTrail.html
 */
export function settle(
  cloud: CloudTrailAccount,
  region: string,
  trailArn: string,
  request: SettingsRequest,
  current?: TrailSettings,
): TrailSettings {
  checkFields(request);
  checkLogsPair(cloud, request);
  const topic = changed(request.SnsTopicName, current?.SnsTopicName);
  const settings: TrailSettings = {
    S3BucketName: request.S3BucketName ?? current?.S3BucketName ?? '',
    S3KeyPrefix: changed(request.S3KeyPrefix, current?.S3KeyPrefix),
    SnsTopicName: topic,
    SnsTopicARN: topic && topicArn(cloud, region, topic),
    IncludeGlobalServiceEvents:
      request.IncludeGlobalServiceEvents ?? current?.IncludeGlobalServiceEvents ?? true,
    IsMultiRegionTrail: request.IsMultiRegionTrail ?? current?.IsMultiRegionTrail ?? false,
    LogFileValidationEnabled: request.EnableLogFileValidation ?? current?.LogFileValidationEnabled ?? false,
    CloudWatchLogsLogGroupArn: changed(request.CloudWatchLogsLogGroupArn, current?.CloudWatchLogsLogGroupArn),
    CloudWatchLogsRoleArn: changed(request.CloudWatchLogsRoleArn, current?.CloudWatchLogsRoleArn),
    KmsKeyId: request.KmsKeyId
      ? keyArn(cloud, region, request.KmsKeyId)
      : changed(request.KmsKeyId, current?.KmsKeyId),
    IsOrganizationTrail: request.IsOrganizationTrail ?? current?.IsOrganizationTrail ?? false,
    RecursiveLogging: request.RecursiveLogging ?? current?.RecursiveLogging ?? true,
  };
  checkBucket(settings.S3BucketName);
  checkCombination(cloud, settings);
  cloud.destinations.check(trailArn, settings);
  return settings;
}

function changed(requested: string | undefined, current: string | undefined): string | undefined {
  if (requested === undefined) return current;
  return requested === '' ? undefined : requested;
}

function checkFields(request: SettingsRequest): void {
  if ((request.S3KeyPrefix?.length ?? 0) > 200) {
    throw new AwsError('InvalidS3PrefixException', 'The S3 key prefix is longer than 200 characters.');
  }
  const topic = request.SnsTopicName;
  if (
    topic &&
    (topic.length > 256 || !/^(?:arn:aws[\w-]*:sns:[a-z0-9-]+:\d{12}:)?[\w-]+(?:\.fifo)?$/.test(topic))
  ) {
    throw new AwsError('InvalidSnsTopicNameException', `SNS topic name is not valid: ${topic}`);
  }
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
function checkBucket(bucket: string): void {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
    throw new AwsError('InvalidS3BucketNameException', `Bucket name is not valid: ${bucket}`);
  }
}

function checkLogsPair(cloud: CloudTrailAccount, request: SettingsRequest): void {
  const { CloudWatchLogsLogGroupArn: group, CloudWatchLogsRoleArn: role } = request;
  if ((group === undefined) !== (role === undefined) || (group === '') !== (role === '')) {
    throw new AwsError(
      'InvalidParameterCombinationException',
      'CloudWatchLogsLogGroupArn and CloudWatchLogsRoleArn must be given together.',
    );
  }
  if (
    group &&
    !new RegExp(`^arn:aws[\\w-]*:logs:[a-z0-9-]+:${cloud.account}:log-group:[^:*]+:\\*$`).test(group)
  ) {
    throw new AwsError('InvalidCloudWatchLogsLogGroupArnException', `Log group ARN is not valid: ${group}`);
  }
  if (role && !new RegExp(`^arn:aws[\\w-]*:iam::${cloud.account}:role/.+$`).test(role)) {
    throw new AwsError('InvalidCloudWatchLogsRoleArnException', `Role ARN is not valid: ${role}`);
  }
}

function checkCombination(cloud: CloudTrailAccount, settings: TrailSettings): void {
  if (settings.IsMultiRegionTrail && !settings.IncludeGlobalServiceEvents) {
    throw new AwsError(
      'InvalidParameterCombinationException',
      'Multi-Region trail must include global service events.',
    );
  }
  if (settings.IsOrganizationTrail && cloud.organization !== 'management') {
    throw cloud.organization === 'member'
      ? new AwsError('NotOrganizationMasterAccountException', 'This account is not the management account.')
      : new AwsError('OrganizationsNotInUseException', 'This account is not a member of an organization.');
  }
}

function topicArn(cloud: CloudTrailAccount, region: string, topic: string): string {
  return topic.startsWith('arn:') ? topic : `arn:${cloud.partition}:sns:${region}:${cloud.account}:${topic}`;
}

/**
 * The full key ARN of a key id, key ARN, alias name or alias ARN. An alias that nobody declared gets a key of its own,
 * the same one each time. Throws `InvalidKmsKeyIdException`.
 */
function keyArn(cloud: CloudTrailAccount, region: string, key: string): string {
  const here = `arn:${cloud.partition}:kms:${region}:${cloud.account}`;
  if (/^arn:aws[\w-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/.test(key)) return key;
  if (/^(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.test(key))
    return `${here}:key/${key}`;
  const alias = /^(arn:aws[\w-]*:kms:[a-z0-9-]+:\d{12}:)?(alias\/[\w/-]+)$/.exec(key);
  if (!alias?.[2]) throw new AwsError('InvalidKmsKeyIdException', `KMS key id is not valid: ${key}`);
  const prefix = alias[1] ?? `${here}:`;
  return (
    cloud.keyBehind(prefix + alias[2]) ??
    cloud.kmsAliases[alias[2]] ??
    `${prefix}key/${stableUuid(prefix + alias[2])}`
  );
}
