import { z } from 'zod';
import {
  advancedEventSelector,
  aggregationConfiguration,
  atMost,
  eventSelector,
  insightSelector,
  isObject,
} from '../kinds/trail/selector-schema.ts';
import { DEFAULT_EVENT_SELECTORS } from '../kinds/trail/trail.ts';

/*
 * The one definition of a baseline: the types, the validator and baselines/schema.json all come from it.
 * It runs when a baseline is captured, checked or packaged, never inside the Lambda function, whose package
 * already holds the parsed result.
 */

const matching = (pattern: RegExp, remedy: string) => z.string().regex(pattern, { error: remedy });

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

const member = (value: unknown, key: string): unknown => (value as Record<string, unknown>)[key];

const trailName = matching(
  /^(?=.{3,128}$)(?!\d+\.\d+\.\d+\.\d+$)[A-Za-z0-9](?:[._-]?[A-Za-z0-9])*$/,
  'is not a trail name: use 3 to 128 letters, digits, and single . _ - between them',
);

const arn = (service: string, resource: string, remedy: string) =>
  matching(new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]*:\\d{12}:${resource}$`), remedy);

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

/** The shape and the rules of a baseline file. */
export const baseline = z
  .strictObject({
    Account: matching(/^\d{12}$/, 'is not an account id: write its 12 digits in quotes').describe(
      'The account that this file is for; a function deployed elsewhere refuses to use it.',
    ),
    AccountAlias: matching(
      /^[a-z0-9](?:-?[a-z0-9]){2,62}$/,
      'is not an account alias: use 3 to 63 lower-case letters, digits and single hyphens between them',
    )
      .optional()
      .describe("The account's name in the alerts."),
    Region: matching(/^[a-z]{2,}(?:-[a-z]+)+-\d$/, 'is not a Region, like us-east-1').describe(
      'The home Region of every trail in this file.',
    ),
    Trails: atMost(5, trail, 'holds more than the 5 trails that CloudTrail allows in a Region').describe(
      'The complete desired state of each guarded trail: what is absent here is absent there.',
    ),
  })
  .refine(({ Trails }) => twin(Trails, 'Name') === undefined, {
    path: ['Trails'],
    error: ({ input }) => `declares ${String(twin(member(input, 'Trails'), 'Name'))} twice: keep one`,
    when: isObject,
  });

/** See {@link eventSelector}. */
export type EventSelector = z.output<typeof eventSelector>;
/** See {@link advancedEventSelector}. */
export type AdvancedEventSelector = z.output<typeof advancedEventSelector>;
/** See {@link insightSelector}. */
export type InsightSelector = z.output<typeof insightSelector>;
/** See {@link aggregationConfiguration}. */
export type AggregationConfiguration = z.output<typeof aggregationConfiguration>;
/** A tag; without a value it is empty. */
export type Tag = z.output<typeof tag>;

/** A trail's complete desired state, in the property names of the requests that create it, defaults filled in. */
export type Trail = Readonly<z.output<typeof trail>>;
