import {
  AddTagsCommand,
  CreateTrailCommand,
  DescribeTrailsCommand,
  GetEventConfigurationCommand,
  GetEventSelectorsCommand,
  GetInsightSelectorsCommand,
  GetTrailCommand,
  GetTrailStatusCommand,
  ListTagsCommand,
  ListTrailsCommand,
  PutEventConfigurationCommand,
  PutEventSelectorsCommand,
  PutInsightSelectorsCommand,
  RemoveTagsCommand,
  StartLoggingCommand,
  StopLoggingCommand,
  UpdateTrailCommand,
} from '@aws-sdk/client-cloudtrail';
import { arn, group, key, name, role, whole, withTrail } from './alices-trail.ts';

test('a new trail reads back under the names of reads, does not log and has the default selectors', async () => {
  const { aws, client } = await withTrail();
  const { Trail } = await client.send(new GetTrailCommand({ Name: arn }));
  expect(Trail).toEqual({
    Name: name,
    TrailARN: arn,
    HomeRegion: 'us-east-1',
    S3BucketName: 'audit-logs',
    S3KeyPrefix: 'prod',
    SnsTopicName: 'deliveries',
    SnsTopicARN: 'arn:aws:sns:us-east-1:123456789012:deliveries',
    IncludeGlobalServiceEvents: true,
    IsMultiRegionTrail: true,
    LogFileValidationEnabled: true,
    CloudWatchLogsLogGroupArn: group,
    CloudWatchLogsRoleArn: role,
    KmsKeyId: key,
    IsOrganizationTrail: false,
    RecursiveLogging: true,
    HasCustomEventSelectors: false,
    HasInsightSelectors: false,
  });
  expect(aws.trails()).toMatchObject([
    {
      IsLogging: false,
      EventSelectors: [
        {
          ReadWriteType: 'All',
          IncludeManagementEvents: true,
          DataResources: [],
          ExcludeManagementEventSources: [],
        },
      ],
      InsightSelectors: [],
      TagsList: whole.TagsList,
    },
  ]);
});

test.each<[string, object, object]>([
  ['what is omitted alone', {}, {}],
  ['a cleared key', { KmsKeyId: '' }, { KmsKeyId: undefined }],
  ['a cleared topic', { SnsTopicName: '' }, { SnsTopicName: undefined, SnsTopicARN: undefined }],
  ['a cleared prefix', { S3KeyPrefix: '' }, { S3KeyPrefix: undefined }],
  [
    'cleared logs, as a pair',
    { CloudWatchLogsLogGroupArn: '', CloudWatchLogsRoleArn: '' },
    { CloudWatchLogsLogGroupArn: undefined, CloudWatchLogsRoleArn: undefined },
  ],
  ['another bucket', { S3BucketName: 'mallorys-bucket' }, { S3BucketName: 'mallorys-bucket' }],
  [
    'a key by its id',
    { KmsKeyId: '99999999-2222-3333-4444-555555555555' },
    { KmsKeyId: key.replace('11111111', '99999999') },
  ],
  [
    'a topic by its ARN',
    { SnsTopicName: 'arn:aws:sns:us-east-1:111122223333:theirs' },
    {
      SnsTopicARN: 'arn:aws:sns:us-east-1:111122223333:theirs',
      SnsTopicName: 'arn:aws:sns:us-east-1:111122223333:theirs',
    },
  ],
  [
    'one Region without global events',
    { IsMultiRegionTrail: false, IncludeGlobalServiceEvents: false },
    { IsMultiRegionTrail: false, IncludeGlobalServiceEvents: false },
  ],
  ['validation off', { EnableLogFileValidation: false }, { LogFileValidationEnabled: false }],
  ['recursive logging off', { RecursiveLogging: false }, { RecursiveLogging: false }],
])('UpdateTrail leaves or changes %s', async (_case, request, change) => {
  const { client } = await withTrail();
  const before = await client.send(new GetTrailCommand({ Name: name }));
  await client.send(new UpdateTrailCommand({ Name: name, ...request }));
  const after = await client.send(new GetTrailCommand({ Name: name }));
  expect(after.Trail).toEqual({ ...before.Trail, ...change });
});

