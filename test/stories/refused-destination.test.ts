import { declaredAs, FakeTrails, guardOf, heal, textOf } from '../fakes/trails.ts';
import { deleteTrail, eventOf, orgAuditTrail } from '../fakes/samples.ts';
import { deleted, expectWhole, failuresOf, trail } from './one-trail.ts';

describe('a destination that is refused is left out, and said to be still broken', () => {
  const destinations: [string, string, readonly string[]][] = [
    ['the KMS key', 'KmsKeyNotFoundException', ['KmsKeyId']],
    ['the topic', 'InsufficientSnsTopicPolicyException', ['SnsTopicName']],
    [
      'the log group',
      'InvalidCloudWatchLogsLogGroupArnException',
      ['CloudWatchLogsLogGroupArn', 'CloudWatchLogsRoleArn'],
    ],
  ];

  test.each(destinations)('%s, on create', async (_what, error, fields) => {
    const trails = deleted();
    for (const kind of ['createTrail', 'updateTrail'] as const)
      trails.refuse(kind, error, (repair) => fields.some((field) => JSON.stringify(repair).includes(field)));
    const guard = guardOf({ trails });
    await failuresOf(heal(deleteTrail(), guard));

    expect(trails.isLogging(trail)).toBe(true);
    expect(trails.shows(trail)).toEqual(
      declaredAs({ ...orgAuditTrail, ...Object.fromEntries(fields.map((field) => [field, undefined])) }),
    );
    expect(guard.alerts.sent[0]?.attributes).toMatchObject({ severity: 'critical', verdict: 'broken' });
    for (const field of fields) expect(textOf(guard.alerts.sent[0])).toContain(`${field} is none.`);
  });

  test.each(destinations)('%s, on update', async (_what, error, fields) => {
    const trails = new FakeTrails(orgAuditTrail);
    const cleared = Object.fromEntries(fields.map((field) => [field, '']));
    trails.tamper({
      kind: 'updateTrail',
      trail,
      settings: { S3BucketName: 'mallorys-bucket', EnableLogFileValidation: false, ...cleared },
    });
    trails.refuse('updateTrail', error, (repair) =>
      fields.some((field) => JSON.stringify(repair).includes(field)),
    );
    const guard = guardOf({ trails });
    await failuresOf(heal(eventOf('UpdateTrail', { name: trail }), guard));

    expect(trails.shows(trail)).toEqual(
      declaredAs({ ...orgAuditTrail, ...Object.fromEntries(fields.map((field) => [field, undefined])) }),
    );
    for (const field of fields) expect(textOf(guard.alerts.sent[0])).toContain(`${field} is none.`);
  });

  test('all three, one after the other', async () => {
    const trails = deleted();
    for (const [error, field] of [
      ['KmsException', 'KmsKeyId'],
      ['InvalidSnsTopicNameException', 'SnsTopicName'],
      ['InvalidCloudWatchLogsRoleArnException', 'CloudWatchLogsRoleArn'],
    ] as const)
      trails.refuse('createTrail', error, (repair) => JSON.stringify(repair).includes(field));
    const guard = guardOf({ trails });
    await heal(deleteTrail(), guard);

    expect(trails.written.slice(0, 5)).toEqual([
      'createTrail',
      'createTrail',
      'createTrail',
      'createTrail',
      'startLogging',
    ]);
    expectWhole(guard);
  });
});
