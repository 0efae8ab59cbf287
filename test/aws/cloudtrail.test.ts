import { cloudTrailClient, liveTrails, RETRIES } from '../../src/aws/cloudtrail.ts';
import { createTrail } from '../../src/kinds/trail/plan.ts';
import type { Repair } from '../../src/kinds/trail/repair.ts';
import { allManagementEvents, dataTrail, home, observed, orgAuditTrail } from '../fakes/samples.ts';
import { type Answer, recordedAws } from './recorded-aws.ts';

const name = orgAuditTrail.Name;
const ARN = `arn:aws:cloudtrail:us-east-1:123456789012:trail/${name}`;

type Table = Readonly<Record<string, Answer | readonly Answer[]>>;

/** The trail as CloudTrail answers when it is as declared. */
const WHOLE = {
  GetTrail: {
    ok: {
      Trail: {
        Name: name,
        S3BucketName: orgAuditTrail.S3BucketName,
        S3KeyPrefix: 'prod',
        SnsTopicName: 'log-files',
        SnsTopicARN: orgAuditTrail.SnsTopicName,
        IncludeGlobalServiceEvents: true,
        IsMultiRegionTrail: true,
        HomeRegion: 'us-east-1',
        TrailARN: ARN,
        LogFileValidationEnabled: true,
        CloudWatchLogsLogGroupArn: orgAuditTrail.CloudWatchLogsLogGroupArn,
        CloudWatchLogsRoleArn: orgAuditTrail.CloudWatchLogsRoleArn,
        KmsKeyId: orgAuditTrail.KmsKeyId,
        HasCustomEventSelectors: true,
        HasInsightSelectors: true,
        IsOrganizationTrail: false,
        RecursiveLogging: true,
      },
    },
  },
  GetTrailStatus: { ok: { IsLogging: true, LatestDeliveryTime: 1795218432 } },
  GetEventSelectors: {
    ok: { TrailARN: ARN, AdvancedEventSelectors: orgAuditTrail.AdvancedEventSelectors },
  },
  GetInsightSelectors: { ok: { TrailARN: ARN, InsightSelectors: orgAuditTrail.InsightSelectors } },
  GetEventConfiguration: {
    ok: { TrailARN: ARN, AggregationConfigurations: orgAuditTrail.AggregationConfigurations },
  },
  ListTags: {
    ok: {
      ResourceTagList: [
        { ResourceId: ARN, TagsList: [{ Key: 'team', Value: 'security' }, { Key: 'critical' }] },
      ],
    },
  },
} satisfies Table;

/** The guard's own way to try again, without the waiting; it notes the waits in ms. */
function atOnce(waits: number[] = []): typeof RETRIES {
  return {
    ...RETRIES,
    refreshRetryTokenForRetry: async (last, why) => {
      const token = await RETRIES.refreshRetryTokenForRetry(last, why);
      waits.push(token.getRetryDelay());
      return { getRetryCount: () => token.getRetryCount(), getRetryDelay: () => 0 };
    },
  };
}

function connect(table: Table) {
  const { sent, config } = recordedAws(table);
  const client = cloudTrailClient({ ...config, retryStrategy: atOnce() });
  return { sent, trails: liveTrails(client, home) };
}

const observe = (changes: Table) => connect({ ...WHOLE, ...changes }).trails.observe(name);

