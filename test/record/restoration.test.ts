import type { Trail } from '../../src/kinds/trail/schema.ts';
import { isFallback, isRestoration } from '../../src/record/restoration.ts';
import { calledBy, readEvent } from '../../src/record/trigger.ts';
import type { Call } from '../../src/record/call.ts';
import { baselineOf, dataTrail, eventOf, guardRole, home, mallory, orgAuditTrail } from '../fakes/samples.ts';

function callOf(...event: Parameters<typeof eventOf>): Call {
  const call = calledBy(readEvent(eventOf(...event)));
  if (!call) throw new Error(`${event[0]} is no call`);
  return call;
}

function restores(eventName: string, request: unknown, trails: Trail[], detail = {}): boolean {
  const call = callOf(eventName, request, detail);
  return isRestoration(call, baselineOf(...trails), home);
}

const name = orgAuditTrail.Name;
const resourceId = `arn:aws:cloudtrail:us-east-1:123456789012:trail/${name}`;
const advancedEventSelectors = [
  {
    name: 'Writes to the ledger',
    fieldSelectors: [
      { field: 'eventCategory', equals: ['Data'] },
      { field: 'resources.type', equals: ['AWS::S3::Object'] },
      { field: 'resources.ARN', startsWith: ['arn:aws:s3:::ledger/', 'arn:aws:s3:::ledger-archive/'] },
      { field: 'readOnly', equals: ['false'] },
    ],
  },
  { name: 'Management events', fieldSelectors: [{ field: 'eventCategory', equals: ['Management'] }] },
];
const eventSelectors = [
  {
    readWriteType: 'WriteOnly',
    includeManagementEvents: true,
    dataResources: [
      { type: 'AWS::S3::Object', values: ['arn:aws:s3:::ledger/', 'arn:aws:s3:::payroll/'] },
      { type: 'AWS::Lambda::Function', values: ['arn:aws:lambda'] },
    ],
    excludeManagementEventSources: ['kms.amazonaws.com'],
  },
];

const restorations: [string, string, unknown, Trail][] = [
  ['a declared bucket', 'UpdateTrail', { name, s3BucketName: orgAuditTrail.S3BucketName }, orgAuditTrail],
  [
    'a declared bucket on a trail named by its ARN',
    'UpdateTrail',
    { name: resourceId, s3BucketName: orgAuditTrail.S3BucketName },
    orgAuditTrail,
  ],
  [
    'declared settings, all of them',
    'UpdateTrail',
    {
      name,
      kmsKeyId: orgAuditTrail.KmsKeyId,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      cloudWatchLogsLogGroupArn: orgAuditTrail.CloudWatchLogsLogGroupArn,
      cloudWatchLogsRoleArn: orgAuditTrail.CloudWatchLogsRoleArn,
      snsTopicName: orgAuditTrail.SnsTopicName,
      recursiveLogging: true,
    },
    orgAuditTrail,
  ],
  [
    'the clearing of a key that is declared absent',
    'UpdateTrail',
    { name: 'data-trail', kmsKeyId: '' },
    dataTrail,
  ],
  [
    'declared advanced selectors',
    'PutEventSelectors',
    { trailName: name, advancedEventSelectors },
    orgAuditTrail,
  ],
  ['declared basic selectors', 'PutEventSelectors', { trailName: 'data-trail', eventSelectors }, dataTrail],
  [
    'declared Insights',
    'PutInsightSelectors',
    {
      trailName: name,
      insightSelectors: [
        { insightType: 'ApiErrorRateInsight', eventCategories: ['Data', 'Management'] },
        { insightType: 'ApiCallRateInsight', eventCategories: ['Management'] },
      ],
    },
    orgAuditTrail,
  ],
  [
    'the switching off of Insights that nobody declared',
    'PutInsightSelectors',
    { trailName: 'data-trail', insightSelectors: [] },
    dataTrail,
  ],
  [
    'declared aggregation',
    'PutEventConfiguration',
    {
      trailName: name,
      aggregationConfigurations: [{ eventCategory: 'Data', templates: ['RESOURCE_ACCESS', 'API_ACTIVITY'] }],
    },
    orgAuditTrail,
  ],
  [
    'a declared tag',
    'AddTags',
    { resourceId, tagsList: [{ key: 'team', value: 'security' }] },
    orgAuditTrail,
  ],
  [
    'a declared tag without a value, in the words of requests',
    'AddTags',
    { resourceId, tagsList: [{ Key: 'critical' }] },
    orgAuditTrail,
  ],
  [
    'the removal of a strange tag',
    'RemoveTags',
    { resourceId, tagsList: [{ key: 'protected', value: 'false' }] },
    orgAuditTrail,
  ],
  [
    'a stop where the trail is declared not to log',
    'StopLogging',
    { name },
    { ...orgAuditTrail, IsLogging: false },
  ],
];

