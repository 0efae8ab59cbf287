import {
  AddTagsCommand,
  CloudTrailClient,
  CreateTrailCommand,
  DeleteTrailCommand,
  PutEventConfigurationCommand,
  PutEventSelectorsCommand,
  type PutEventSelectorsCommandInput,
  PutInsightSelectorsCommand,
  RemoveTagsCommand,
  StartLoggingCommand,
  StopLoggingCommand,
  UpdateTrailCommand,
} from '@aws-sdk/client-cloudtrail';
import fc from 'fast-check';
import { type EmbeddedAws, startEmbeddedAws } from '../local/aws/aws.ts';
import { lowerCamel } from '../local/aws/cloudtrail-record.ts';
import { iamUser } from '../local/aws/principal.ts';
import { eventHistory } from '../src/aws/history.ts';
import { observeTrail } from '../src/aws/observe.ts';
import type { Trail } from '../src/baseline.ts';
import { baseline } from '../src/baseline-schema.ts';
import { drift } from '../src/drift.ts';
import { reconstruct } from '../src/reconstruction.ts';
import { trailArn } from '../src/trail.ts';
import { allManagementEvents, dataTrail, eventOf, home, orgAuditTrail } from './samples.ts';

const { Name: name, TagsList, ...declared } = orgAuditTrail;
const { EventSelectors: basic = [] } = dataTrail;
const { AdvancedEventSelectors: advanced = [], InsightSelectors, AggregationConfigurations } = declared;
const arn = `arn:aws:cloudtrail:us-east-1:123456789012:trail/${name}`;

const record = (eventName: string, request: object, answer?: object, detail: object = {}): unknown =>
  eventOf(eventName, lowerCamel(request), { responseElements: lowerCamel(answer) ?? null, ...detail }).detail;

/** What CreateTrail and UpdateTrail answer: the whole trail, whatever was asked. */
const answerOf = ({
  EnableLogFileValidation,
  SnsTopicName,
  ...settings
}: Omit<Trail, 'IsLogging' | 'Name' | 'TagsList'>) => ({
  Name: name,
  S3BucketName: settings.S3BucketName,
  S3KeyPrefix: settings.S3KeyPrefix,
  SnsTopicName: SnsTopicName?.split(':').at(-1),
  SnsTopicARN: SnsTopicName,
  IncludeGlobalServiceEvents: settings.IncludeGlobalServiceEvents,
  IsMultiRegionTrail: settings.IsMultiRegionTrail,
  TrailARN: arn,
  LogFileValidationEnabled: EnableLogFileValidation,
  CloudWatchLogsLogGroupArn: settings.CloudWatchLogsLogGroupArn,
  CloudWatchLogsRoleArn: settings.CloudWatchLogsRoleArn,
  KmsKeyId: settings.KmsKeyId,
  IsOrganizationTrail: settings.IsOrganizationTrail,
  RecursiveLogging: settings.RecursiveLogging,
});

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

const of = (...records: readonly unknown[]) => reconstruct(name, records);

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

