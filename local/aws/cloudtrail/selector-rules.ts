import { z } from 'zod';
import { AwsError } from '../wire/aws-error.ts';
import { readRequest } from '../wire/request-shape.ts';
import type { AdvancedEventSelector, EventSelector } from './trail.ts';

const invalid = 'InvalidEventSelectorsException';

const eventSelector = z.object({
  ReadWriteType: z.enum(['All', 'ReadOnly', 'WriteOnly']).default('All'),
  IncludeManagementEvents: z.boolean().default(true),
  DataResources: z.array(z.object({ Type: z.string(), Values: z.array(z.string()).default([]) })).default([]),
  ExcludeManagementEventSources: z.array(z.enum(['kms.amazonaws.com', 'rdsdata.amazonaws.com'])).default([]),
});

/**
 * Basic selectors with their defaults filled in: 1 to 5 of them, 250 data resources in all. Throws
 * `InvalidEventSelectorsException`.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html
 */
export function checkEventSelectors(selectors: unknown): readonly EventSelector[] {
  const checked = readRequest(z.array(eventSelector), selectors, invalid);
  if (checked.length < 1 || checked.length > 5) {
    throw new AwsError(invalid, 'Specify a valid number of selectors (1 to 5) for your trail.');
  }
  const resources = checked.flatMap((selector) => selector.DataResources).flatMap(({ Values }) => Values);
  if (resources.length > 250) throw new AwsError(invalid, 'A trail may name 250 data resources.');
  return checked;
}

const values = z.array(z.string()).min(1).optional();
const advancedSelector = z.object({
  Name: z.string().max(1000).optional(),
  FieldSelectors: z
    .array(
      z.object({
        Field: z.string(),
        Equals: values,
        StartsWith: values,
        EndsWith: values,
        NotEquals: values,
        NotStartsWith: values,
        NotEndsWith: values,
      }),
    )
    .min(1),
});

const managementFields = ['eventCategory', 'readOnly', 'eventSource'];

/**
 * Advanced selectors, 500 values in all. Each says its eventCategory; on a trail, management events may be told apart
 * by readOnly and eventSource only, data events need a resources.type. Throws `InvalidEventSelectorsException`.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html
 */
export function checkAdvancedSelectors(selectors: unknown): readonly AdvancedEventSelector[] {
  const checked = readRequest(z.array(advancedSelector).min(1), selectors, invalid);
  for (const { FieldSelectors } of checked) {
    const category = FieldSelectors.find(({ Field }) => Field === 'eventCategory')?.Equals?.[0];
    if (category === undefined) throw new AwsError(invalid, 'eventCategory must be given with Equals.');
    if (category === 'Management') {
      const other = FieldSelectors.find(({ Field }) => !managementFields.includes(Field));
      if (other) throw new AwsError(invalid, `A trail cannot select management events by ${other.Field}.`);
    }
    if (
      category === 'Data' &&
      !FieldSelectors.some(({ Field, Equals }) => Field === 'resources.type' && Equals)
    ) {
      throw new AwsError(invalid, 'resources.type must be given with Equals for data events.');
    }
  }
  const count = checked
    .flatMap((selector) => selector.FieldSelectors)
    .flatMap((field) => Object.values(field).filter(Array.isArray))
    .reduce((sum, list) => sum + list.length, 0);
  if (count > 500) throw new AwsError(invalid, 'Advanced selectors may hold 500 values.');
  return checked;
}
