import { home } from '../../fakes/samples.ts';
import type { Trail } from '../../../src/kinds/trail/schema.ts';
import { reconstruct } from '../../../src/kinds/trail/reconstruction.ts';
import { allManagementEvents, dataTrail, orgAuditTrail } from '../../fakes/samples.ts';
import { answerOf, record } from '../../fakes/trail-records.ts';

const { Name: name, TagsList, ...declared } = orgAuditTrail;
const { EventSelectors: basic = [] } = dataTrail;
const { AdvancedEventSelectors: advanced = [], InsightSelectors, AggregationConfigurations } = declared;
const arn = `arn:aws:cloudtrail:us-east-1:123456789012:trail/${name}`;

const whole = answerOf(declared);
const bare = answerOf(dataTrail);
const redirected = { ...whole, S3BucketName: 'mallory-bucket' };
const request = { Name: name, S3BucketName: declared.S3BucketName };

const created = record('CreateTrail', { ...request, TagsList }, whole);
const createdBare = record('CreateTrail', request, bare);
const selected = record(
  'PutEventSelectors',
  { TrailName: arn, AdvancedEventSelectors: advanced },
  { TrailARN: arn, AdvancedEventSelectors: advanced },
);
const selectedBasic = record(
  'PutEventSelectors',
  { TrailName: name, EventSelectors: basic },
  { TrailARN: arn, EventSelectors: basic },
);
const insights = record('PutInsightSelectors', { TrailName: name }, { TrailARN: arn, InsightSelectors });
const aggregated = record('PutEventConfiguration', { TrailName: arn }, { AggregationConfigurations });
const addTags = (...tags: object[]) => record('AddTags', { ResourceId: arn, TagsList: tags });
const removeTags = (...tags: object[]) => record('RemoveTags', { ResourceId: arn, TagsList: tags });
const started = record('StartLogging', { Name: name });
const stopped = record('StopLogging', { Name: name });
const deleted = record('DeleteTrail', { Name: name });
const everything = [created, started, selected, insights, aggregated];

const of = (...records: readonly unknown[]) => reconstruct(name, records, home);

/** A trail of which only the creation is on record, and little was asked. */
const plain: Trail = {
  ...dataTrail,
  Name: name,
  EventSelectors: [allManagementEvents],
};

/** A record of the answer that CreateTrail gives, with members of one's own. */
const answering = (members: object) =>
  record('CreateTrail', request, undefined, { responseElements: { s3BucketName: 'logs', ...members } });

const simplest: Trail = {
  ...plain,
  S3BucketName: 'logs',
  IncludeGlobalServiceEvents: true,
};

/** What the creation alone gives: selectors, Insights and aggregation are chosen later. */
const atFirst: Trail = {
  ...orgAuditTrail,
  AdvancedEventSelectors: undefined,
  EventSelectors: [allManagementEvents],
  InsightSelectors: [],
  AggregationConfigurations: [],
};

const inAnotherSecond = { eventTime: '2026-11-20T23:47:11Z' };
const atNoTime = { eventTime: undefined };
const errorRates = { InsightSelectors: [{ InsightType: 'ApiErrorRateInsight' }] };
const chosenBasic = { TrailName: name, EventSelectors: basic };