describe('a call that asks only for what is declared is a restoration', () => {
  test.each(restorations)('%s', (_what, eventName, request, declared) => {
    expect(restores(eventName, request, [declared])).toBe(true);
    expect(restores(eventName, request, [{ ...declared, Name: 'another-trail' }, declared])).toBe(true);
  });

  test.each([
    ['the guard', guardRole],
    ['anyone else', mallory],
    ['nobody', null],
  ])('whoever makes it: %s', (_who, userIdentity) => {
    const request = { name, s3BucketName: orgAuditTrail.S3BucketName };

    expect(restores('UpdateTrail', request, [orgAuditTrail], { userIdentity })).toBe(true);
  });
});

const others: [string, string, unknown, Trail][] = [
  ['another bucket', 'UpdateTrail', { name, s3BucketName: 'mallorys-bucket' }, orgAuditTrail],
  [
    'a declared bucket and another key',
    'UpdateTrail',
    { name, s3BucketName: orgAuditTrail.S3BucketName, kmsKeyId: '' },
    orgAuditTrail,
  ],
  [
    'a declared bucket, and something that this version does not know',
    'UpdateTrail',
    { name, s3BucketName: orgAuditTrail.S3BucketName, deliverNothing: false },
    orgAuditTrail,
  ],
  ['nothing at all', 'UpdateTrail', { name }, orgAuditTrail],
  [
    'parameters that are too large to be told',
    'PutEventSelectors',
    { trailName: name, omitted: true },
    orgAuditTrail,
  ],
  [
    'one selector less',
    'PutEventSelectors',
    { trailName: name, advancedEventSelectors: advancedEventSelectors.slice(1) },
    orgAuditTrail,
  ],
  [
    'the other dialect',
    'PutEventSelectors',
    { trailName: name, eventSelectors: [{ readWriteType: 'All' }] },
    orgAuditTrail,
  ],
  [
    'both dialects',
    'PutEventSelectors',
    { trailName: name, advancedEventSelectors, eventSelectors },
    orgAuditTrail,
  ],
  ['no Insights', 'PutInsightSelectors', { trailName: name, insightSelectors: [] }, orgAuditTrail],
  [
    'no aggregation',
    'PutEventConfiguration',
    { trailName: name, aggregationConfigurations: [] },
    orgAuditTrail,
  ],
  [
    'a declared tag and a strange one',
    'AddTags',
    {
      resourceId,
      tagsList: [
        { key: 'team', value: 'security' },
        { key: 'protected', value: 'false' },
      ],
    },
    orgAuditTrail,
  ],
  [
    'a declared tag with another value',
    'AddTags',
    { resourceId, tagsList: [{ key: 'team', value: 'x' }] },
    orgAuditTrail,
  ],
  ['no tags', 'AddTags', { resourceId, tagsList: [] }, orgAuditTrail],
  [
    'tags that are no list',
    'AddTags',
    { resourceId, tagsList: { key: 'team', value: 'security' } },
    orgAuditTrail,
  ],
  ['the removal of a declared tag', 'RemoveTags', { resourceId, tagsList: [{ key: 'team' }] }, orgAuditTrail],
  ['the removal of no tags', 'RemoveTags', { resourceId, tagsList: [] }, orgAuditTrail],
  ['the removal of a tag without a key', 'RemoveTags', { resourceId, tagsList: [{}] }, orgAuditTrail],
  ['a stop', 'StopLogging', { name }, orgAuditTrail],
  [
    'a declared value for another key',
    'AddTags',
    { resourceId, tagsList: [{ key: 'other', value: 'security' }] },
    orgAuditTrail,
  ],
  [
    'the removal of a strange tag and of a declared one',
    'RemoveTags',
    { resourceId, tagsList: [{ key: 'protected' }, { key: 'team' }] },
    orgAuditTrail,
  ],
  [
    'the declared dialect and none of the other',
    'PutEventSelectors',
    { trailName: name, advancedEventSelectors, eventSelectors: [] },
    orgAuditTrail,
  ],
  [
    'the declared dialect and none of the advanced one',
    'PutEventSelectors',
    { trailName: 'data-trail', eventSelectors, advancedEventSelectors: [] },
    dataTrail,
  ],
  [
    'a deletion that says to select what is declared',
    'DeleteTrail',
    { name, advancedEventSelectors },
    orgAuditTrail,
  ],
  ['a deletion', 'DeleteTrail', { name }, { ...orgAuditTrail, IsLogging: false }],
  ['no parameters', 'UpdateTrail', null, orgAuditTrail],
  [
    'a field name that every object knows',
    'UpdateTrail',
    { name, constructor: null, toString: '' },
    orgAuditTrail,
  ],
];

