import { z } from 'zod';
import { isObject } from '../schema-rules.ts';

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

/** See {@link eventSelector}. */
export type EventSelector = z.output<typeof eventSelector>;
/** See {@link advancedEventSelector}. */
export type AdvancedEventSelector = z.output<typeof advancedEventSelector>;
/** See {@link insightSelector}. */
export type InsightSelector = z.output<typeof insightSelector>;
/** See {@link aggregationConfiguration}. */
export type AggregationConfiguration = z.output<typeof aggregationConfiguration>;
