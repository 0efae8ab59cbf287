import { fallback } from '../../../src/kinds/trail/fallback.ts';
import type { Repair, Settings, SettingsField } from '../../../src/kinds/trail/repair.ts';
import { orgAuditTrail } from '../../fakes/samples.ts';

const trail = orgAuditTrail.Name;

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
  const LOGS = ['CloudWatchLogsLogGroupArn', 'CloudWatchLogsRoleArn'] as const;
  const blames: [string, readonly string[]][] = [
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

  const update = (...fields: (keyof typeof settings)[]): Repair => ({
    kind: 'updateTrail',
    trail,
    settings: Object.fromEntries(fields.map((field) => [field, settings[field]])),
  });

  test('the log group, when its role is the only half of the pair that was sent', () => {
    const error = { name: 'InvalidCloudWatchLogsRoleArnException', message: '' };

    expect(fallback(update('S3BucketName', 'CloudWatchLogsRoleArn'), error)).toEqual(update('S3BucketName'));
  });

  test.each<[string, SettingsField[], string]>([
    ['CloudWatch Logs, when its role may not be handed over', [...LOGS], 'iam:PassRole on the role'],
    [
      'the organisation, when nothing may be asked about it',
      ['IsOrganizationTrail'],
      'organizations:ListAccounts',
    ],
  ])('%s', (_what, refused, action) => {
    const whole = { ...settings, IsOrganizationTrail: true };
    const kept = Object.entries(whole).filter(([field]) => !refused.some((other) => other === field));
    const error = { name: 'AccessDeniedException', message: `not authorized to perform: ${action}` };

    expect(fallback({ kind: 'updateTrail', trail, settings: whole }, error)).toEqual({
      kind: 'updateTrail',
      trail,
      settings: Object.fromEntries(kept),
    });
  });

  test('what the error blames, whatever its message speaks of', () => {
    const error = { name: 'KmsException', message: 'no iam:PassRole' };

    expect(fallback(update('S3BucketName', 'KmsKeyId', 'CloudWatchLogsRoleArn'), error)).toEqual(
      update('S3BucketName', 'CloudWatchLogsRoleArn'),
    );
  });

  test('the topic, when CloudTrail does not find a key and there is none but the one of the topic', () => {
    expect(
      fallback(update('S3BucketName', 'SnsTopicName'), { name: 'KmsKeyNotFoundException', message: '' }),
    ).toEqual(update('S3BucketName'));
  });
});

describe('nothing is left out', () => {
  const LOGS_SETTINGS = {
    CloudWatchLogsLogGroupArn: 'arn:aws:logs:us-east-1:123456789012:log-group:trail:*',
    CloudWatchLogsRoleArn: 'arn:aws:iam::123456789012:role/trail-to-logs',
  };
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
      'when the error is about no destination',
      { kind: 'updateTrail', trail, settings: { ...bucket, ...LOGS_SETTINGS } },
      'ConflictException',
    ],
    [
      'when the guard is not allowed to',
      { kind: 'updateTrail', trail, settings: { ...bucket, ...LOGS_SETTINGS, IsOrganizationTrail: true } },
      'AccessDeniedException',
    ],
  ];
  test.each(nothing)('%s', (_when, repair, error) => {
    expect(fallback(repair, { name: error, message: '' })).toBeUndefined();
  });
});

describe('a refused bucket', () => {
  const sink = 'sink-123456789012';
  const KmsKeyId = 'arn:aws:kms:us-east-1:123456789012:key/0';
  const update = (settings: Settings): Repair => ({ kind: 'updateTrail', trail, settings });
  const refusals = [
    'S3BucketDoesNotExistException',
    'InsufficientS3BucketPolicyException',
    'InvalidS3BucketNameException',
  ].map((name) => ({ name, message: '' }));

  test.each(refusals)('is replaced by the sink, without the prefix of the other: $name', (error) => {
    const refused = update({ S3BucketName: 'gone', S3KeyPrefix: 'prod', KmsKeyId });

    expect(fallback(refused, error, { sink, live: 'gone' })).toEqual(
      update({ S3BucketName: sink, S3KeyPrefix: '', KmsKeyId }),
    );
  });

  test.each<[string, Settings, { sink?: string; live?: string }, Settings | undefined]>([
    ['is left as it is, where there is no sink', { S3BucketName: 'gone' }, { live: 'gone' }, undefined],
    [
      'is given up, where it is the sink itself',
      { S3BucketName: sink, KmsKeyId },
      { sink, live: 'x' },
      undefined,
    ],
    [
      'is left out, where the trail is on the sink already',
      { S3BucketName: 'gone', S3KeyPrefix: 'prod', KmsKeyId },
      { sink, live: sink },
      { KmsKeyId },
    ],
    [
      'leaves nothing to do, where the trail is on the sink already and nothing else was to be set',
      { S3BucketName: 'gone', S3KeyPrefix: 'prod' },
      { sink, live: sink },
      undefined,
    ],
  ])('%s', (_sentence, settings, buckets, expected) => {
    const error = { name: 'S3BucketDoesNotExistException', message: '' };

    expect(fallback(update(settings), error, buckets)).toEqual(expected && update(expected));
  });
});
