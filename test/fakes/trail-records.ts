import { lowerCamel } from '../../local/aws/cloudtrail/cloudtrail-record.ts';
import type { Trail } from '../../src/kinds/trail/schema.ts';
import { trailArn } from '../../src/kinds/trail/reference.ts';
import { eventOf, home, orgAuditTrail } from './samples.ts';

/** A record of a call, as the Event history keeps it. */
export const record = (eventName: string, request: object, answer?: object, detail: object = {}): unknown =>
  eventOf(eventName, lowerCamel(request), { responseElements: lowerCamel(answer) ?? null, ...detail }).detail;

/** What CreateTrail and UpdateTrail answer: the whole trail, whatever was asked. */
export const answerOf = ({
  EnableLogFileValidation,
  SnsTopicName,
  ...settings
}: Omit<Trail, 'IsLogging' | 'Name' | 'TagsList'>) => ({
  Name: orgAuditTrail.Name,
  S3BucketName: settings.S3BucketName,
  S3KeyPrefix: settings.S3KeyPrefix,
  SnsTopicName: SnsTopicName?.split(':').at(-1),
  SnsTopicARN: SnsTopicName,
  IncludeGlobalServiceEvents: settings.IncludeGlobalServiceEvents,
  IsMultiRegionTrail: settings.IsMultiRegionTrail,
  TrailARN: trailArn(home, orgAuditTrail.Name),
  LogFileValidationEnabled: EnableLogFileValidation,
  CloudWatchLogsLogGroupArn: settings.CloudWatchLogsLogGroupArn,
  CloudWatchLogsRoleArn: settings.CloudWatchLogsRoleArn,
  KmsKeyId: settings.KmsKeyId,
  IsOrganizationTrail: settings.IsOrganizationTrail,
  RecursiveLogging: settings.RecursiveLogging,
});