test('a multi-Region trail shows elsewhere as a shadow, by its ARN', async () => {
  const { clientIn } = await withTrail();
  const away = clientIn('eu-west-1');
  const named = async (input: object) =>
    (await away.send(new DescribeTrailsCommand(input))).trailList?.map((trail) => trail.HomeRegion);
  await expect(named({})).resolves.toEqual(['us-east-1']);
  await expect(named({ includeShadowTrails: false })).resolves.toEqual([]);
  await expect(named({ trailNameList: [name] })).resolves.toEqual([]);
  await expect(named({ trailNameList: [arn] })).resolves.toEqual(['us-east-1']);
  await expect(away.send(new GetTrailStatusCommand({ Name: arn }))).resolves.toMatchObject({
    IsLogging: false,
  });
  const { Trails } = await away.send(new ListTrailsCommand({}));
  expect(Trails).toEqual([{ TrailARN: arn, Name: name, HomeRegion: 'us-east-1' }]);
});

test('the sixth trail of a Region is refused, multi-Region trails counting everywhere', async () => {
  const { clientIn } = await withTrail();
  const away = clientIn('eu-west-1');
  const create = (i: number) =>
    away.send(new CreateTrailCommand({ Name: `decoy-${i}`, S3BucketName: 'audit-logs' }));
  for (const i of [1, 2, 3, 4]) await create(i);
  await expect(create(5)).rejects.toMatchObject({ name: 'MaximumNumberOfTrailsExceededException' });
});

test('stopping a trail disables its Insights for good, and tells when it stopped', async () => {
  const { client } = await withTrail();
  const InsightSelectors = [{ InsightType: 'ApiCallRateInsight' as const }];
  await client.send(new StartLoggingCommand({ Name: name }));
  await client.send(new PutInsightSelectorsCommand({ TrailName: name, InsightSelectors }));
  await expect(client.send(new GetInsightSelectorsCommand({ TrailName: arn }))).resolves.toMatchObject({
    TrailARN: arn,
    InsightSelectors,
  });
  const before = Date.now();
  await client.send(new StopLoggingCommand({ Name: name }));
  const after = Date.now();
  await client.send(new StartLoggingCommand({ Name: name }));
  await expect(client.send(new GetInsightSelectorsCommand({ TrailName: arn }))).rejects.toMatchObject({
    name: 'InsightNotEnabledException',
  });
  const status = await client.send(new GetTrailStatusCommand({ Name: name }));
  expect(status).toMatchObject({ IsLogging: true });
  const stoppedAt = status.StopLoggingTime?.getTime();
  expect(stoppedAt).toBeGreaterThanOrEqual(before);
  expect(stoppedAt).toBeLessThanOrEqual(after);
});

test('selectors are replaced as a whole, and one dialect by the other', async () => {
  const { client } = await withTrail();
  const read = async () => client.send(new GetEventSelectorsCommand({ TrailName: name }));
  await client.send(
    new PutEventSelectorsCommand({ TrailName: name, EventSelectors: [{ ReadWriteType: 'ReadOnly' }] }),
  );
  await expect(read()).resolves.toMatchObject({
    EventSelectors: [{ ReadWriteType: 'ReadOnly', IncludeManagementEvents: true, DataResources: [] }],
  });
  const AdvancedEventSelectors = [{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] }];
  await client.send(new PutEventSelectorsCommand({ TrailName: name, AdvancedEventSelectors }));
  const advanced = await read();
  expect(advanced.EventSelectors).toBeUndefined();
  expect(advanced.AdvancedEventSelectors).toEqual(AdvancedEventSelectors);
  const { Trail } = await client.send(new GetTrailCommand({ Name: name }));
  expect(Trail?.HasCustomEventSelectors).toBe(true);
});

test('tags and event configuration are added, replaced and removed', async () => {
  const { client } = await withTrail();
  const AggregationConfigurations = [
    { EventCategory: 'Data' as const, Templates: ['API_ACTIVITY' as const] },
  ];
  await client.send(
    new AddTagsCommand({ ResourceId: arn, TagsList: [{ Key: 'team', Value: 'ops' }, { Key: 'tier' }] }),
  );
  await client.send(new RemoveTagsCommand({ ResourceId: arn, TagsList: [{ Key: 'tier' }] }));
  await client.send(new PutEventConfigurationCommand({ TrailName: name, AggregationConfigurations }));
  const { ResourceTagList } = await client.send(new ListTagsCommand({ ResourceIdList: [arn] }));
  expect(ResourceTagList).toEqual([{ ResourceId: arn, TagsList: [{ Key: 'team', Value: 'ops' }] }]);
  await expect(client.send(new GetEventConfigurationCommand({ TrailName: name }))).resolves.toMatchObject({
    AggregationConfigurations,
  });
});
