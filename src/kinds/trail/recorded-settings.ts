import type { Trail } from './schema.ts';
import { asFlag, asText } from '../../foreign/values.ts';
import type { SettingsField } from './repair.ts';

/** All that one call sets. */
export type TrailSettings = Pick<Trail, SettingsField>;

/**
 * What an answer of CreateTrail or UpdateTrail, in request words, says: the whole state after the call. What CreateTrail would
 * refuse never comes out of it.
 */
export function recordedSettings(answer: Readonly<Record<string, unknown>>): TrailSettings | undefined {
  const text = (name: string) => asText(answer[name]);
  const flag = (name: string, otherwise: boolean) => asFlag(answer[name], otherwise);
  const S3BucketName = text('S3BucketName');
  if (!S3BucketName) return undefined;
  const IsMultiRegionTrail = flag('IsMultiRegionTrail', false);
  const CloudWatchLogsLogGroupArn = text('CloudWatchLogsLogGroupArn');
  const CloudWatchLogsRoleArn = text('CloudWatchLogsRoleArn');
  return {
    S3BucketName,
    S3KeyPrefix: text('S3KeyPrefix'),
    SnsTopicName: text('SnsTopicARN'),
    IncludeGlobalServiceEvents: IsMultiRegionTrail || flag('IncludeGlobalServiceEvents', true),
    IsMultiRegionTrail,
    EnableLogFileValidation: flag('LogFileValidationEnabled', false),
    ...(CloudWatchLogsLogGroupArn && CloudWatchLogsRoleArn
      ? { CloudWatchLogsLogGroupArn, CloudWatchLogsRoleArn }
      : {}),
    KmsKeyId: text('KmsKeyId'),
    IsOrganizationTrail: flag('IsOrganizationTrail', false),
    RecursiveLogging: flag('RecursiveLogging', true),
  };
}
