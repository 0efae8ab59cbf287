import type { Trail } from '../../../src/kinds/trail/schema.ts';
import { createTrail, plan, probeBucket, startLogging } from '../../../src/kinds/trail/plan.ts';
import type { Repair } from '../../../src/kinds/trail/repair.ts';
import type { ObservedTrail, TrailState } from '../../../src/kinds/trail/observed.ts';
import {
  allManagementEvents,
  dataTrail,
  missing,
  observed,
  orgAuditTrail,
  silentAbout,
} from '../../fakes/samples.ts';

const trail = orgAuditTrail.Name;
const { AdvancedEventSelectors } = orgAuditTrail;
const { EventSelectors } = dataTrail;

test('a trail that is as declared needs no repair', () => {
  expect(plan(orgAuditTrail, observed(orgAuditTrail))).toEqual([]);
});

describe('one repair is planned where', () => {
  const plans: [string, Trail, TrailState, Repair][] = [
    ['a stopped trail is started', orgAuditTrail, { IsLogging: false }, { kind: 'startLogging', trail }],
    [
      'only what drifted is updated',
      orgAuditTrail,
      { S3BucketName: 'mallorys-bucket', KmsKeyId: undefined },
      {
        kind: 'updateTrail',
        trail,
        settings: { S3BucketName: orgAuditTrail.S3BucketName, KmsKeyId: orgAuditTrail.KmsKeyId ?? '' },
      },
    ],
    [
      'what is declared absent is cleared with an empty text',
      dataTrail,
      { KmsKeyId: 'arn:aws:kms:us-east-1:111122223333:key/0', S3KeyPrefix: 'mallory' },
      { kind: 'updateTrail', trail: dataTrail.Name, settings: { S3KeyPrefix: '', KmsKeyId: '' } },
    ],
    [
      'a log group is set together with its role',
      orgAuditTrail,
      { CloudWatchLogsLogGroupArn: 'arn:aws:logs:us-east-1:123456789012:log-group:other:*' },
      {
        kind: 'updateTrail',
        trail,
        settings: {
          CloudWatchLogsLogGroupArn: orgAuditTrail.CloudWatchLogsLogGroupArn ?? '',
          CloudWatchLogsRoleArn: orgAuditTrail.CloudWatchLogsRoleArn ?? '',
        },
      },
    ],
    [
      'a log group is cleared together with its role',
      dataTrail,
      {
        CloudWatchLogsLogGroupArn: 'arn:aws:logs:us-east-1:111122223333:log-group:mallory:*',
        CloudWatchLogsRoleArn: 'arn:aws:iam::111122223333:role/mallory',
      },
      {
        kind: 'updateTrail',
        trail: dataTrail.Name,
        settings: { CloudWatchLogsLogGroupArn: '', CloudWatchLogsRoleArn: '' },
      },
    ],
    [
      'a multi-Region trail is set together with its global services',
      orgAuditTrail,
      { IsMultiRegionTrail: false },
      {
        kind: 'updateTrail',
        trail,
        settings: { IsMultiRegionTrail: true, IncludeGlobalServiceEvents: true },
      },
    ],
    [
      'a trail that became multi-Region is set back together with its global services',
      dataTrail,
      { IsMultiRegionTrail: true, IncludeGlobalServiceEvents: true },
      {
        kind: 'updateTrail',
        trail: dataTrail.Name,
        settings: { IsMultiRegionTrail: false, IncludeGlobalServiceEvents: false },
      },
    ],
    [
      'advanced selectors replace basic ones',
      orgAuditTrail,
      { EventSelectors: [allManagementEvents], AdvancedEventSelectors: undefined },
      { kind: 'putEventSelectors', trail, selectors: { AdvancedEventSelectors } },
    ],
    [
      'basic selectors replace advanced ones',
      dataTrail,
      { EventSelectors: undefined, AdvancedEventSelectors },
      { kind: 'putEventSelectors', trail: dataTrail.Name, selectors: { EventSelectors } },
    ],
    [
      'Insights are put back',
      orgAuditTrail,
      { InsightSelectors: [] },
      { kind: 'putInsightSelectors', trail, selectors: orgAuditTrail.InsightSelectors },
    ],
    [
      'Insights that nobody declared are switched off',
      dataTrail,
      { InsightSelectors: orgAuditTrail.InsightSelectors },
      { kind: 'putInsightSelectors', trail: dataTrail.Name, selectors: [] },
    ],
    [
      'aggregation is put back',
      orgAuditTrail,
      { AggregationConfigurations: [] },
      { kind: 'putEventConfiguration', trail, aggregations: orgAuditTrail.AggregationConfigurations },
    ],
    [
      'only the tags that are gone or changed are added',
      orgAuditTrail,
      { TagsList: [{ Key: 'critical', Value: '' }] },
      { kind: 'addTags', trail, tags: [{ Key: 'team', Value: 'security' }] },
    ],
    [
      'a tag whose value was changed is set again',
      orgAuditTrail,
      {
        TagsList: [
          { Key: 'team', Value: 'mallory' },
          { Key: 'critical', Value: '' },
        ],
      },
      { kind: 'addTags', trail, tags: [{ Key: 'team', Value: 'security' }] },
    ],
    [
      'tags that changed places are both set again',
      orgAuditTrail,
      {
        TagsList: [
          { Key: 'team', Value: '' },
          { Key: 'critical', Value: 'security' },
        ],
      },
      { kind: 'addTags', trail, tags: orgAuditTrail.TagsList },
    ],
    [
      'strange tags are removed',
      dataTrail,
      { TagsList: [{ Key: 'protected', Value: 'false' }] },
      { kind: 'removeTags', trail: dataTrail.Name, tags: [{ Key: 'protected', Value: 'false' }] },
    ],
  ];
  test.each(plans)('%s', (_sentence, declared, state, repair) => {
    expect(plan(declared, observed(declared, state))).toEqual([repair]);
  });

  test('tags that CloudTrail does not show are added', () => {
    expect(plan(orgAuditTrail, silentAbout('TagsList', observed(orgAuditTrail)))).toEqual([
      { kind: 'addTags', trail, tags: orgAuditTrail.TagsList },
    ]);
  });
});

