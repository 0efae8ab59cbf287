import fc from './fast-check.ts';
import type { Baseline } from '../../src/baseline/baseline.ts';
import type { Trail } from '../../src/kinds/trail/schema.ts';
import { codePoint } from './any-text.ts';

/** Any text, the treacherous included: quotes, colons, line ends, control and bidirectional characters, numbers. */
const text = fc.oneof(
  fc.string({ unit: codePoint, maxLength: 12 }),
  fc.string({ maxLength: 12 }),
  fc.constantFrom(
    'yes',
    'null',
    '~',
    '0123',
    '1e3',
    '- a',
    'a: b',
    '# a',
    '"',
    "'",
    ' a ',
    '\u202e',
    '\n',
    '\u0085',
  ),
);

const name = fc.stringMatching(/^[a-z][a-z0-9]{2,20}$/);
const digits = fc.stringMatching(/^\d{12}$/);
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const nonEmpty = <T>(value: fc.Arbitrary<T>, maxLength = 3) => fc.array(value, { minLength: 1, maxLength });

const arn = (service: string, resource: fc.Arbitrary<string>) =>
  fc.tuple(digits, resource).map(([account, id]) => `arn:aws:${service}:us-east-1:${account}:${id}`);

const basic = fc.record({
  ReadWriteType: fc.constantFrom('All', 'ReadOnly', 'WriteOnly'),
  IncludeManagementEvents: fc.boolean(),
  DataResources: fc.array(
    fc.record({
      Type: text,
      Values: fc.array(
        text.filter((value) => !value.endsWith('*')),
        { maxLength: 2 },
      ),
    }),
    {
      maxLength: 2,
    },
  ),
  ExcludeManagementEventSources: fc.array(text, { maxLength: 2 }),
});

const OPERATORS = ['Equals', 'StartsWith', 'EndsWith', 'NotEquals', 'NotStartsWith', 'NotEndsWith'];

const condition = (field: fc.Arbitrary<string>) =>
  fc
    .tuple(field, fc.constantFrom(...OPERATORS), nonEmpty(text))
    .map(([Field, operator, values]) => ({ Field, [operator]: values }));

const equals = (Field: string, ...Equals: string[]) => ({ Field, Equals });

const fieldSelectors = fc.oneof(
  fc
    .array(condition(fc.constantFrom('eventSource', 'readOnly')), { maxLength: 2 })
    .map((rest) => [equals('eventCategory', 'Management'), ...rest]),
  fc
    .array(condition(text), { maxLength: 2 })
    .map((rest) => [equals('eventCategory', 'Data'), equals('resources.type', 'AWS::S3::Object'), ...rest]),
  fc
    .array(condition(text), { maxLength: 2 })
    .map((rest) => [
      equals('eventCategory', 'NetworkActivity'),
      equals('eventSource', 'kms.amazonaws.com'),
      ...rest,
    ]),
);

const advanced = fc
  .tuple(optional(text), fieldSelectors)
  .map(([Name, FieldSelectors]) => ({ ...(Name !== undefined && { Name }), FieldSelectors }));

const selectors: fc.Arbitrary<Pick<Trail, 'EventSelectors' | 'AdvancedEventSelectors'>> = fc.oneof(
  nonEmpty(basic, 5).map((EventSelectors) => ({ EventSelectors })),
  nonEmpty(advanced).map((AdvancedEventSelectors) => ({ AdvancedEventSelectors })),
);

const logs = fc
  .record({
    CloudWatchLogsLogGroupArn: arn(
      'logs',
      name.map((group) => `log-group:${group}:*`),
    ),
    CloudWatchLogsRoleArn: fc.tuple(digits, name).map(([id, role]) => `arn:aws:iam::${id}:role/${role}`),
  })
  .chain((both) => fc.constantFrom(both, {}));

const insight = fc.record({
  InsightType: fc.constantFrom('ApiCallRateInsight', 'ApiErrorRateInsight'),
  EventCategories: nonEmpty(fc.constantFrom('Management', 'Data'), 2),
});

const aggregation = fc.record({
  EventCategory: fc.constant('Data' as const),
  Templates: nonEmpty(fc.constantFrom('API_ACTIVITY', 'RESOURCE_ACCESS', 'USER_ACTIONS')),
});

const tag = fc.record({
  Key: text.filter((key) => key !== '' && !key.startsWith('aws:')),
  Value: text,
});

const settings = fc
  .record({
    Name: name,
    IsLogging: fc.boolean(),
    S3BucketName: name,
    S3KeyPrefix: optional(text.filter((prefix) => prefix !== '')),
    SnsTopicName: optional(arn('sns', name)),
    IncludeGlobalServiceEvents: fc.boolean(),
    IsMultiRegionTrail: fc.boolean(),
    EnableLogFileValidation: fc.boolean(),
    KmsKeyId: optional(
      arn(
        'kms',
        fc.uuid().map((id) => `key/${id}`),
      ),
    ),
    IsOrganizationTrail: fc.boolean(),
    RecursiveLogging: fc.boolean(),
    InsightSelectors: fc.array(insight, { maxLength: 2 }),
    AggregationConfigurations: fc.array(aggregation, { maxLength: 1 }),
    TagsList: fc.uniqueArray(tag, { selector: ({ Key }) => Key, maxLength: 4 }),
  })
  .map((trail) => ({
    ...trail,
    IncludeGlobalServiceEvents: trail.IsMultiRegionTrail || trail.IncludeGlobalServiceEvents,
  }));

const trail: fc.Arbitrary<Trail> = fc
  .tuple(settings, logs, selectors)
  .map(([one, delivery, chosen]) => ({ ...one, ...delivery, ...chosen }));

/** Any baseline that is valid. */
export const anyBaseline: fc.Arbitrary<Baseline> = fc.record({
  Account: digits,
  Region: fc.constantFrom('us-east-1', 'eu-central-1', 'us-gov-west-1'),
  Trails: fc.uniqueArray(trail, { selector: ({ Name }) => Name, maxLength: 3 }),
});