describe('reading a trail', () => {
  test('asks for every part, each once', async () => {
    const { sent, trails } = connect(WHOLE);
    await trails.observe(name);

    expect([...sent].sort((a, b) => (a.operation < b.operation ? -1 : 1))).toEqual([
      { operation: 'GetEventConfiguration', body: { TrailName: name } },
      { operation: 'GetEventSelectors', body: { TrailName: name } },
      { operation: 'GetInsightSelectors', body: { TrailName: name } },
      { operation: 'GetTrail', body: { Name: name } },
      { operation: 'GetTrailStatus', body: { Name: name } },
      { operation: 'ListTags', body: { ResourceIdList: [ARN] } },
    ]);
  });

  test('gives its state in the words of the baseline', async () => {
    await expect(observe({})).resolves.toEqual({
      ...observed(orgAuditTrail),
      owner: '123456789012 us-east-1',
      times: { deliveredLogFile: Date.parse('2026-11-20T23:47:12Z') },
    });
  });

  test('of few features gives their absence', async () => {
    const Trail = { Name: name, S3BucketName: 'audit-logs', TrailARN: ARN, HomeRegion: 'us-east-1' };
    const { state } = await observe({
      GetTrail: { ok: { Trail } },
      GetTrailStatus: { ok: {} },
      GetEventSelectors: { ok: {} },
      GetInsightSelectors: { error: 'InsightNotEnabledException' },
      GetEventConfiguration: { ok: {} },
      ListTags: { ok: {} },
    });

    expect(state).toEqual({
      IsLogging: false,
      S3BucketName: 'audit-logs',
      IsMultiRegionTrail: false,
      IncludeGlobalServiceEvents: false,
      IsOrganizationTrail: false,
      EnableLogFileValidation: false,
      EventSelectors: [allManagementEvents],
      InsightSelectors: [],
      AggregationConfigurations: [],
      TagsList: [],
    });
    expect(state).not.toHaveProperty('RecursiveLogging');
  });

  test('gives basic selectors with what CloudTrail leaves out', async () => {
    const { state } = await observe({
      GetEventSelectors: { ok: { EventSelectors: [{ ReadWriteType: 'ReadOnly' }] } },
    });

    expect(state.EventSelectors).toEqual([{ ...allManagementEvents, ReadWriteType: 'ReadOnly' }]);
    expect(state.AdvancedEventSelectors).toBeUndefined();
  });

  test('gives basic selectors, data resources and exclusions included', async () => {
    const { state } = await observe({
      GetEventSelectors: { ok: { EventSelectors: dataTrail.EventSelectors, AdvancedEventSelectors: [] } },
    });

    expect(state.EventSelectors).toEqual(dataTrail.EventSelectors);
  });

  test('leaves out the operators that say nothing', async () => {
    const [management] = orgAuditTrail.AdvancedEventSelectors ?? [];
    const unused = { StartsWith: [], EndsWith: [], NotEquals: [], NotStartsWith: [], NotEndsWith: [] };
    const { state } = await observe({
      GetEventSelectors: {
        ok: {
          AdvancedEventSelectors: [
            {
              ...management,
              FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'], ...unused }],
            },
          ],
        },
      },
    });

    expect(state.AdvancedEventSelectors).toEqual([management]);
  });

  test.each([
    ['GetInsightSelectors', 'InsightSelectors'],
    ['GetEventConfiguration', 'AggregationConfigurations'],
    ['ListTags', 'TagsList'],
  ])('what CloudTrail does not support there, by %s, the trail has not', async (operation, field) => {
    const { state, unread } = await observe({ [operation]: { error: 'UnsupportedOperationException' } });

    expect(unread).toEqual({});
    expect(state).toMatchObject({ [field]: [] });
  });

  test('leaves out the tags that only AWS may write', async () => {
    const TagsList = [
      { Key: 'aws:cloudformation:stack-name', Value: 'x' },
      { Key: 'team', Value: 'security' },
    ];
    const { state } = await observe({
      ListTags: { ok: { ResourceTagList: [{ ResourceId: ARN, TagsList }] } },
    });

    expect(state.TagsList).toEqual([{ Key: 'team', Value: 'security' }]);
  });

  test('gives Insights without categories those that they stand for', async () => {
    const InsightSelectors = [{ InsightType: 'ApiCallRateInsight' }];
    const { state } = await observe({ GetInsightSelectors: { ok: { InsightSelectors } } });

    expect(state.InsightSelectors).toEqual([
      { InsightType: 'ApiCallRateInsight', EventCategories: ['Management'] },
    ]);
  });

  test('tells what cannot be delivered, although the trail logs', async () => {
    const { deliveryErrors, state } = await observe({
      GetTrailStatus: {
        ok: {
          IsLogging: true,
          LatestDeliveryError: 'AccessDenied',
          LatestDigestDeliveryError: 'NoSuchBucket',
          LatestCloudWatchLogsDeliveryError: 'Access denied.',
          LatestNotificationError: 'AuthorizationError',
        },
      },
    });

    expect(state.IsLogging).toBe(true);
    expect(deliveryErrors).toEqual([
      'log files to S3: AccessDenied',
      'digest files to S3: NoSuchBucket',
      'events to CloudWatch Logs: Access denied.',
      'notifications to SNS: AuthorizationError',
    ]);
  });
});

