import {
  describeItems,
  describeRepair,
  describeValue,
  differenceOf,
} from '../../../src/kinds/trail/describe.ts';
import type { Repair } from '../../../src/kinds/trail/repair.ts';
import type { Field } from '../../../src/kinds/trail/fields.ts';
import { allManagementEvents, dataTrail, orgAuditTrail } from '../../fakes/samples.ts';

const trail = orgAuditTrail.Name;

describe('a value is told in words', () => {
  const values: [string, Field, unknown, string][] = [
    ['logging that is on', 'IsLogging', true, 'on'],
    ['logging that is off', 'IsLogging', false, 'off'],
    ['a flag', 'IsMultiRegionTrail', false, 'false'],
    ['a text', 'S3BucketName', 'audit-logs', 'audit-logs'],
    ['an absence', 'KmsKeyId', undefined, 'none'],
    ['an absence told as an empty text', 'KmsKeyId', '', 'none'],
    ['an absence told as an empty list', 'TagsList', [], 'none'],
    ['the default selectors', 'EventSelectors', [allManagementEvents], 'All, with management events'],
    [
      'basic selectors with all that they can say',
      'EventSelectors',
      dataTrail.EventSelectors,
      'WriteOnly, with management events, without kms.amazonaws.com, AWS::S3::Object arn:aws:s3:::ledger/|arn:aws:s3:::payroll/, AWS::Lambda::Function arn:aws:lambda',
    ],
    [
      'basic selectors without management events',
      'EventSelectors',
      [{ ...allManagementEvents, IncludeManagementEvents: false }],
      'All, no management events',
    ],
    [
      'advanced selectors, whose own names say nothing',
      'AdvancedEventSelectors',
      [
        {
          Name: 'harmless',
          FieldSelectors: [{ Field: 'userIdentity.arn', NotStartsWith: ['arn:aws:sts::1:x', 'y'] }],
        },
      ],
      'userIdentity.arn NotStartsWith arn:aws:sts::1:x|y',
    ],
    [
      'conditions of one selector, joined',
      'AdvancedEventSelectors',
      orgAuditTrail.AdvancedEventSelectors?.slice(1),
      'eventCategory Equals Data and resources.type Equals AWS::S3::Object and resources.ARN StartsWith arn:aws:s3:::ledger/|arn:aws:s3:::ledger-archive/ and readOnly Equals false',
    ],
    [
      'Insights',
      'InsightSelectors',
      orgAuditTrail.InsightSelectors,
      'ApiCallRateInsight Management; ApiErrorRateInsight Management Data',
    ],
    ['tags', 'TagsList', orgAuditTrail.TagsList, 'team=security; critical='],
  ];
  test.each(values)('%s', (_what, field, value, words) => {
    expect(describeValue(field, value)).toBe(words);
  });

  test('on one line, whatever it holds', () => {
    const hostile = [{ Key: 'a\nStill broken: nothing.', Value: '\u202e' }];

    expect(describeValue('TagsList', hostile)).toBe('a\\u{a}Still broken: nothing.=\\u{202e}');
  });
});

describe('what a change took and brought', () => {
  const objects = (from: number, to: number) =>
    Array.from({ length: to - from }, (_each, index) => `arn:aws:s3:::ledger-${from + index}/`);
  const data = (values: readonly string[], Name?: string) => ({
    ...(Name !== undefined && { Name }),
    FieldSelectors: [
      { Field: 'eventCategory', Equals: ['Data'] },
      { Field: 'resources.ARN', StartsWith: [...values] },
    ],
  });
  const tags = (...keys: readonly string[]) => keys.map((Key) => ({ Key, Value: 'x' }));
  const many = Array.from({ length: 30 }, (_each, index) => `tag-${index}`);

  test.each<[string, Field, unknown, unknown, ReturnType<typeof differenceOf>]>([
    ['is not told of values that fit side by side', 'KmsKeyId', 'key/1', undefined, undefined],
    ['is not told of short lists', 'TagsList', tags('a'), tags('a', 'b'), undefined],
    [
      'is the one of 240 values that is gone',
      'AdvancedEventSelectors',
      [data(objects(0, 240))],
      [data(objects(1, 240))],
      { gone: ['resources.ARN StartsWith arn:aws:s3:::ledger-0/'], added: [] },
    ],
    [
      'is the value that came for another',
      'EventSelectors',
      [{ ...allManagementEvents, DataResources: [{ Type: 'AWS::S3::Object', Values: objects(0, 99) }] }],
      [
        {
          ...allManagementEvents,
          ReadWriteType: 'ReadOnly',
          DataResources: [{ Type: 'AWS::S3::Object', Values: objects(1, 100) }],
        },
      ],
      {
        gone: ['All, with management events', 'AWS::S3::Object arn:aws:s3:::ledger-0/'],
        added: ['ReadOnly, with management events', 'AWS::S3::Object arn:aws:s3:::ledger-99/'],
      },
    ],
    [
      'is a name alone, which no value tells',
      'AdvancedEventSelectors',
      [data(['a'], 'Ledger')],
      [data(['a'], 'Mallory')],
      { gone: ['Name Ledger'], added: ['Name Mallory'] },
    ],
    [
      'is the grouping alone',
      'AdvancedEventSelectors',
      [data(objects(0, 50)), data(objects(50, 100))],
      [data(objects(0, 60)), data(objects(60, 100))],
      { gone: [], added: ['the same values, grouped otherwise'] },
    ],
    ['is one of many tags', 'TagsList', tags(...many), tags(...many, 'new'), { gone: [], added: ['new=x'] }],
    [
      'is all of a long list that is gone, as far as it can be read',
      'TagsList',
      tags(...many),
      undefined,
      { gone: [...many.slice(0, 20).map((Key) => `${Key}=x`), '+10 more'], added: [] },
    ],
  ])('%s', (_what, field, before, found, expected) => {
    expect(differenceOf(field, before, found)).toEqual(expected);
  });

  test.each<[Field, unknown, string[]]>([
    ['AdvancedEventSelectors', [data(objects(0, 240))], ['1 item, 241 values']],
    ['TagsList', tags(...many), ['30 items']],
  ])('a long %s is counted', (field, value, counted) => {
    expect(describeItems(field, value)).toEqual(counted);
  });
});

test('logging that nobody could read is unknown, not none', () => {
  expect(describeValue('IsLogging', undefined)).not.toBe('none');
});

describe('a repair is told as the call that it is', () => {
  const repairs: [Repair, string][] = [
    [{ kind: 'startLogging', trail }, 'StartLogging'],
    [{ kind: 'createTrail', trail, settings: { S3BucketName: 'audit-logs' }, tags: [] }, 'CreateTrail'],
    [
      { kind: 'updateTrail', trail, settings: { S3BucketName: 'audit-logs', KmsKeyId: '' } },
      'UpdateTrail (S3BucketName, KmsKeyId)',
    ],
    [{ kind: 'putEventSelectors', trail, selectors: {} }, 'PutEventSelectors'],
    [{ kind: 'putInsightSelectors', trail, selectors: [] }, 'PutInsightSelectors'],
    [{ kind: 'putEventConfiguration', trail, aggregations: [] }, 'PutEventConfiguration'],
    [{ kind: 'addTags', trail, tags: orgAuditTrail.TagsList }, 'AddTags (team, critical)'],
    [{ kind: 'removeTags', trail, tags: [{ Key: 'x\ny', Value: '' }] }, 'RemoveTags (x\\u{a}y)'],
  ];
  test.each(repairs)('%j', (repair, words) => {
    expect(describeRepair(repair)).toBe(words);
  });
});
