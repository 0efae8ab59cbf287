import { fallback } from '../src/fallback.ts';
import { after, type Repair } from '../src/repair.ts';
import { allManagementEvents, dataTrail, missing, observed, orgAuditTrail } from './samples.ts';

const trail = orgAuditTrail.Name;
const { AdvancedEventSelectors = [] } = orgAuditTrail;
const { EventSelectors = [] } = dataTrail;

describe('after a repair has succeeded', () => {
  const stopped = observed(orgAuditTrail, { IsLogging: false, InsightSelectors: [] });

  test('a started trail logs, and its Insights stay as they were', () => {
    expect(after({ kind: 'startLogging', trail }, stopped)).toEqual(
      observed(orgAuditTrail, { InsightSelectors: [] }),
    );
  });

  test('a started trail is known to log, although it could not be read, and the rest stays unread', () => {
    const unread = { logging: 'AccessDeniedException', tags: 'AccessDeniedException' };

    expect(after({ kind: 'startLogging', trail }, { ...stopped, unread }).unread).toEqual({
      tags: 'AccessDeniedException',
    });
  });

  test('a created trail is at home here, has the default selectors, and does not log', () => {
    const create: Repair = {
      kind: 'createTrail',
      trail,
      settings: { S3BucketName: 'audit-logs-123456789012', IsMultiRegionTrail: false },
      tags: [{ Key: 'team', Value: 'security' }],
    };

    expect(after(create, missing(trail))).toEqual({
      Name: trail,
      standing: 'homed',
      state: {
        IsLogging: false,
        S3BucketName: 'audit-logs-123456789012',
        IsMultiRegionTrail: false,
        EventSelectors: [allManagementEvents],
        InsightSelectors: [],
        AggregationConfigurations: [],
        TagsList: [{ Key: 'team', Value: 'security' }],
      },
      unread: {},
      deliveryErrors: [],
    });
  });

  test('an updated trail has the sent fields, keeps the others, and shows a cleared one as absent', () => {
    const settings = { S3BucketName: 'other-bucket', KmsKeyId: '' };
    const { state } = after({ kind: 'updateTrail', trail, settings }, stopped);

    expect(state.S3BucketName).toBe('other-bucket');
    expect(state.KmsKeyId).toBeUndefined();
    expect(state.SnsTopicName).toBe(orgAuditTrail.SnsTopicName);
  });

  test.each([
    ['basic selectors leave no advanced ones', { EventSelectors }, stopped],
    ['advanced selectors leave no basic ones', { AdvancedEventSelectors }, observed(dataTrail)],
  ])('%s', (_sentence, selectors, before) => {
    const { state } = after({ kind: 'putEventSelectors', trail, selectors }, before);

    expect({
      EventSelectors: state.EventSelectors,
      AdvancedEventSelectors: state.AdvancedEventSelectors,
    }).toEqual({ EventSelectors: undefined, AdvancedEventSelectors: undefined, ...selectors });
  });

  test('Insights and aggregation are replaced', () => {
    const { InsightSelectors: selectors, AggregationConfigurations: aggregations } = orgAuditTrail;
    const insights = after({ kind: 'putInsightSelectors', trail, selectors }, observed(dataTrail));
    const all = after({ kind: 'putEventConfiguration', trail, aggregations }, insights);

    expect(all.state).toMatchObject({
      InsightSelectors: selectors,
      AggregationConfigurations: aggregations,
    });
  });

  test('an added tag replaces the one of its key', () => {
    const tags = [{ Key: 'team', Value: 'mallory' }];

    expect(after({ kind: 'addTags', trail, tags }, stopped).state.TagsList).toEqual([
      { Key: 'critical', Value: '' },
      { Key: 'team', Value: 'mallory' },
    ]);
  });

  test('a tag is removed by its key', () => {
    const tags = [{ Key: 'team', Value: 'whatever' }];

    expect(after({ kind: 'removeTags', trail, tags }, stopped).state.TagsList).toEqual([
      { Key: 'critical', Value: '' },
    ]);
  });

  test('the reading that went in is unchanged', () => {
    const before = structuredClone(stopped);
    after({ kind: 'removeTags', trail, tags: orgAuditTrail.TagsList }, stopped);
    after({ kind: 'updateTrail', trail, settings: { KmsKeyId: '' } }, stopped);

    expect(stopped).toEqual(before);
  });
});

