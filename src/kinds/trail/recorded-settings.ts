import { asText } from '../../record/actor.ts';
import type { Trail } from './schema.ts';
import { flag, member } from '../../foreign/recorded.ts';
import type { SettingsField } from './repair.ts';

/** All that one call sets. */
export type TrailSettings = Pick<Trail, SettingsField>;

/** The answer holds the whole state after the call. What CreateTrail would refuse never comes out of it. */
export function recordedSettings(answer: unknown): TrailSettings | undefined {
  const text = (name: string) => asText(member(answer, name));
  const S3BucketName = text('S3BucketName');
  if (!S3BucketName) return undefined;
  const IsMultiRegionTrail = flag(member(answer, 'IsMultiRegionTrail'), false);
  const CloudWatchLogsLogGroupArn = text('CloudWatchLogsLogGroupArn');
  const CloudWatchLogsRoleArn = text('CloudWatchLogsRoleArn');
  return {
    S3BucketName,
    S3KeyPrefix: text('S3KeyPrefix'),
    SnsTopicName: text('SnsTopicARN'),
    IncludeGlobalServiceEvents:
      IsMultiRegionTrail || flag(member(answer, 'IncludeGlobalServiceEvents'), true),
    IsMultiRegionTrail,
    EnableLogFileValidation: flag(member(answer, 'LogFileValidationEnabled'), false),
    ...(CloudWatchLogsLogGroupArn && CloudWatchLogsRoleArn
      ? { CloudWatchLogsLogGroupArn, CloudWatchLogsRoleArn }
      : {}),
    KmsKeyId: text('KmsKeyId'),
    IsOrganizationTrail: flag(member(answer, 'IsOrganizationTrail'), false),
    RecursiveLogging: flag(member(answer, 'RecursiveLogging'), true),
  };
}