describe('from the calls on record, a deleted trail is rebuilt', () => {
  test.each<[string, unknown[], Trail]>([
    ['whole, when all its calls are on record', [...everything, deleted], orgAuditTrail],
    ['whole, when it was stopped before it was deleted', [...everything, stopped, deleted], orgAuditTrail],
    ['whole, when its deletion is not on record yet', everything, orgAuditTrail],
    ['with the default selectors, when none were ever chosen', [created, deleted], atFirst],
    [
      'as its newest update left it',
      [createdBare, record('UpdateTrail', { Name: arn }, whole)],
      { ...atFirst, TagsList: [] },
    ],
    [
      'from an update alone, its creation being too long ago',
      [record('UpdateTrail', { Name: name }, bare)],
      plain,
    ],
    [
      'weak, when that is what its last update made it, for who made it is not judged',
      [...everything, record('UpdateTrail', { Name: name }, redirected), deleted],
      { ...orgAuditTrail, S3BucketName: 'mallory-bucket' },
    ],
    [
      'without what an update cleared',
      [created, record('UpdateTrail', { Name: name, KmsKeyId: '' }, { ...whole, KmsKeyId: undefined })],
      { ...atFirst, KmsKeyId: undefined },
    ],
    [
      'with basic selectors, where they replaced advanced ones',
      [created, selected, selectedBasic],
      { ...atFirst, EventSelectors: basic },
    ],
    [
      'with advanced selectors, where they replaced basic ones',
      [created, selectedBasic, selected],
      { ...atFirst, EventSelectors: undefined, AdvancedEventSelectors: advanced },
    ],
    [
      'without Insights, when they were turned off',
      [
        ...everything,
        record('PutInsightSelectors', { TrailName: name, InsightSelectors: [] }, { TrailARN: arn }),
      ],
      { ...orgAuditTrail, InsightSelectors: [] },
    ],
    [
      'with Insights on management events, when none are named',
      [created, record('PutInsightSelectors', { TrailName: name }, errorRates)],
      {
        ...atFirst,
        InsightSelectors: [{ InsightType: 'ApiErrorRateInsight', EventCategories: ['Management'] }],
      },
    ],
    [
      'with the selectors that were asked for, when the answer is not on record',
      [created, record('PutEventSelectors', chosenBasic)],
      { ...atFirst, EventSelectors: basic },
    ],
    [
      'with the tags that were added',
      [created, addTags({ Key: 'team', Value: 'blue' }, { Key: 'new' })],
      {
        ...atFirst,
        TagsList: [
          { Key: 'team', Value: 'blue' },
          { Key: 'critical', Value: '' },
          { Key: 'new', Value: '' },
        ],
      },
    ],
    [
      'without the tags that were removed',
      [created, removeTags({ Key: 'team' }, { Key: 'unknown' })],
      { ...atFirst, TagsList: [{ Key: 'critical', Value: '' }] },
    ],
    [
      'without the tags of AWS, which nobody else may write',
      [created, addTags({ Key: 'aws:x', Value: 'y' })],
      atFirst,
    ],
    ['from its last creation on', [...everything, deleted, createdBare, deleted], plain],
    [
      'from its last creation on, with what was chosen since',
      [...everything, deleted, createdBare, selectedBasic, addTags({ Key: 'a', Value: 'b' }), deleted],
      { ...plain, EventSelectors: basic, TagsList: [{ Key: 'a', Value: 'b' }] },
    ],
    [
      'with what stands before its creation, made in the same second',
      [insights, selected, aggregated, created],
      orgAuditTrail,
    ],
    [
      'with what stands before its creation, made in the same second, whatever others did in between',
      [
        insights,
        record('UpdateTrail', request, redirected, { errorCode: 'AccessDenied' }),
        record('UpdateTrail', { Name: 'data-trail' }, redirected),
        record('UpdateTrail', request),
        selected,
        aggregated,
        created,
      ],
      orgAuditTrail,
    ],
    [
      'without what stands before its creation, made in another second',
      [record('PutEventSelectors', chosenBasic, undefined, inAnotherSecond), created],
      atFirst,
    ],
    [
      'without what stands before its creation, of no known time',
      [
        record('PutEventSelectors', chosenBasic, undefined, atNoTime),
        record('CreateTrail', request, bare, atNoTime),
      ],
      plain,
    ],
    ['as its last creation left it, when another is of the same second', [created, createdBare], plain],
    [
      'from records that spell members as requests do',
      [
        created,
        record('PutInsightSelectors', {}, undefined, {
          requestParameters: { TrailName: name, InsightSelectors },
        }),
      ],
      { ...atFirst, InsightSelectors },
    ],
  ])('%s', (_, records, expected) => {
    expect(of(...records)).toEqual(expected);
  });
});