describe('a refused destination is left out', () => {
  const settings = {
    S3BucketName: 'audit-logs-123456789012',
    KmsKeyId: 'arn:aws:kms:us-east-1:123456789012:key/0',
    SnsTopicName: 'arn:aws:sns:us-east-1:123456789012:log-files',
    CloudWatchLogsLogGroupArn: 'arn:aws:logs:us-east-1:123456789012:log-group:trail:*',
    CloudWatchLogsRoleArn: 'arn:aws:iam::123456789012:role/trail-to-logs',
  };
  const KMS = ['KmsKeyId'];
  const SNS = ['SnsTopicName'];
  const LOGS = ['CloudWatchLogsLogGroupArn', 'CloudWatchLogsRoleArn'];
  const blames: [string, string[]][] = [
    ['InsufficientEncryptionPolicyException', KMS],
    ['KmsKeyNotFoundException', KMS],
    ['KmsKeyDisabledException', KMS],
    ['KmsException', KMS],
    ['InvalidKmsKeyIdException', KMS],
    ['InsufficientSnsTopicPolicyException', SNS],
    ['InvalidSnsTopicNameException', SNS],
    ['CloudTrailInvalidClientTokenIdException', SNS],
    ['InvalidCloudWatchLogsLogGroupArnException', LOGS],
    ['InvalidCloudWatchLogsRoleArnException', LOGS],
    ['CloudWatchLogsDeliveryUnavailableException', LOGS],
  ];
  const kinds = ['createTrail', 'updateTrail'] as const;
  const table = blames.flatMap(([error, fields]) => kinds.map((kind) => [error, kind, fields] as const));

  test.each(table)('%s of %s', (error, kind, refused) => {
    const kept = Object.fromEntries(Object.entries(settings).filter(([field]) => !refused.includes(field)));
    const rest = kind === 'createTrail' ? { tags: [] } : {};

    expect(fallback({ kind, trail, settings, tags: [] }, { name: error, message: '' })).toEqual({
      ...{ kind, trail, settings: kept, tags: [] },
      ...rest,
    });
  });

  test('the topic, when CloudTrail does not find a key and there is none but the one of the topic', () => {
    const repair = (...fields: (keyof typeof settings)[]): Repair => ({
      kind: 'updateTrail',
      trail,
      settings: Object.fromEntries(fields.map((field) => [field, settings[field]])),
    });

    expect(
      fallback(repair('S3BucketName', 'SnsTopicName'), { name: 'KmsKeyNotFoundException', message: '' }),
    ).toEqual(repair('S3BucketName'));
  });
});

describe('nothing is left out', () => {
  const bucket = { S3BucketName: 'audit-logs-123456789012' };
  const nothing: [string, Repair, string][] = [
    [
      'when the bucket is refused',
      { kind: 'createTrail', trail, settings: bucket, tags: [] },
      'S3BucketDoesNotExistException',
    ],
    [
      'when the blamed destination was not sent',
      { kind: 'updateTrail', trail, settings: bucket },
      'KmsException',
    ],
    [
      'when the blamed destination was to be cleared',
      { kind: 'updateTrail', trail, settings: { ...bucket, KmsKeyId: '' } },
      'KmsException',
    ],
    [
      'when nothing else was to be set',
      { kind: 'updateTrail', trail, settings: { KmsKeyId: 'arn:aws:kms:us-east-1:123456789012:key/0' } },
      'KmsException',
    ],
    ['when the call sets no destination', { kind: 'startLogging', trail }, 'KmsException'],
    [
      'when the guard is not allowed to',
      { kind: 'updateTrail', trail, settings: bucket },
      'AccessDeniedException',
    ],
  ];
  test.each(nothing)('%s', (_when, repair, error) => {
    expect(fallback(repair, { name: error, message: '' })).toBeUndefined();
  });
});