test('logging comes before everything, strange tags go before declared ones come', () => {
  const broken = observed(orgAuditTrail, {
    IsLogging: false,
    S3BucketName: 'mallorys-bucket',
    AdvancedEventSelectors: undefined,
    EventSelectors: [allManagementEvents],
    InsightSelectors: [],
    AggregationConfigurations: [],
    TagsList: [{ Key: 'protected', Value: 'false' }],
  });

  expect(plan(orgAuditTrail, broken).map(({ kind }) => kind)).toEqual([
    'startLogging',
    'updateTrail',
    'putEventSelectors',
    'putInsightSelectors',
    'putEventConfiguration',
    'removeTags',
    'addTags',
  ]);
});

describe('a missing trail', () => {
  test('is created, started before anything else, then given what CreateTrail cannot carry', () => {
    expect(plan(orgAuditTrail, missing(trail)).map(({ kind }) => kind)).toEqual([
      'createTrail',
      'startLogging',
      'putEventSelectors',
      'putInsightSelectors',
      'putEventConfiguration',
    ]);
  });

  test('is created with every setting and tag of its declaration', () => {
    expect(createTrail(orgAuditTrail)).toEqual({
      kind: 'createTrail',
      trail,
      settings: {
        S3BucketName: orgAuditTrail.S3BucketName,
        S3KeyPrefix: orgAuditTrail.S3KeyPrefix,
        SnsTopicName: orgAuditTrail.SnsTopicName,
        IncludeGlobalServiceEvents: true,
        IsMultiRegionTrail: true,
        EnableLogFileValidation: true,
        CloudWatchLogsLogGroupArn: orgAuditTrail.CloudWatchLogsLogGroupArn,
        CloudWatchLogsRoleArn: orgAuditTrail.CloudWatchLogsRoleArn,
        KmsKeyId: orgAuditTrail.KmsKeyId,
        IsOrganizationTrail: false,
        RecursiveLogging: true,
      },
      tags: orgAuditTrail.TagsList,
    });
  });

  test('is created without what its declaration leaves absent', () => {
    expect(createTrail(dataTrail)).toEqual({
      kind: 'createTrail',
      trail: 'data-trail',
      settings: {
        S3BucketName: 'data-logs-123456789012',
        IncludeGlobalServiceEvents: false,
        IsMultiRegionTrail: false,
        EnableLogFileValidation: false,
        IsOrganizationTrail: false,
        RecursiveLogging: true,
      },
      tags: [],
    });
  });

  test('that is declared with the default selectors needs no call for them', () => {
    const plain = { ...dataTrail, EventSelectors: [allManagementEvents] };

    expect(plan(plain, missing(plain.Name))).toEqual([createTrail(plain), startLogging(plain.Name)]);
  });

  test('that is declared not to log is created and not started', () => {
    const silent = { ...dataTrail, IsLogging: false, EventSelectors: [allManagementEvents] };

    expect(plan(silent, missing(silent.Name))).toEqual([createTrail(silent)]);
  });
});