describe('no part in it have', () => {
  const update = (detail: object, on = name, answer: object | undefined = redirected) =>
    record('UpdateTrail', { Name: on }, answer, detail);

  test.each<[string, unknown]>([
    ['denied calls', update({ errorCode: 'AccessDenied' })],
    ['failed calls whose error is no text', update({ errorCode: 500 })],
    ['calls of other services', update({ eventSource: 'ec2.amazonaws.com' })],
    ['calls that read', record('GetEventSelectors', { TrailName: name, EventSelectors: basic })],
    ['calls on other trails', update({}, 'data-trail')],
    ['calls on trails whose name begins alike', update({}, `${name}-2`)],
    ['calls that name no trail', update({ requestParameters: null })],
    ['updates without an answer', update({ responseElements: null })],
    ['updates whose answer names no bucket', update({}, name, { ...redirected, S3BucketName: 5 })],
    ['creations without an answer', record('CreateTrail', { ...request, TagsList: [] })],
    ['selectors of neither dialect', record('PutEventSelectors', { TrailName: name }, { TrailARN: arn })],
    ['empty selectors', record('PutEventSelectors', { TrailName: name }, { EventSelectors: [] })],
    [
      'selectors that are no objects',
      record('PutEventSelectors', { TrailName: name }, { EventSelectors: ['x', null, []] }),
    ],
    [
      'advanced selectors without a category',
      record(
        'PutEventSelectors',
        { TrailName: name },
        {
          AdvancedEventSelectors: [{ FieldSelectors: [{ Field: 'readOnly', Equals: ['true'] }] }],
        },
      ),
    ],
    [
      'unknown kinds of Insights',
      record('PutInsightSelectors', { TrailName: name }, { InsightSelectors: [{ InsightType: 'Luck' }] }),
    ],
    [
      'Insights of an event data store',
      record('PutInsightSelectors', { EventDataStore: name, InsightSelectors: [] }),
    ],
    [
      'unknown aggregations',
      record(
        'PutEventConfiguration',
        { TrailName: name },
        { AggregationConfigurations: [{ EventCategory: 'Data', Templates: [7] }] },
      ),
    ],
    [
      'aggregations of other events than data events',
      record(
        'PutEventConfiguration',
        { TrailName: name },
        { AggregationConfigurations: [{ EventCategory: 'Management', Templates: ['API_ACTIVITY'] }] },
      ),
    ],
    ['tags that are none', addTags({ Key: 5, Value: 'x' }, { Value: 'y' }, ['z'])],
    ['a tag list that is none', record('RemoveTags', { ResourceId: arn, TagsList: 'team' })],
    ['tags in calls that do not tag', record('StartLogging', { Name: name, TagsList: [{ Key: 'a' }] })],
    ['records that are no objects', 'UpdateTrail'],
    ['records without a name', { eventSource: 'cloudtrail.amazonaws.com' }],
    ['nothing at all', null],
    ['prototypes', JSON.parse('{"__proto__": {"eventName": "UpdateTrail", "errorCode": "x"}}')],
  ])('%s', (_, noise) => {
    expect(of(...everything, noise, deleted)).toEqual(orgAuditTrail);
  });
});

