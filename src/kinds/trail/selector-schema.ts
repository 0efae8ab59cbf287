import { z } from 'zod';
import { isObject, listOf, member } from '../schema-rules.ts';

/**
 * Basic selectors take no wildcards, and a bucket only with its slash: CloudTrail says "Value … for DataResources.Values is invalid".
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DataResource.html,
 * https://github.com/aws-samples/aws-security-reference-architecture-examples/issues/335,
 * https://github.com/hashicorp/terraform-provider-aws/issues/4043
 */
const dataResourceValue = z
  .string()
  .regex(/[^*]$|^$/, {
    error: 'ends in *, which CloudTrail refuses: a value is a prefix as it is, like arn:aws:s3',
  })
  .regex(/^(?!arn:aws[a-z-]*:s3:::[^/*]+$)/, {
    error: 'is a bucket without its slash, which CloudTrail refuses: end it in / for all objects',
  });

/** A basic selector. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html */
export const eventSelector = z.strictObject({
  ReadWriteType: z.enum(['All', 'ReadOnly', 'WriteOnly']).default('All'),
  IncludeManagementEvents: z.boolean().default(true),
  DataResources: z
    .array(z.strictObject({ Type: z.string(), Values: z.array(dataResourceValue) }))
    .default([])
    .describe('Data events to record. Absent: none.'),
  ExcludeManagementEventSources: z
    .array(z.string())
    .default([])
    .describe('Services whose management events are left out, like kms.amazonaws.com. Absent: none.'),
});

const condition = z.array(z.string()).min(1, { error: 'is empty: leave the operator out' }).optional();

const OPERATORS = ['Equals', 'StartsWith', 'EndsWith', 'NotEquals', 'NotStartsWith', 'NotEndsWith'] as const;

const fieldSelector = z
  .strictObject({
    Field: z.string(),
    Equals: condition,
    StartsWith: condition,
    EndsWith: condition,
    NotEquals: condition,
    NotStartsWith: condition,
    NotEndsWith: condition,
  })
  .refine((selector) => OPERATORS.some((operator) => selector[operator] !== undefined), {
    error: 'has no operator, so that it selects nothing: add one, like Equals: [...]',
    when: isObject,
  });

/** What follows a rule reads values that are not yet known to be right. */
const selectorsOf = (value: unknown): readonly Partial<AdvancedEventSelector['FieldSelectors'][number]>[] =>
  listOf(value).filter((each) => typeof each === 'object' && each !== null);

const isOfCategory = (value: unknown, category: string): boolean =>
  selectorsOf(value).some(
    ({ Field, Equals }) => Field === 'eventCategory' && Array.isArray(Equals) && Equals.includes(category),
  );

const hasField = (value: unknown, field: string): boolean =>
  selectorsOf(value).some(({ Field }) => Field === field);

/** A trail takes no other for management events: those are for event data stores. */
const MANAGEMENT_FIELDS = ['eventCategory', 'eventSource', 'readOnly'];

const foreignField = (value: unknown): string | undefined =>
  isOfCategory(value, 'Management')
    ? selectorsOf(value).find(({ Field }) => Field !== undefined && !MANAGEMENT_FIELDS.includes(Field))?.Field
    : undefined;

/**
 * An advanced selector, by the rules for each category.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedEventSelector.html,
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html
 */
export const advancedEventSelector = z.strictObject({
  Name: z.string().optional(),
  FieldSelectors: z
    .array(fieldSelector)
    .refine((selectors: unknown) => hasField(selectors, 'eventCategory'), {
      error:
        'has no eventCategory, which CloudTrail asks of each selector: add Field: eventCategory, Equals: [...]',
      when: isObject,
    })
    .refine((selectors: unknown) => foreignField(selectors) === undefined, {
      error: ({ input }) =>
        `selects management events by ${foreignField(input) ?? ''}, which a trail cannot: use eventSource and readOnly`,
      when: isObject,
    })
    .refine(
      (selectors: unknown) => !isOfCategory(selectors, 'Data') || hasField(selectors, 'resources.type'),
      {
        error:
          'selects data events of no resources.type, which CloudTrail asks for: add Field: resources.type, Equals: [...]',
        when: isObject,
      },
    )
    .refine(
      (selectors: unknown) =>
        !isOfCategory(selectors, 'NetworkActivity') || hasField(selectors, 'eventSource'),
      {
        error:
          'selects network activity of no eventSource, which CloudTrail asks for: add Field: eventSource, Equals: [...]',
        when: isObject,
      },
    ),
});

/** How many data resources basic selectors name, in all. */
export const dataResources = (selectors: unknown): number =>
  listOf(selectors)
    .flatMap((selector) => listOf(member(selector, 'DataResources')))
    .flatMap((resource) => listOf(member(resource, 'Values'))).length;

/** How many values advanced selectors have for their conditions, in all. */
export const conditionValues = (selectors: unknown): number =>
  listOf(selectors)
    .flatMap((selector) => listOf(member(selector, 'FieldSelectors')))
    .flatMap((selector) => OPERATORS.flatMap((operator) => listOf(member(selector, operator)))).length;

/** A kind of Insights. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_InsightSelector.html */
export const insightSelector = z.strictObject({
  InsightType: z.enum(['ApiCallRateInsight', 'ApiErrorRateInsight']),
  EventCategories: z
    .array(z.enum(['Management', 'Data']))
    .min(1)
    .default(['Management']),
});

/** How data events are aggregated. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AggregationConfiguration.html */
export const aggregationConfiguration = z.strictObject({
  EventCategory: z.literal('Data'),
  Templates: z.array(z.enum(['API_ACTIVITY', 'RESOURCE_ACCESS', 'USER_ACTIONS'])).min(1),
});

/** See {@link eventSelector}. */
export type EventSelector = z.output<typeof eventSelector>;
/** See {@link advancedEventSelector}. */
export type AdvancedEventSelector = z.output<typeof advancedEventSelector>;
/** See {@link insightSelector}. */
export type InsightSelector = z.output<typeof insightSelector>;
/** See {@link aggregationConfiguration}. */
export type AggregationConfiguration = z.output<typeof aggregationConfiguration>;
