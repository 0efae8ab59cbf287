import { z } from 'zod';
import { DEFAULT_EVENT_SELECTORS } from './trail.ts';

/*
 * The one definition of a baseline: the types, the validator and baselines/schema.json all come from it.
 * It runs when a baseline is captured, checked or packaged, never inside the Lambda function, whose package
 * already holds the parsed result.
 */

const matching = (pattern: RegExp, remedy: string) => z.string().regex(pattern, { error: remedy });

/** Lets a rule between fields speak in the same pass as the rules of each field. */
const isObject = ({ value }: { value: unknown }): boolean => typeof value === 'object' && value !== null;

/** Rules between fields meet values that are not yet known to be right. */
const is = (value: unknown, expected: boolean): boolean => value === expected;

/** The first value of a key that two items share. */
function twin(items: unknown, key: string): string | undefined {
  if (!Array.isArray(items)) return undefined;
  const values = items
    .map((item: unknown) => (item as Record<string, unknown> | null)?.[key])
    .filter((value) => typeof value === 'string');
  return values.find((value, index) => values.indexOf(value) < index);
}

const trailName = matching(
  /^(?=.{3,128}$)(?!\d+\.\d+\.\d+\.\d+$)[A-Za-z0-9](?:[._-]?[A-Za-z0-9])*$/,
  'is not a trail name: use 3 to 128 letters, digits, and single . _ - between them',
);

const arn = (service: string, resource: string, remedy: string) =>
  matching(new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]*:\\d{12}:${resource}$`), remedy);

const eventSelector = z.strictObject({
  ReadWriteType: z.enum(['All', 'ReadOnly', 'WriteOnly']).default('All'),
  IncludeManagementEvents: z.boolean().default(true),
  DataResources: z
    .array(z.strictObject({ Type: z.string(), Values: z.array(z.string()) }))
    .default([])
    .describe('Data events to record. Absent: none.'),
  ExcludeManagementEventSources: z
    .array(z.string())
    .default([])
    .describe('Services whose management events are left out, like kms.amazonaws.com. Absent: none.'),
});

const condition = z.array(z.string()).min(1, { error: 'is empty: leave the operator out' }).optional();

const fieldSelector = z.strictObject({
  Field: z.string(),
  Equals: condition,
  StartsWith: condition,
  EndsWith: condition,
  NotEquals: condition,
  NotStartsWith: condition,
  NotEndsWith: condition,
});

const advancedEventSelector = z.strictObject({
  Name: z.string().optional(),
  FieldSelectors: z.array(fieldSelector).refine(
    (selectors: unknown) =>
      Array.isArray(selectors) &&
      selectors.some((selector: unknown) => (selector as { Field?: unknown } | null)?.Field === 'eventCategory'),
    {
      error: 'has no eventCategory, which CloudTrail asks of each selector: add Field: eventCategory, Equals: [...]',
      when: isObject,
    },
  ),
});

const insightSelector = z.strictObject({
  InsightType: z.enum(['ApiCallRateInsight', 'ApiErrorRateInsight']),
  EventCategories: z
    .array(z.enum(['Management', 'Data']))
    .min(1)
    .default(['Management']),
});

const aggregationConfiguration = z.strictObject({
  EventCategory: z.literal('Data'),
  Templates: z.array(z.enum(['API_ACTIVITY', 'RESOURCE_ACCESS', 'USER_ACTIONS'])).min(1),
});

const tag = z.strictObject({
  Key: z
    .string()
    .min(1)
    .max(128)
    .regex(/^(?!aws:)/, { error: 'starts with aws:, which only AWS may write: leave the tag out' }),
  Value: z.string().max(256).default(''),
});

const trail = z
  .strictObject({
    Name: trailName.describe('Name of the trail. Its home Region is the Region of this file.'),
    IsLogging: z.boolean().default(true).describe('false: Trailkeeper leaves logging as it finds it.'),
    S3BucketName: matching(
      /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
      'is not a bucket name: use 3 to 63 lower-case letters, digits, dots and hyphens',
    ).describe('Bucket that the log files are delivered to.'),
    S3KeyPrefix: z.string().min(1).max(200).optional().describe('Absent: no prefix.'),
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
    EventSelectors: z
      .array(eventSelector)
      .min(1, { error: 'is empty: CloudTrail takes 1 to 5 selectors; leave it out for the default' })
      .max(5)
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
    AggregationConfigurations: z
      .array(aggregationConfiguration)
      .max(1)
      .default([])
      .describe('Aggregation of data events. Absent: none.'),
    TagsList: z.array(tag).max(50).default([]).describe('Absent: no tags.'),
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
  .superRefine(({ TagsList }, context) => {
    const Key = twin(TagsList, 'Key');
    if (Key !== undefined)
      context.addIssue({ code: 'custom', path: ['TagsList'], message: `names ${Key} twice: keep one` });
  })
  .transform((declared) =>
    declared.EventSelectors || declared.AdvancedEventSelectors
      ? declared
      : { ...declared, EventSelectors: [...DEFAULT_EVENT_SELECTORS] },
  );
