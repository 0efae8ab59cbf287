import type { Trail } from './schema.ts';

/** The parts of a trail: each is read by one call, and changed by calls of its own. */
export type Part = 'logging' | 'settings' | 'selectors' | 'insights' | 'eventConfiguration' | 'tags';

/** Every field that a trail can have, in the order in which people ask about them, and the part that it belongs to. */
export const FIELDS = {
  IsLogging: 'logging',
  S3BucketName: 'settings',
  S3KeyPrefix: 'settings',
  IsMultiRegionTrail: 'settings',
  IncludeGlobalServiceEvents: 'settings',
  IsOrganizationTrail: 'settings',
  EnableLogFileValidation: 'settings',
  KmsKeyId: 'settings',
  CloudWatchLogsLogGroupArn: 'settings',
  CloudWatchLogsRoleArn: 'settings',
  SnsTopicName: 'settings',
  RecursiveLogging: 'settings',
  EventSelectors: 'selectors',
  AdvancedEventSelectors: 'selectors',
  InsightSelectors: 'insights',
  AggregationConfigurations: 'eventConfiguration',
  TagsList: 'tags',
} as const satisfies Record<Exclude<keyof Trail, 'Name'>, Part>;

export type Field = keyof typeof FIELDS;

/** The fields in reading order. */
export const fields = Object.keys(FIELDS) as Field[];