describe('of a hostile answer', () => {
  test.each<[string, object, Partial<Trail>]>([
    [
      'a flag that is text is the default',
      {
        isMultiRegionTrail: 'true',
        logFileValidationEnabled: 1,
        recursiveLogging: 'false',
        includeGlobalServiceEvents: null,
        isOrganizationTrail: {},
      },
      simplest,
    ],
    ['a text that is a list is absent', { kmsKeyId: ['key'], s3KeyPrefix: 5, snsTopicARN: {} }, simplest],
    ['an empty text is absent', { kmsKeyId: '', s3KeyPrefix: '', snsTopicARN: '' }, simplest],
    [
      'a log group without its role is absent',
      { cloudWatchLogsLogGroupArn: declared.CloudWatchLogsLogGroupArn },
      simplest,
    ],
    [
      'a multi-Region trail has global service events, which CloudTrail asks for',
      { isMultiRegionTrail: true, includeGlobalServiceEvents: false },
      { ...simplest, IsMultiRegionTrail: true },
    ],
    ['a prototype is none', JSON.parse('{"__proto__": {"kmsKeyId": "key"}}') as object, simplest],
  ])('%s', (_, members, expected) => {
    expect(of(answering(members))).toEqual(expected);
  });

  test('what selectors can be read is kept, the rest has the default', () => {
    const eventSelectors = [
      {
        readWriteType: 'None',
        includeManagementEvents: 'no',
        dataResources: [5, { values: ['x'] }, { type: 'AWS::S3::Object', values: ['arn:aws:s3', 5] }],
        excludeManagementEventSources: 'kms.amazonaws.com',
      },
    ];

    expect(of(answering({}), record('PutEventSelectors', { TrailName: name }, { eventSelectors }))).toEqual({
      ...simplest,
      EventSelectors: [
        { ...allManagementEvents, DataResources: [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3'] }] },
      ],
    });
  });

  test('what advanced selectors can be read is kept', () => {
    const advancedEventSelectors = [
      {
        name: 5,
        fieldSelectors: [
          { field: 'eventCategory', equals: ['Data', 5], startsWith: [] },
          { field: 'readOnly' },
          { equals: ['x'] },
        ],
      },
      'x',
    ];

    expect(
      of(answering({}), record('PutEventSelectors', { TrailName: name }, { advancedEventSelectors })),
    ).toEqual({
      ...simplest,
      EventSelectors: undefined,
      AdvancedEventSelectors: [{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['Data'] }] }],
    });
  });
});

describe('of a true answer', () => {
  test('every setting is kept', () => {
    expect(of(answering({ isOrganizationTrail: true, recursiveLogging: false }))).toEqual({
      ...simplest,
      IsOrganizationTrail: true,
      RecursiveLogging: false,
    });
  });

  test('every basic selector is kept', () => {
    const EventSelectors = (['ReadOnly', 'WriteOnly', 'All'] as const).map((ReadWriteType) => ({
      ReadWriteType,
      IncludeManagementEvents: false,
      DataResources: [],
      ExcludeManagementEventSources: [],
    }));

    expect(of(answering({}), record('PutEventSelectors', { TrailName: name, EventSelectors }))).toEqual({
      ...simplest,
      EventSelectors,
    });
  });

  test('every condition of an advanced selector is kept', () => {
    const FieldSelectors = [
      { Field: 'eventCategory', Equals: ['Data'] },
      {
        Field: 'resources.ARN',
        Equals: ['a'],
        StartsWith: ['b'],
        EndsWith: ['c'],
        NotEquals: ['d'],
        NotStartsWith: ['e'],
        NotEndsWith: ['f'],
      },
    ];
    const AdvancedEventSelectors = [{ FieldSelectors }];

    expect(
      of(answering({}), record('PutEventSelectors', { TrailName: name, AdvancedEventSelectors })),
    ).toEqual({ ...simplest, EventSelectors: undefined, AdvancedEventSelectors });
  });
});

describe('nothing is rebuilt', () => {
  test.each<[string, unknown[]]>([
    ['from no records', []],
    ['from a deletion alone', [stopped, deleted]],
    ['from selectors alone', [selected, insights, aggregated, addTags({ Key: 'a' })]],
    [
      'from a refused creation',
      [record('CreateTrail', request, whole, { errorCode: 'TrailAlreadyExistsException' })],
    ],
    ['from a creation without an answer', [record('CreateTrail', { ...request, TagsList })]],
    ['from the calls on another trail', [record('CreateTrail', { ...request, Name: 'data-trail' }, whole)]],
  ])('%s', (_, records) => {
    expect(of(...records)).toBeUndefined();
  });
});
