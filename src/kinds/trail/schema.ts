import { z } from 'zod';
import { arn, atMost, is, isObject, matching, member, twin } from '../schema-rules.ts';
import { DEFAULT_EVENT_SELECTORS } from './default-selectors.ts';
import {
  advancedEventSelector,
  aggregationConfiguration,
  conditionValues,
  dataResources,
  eventSelector,
  insightSelector,
} from './selector-schema.ts';

const trailName = matching(
  /^(?=.{3,128}$)(?!\d+\.\d+\.\d+\.\d+$)[A-Za-z0-9](?:[._-]?[A-Za-z0-9])*$/,
  'is not a trail name: use 3 to 128 letters, digits, and single . _ - between them',
);

const tag = z.strictObject({
  Key: z
    .string()
    .min(1)
    .max(128)
    .regex(/^(?!aws:)/, { error: 'starts with aws:, which only AWS may write: leave the tag out' }),
  Value: z.string().max(256).default(''),
});

/** A trail in a baseline, defaults filled in. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html */
export const trail = z
  .strictObject({
    Name: trailName.describe('Name of the trail. Its home Region is the Region of this file.'),
    IsLogging: z.boolean().default(true).describe('false: Trailkeeper leaves logging as it finds it.'),
    S3BucketName: matching(
      /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
      'is not a bucket name: use 3 to 63 lower-case letters, digits, dots and hyphens',
    ).describe('Bucket that the log files are delivered to.'),
    S3KeyPrefix: z
      .string()
      .min(1, { error: 'is empty: leave it out' })
      .max(200)
      .optional()
      .describe('Absent: no prefix.'),
    SnsTopicName: arn(
      'sns',
      '[A-Za-z0-9_-]+(?:\\.fifo)?',
      'is not a topic ARN: give the ARN, the form that GetTrail shows',
    )
      .optional()
      .describe('ARN of the topic told of each log file. Absent: none.'),
    IncludeGlobalServiceEvents: z
      .boolean()
      .describe('Record IAM, STS and CloudFront. Must be true on a multi-Region trail.'),
    IsMultiRegionTrail: z.boolean().describe('Record every Region.'),
    EnableLogFileValidation: z.boolean().describe('Deliver digest files that prove the log files untouched.'),
    CloudWatchLogsLogGroupArn: arn(
      'logs',
      'log-group:[A-Za-z0-9_/.#-]+(?::\\*)?',
      'is not a log group ARN, like arn:aws:logs:us-east-1:123456789012:log-group:trail:*',
    )
      // CloudTrail takes it with :* only; consoles and tools show it without.
      .overwrite((group) => (group.endsWith(':*') ? group : `${group}:*`))
      .optional()
      .describe('Goes with CloudWatchLogsRoleArn. Absent: no delivery to CloudWatch Logs.'),
    CloudWatchLogsRoleArn: arn('iam', 'role/[!-~]+', 'is not a role ARN')
      .optional()
      .describe('Role that CloudTrail assumes to write to the log group.'),
    KmsKeyId: arn(
      'kms',
      'key/[A-Za-z0-9-]+',
      'is not a full key ARN: aliases and bare key ids never equal what GetTrail shows',
    )
      .optional()
      .describe('ARN of the key that encrypts the log files. Absent: not encrypted with KMS.'),
    IsOrganizationTrail: z
      .boolean()
      .default(false)
      .describe('Record every account of the organisation: for its management account only.'),
    RecursiveLogging: z
      .boolean()
      .default(true)
      .describe('false: CloudTrail does not record its own deliveries to S3 and CloudWatch Logs.'),
    EventSelectors: atMost(5, eventSelector)
      .min(1, { error: 'is empty: CloudTrail takes 1 to 5 selectors; leave it out for the default' })
      .optional()
      .describe(
        'Basic selectors. Neither dialect: all management events, which is the default of CloudTrail.',
      ),
    AdvancedEventSelectors: z
      .array(advancedEventSelector)
      .min(1, { error: 'is empty: leave it out for the default' })
      .optional()
      .describe('Advanced selectors. A trail has either these or EventSelectors.'),
    InsightSelectors: z.array(insightSelector).default([]).describe('Absent: Insights is off.'),
    AggregationConfigurations: atMost(1, aggregationConfiguration)
      .default([])
      .describe('Aggregation of data events. Absent: none.'),
    TagsList: atMost(50, tag).default([]).describe('Absent: no tags.'),
  })
  .refine(({ EventSelectors, AdvancedEventSelectors }) => !(EventSelectors && AdvancedEventSelectors), {
    path: ['AdvancedEventSelectors'],
    error: 'stands beside EventSelectors: a trail has one dialect, remove the other',
    when: isObject,
  })
  .refine(
    (declared) => Boolean(declared.CloudWatchLogsLogGroupArn) === Boolean(declared.CloudWatchLogsRoleArn),
    {
      path: ['CloudWatchLogsLogGroupArn'],
      error: 'and CloudWatchLogsRoleArn go together: give both or neither',
      when: isObject,
    },
  )
  .refine(
    (declared) => !(is(declared.IsMultiRegionTrail, true) && is(declared.IncludeGlobalServiceEvents, false)),
    {
      path: ['IncludeGlobalServiceEvents'],
      error: 'is not true on a multi-Region trail, which CloudTrail refuses: set it to true',
      when: isObject,
    },
  )
  // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html
  .refine(({ EventSelectors }) => dataResources(EventSelectors) <= 250, {
    path: ['EventSelectors'],
    error:
      'names more than the 250 data resources that a trail may have in all: name prefixes, or use AdvancedEventSelectors',
    when: isObject,
  })
  .refine(({ AdvancedEventSelectors }) => conditionValues(AdvancedEventSelectors) <= 500, {
    path: ['AdvancedEventSelectors'],
    error:
      'has more than the 500 values that a trail may have in all conditions: use StartsWith, or fewer values',
    when: isObject,
  })
  .refine(({ TagsList }) => twin(TagsList, 'Key') === undefined, {
    path: ['TagsList'],
    error: ({ input }) => `names ${String(twin(member(input, 'TagsList'), 'Key'))} twice: keep one`,
    when: isObject,
  })
  .transform((declared) =>
    declared.EventSelectors || declared.AdvancedEventSelectors
      ? declared
      : { ...declared, EventSelectors: [...DEFAULT_EVENT_SELECTORS] },
  );

/** A tag; without a value it is empty. */
export type Tag = z.output<typeof tag>;

/** A trail's complete desired state, in the property names of the requests that create it, defaults filled in. */
export type Trail = Readonly<z.output<typeof trail>>;
