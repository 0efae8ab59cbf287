import { LineCounter, parseDocument, type Document } from 'yaml';
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

const hasTwins = (items: unknown, key: string): boolean => {
  if (!Array.isArray(items)) return false;
  const names = items.map((item: unknown) => (item as Record<string, unknown> | null)?.[key]);
  return new Set(names).size < names.length;
};

const trailName = matching(
  /^(?=.{3,128}$)(?!\d+\.\d+\.\d+\.\d+$)[A-Za-z0-9](?:[._-]?[A-Za-z0-9])*$/,
  'is not a trail name: use 3 to 128 letters, digits, and single . _ - between them',
);

const arn = (service: string, resource: string, remedy: string) =>
  matching(new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]*:\\d{12}:${resource}$`), remedy);

const eventSelector = z.strictObject({
  ReadWriteType: z.enum(['All', 'ReadOnly', 'WriteOnly']).default('All'),
  IncludeManagementEvents: z.boolean().default(true),
  DataResources: z.array(z.strictObject({ Type: z.string(), Values: z.array(z.string()) })).default([]),
  ExcludeManagementEventSources: z.array(z.string()).default([]),
});

const condition = z.array(z.string()).min(1, { error: 'is empty: leave the operator out' }).optional();

const advancedEventSelector = z.strictObject({
  Name: z.string().optional(),
  FieldSelectors: z
    .array(
      z.strictObject({
        Field: z.string(),
        Equals: condition,
        StartsWith: condition,
        EndsWith: condition,
        NotEquals: condition,
        NotStartsWith: condition,
        NotEndsWith: condition,
      }),
    )
    .min(1, { error: 'is empty: an advanced selector needs at least an eventCategory' }),
});

const insightSelector = z.strictObject({
  InsightType: z.enum(['ApiCallRateInsight', 'ApiErrorRateInsight']),
  EventCategories: z.array(z.enum(['Management', 'Data'])).default(['Management']),
});

const aggregationConfiguration = z.strictObject({
  EventCategory: z.literal('Data'),
  Templates: z.array(z.enum(['API_ACTIVITY', 'RESOURCE_ACCESS', 'USER_ACTIONS'])),
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
    CloudWatchLogsRoleArn: arn('iam', 'role/[\\w+=,.@/-]+', 'is not a role ARN')
      .optional()
      .describe('Role that CloudTrail assumes to write to the log group.'),
    KmsKeyId: arn(
      'kms',
      'key/[A-Za-z0-9-]+',
      'is not a full key ARN: aliases and bare key ids never equal what GetTrail shows',
    )
      .optional()
      .describe('ARN of the key that encrypts the log files. Absent: not encrypted with KMS.'),
    IsOrganizationTrail: z.boolean().default(false),
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
    AdvancedEventSelectors: z.array(advancedEventSelector).min(1).optional(),
    InsightSelectors: z.array(insightSelector).default([]).describe('Absent: Insights is off.'),
    AggregationConfigurations: z.array(aggregationConfiguration).max(1).default([]),
    TagsList: z.array(tag).max(50).default([]),
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
  .refine((declared) => !declared.IsMultiRegionTrail || declared.IncludeGlobalServiceEvents, {
    path: ['IncludeGlobalServiceEvents'],
    error: 'is not true on a multi-Region trail, which CloudTrail refuses: set it to true',
    when: isObject,
  })
  .refine(({ TagsList }) => !hasTwins(TagsList, 'Key'), {
    path: ['TagsList'],
    error: 'names a key twice: keep one',
    when: isObject,
  })
  .transform((declared) =>
    declared.EventSelectors || declared.AdvancedEventSelectors
      ? declared
      : { ...declared, EventSelectors: [...DEFAULT_EVENT_SELECTORS] },
  );

const baseline = z
  .strictObject({
    Account: matching(/^\d{12}$/, 'is not an account id: write its 12 digits in quotes').describe(
      'The account that this file is for; a function deployed elsewhere refuses to use it.',
    ),
    Region: matching(/^[a-z]{2}(?:-[a-z]+)+-\d$/, 'is not a Region, like us-east-1').describe(
      'The home Region of every trail in this file.',
    ),
    Trails: z
      .array(trail)
      .max(5, { error: 'holds more than the 5 trails that CloudTrail allows in a Region' })
      .describe('The complete desired state of each guarded trail: what is absent here is absent there.'),
  })
  .refine(({ Trails }) => !hasTwins(Trails, 'Name'), {
    path: ['Trails'],
    error: 'declares a name twice: keep one',
    when: isObject,
  });

export type EventSelector = z.output<typeof eventSelector>;
export type AdvancedEventSelector = z.output<typeof advancedEventSelector>;
export type InsightSelector = z.output<typeof insightSelector>;
export type AggregationConfiguration = z.output<typeof aggregationConfiguration>;
export type Tag = z.output<typeof tag>;

/** A trail's complete desired state, in the property names of the requests that create it, defaults filled in. */
export type Trail = Readonly<z.output<typeof trail>>;

/** The declared state of every guarded trail of one account and Region. */
export interface Baseline {
  readonly Account: string;
  readonly Region: string;
  readonly Trails: readonly Trail[];
}

/** Every fault of a baseline file at once, one a line: place, trail, field, what is wrong and what to do. */
export class BaselineError extends Error {
  override readonly name = 'BaselineError';
}

const explain: z.core.$ZodErrorMap = ({ code, input, expected, keys }) => {
  if (code === 'unrecognized_keys')
    return `holds ${String(keys)}, which is no property of a trail: remove it`;
  if (input === undefined) return `is missing: give a ${String(expected)}`;
  if (code === 'invalid_type') return `is not a ${String(expected)}`;
  return undefined;
};

function place(document: Document, lines: LineCounter, path: readonly PropertyKey[]): string {
  for (let length = path.length; length > 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)) {
      const { line, col } = lines.linePos(Number(node.range[0]));
      return `:${line}:${col}`;
    }
  }
  return '';
}

function subject(document: Document, path: readonly PropertyKey[]): string {
  const [list, index, ...field] = path;
  if (list !== 'Trails' || index === undefined) return path.map(String).join('.') || 'file';
  const name: unknown = document.getIn(['Trails', index, 'Name']);
  return `trail ${typeof name === 'string' ? name : `number ${String(Number(index) + 1)}`}: ${field.map(String).join('.') || 'entry'}`;
}

/**
 * Reads a baseline file and fills in what may be left out.
 * Throws a {@link BaselineError} that names every fault in the file, not only the first.
 */
export function parseBaseline(source: string, file: string): Baseline {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const faults = document.errors.map(({ message, pos }) => {
      const { line, col } = lines.linePos(pos[0]);
      return `${file}:${line}:${col} is not YAML: ${message}`;
    });
    throw new BaselineError(faults.join('\n'));
  }
  const parsed = baseline.safeParse(document.toJS(), { error: explain });
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(
    ({ path, message }) => `${file}${place(document, lines, path)} ${subject(document, path)} ${message}`,
  );
  throw new BaselineError(faults.join('\n'));
}

/** The JSON Schema by which editors complete and check a baseline file. */
export function baselineSchema(): object {
  return { ...z.toJSONSchema(baseline, { io: 'input' }), title: 'Trailkeeper baseline' };
}
