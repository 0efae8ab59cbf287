import { drift, sameValue } from '../../../src/kinds/trail/drift.ts';
import type { Field, Part } from '../../../src/kinds/trail/fields.ts';
import type { TrailState } from '../../../src/kinds/trail/observed.ts';
import {
  allManagementEvents,
  dataTrail,
  missing,
  observed,
  orgAuditTrail,
  silentAbout,
} from '../../fakes/samples.ts';

const drifted = (...args: Parameters<typeof drift>): Field[] => drift(...args).map(({ field }) => field);

test.each([
  ['a trail with every feature', orgAuditTrail],
  ['a trail with few of them', dataTrail],
])('%s that is as declared has no drift', (_what, declared) => {
  expect(drift(declared, observed(declared))).toEqual([]);
});

const { AdvancedEventSelectors = [] } = orgAuditTrail;
const { EventSelectors = [] } = dataTrail;

describe('it is drift when', () => {
  const changes: [string, TrailState, Field[]][] = [
    ['logging is off', { IsLogging: false }, ['IsLogging']],
    ['the bucket is another', { S3BucketName: 'mallorys-bucket' }, ['S3BucketName']],
    ['the prefix is another', { S3KeyPrefix: 'elsewhere' }, ['S3KeyPrefix']],
    ['the prefix is gone', { S3KeyPrefix: undefined }, ['S3KeyPrefix']],
    ['the trail records one Region only', { IsMultiRegionTrail: false }, ['IsMultiRegionTrail']],
    [
      'global services are not recorded',
      { IncludeGlobalServiceEvents: false },
      ['IncludeGlobalServiceEvents'],
    ],
    ['the organisation is no longer recorded', { IsOrganizationTrail: true }, ['IsOrganizationTrail']],
    ['digests are off', { EnableLogFileValidation: false }, ['EnableLogFileValidation']],
    ['the KMS key is another', { KmsKeyId: 'arn:aws:kms:us-east-1:111122223333:key/0' }, ['KmsKeyId']],
    ['the KMS key is gone', { KmsKeyId: undefined }, ['KmsKeyId']],
    [
      'the log group is another',
      { CloudWatchLogsLogGroupArn: 'arn:aws:logs:us-east-1:123456789012:log-group:other:*' },
      ['CloudWatchLogsLogGroupArn'],
    ],
    [
      'CloudWatch Logs is cut off',
      { CloudWatchLogsLogGroupArn: undefined, CloudWatchLogsRoleArn: undefined },
      ['CloudWatchLogsLogGroupArn', 'CloudWatchLogsRoleArn'],
    ],
    ['the topic is gone', { SnsTopicName: undefined }, ['SnsTopicName']],
    ['its own deliveries are not recorded', { RecursiveLogging: false }, ['RecursiveLogging']],
    [
      'the other dialect of selectors has taken over',
      { AdvancedEventSelectors: undefined, EventSelectors: [allManagementEvents] },
      ['EventSelectors', 'AdvancedEventSelectors'],
    ],
    [
      'a selector is missing',
      { AdvancedEventSelectors: AdvancedEventSelectors.slice(0, 1) },
      ['AdvancedEventSelectors'],
    ],
    [
      'a selector excludes one principal',
      {
        AdvancedEventSelectors: AdvancedEventSelectors.map(({ Name, FieldSelectors }) => ({
          Name,
          FieldSelectors: [
            ...FieldSelectors,
            { Field: 'userIdentity.arn', NotStartsWith: ['arn:aws:sts::123456789012:assumed-role/Admin/'] },
          ],
        })),
      },
      ['AdvancedEventSelectors'],
    ],
    ['Insights is off', { InsightSelectors: [] }, ['InsightSelectors']],
    [
      'one kind of Insights is off',
      { InsightSelectors: orgAuditTrail.InsightSelectors.slice(1) },
      ['InsightSelectors'],
    ],
    ['aggregation is off', { AggregationConfigurations: [] }, ['AggregationConfigurations']],
    ['a tag is gone', { TagsList: orgAuditTrail.TagsList.slice(1) }, ['TagsList']],
    [
      'a tag is strange',
      { TagsList: [...orgAuditTrail.TagsList, { Key: 'protected', Value: 'false' }] },
      ['TagsList'],
    ],
    [
      'a tag has another value',
      {
        TagsList: [
          { Key: 'team', Value: 'mallory' },
          { Key: 'critical', Value: '' },
        ],
      },
      ['TagsList'],
    ],
  ];
  test.each(changes)('%s', (_what, state, fields) => {
    expect(drifted(orgAuditTrail, observed(orgAuditTrail, state))).toEqual(fields);
  });

  test('nobody says whether it logs', () => {
    expect(drifted(orgAuditTrail, silentAbout('IsLogging', observed(orgAuditTrail)))).toEqual(['IsLogging']);
  });

  const additions: [string, TrailState, Field[]][] = [
    [
      'an undeclared KMS key was added',
      { KmsKeyId: 'arn:aws:kms:us-east-1:111122223333:key/0' },
      ['KmsKeyId'],
    ],
    ['an undeclared prefix was added', { S3KeyPrefix: 'mallory' }, ['S3KeyPrefix']],
    [
      'an undeclared topic was added',
      { SnsTopicName: 'arn:aws:sns:us-east-1:111122223333:t' },
      ['SnsTopicName'],
    ],
    [
      'undeclared Insights were added',
      { InsightSelectors: orgAuditTrail.InsightSelectors },
      ['InsightSelectors'],
    ],
    [
      'only reads are recorded',
      { EventSelectors: EventSelectors.map((selector) => ({ ...selector, ReadWriteType: 'ReadOnly' })) },
      ['EventSelectors'],
    ],
    [
      'management events are off',
      { EventSelectors: EventSelectors.map((selector) => ({ ...selector, IncludeManagementEvents: false })) },
      ['EventSelectors'],
    ],
    [
      'a source is excluded',
      {
        EventSelectors: EventSelectors.map((selector) => ({
          ...selector,
          ExcludeManagementEventSources: ['kms.amazonaws.com', 'rdsdata.amazonaws.com'],
        })),
      },
      ['EventSelectors'],
    ],
    [
      'a data resource is dropped',
      { EventSelectors: EventSelectors.map((selector) => ({ ...selector, DataResources: [] })) },
      ['EventSelectors'],
    ],
  ];
  test.each(additions)('%s', (_what, state, fields) => {
    expect(drifted(dataTrail, observed(dataTrail, state))).toEqual(fields);
  });
});

