import { z } from 'zod';

/** Lets a rule between fields speak in the same pass as the rules of each field. */
export const isObject = ({ value }: { value: unknown }): boolean =>
  typeof value === 'object' && value !== null;

/** A list of limited length. An overlong one is read to its end all the same, so that no fault in it goes unsaid. */
export const atMost = <T extends z.ZodType>(most: number, item: T, error = `has more than ${most} entries`) =>
  z
    .array(item)
    .refine((items) => items.length <= most, { error, when: ({ value }) => Array.isArray(value) })
    .meta({ maxItems: most });

/** A basic selector. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html */
export const eventSelector = z.strictObject({
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

/** An advanced selector. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedEventSelector.html */
export const advancedEventSelector = z.strictObject({
  Name: z.string().optional(),
  FieldSelectors: z
    .array(fieldSelector)
    .refine(
      (selectors: unknown) =>
        Array.isArray(selectors) &&
        selectors.some(
          (selector: unknown) => (selector as { Field?: unknown } | null)?.Field === 'eventCategory',
        ),
      {
        error:
          'has no eventCategory, which CloudTrail asks of each selector: add Field: eventCategory, Equals: [...]',
        when: isObject,
      },
    ),
});

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
