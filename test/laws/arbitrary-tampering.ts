import fc from './fast-check.ts';
import type { AdvancedEventSelector, EventSelector } from '../../src/kinds/trail/selector-schema.ts';
import type { Trail } from '../../src/kinds/trail/schema.ts';
import { declaredAs, FakeTrails } from '../fakes/trails.ts';
import { allManagementEvents } from '../fakes/samples.ts';

const text = (maxLength: number) => fc.string({ minLength: 1, maxLength, unit: 'grapheme' });
const id = (prefix: string) => fc.integer({ min: 0, max: 99 }).map((number) => `${prefix}-${number}`);
/** A field that may be absent. */
const maybe = <F extends string, T>(field: F, value: fc.Arbitrary<T>) =>
  fc
    .option(value, { nil: undefined })
    .map((given) => (given === undefined ? {} : { [field]: given })) as fc.Arbitrary<Partial<Record<F, T>>>;

const basicSelector: fc.Arbitrary<EventSelector> = fc.record({
  ReadWriteType: fc.constantFrom('All', 'ReadOnly', 'WriteOnly'),
  IncludeManagementEvents: fc.boolean(),
  DataResources: fc.array(
    fc.record({
      Type: fc.constantFrom('AWS::S3::Object', 'AWS::Lambda::Function', 'AWS::DynamoDB::Table'),
      Values: fc.array(id('arn:aws:s3:::bucket'), { minLength: 1, maxLength: 3 }),
    }),
    { maxLength: 2 },
  ),
  ExcludeManagementEventSources: fc.subarray(['kms.amazonaws.com', 'rdsdata.amazonaws.com']),
});

const advancedSelector: fc.Arbitrary<AdvancedEventSelector> = fc.record(
  {
    Name: text(20),
    FieldSelectors: fc.array(
      fc.record(
        {
          Field: fc.constantFrom('eventCategory', 'resources.type', 'resources.ARN', 'readOnly', 'eventName'),
          Equals: fc.array(text(12), { minLength: 1, maxLength: 3 }),
          NotStartsWith: fc.array(text(12), { minLength: 1, maxLength: 2 }),
        },
        { requiredKeys: ['Field'] },
      ),
      { minLength: 1, maxLength: 3 },
    ),
  },
  { requiredKeys: ['FieldSelectors'] },
);

type Selectors = Pick<Trail, 'EventSelectors' | 'AdvancedEventSelectors'>;

const selectors = fc.oneof<fc.Arbitrary<Selectors>[]>(
  fc.array(basicSelector, { minLength: 1, maxLength: 3 }).map((EventSelectors) => ({ EventSelectors })),
  fc
    .array(advancedSelector, { minLength: 1, maxLength: 3 })
    .map((AdvancedEventSelectors) => ({ AdvancedEventSelectors })),
  fc.constant({ EventSelectors: [allManagementEvents] }),
);

const settings = fc
  .tuple(
    fc.record({
      S3BucketName: id('audit-logs'),
      EnableLogFileValidation: fc.boolean(),
      IsOrganizationTrail: fc.boolean(),
      RecursiveLogging: fc.boolean(),
    }),
    fc.constantFrom(
      { IsMultiRegionTrail: true, IncludeGlobalServiceEvents: true },
      { IsMultiRegionTrail: false, IncludeGlobalServiceEvents: true },
      { IsMultiRegionTrail: false, IncludeGlobalServiceEvents: false },
    ),
    maybe('S3KeyPrefix', text(20)),
    maybe('SnsTopicName', id('arn:aws:sns:us-east-1:123456789012:topic')),
    maybe('KmsKeyId', id('arn:aws:kms:us-east-1:123456789012:key/k')),
    fc.option(
      fc.record({
        CloudWatchLogsLogGroupArn: id('arn:aws:logs:us-east-1:123456789012:log-group:g').map(
          (group) => `${group}:*`,
        ),
        CloudWatchLogsRoleArn: id('arn:aws:iam::123456789012:role/r'),
      }),
      { nil: {} },
    ),
  )
  .map(([required, regions, prefix, topic, key, logs]) => ({
    ...required,
    ...regions,
    ...prefix,
    ...topic,
    ...key,
    ...logs,
  }));

