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
import fc from './fast-check.ts';
import { type EmbeddedAws, startEmbeddedAws } from '../../local/aws/aws.ts';
import { lowerCamel } from '../../local/aws/cloudtrail/cloudtrail-record.ts';
import { iamUser } from '../../local/aws/iam/principal.ts';
import { eventHistory } from '../../src/aws/history.ts';
import { observeTrail } from '../../src/aws/observe.ts';
import { baseline } from '../../src/baseline/schema.ts';
import { drift } from '../../src/kinds/trail/drift.ts';
import { reconstruct } from '../../src/kinds/trail/reconstruction.ts';
import { trailArn } from '../../src/kinds/trail/reference.ts';
import { dataTrail, home, orgAuditTrail } from '../fakes/samples.ts';
import { answerOf, record } from '../fakes/trail-records.ts';
import { runs } from './runs.ts';

const { Name: name, TagsList, ...declared } = orgAuditTrail;
const { EventSelectors: basic = [] } = dataTrail;
const { AdvancedEventSelectors: advanced = [], InsightSelectors, AggregationConfigurations } = declared;
const arn = `arn:aws:cloudtrail:us-east-1:123456789012:trail/${name}`;

const whole = answerOf(declared);
const created = record('CreateTrail', { Name: name, S3BucketName: declared.S3BucketName, TagsList }, whole);

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
        expect(reconstruct(name, records, home)?.Name ?? name).toBe(name);
      }),
      runs(500),
    );
  });

  test('with true answers of CreateTrail, it is a trail that a baseline can declare', () => {
    const chosen = nearly.filter(
      ({ eventName }) => eventName !== 'CreateTrail' && eventName !== 'UpdateTrail',
    );
    fc.assert(
      fc.property(fc.array(chosen, { maxLength: 8 }), (records) => {
        const Trails = [{ ...reconstruct(name, [created, ...records], home) }];
        const { error } = baseline.safeParse({ Account: home.account, Region: home.region, Trails });

        expect(error).toBeUndefined();
      }),
      runs(300),
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
          const rebuilt = reconstruct(trail, aws.history(), home);

          expect(live.state.IsLogging).toBe(true);
          expect(rebuilt && drift(rebuilt, live)).toEqual([]);
        },
      ),
      runs(40),
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
    const rebuilt = reconstruct(name, await eventHistory(() => alice).everySetting(), home);

    expect(rebuilt && drift(rebuilt, live)).toEqual([]);
    expect(rebuilt && drift(orgAuditTrail, { ...live, state: rebuilt })).toEqual([]);
  });
});