describe('where the trail stands', () => {
  const at = (Trail: object) =>
    observe({ GetTrail: { ok: { Trail: { ...WHOLE.GetTrail.ok.Trail, ...Trail } } } });

  test.each([
    ['here', {}, 'homed', '123456789012 us-east-1'],
    [
      'in another Region',
      { HomeRegion: 'eu-west-1', TrailARN: ARN.replace('us-east-1', 'eu-west-1') },
      'elsewhere',
      '123456789012 eu-west-1',
    ],
    [
      'in the management account of the organisation',
      { IsOrganizationTrail: true, TrailARN: ARN.replace('123456789012', '111122223333') },
      'organization',
      '111122223333 us-east-1',
    ],
    [
      'here, as the organisation’s own trail',
      { IsOrganizationTrail: true },
      'homed',
      '123456789012 us-east-1',
    ],
  ])('%s', async (_where, Trail, standing, owner) => {
    await expect(at(Trail)).resolves.toMatchObject({ standing, owner });
  });

  test('nowhere, when CloudTrail does not find it', async () => {
    const { trails } = connect({
      GetTrail: { error: 'TrailNotFoundException' },
      GetTrailStatus: { error: 'TrailNotFoundException' },
      GetEventSelectors: { error: 'TrailNotFoundException' },
      GetInsightSelectors: { error: 'TrailNotFoundException' },
      GetEventConfiguration: { error: 'TrailNotFoundException' },
      ListTags: { error: 'ResourceNotFoundException' },
    });

    await expect(trails.observe(name)).resolves.toEqual({
      Name: name,
      standing: 'missing',
      state: {},
      unread: {},
      deliveryErrors: [],
    });
  });

  test.each(['GetTrailStatus', 'ListTags'])(
    'nowhere, when its settings may not be read and %s does not find it',
    async (operation) => {
      const { standing } = await observe({
        GetTrail: { error: 'AccessDeniedException' },
        [operation]: {
          error: operation === 'ListTags' ? 'ResourceNotFoundException' : 'TrailNotFoundException',
        },
      });

      expect(standing).toBe('missing');
    },
  );

  test('here, when its settings may not be read and all else is found', async () => {
    await expect(observe({ GetTrail: { error: 'AccessDeniedException' } })).resolves.toMatchObject({
      standing: 'homed',
      unread: { settings: 'AccessDeniedException' },
    });
  });
});

describe('a part that cannot be read', () => {
  test.each([
    ['GetTrail', 'settings'],
    ['GetTrailStatus', 'logging'],
    ['GetEventSelectors', 'selectors'],
    ['GetInsightSelectors', 'insights'],
    ['GetEventConfiguration', 'eventConfiguration'],
    ['ListTags', 'tags'],
  ])('is named with the reason, and keeps no other from being read: %s', async (operation, part) => {
    const { unread, state } = await observe({ [operation]: { error: 'AccessDeniedException' } });

    expect(unread).toEqual({ [part]: 'AccessDeniedException' });
    expect(Object.keys(state).length).toBeGreaterThan(4);
  });

  test('is not taken for a missing trail when the settings are there', async () => {
    await expect(observe({ GetTrailStatus: { error: 'TrailNotFoundException' } })).resolves.toMatchObject({
      standing: 'homed',
      unread: { logging: 'TrailNotFoundException' },
    });
  });

  test('may be every one of them', async () => {
    const denied = { error: 'AccessDeniedException' };
    const { unread } = await connect(
      Object.fromEntries(Object.keys(WHOLE).map((operation) => [operation, denied])),
    ).trails.observe(name);

    expect(Object.keys(unread).sort()).toEqual([
      'eventConfiguration',
      'insights',
      'logging',
      'selectors',
      'settings',
      'tags',
    ]);
  });
});

describe('reading whether a trail logs', () => {
  const read = (GetTrailStatus: Answer) => connect({ GetTrailStatus }).trails.observeLogging(name);

  test('is one call', async () => {
    const { sent, trails } = connect(WHOLE);
    await trails.observeLogging(name);

    expect(sent).toEqual([{ operation: 'GetTrailStatus', body: { Name: name } }]);
  });

  test.each([
    ['it logs', { ok: { IsLogging: true } }, { standing: 'homed', state: { IsLogging: true }, unread: {} }],
    [
      'it does not',
      { ok: { IsLogging: false } },
      { standing: 'homed', state: { IsLogging: false }, unread: {} },
    ],
    ['it is gone', { error: 'TrailNotFoundException' }, { standing: 'missing', state: {}, unread: {} }],
    [
      'nobody may know',
      { error: 'AccessDeniedException' },
      { standing: 'homed', state: {}, unread: { logging: 'AccessDeniedException' } },
    ],
  ])('%s', async (_what, answer, expected) => {
    await expect(read(answer)).resolves.toMatchObject(expected);
  });
});