describe('a call is no restoration when it asks for', () => {
  test.each(others)('%s', (_what, eventName, request, declared) => {
    expect(restores(eventName, request, [declared])).toBe(false);
  });

  test('a prototype', () => {
    const request = JSON.parse(`{"name":"${name}","__proto__":{"s3BucketName":"x"}}`) as unknown;

    expect(restores('UpdateTrail', request, [orgAuditTrail])).toBe(false);
  });
});

describe('a call that cannot be read clearly is no restoration', () => {
  test.each([
    ['selectors that are told as null', 'PutEventSelectors', { trailName: name, eventSelectors: null }],
    ['selectors that are told as empty', 'PutEventSelectors', { trailName: name, eventSelectors: [] }],
    ['a key that is told as null', 'UpdateTrail', { name: 'data-trail', kmsKeyId: null }],
    [
      'Insights that are told as null',
      'PutInsightSelectors',
      { trailName: 'data-trail', insightSelectors: null },
    ],
  ])('%s', (_what, eventName, request) => {
    expect(restores(eventName, request, [orgAuditTrail, dataTrail])).toBe(false);
  });
});

const declaredBucket = { s3BucketName: orgAuditTrail.S3BucketName };

test.each([
  ['nobody declared', { name: 'team-trail', ...declaredBucket }],
  ['stands in another Region', { name: resourceId.replace('us-east-1', 'eu-west-1'), ...declaredBucket }],
  [
    'stands in another account',
    { name: resourceId.replace('123456789012', '111122223333'), ...declaredBucket },
  ],
  ['is not named', declaredBucket],
])('a call on a trail that %s restores nothing', (_what, request) => {
  expect(restores('UpdateTrail', request, [orgAuditTrail])).toBe(false);
});

test('what is declared of one trail does not count for another', () => {
  const request = { name: 'data-trail', s3BucketName: orgAuditTrail.S3BucketName };

  expect(restores('UpdateTrail', request, [orgAuditTrail, dataTrail])).toBe(false);
});

describe('what the guard asks for where AWS refuses more', () => {
  const roles = ['arn:aws:iam::123456789012:role/trailkeeper-prod-heal'];
  const sink = 'trailkeeper-prod-sink';
  const own = { userIdentity: guardRole };

  test.each<[string, object, typeof own, boolean]>([
    ['the sink in the place of its bucket', { name, s3BucketName: sink, s3KeyPrefix: '' }, own, true],
    ['its bucket, and no key', { name, s3BucketName: orgAuditTrail.S3BucketName, kmsKeyId: '' }, own, true],
    ['its bucket, for this account alone', { name, isOrganizationTrail: false }, own, true],
    ['another bucket', { name, s3BucketName: 'mallorys-bucket' }, own, false],
    ['the sink, by somebody else', { name, s3BucketName: sink }, { userIdentity: mallory }, false],
    ['no key, by somebody else', { name, kmsKeyId: '' }, { userIdentity: mallory }, false],
    ['nothing', { name }, own, false],
    ...[
      'isMultiRegionTrail',
      'includeGlobalServiceEvents',
      'enableLogFileValidation',
      'recursiveLogging',
    ].map((field): [string, object, typeof own, boolean] => [
      `no ${field}`,
      { name, [field]: false },
      own,
      false,
    ]),
    ['a bucket without a name', { name, s3BucketName: '' }, own, false],
    ['no prefix in its own bucket', { name, s3KeyPrefix: '' }, own, false],
    ['the sink as a key', { name, kmsKeyId: sink }, own, false],
    ['the sink as a prefix', { name, s3BucketName: sink, s3KeyPrefix: sink }, own, false],
    ['false in the place of a key', { name, kmsKeyId: false }, own, false],
    [
      'no log group, no role and no topic',
      { name, cloudWatchLogsLogGroupArn: '', cloudWatchLogsRoleArn: '', snsTopicName: '' },
      own,
      true,
    ],
  ])('is %s', (_what, request, detail, expected) => {
    const call = callOf('UpdateTrail', request, detail);

    expect(isFallback(call, baselineOf(orgAuditTrail), home, { roles, sink })).toBe(expected);
  });
});