test.each(['elsewhere', 'organization'] as const)(
  'a trail whose home is not here gets no repair, though all of it drifted: %s',
  (standing) => {
    const foreign: ObservedTrail = { ...missing(trail), standing };

    expect(plan(orgAuditTrail, foreign)).toEqual([]);
  },
);

test('a trail whose logging cannot be read is started', () => {
  const unread = { logging: 'AccessDeniedException' };

  expect(plan(orgAuditTrail, observed(orgAuditTrail, {}, { unread }))).toEqual([startLogging(trail)]);
});

test('a part that cannot be read is not written', () => {
  const unread = {
    settings: 'AccessDeniedException',
    selectors: 'AccessDeniedException',
    insights: 'TimeoutError',
    eventConfiguration: 'AccessDeniedException',
    tags: 'AccessDeniedException',
  };
  const blind = { ...observed(orgAuditTrail, {}, { unread }), state: { IsLogging: false } };

  expect(plan(orgAuditTrail, blind)).toEqual([startLogging(trail)]);
});

test('a plan is made from values: the same reading gives the same plan, and nothing is changed by making it', () => {
  const reading = observed(orgAuditTrail, { IsLogging: false, TagsList: [] });
  const before = structuredClone(reading);

  expect(plan(orgAuditTrail, reading)).toEqual(plan(orgAuditTrail, reading));
  expect(reading).toEqual(before);
});

describe('the bucket of a trail that is as declared is probed', () => {
  const { S3BucketName } = orgAuditTrail;
  const deliveryErrors = ['digests to CloudWatch Logs: AccessDenied', 'log files to S3: NoSuchBucket'];
  const failing = observed(orgAuditTrail, {}, { deliveryErrors });

  test('with an update that changes nothing, where CloudTrail cannot deliver to S3', () => {
    expect(probeBucket(orgAuditTrail, failing)).toEqual([
      { kind: 'updateTrail', trail, settings: { S3BucketName } },
    ]);
  });

  test.each([
    ['it delivers', observed(orgAuditTrail)],
    ['S3 is not what fails', observed(orgAuditTrail, {}, { deliveryErrors: deliveryErrors.slice(0, 1) })],
    ['its bucket is another', { ...failing, state: { ...failing.state, S3BucketName: 'mallorys-bucket' } }],
    ['it is not here', { ...failing, standing: 'elsewhere' as const }],
  ])('but not where %s', (_where, reading) => {
    expect(probeBucket(orgAuditTrail, reading)).toEqual([]);
  });
});

describe('a part whose reading was throttled is sent blind', () => {
  const sentFor = (unread: ObservedTrail['unread'], state: TrailState = {}) =>
    plan(orgAuditTrail, observed(orgAuditTrail, state, { unread }));

  test('all settings, those included that are not declared', () => {
    const declared = { ...orgAuditTrail, KmsKeyId: undefined };
    const [repair, ...others] = plan(
      declared,
      observed(declared, {}, { unread: { settings: 'ThrottlingException' } }),
    );

    expect(others).toEqual([]);
    expect(repair).toMatchObject({
      kind: 'updateTrail',
      settings: { S3BucketName: declared.S3BucketName, KmsKeyId: '' },
    });
    expect(Object.keys(repair?.kind === 'updateTrail' ? repair.settings : {})).toHaveLength(11);
  });

  test.each([
    ['selectors', 'putEventSelectors'],
    ['insights', 'putInsightSelectors'],
    ['eventConfiguration', 'putEventConfiguration'],
  ] as const)('%s by %s', (part, kind) => {
    expect(sentFor({ [part]: 'ThrottlingException' }).map((repair) => repair.kind)).toEqual([kind]);
  });

  test('tags, of which the strange ones are left', () => {
    expect(sentFor({ tags: 'ThrottlingException' }, { TagsList: [] })).toEqual([
      { kind: 'addTags', trail: orgAuditTrail.Name, tags: orgAuditTrail.TagsList },
    ]);
  });

  test.each(['AccessDeniedException', 'TimeoutError'])('but not after %s', (error) => {
    expect(sentFor({ settings: error, selectors: error, tags: error })).toEqual([]);
  });
});