const insights = fc.subarray([
  { InsightType: 'ApiCallRateInsight' as const, EventCategories: ['Management' as const] },
  { InsightType: 'ApiErrorRateInsight' as const, EventCategories: ['Data' as const, 'Management' as const] },
]);

const aggregations = fc.constantFrom<Trail['AggregationConfigurations']>(
  [],
  [{ EventCategory: 'Data', Templates: ['API_ACTIVITY'] }],
  [{ EventCategory: 'Data', Templates: ['RESOURCE_ACCESS', 'USER_ACTIONS'] }],
);

const tags = fc.uniqueArray(
  fc.record({ Key: fc.oneof(id('key'), text(10)), Value: fc.oneof(fc.constant(''), text(10)) }),
  { maxLength: 5, selector: ({ Key }) => Key },
);

export const NAME = 'guarded-trail';

/** Any declaration that a baseline can hold. */
export const declaration: fc.Arbitrary<Trail> = fc
  .tuple(settings, selectors, insights, aggregations, tags, fc.boolean())
  .map(([set, chosen, InsightSelectors, AggregationConfigurations, TagsList, IsLogging]) => ({
    Name: NAME,
    IsLogging,
    ...set,
    ...chosen,
    InsightSelectors,
    AggregationConfigurations,
    TagsList,
  }));

export type Tampering = Parameters<FakeTrails['tamper']>[0];

const CLEARABLE = ['S3KeyPrefix', 'SnsTopicName', 'KmsKeyId'] as const;

/** Anything that somebody with the rights can do to the live trail. */
export const tampering: fc.Arbitrary<Tampering> = fc.oneof(
  fc.constantFrom<Tampering>(
    { kind: 'stopLogging', trail: NAME },
    { kind: 'startLogging', trail: NAME },
    { kind: 'deleteTrail', trail: NAME },
  ),
  fc.tuple(settings, fc.subarray([...CLEARABLE])).map(([set, cleared]): Tampering => ({
    kind: 'updateTrail',
    trail: NAME,
    settings: { ...set, ...Object.fromEntries(cleared.map((field) => [field, ''])) },
  })),
  fc.constant<Tampering>({
    kind: 'updateTrail',
    trail: NAME,
    settings: { CloudWatchLogsLogGroupArn: '', CloudWatchLogsRoleArn: '' },
  }),
  fc
    .tuple(settings, tags)
    .map(([set, given]): Tampering => ({ kind: 'createTrail', trail: NAME, settings: set, tags: given })),
  selectors.map((chosen): Tampering => ({ kind: 'putEventSelectors', trail: NAME, selectors: chosen })),
  insights.map((chosen): Tampering => ({ kind: 'putInsightSelectors', trail: NAME, selectors: chosen })),
  aggregations.map((chosen): Tampering => ({
    kind: 'putEventConfiguration',
    trail: NAME,
    aggregations: chosen,
  })),
  tags.map((given): Tampering => ({ kind: 'addTags', trail: NAME, tags: given })),
  tags.map((given): Tampering => ({ kind: 'removeTags', trail: NAME, tags: given })),
);

export const tamperings = fc.array(tampering, { maxLength: 6 });

/** Does to the trail what CloudTrail lets one do: what it refuses has no effect. */
export function tamperedWith(declared: Trail, done: readonly Tampering[]): FakeTrails {
  const trails = new FakeTrails(declared);
  for (const each of done)
    try {
      trails.tamper(each);
    } catch (refusal) {
      if (!(refusal instanceof Error) || !refusal.name.endsWith('Exception')) throw refusal;
    }
  return trails;
}

/** What the live trail must show: a trail that is declared not to log may log. */
export function expected(declared: Trail, trails: FakeTrails): unknown {
  return declaredAs({ ...declared, IsLogging: declared.IsLogging || trails.isLogging(NAME) === true });
}