describe('it is no drift when', () => {
  const sameness: [string, TrailState][] = [
    ['the lists come in another order', { TagsList: [...orgAuditTrail.TagsList].reverse() }],
    [
      'the selectors come in another order',
      { AdvancedEventSelectors: [...AdvancedEventSelectors].reverse() },
    ],
    [
      'the members of a selector come in another order',
      {
        AdvancedEventSelectors: AdvancedEventSelectors.map(({ Name, FieldSelectors }) => ({
          FieldSelectors: [...FieldSelectors].reverse(),
          Name,
        })),
      },
    ],
    [
      'the log group is shown without its wildcard',
      { CloudWatchLogsLogGroupArn: orgAuditTrail.CloudWatchLogsLogGroupArn?.replace(':*', '') },
    ],
    ['an absence is shown as an empty list', { EventSelectors: [] }],
  ];
  test.each(sameness)('%s', (_what, state) => {
    expect(drift(orgAuditTrail, observed(orgAuditTrail, state))).toEqual([]);
  });

  test('an absence is shown as an empty text', () => {
    expect(drift(dataTrail, observed(dataTrail, { KmsKeyId: '', S3KeyPrefix: '' }))).toEqual([]);
  });

  test('the endpoint does not know RecursiveLogging', () => {
    expect(drift(orgAuditTrail, silentAbout('RecursiveLogging', observed(orgAuditTrail)))).toEqual([]);
  });

  test.each([true, false])('nobody asked for logging, and it is %s', (IsLogging) => {
    const declared = { ...orgAuditTrail, IsLogging: false };

    expect(drift(declared, observed(declared, { IsLogging }))).toEqual([]);
  });
});