describe('whatever the records hold', () => {
  const member = fc.constantFrom<unknown>(
    name,
    arn,
    '',
    0,
    null,
    true,
    [],
    {},
    [null],
    whole,
    advanced,
    basic,
    InsightSelectors,
    AggregationConfigurations,
    TagsList,
  );
  const members = fc.dictionary(
    fc.constantFrom(
      'name',
      'trailName',
      'resourceId',
      's3BucketName',
      'isMultiRegionTrail',
      'kmsKeyId',
      'eventSelectors',
      'advancedEventSelectors',
      'insightSelectors',
      'aggregationConfigurations',
      'tagsList',
      '__proto__',
    ),
    fc.oneof(member.map(lowerCamel), fc.jsonValue()),
  );
  const nearly = fc.record(
    {
      eventSource: fc.constantFrom('cloudtrail.amazonaws.com', 5),
      eventName: fc.constantFrom(
        'CreateTrail',
        'UpdateTrail',
        'DeleteTrail',
        'StopLogging',
        'PutEventSelectors',
        'PutInsightSelectors',
        'PutEventConfiguration',
        'AddTags',
        'RemoveTags',
        '__proto__',
        5,
      ),
      eventTime: fc.constantFrom('2026-11-20T23:47:12Z', '2026-11-20T23:47:13Z', 5),
      errorCode: fc.constant(null),
      requestParameters: fc.oneof(
        { weight: 4, arbitrary: members.map((each) => ({ name, ...each })) },
        fc.jsonValue(),
      ),
      responseElements: fc.oneof({ weight: 4, arbitrary: members }, fc.jsonValue()),
    },
    { requiredKeys: ['eventSource', 'eventName', 'requestParameters'] },
  );

  test('any JSON gives a trail or none', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.jsonValue(), nearly)), (records) => {
        expect(reconstruct(name, records)?.Name ?? name).toBe(name);
      }),
      { numRuns: 500 },
    );
  });

  test('with true answers of CreateTrail, it is a trail that a baseline can declare', () => {
    const chosen = nearly.filter(
      ({ eventName }) => eventName !== 'CreateTrail' && eventName !== 'UpdateTrail',
    );
    fc.assert(
      fc.property(fc.array(chosen, { maxLength: 8 }), (records) => {
        const Trails = [{ ...reconstruct(name, [created, ...records]) }];
        const { error } = baseline.safeParse({ Account: home.account, Region: home.region, Trails });

        expect(error).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });
});

describe('on an embedded AWS', () => {
  let aws: EmbeddedAws;
  let alice: CloudTrailClient;
  beforeAll(async () => {
    aws = await startEmbeddedAws();
    const credentials = aws.signIn({ userIdentity: iamUser(aws.account, 'alice') });
    alice = new CloudTrailClient({ endpoint: aws.endpoint, region: aws.region, credentials, maxAttempts: 1 });
  });
  afterAll(() => aws.stop());

  type Call = (trail: string) => Promise<unknown>;

  /** Calls that differ in what they ask for, and in whether they name the trail or its ARN. */
  function callWith<T>(asked: fc.Arbitrary<T>, send: (trail: string, asked: T) => Promise<unknown>) {
    return fc.tuple(fc.boolean(), asked).map<Call>(
      ([byArn, value]) =>
        (trail) =>
          send(byArn ? trailArn(home, trail) : trail, value),
    );
  }

  const { S3KeyPrefix, SnsTopicName, KmsKeyId, CloudWatchLogsLogGroupArn, CloudWatchLogsRoleArn } = declared;
  const settings = fc.record(
    {
      S3KeyPrefix: fc.constantFrom(S3KeyPrefix, ''),
      SnsTopicName: fc.constantFrom('deliveries', SnsTopicName, ''),
      KmsKeyId: fc.constantFrom(KmsKeyId, 'alias/audit', ''),
      IsMultiRegionTrail: fc.boolean(),
      EnableLogFileValidation: fc.boolean(),
      IsOrganizationTrail: fc.boolean(),
      RecursiveLogging: fc.boolean(),
    },
    { requiredKeys: [] },
  );
  const logs = fc.constantFrom(
    {},
    { CloudWatchLogsLogGroupArn, CloudWatchLogsRoleArn },
    { CloudWatchLogsLogGroupArn: '', CloudWatchLogsRoleArn: '' },
  );
  const bucket = fc.constantFrom({}, { S3BucketName: 'other-logs' }, { S3BucketName: 'No Bucket' });
  const someTags = fc.subarray([
    ...TagsList,
    { Key: 'team', Value: 'blue' },
    { Key: '__proto__', Value: 'x' },
  ]);
  const selection = fc.constantFrom<Omit<PutEventSelectorsCommandInput, 'TrailName'>>(
    { AdvancedEventSelectors: advanced },
    { EventSelectors: basic },
    { EventSelectors: [{ ReadWriteType: 'ReadOnly' }] },
    { EventSelectors: [] },
  );

  const deletion: Call = (Name) => alice.send(new DeleteTrailCommand({ Name }));
  const stop: Call = (Name) => alice.send(new StopLoggingCommand({ Name }));
  const start: Call = (Name) => alice.send(new StartLoggingCommand({ Name }));
  const creation = fc.tuple(settings, logs, fc.subarray([...TagsList])).map<Call>(
    ([chosen, delivery, tags]) =>
      (Name) =>
        alice.send(
          new CreateTrailCommand({ Name, S3BucketName: 'logs', ...chosen, ...delivery, TagsList: tags }),
        ),
  );
  /** Some of what they ask for is invalid, so that CloudTrail refuses them. */
  const change = fc.oneof(
    callWith(fc.tuple(settings, logs, bucket, fc.boolean()), (Name, [chosen, delivery, to, global]) =>
      alice.send(
        new UpdateTrailCommand({ Name, ...chosen, ...delivery, ...to, IncludeGlobalServiceEvents: global }),
      ),
    ),
    callWith(selection, (TrailName, chosen) =>
      alice.send(new PutEventSelectorsCommand({ TrailName, ...chosen })),
    ),
    callWith(fc.subarray(InsightSelectors), (TrailName, chosen) =>
      alice.send(new PutInsightSelectorsCommand({ TrailName, InsightSelectors: chosen })),
    ),
    callWith(fc.subarray(AggregationConfigurations), (TrailName, chosen) =>
      alice.send(new PutEventConfigurationCommand({ TrailName, AggregationConfigurations: chosen })),
    ),
    callWith(someTags, (ResourceId, tags) => alice.send(new AddTagsCommand({ ResourceId, TagsList: tags }))),
    callWith(someTags, (ResourceId, tags) =>
      alice.send(new RemoveTagsCommand({ ResourceId, TagsList: tags })),
    ),
    creation,
    fc.constant(deletion),
  );

  async function make(trail: string, calls: readonly Call[]): Promise<void> {
    for (const call of calls) await call(trail).catch(() => undefined);
  }

  test('a trail is rebuilt as it stood before it was deleted, whatever was done to it', async () => {
    let number = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(change, creation), { maxLength: 14 }),
        creation,
        fc.boolean(),
        async (changes, last, stopping) => {
          const trail = `trail-${++number}`;
          // The last creation is refused where the trail stands.
          await make(trail, [...changes, last, start]);
          const live = await observeTrail(alice, home, trail);
          await make(trail, [...(stopping ? [stop] : []), deletion]);
          const rebuilt = reconstruct(trail, aws.history());

          expect(live.state.IsLogging).toBe(true);
          expect(rebuilt && drift(rebuilt, live)).toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('the Event history tells all of a trail that lived for a second', async () => {
    const trail = { Name: name, TrailName: name, ResourceId: arn };
    const [first, ...others] = TagsList;
    await alice.send(new CreateTrailCommand({ ...declared, Name: name, TagsList: others }));
    await alice.send(new StartLoggingCommand(trail));
    await alice.send(new PutEventSelectorsCommand({ TrailName: arn, AdvancedEventSelectors: advanced }));
    await alice.send(new PutInsightSelectorsCommand({ ...trail, InsightSelectors }));
    await alice.send(new PutEventConfigurationCommand({ TrailName: arn, AggregationConfigurations }));
    await alice.send(new AddTagsCommand({ ...trail, TagsList: first && [first] }));
    const live = await observeTrail(alice, home, name);
    await alice.send(new StopLoggingCommand(trail));
    await alice.send(new DeleteTrailCommand(trail));
    const rebuilt = reconstruct(name, await eventHistory(() => alice, home).recordsOf(name, 0));

    expect(rebuilt && drift(rebuilt, live)).toEqual([]);
    expect(rebuilt && drift(orgAuditTrail, { ...live, state: rebuilt })).toEqual([]);
  });
});