describe('a survey', () => {
  const live = { Name: name, TrailARN: ARN, HomeRegion: 'us-east-1', S3BucketName: 'audit-logs' };
  const quiet = { ...live, HasCustomEventSelectors: false, HasInsightSelectors: false };
  const answers = (listed: object) => ({
    DescribeTrails: { ok: { trailList: [listed, { Name: 'team-trail' }, {}] } },
    GetTrailStatus: { ok: { IsLogging: true } },
    ListTags: {
      ok: { ResourceTagList: [{ ResourceId: ARN, TagsList: [{ Key: 'owner', Value: 'security' }] }] },
    },
  });

  test('names the trails whose home is here, and reads none that it was not asked for', async () => {
    const { sent, trails } = connect(answers(live));

    await expect(trails.survey([])).resolves.toEqual({
      homed: [name, 'team-trail'],
      shadows: [],
      observed: [],
    });
    expect(sent).toEqual([{ operation: 'DescribeTrails', body: { includeShadowTrails: true } }]);
  });

  test.each([
    ['another Region', 'arn:aws:cloudtrail:eu-west-1:123456789012:trail/theirs'],
    ['the organisation', 'arn:aws:cloudtrail:us-east-1:111122223333:trail/theirs'],
  ])(
    'tells the trails of this Region from the shadow of one of %s, and does not read it',
    async (_of, TrailARN) => {
      const { sent, trails } = connect({
        DescribeTrails: { ok: { trailList: [{ Name: 'theirs', TrailARN }] } },
      });

      await expect(trails.survey(['theirs'])).resolves.toEqual({
        homed: [],
        shadows: [TrailARN],
        observed: [],
      });
      expect(sent).toHaveLength(1);
    },
  );

  test.each([
    ['asks each trail for what the list does not tell', live, 6],
    ['asks for selectors and Insights even where the list says that it has none', quiet, 6],
  ])('%s', async (_what, listed, calls) => {
    const { sent, trails } = connect(answers(listed));
    const { observed } = await trails.survey([name]);

    expect(observed).toMatchObject([
      {
        Name: name,
        standing: 'homed',
        unread: {},
        state: {
          S3BucketName: 'audit-logs',
          IsLogging: true,
          TagsList: [{ Key: 'owner', Value: 'security' }],
        },
      },
    ]);
    expect(sent).toHaveLength(calls);
    expect(sent.map(({ operation }) => operation)).not.toContain('GetTrail');
  });

  test('rejects when it is not allowed', async () => {
    const { trails } = connect({ DescribeTrails: { error: 'AccessDeniedException' } });

    await expect(trails.survey([name])).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('a repair is one request', () => {
  const repairs: [Repair, string, object][] = [
    [{ kind: 'startLogging', trail: name }, 'StartLogging', { Name: name }],
    [
      createTrail(orgAuditTrail),
      'CreateTrail',
      {
        Name: name,
        S3BucketName: orgAuditTrail.S3BucketName,
        S3KeyPrefix: 'prod',
        SnsTopicName: orgAuditTrail.SnsTopicName,
        IncludeGlobalServiceEvents: true,
        IsMultiRegionTrail: true,
        EnableLogFileValidation: true,
        CloudWatchLogsLogGroupArn: orgAuditTrail.CloudWatchLogsLogGroupArn,
        CloudWatchLogsRoleArn: orgAuditTrail.CloudWatchLogsRoleArn,
        KmsKeyId: orgAuditTrail.KmsKeyId,
        IsOrganizationTrail: false,
        RecursiveLogging: true,
        TagsList: [{ Key: 'team', Value: 'security' }, { Key: 'critical' }],
      },
    ],
    [
      {
        kind: 'updateTrail',
        trail: name,
        settings: { S3BucketName: 'audit-logs', KmsKeyId: '', IsMultiRegionTrail: false },
      },
      'UpdateTrail',
      { Name: name, S3BucketName: 'audit-logs', KmsKeyId: '', IsMultiRegionTrail: false },
    ],
    [
      { kind: 'putEventSelectors', trail: name, selectors: { EventSelectors: dataTrail.EventSelectors } },
      'PutEventSelectors',
      { TrailName: name, EventSelectors: dataTrail.EventSelectors },
    ],
    [
      {
        kind: 'putEventSelectors',
        trail: name,
        selectors: { AdvancedEventSelectors: orgAuditTrail.AdvancedEventSelectors },
      },
      'PutEventSelectors',
      { TrailName: name, AdvancedEventSelectors: orgAuditTrail.AdvancedEventSelectors },
    ],
    [
      { kind: 'putInsightSelectors', trail: name, selectors: orgAuditTrail.InsightSelectors },
      'PutInsightSelectors',
      { TrailName: name, InsightSelectors: orgAuditTrail.InsightSelectors },
    ],
    [
      { kind: 'putInsightSelectors', trail: name, selectors: [] },
      'PutInsightSelectors',
      { TrailName: name, InsightSelectors: [] },
    ],
    [
      { kind: 'putEventConfiguration', trail: name, aggregations: orgAuditTrail.AggregationConfigurations },
      'PutEventConfiguration',
      { TrailName: name, AggregationConfigurations: orgAuditTrail.AggregationConfigurations },
    ],
    [
      { kind: 'putEventConfiguration', trail: name, aggregations: [] },
      'PutEventConfiguration',
      { TrailName: name, AggregationConfigurations: [] },
    ],
    [
      { kind: 'addTags', trail: name, tags: orgAuditTrail.TagsList },
      'AddTags',
      { ResourceId: ARN, TagsList: [{ Key: 'team', Value: 'security' }, { Key: 'critical' }] },
    ],
    [
      { kind: 'removeTags', trail: name, tags: [{ Key: 'protected', Value: 'false' }] },
      'RemoveTags',
      { ResourceId: ARN, TagsList: [{ Key: 'protected', Value: 'false' }] },
    ],
  ];
  test.each(repairs)('%j', async (repair, operation, body) => {
    const { sent, trails } = connect({ [operation]: { ok: {} } });
    await trails.repair(repair);

    expect(sent).toEqual([{ operation, body }]);
  });

  test.each(['KmsKeyNotFoundException', 'AccessDeniedException', 'SomeNewException'])(
    'that CloudTrail refuses rejects with the name that CloudTrail gives, and the id of the request: %s',
    async (error) => {
      const { trails } = connect({ UpdateTrail: { error, message: 'no' } });
      const repair = { kind: 'updateTrail', trail: name, settings: { S3BucketName: 'audit-logs' } } as const;

      await expect(trails.repair(repair)).rejects.toMatchObject({
        name: error,
        message: 'no',
        requestId: 'request-1',
      });
    },
  );
});

describe('trying again', () => {
  const start = { kind: 'startLogging', trail: name } as const;

  test.each(['ConflictException', 'ThrottlingException', 'TooManyRequestsException'])(
    'is worth it after %s',
    async (error) => {
      const { sent, trails } = connect({ StartLogging: [{ error }, { error }, { ok: {} }] });
      await trails.repair(start);

      expect(sent).toHaveLength(3);
    },
  );

  test('is worth it for a throttled reading', async () => {
    const { unread } = await observe({
      GetTrailStatus: [{ error: 'ThrottlingException' }, { ok: { IsLogging: true } }],
    });

    expect(unread).toEqual({});
  });

  test.each([
    'AccessDeniedException',
    'TrailNotFoundException',
    'InsufficientS3BucketPolicyException',
    'KmsKeyNotFoundException',
    'InvalidHomeRegionException',
  ])('is not worth it after %s', async (error) => {
    const { sent, trails } = connect({ StartLogging: { error } });

    await expect(trails.repair(start)).rejects.toMatchObject({ name: error });
    expect(sent).toHaveLength(1);
  });

  test.each([
    ['ConflictException', 10],
    ['ThrottlingException', 10],
    ['RequestTimeout', 5],
  ])('comes to an end, then it is the error: %s after %i calls', async (error, calls) => {
    const { sent, trails } = connect({ StartLogging: { error } });

    await expect(trails.repair(start)).rejects.toMatchObject({ name: error });
    expect(sent).toHaveLength(calls);
  });

  test('asks a busy CloudTrail more often than its scarcest quota refills, which is once a second', async () => {
    const waits: number[] = [];
    const { config } = recordedAws({ StartLogging: { error: 'ThrottlingException' } });
    const client = cloudTrailClient({ ...config, retryStrategy: atOnce(waits) });
    await liveTrails(client, home)
      .repair(start)
      .catch(() => undefined);

    expect(waits).toHaveLength(9);
    for (const wait of waits) expect(wait).toBeLessThanOrEqual(500);
    for (const wait of waits) expect(wait).toBeGreaterThanOrEqual(200);
  });
});