describe('what could not be read', () => {
  const parts: Part[] = ['settings', 'selectors', 'insights', 'eventConfiguration', 'tags'];
  test.each(parts)('is no drift: %s', (part) => {
    const reading = observed(orgAuditTrail, {}, { unread: { [part]: 'AccessDeniedException' } });
    const emptied = { ...reading, state: { IsLogging: true } };

    expect(drifted(orgAuditTrail, emptied).length).toBeGreaterThan(0);
    expect(
      drift(orgAuditTrail, {
        ...emptied,
        unread: Object.fromEntries(parts.map((each) => [each, 'AccessDeniedException'])),
      }),
    ).toEqual([]);
  });

  test('counts as stopped where it is logging, whatever the state says', () => {
    const reading = observed(orgAuditTrail, {}, { unread: { logging: 'AccessDeniedException' } });

    expect(drifted(orgAuditTrail, reading)).toEqual(['IsLogging']);
  });
});

test('a missing trail differs in every field that is declared', () => {
  expect(drifted(dataTrail, missing(dataTrail.Name))).toEqual([
    'IsLogging',
    'S3BucketName',
    'IsMultiRegionTrail',
    'IncludeGlobalServiceEvents',
    'IsOrganizationTrail',
    'EnableLogFileValidation',
    'EventSelectors',
  ]);
});

test('drift tells what was declared and what was found', () => {
  expect(drift(dataTrail, observed(dataTrail, { KmsKeyId: 'arn:aws:kms:us-east-1:1:key/0' }))).toEqual([
    { field: 'KmsKeyId', declared: undefined, found: 'arn:aws:kms:us-east-1:1:key/0' },
  ]);
});

test.each<[string, Field, unknown, unknown, boolean]>([
  ['false is not an absence', 'IsMultiRegionTrail', false, undefined, false],
  ['texts differ by case', 'S3KeyPrefix', 'prod', 'Prod', false],
  ['a wildcard belongs to log groups only', 'S3KeyPrefix', 'prod:*', 'prod', false],
  [
    'a wildcard is one at the end only',
    'CloudWatchLogsLogGroupArn',
    'arn:aws:logs:us-east-1:123456789012:log-group:a:*b',
    'arn:aws:logs:us-east-1:123456789012:log-group:ab',
    false,
  ],
  ['a text is not a list that holds it', 'S3KeyPrefix', 'prod', ['prod'], false],
  ['a number is not its text', 'S3KeyPrefix', 1, '1', false],
  [
    'a list with an item twice is another list',
    'TagsList',
    [{ Key: 'a' }],
    [{ Key: 'a' }, { Key: 'a' }],
    false,
  ],
  ['an empty member is an absent one', 'TagsList', [{ Key: 'a', Value: '' }], [{ Key: 'a' }], true],
  ['null is an absence', 'KmsKeyId', null, undefined, true],
])('%s', (_sentence, field, a, b, expected) => {
  expect(sameValue(field, a, b)).toBe(expected);
  expect(sameValue(field, b, a)).toBe(expected);
});

test.each([
  ['its bare name is the same topic', 'log-files', true],
  ['another bare name is not', 'other', false],
  ['another ARN is not, whatever its name', 'arn:aws:sns:us-east-1:111122223333:log-files', false],
])('of a topic that is declared by its ARN, %s', (_sentence, asked, same) => {
  expect(sameValue('SnsTopicName', 'arn:aws:sns:us-east-1:123456789012:log-files', asked)).toBe(same);
});
