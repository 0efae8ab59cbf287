import { describeRepair, describeValue } from '../../../src/kinds/trail/describe.ts';
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
