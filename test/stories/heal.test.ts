import { settle } from '../../src/config/config.ts';
import { heal } from '../../src/handlers/heal-and-tell.ts';
import type { Part } from '../../src/kinds/trail/fields.ts';
import {
  awsError,
  declaredAs,
  FakeAlerts,
  type FakeGuard,
  FakeTrails,
  guardOf,
  textOf,
} from '../fakes/trails.ts';
import {
  allManagementEvents,
  baselineOf,
  dataTrail,
  deleteTrail,
  enforcing,
  eventOf,
  guardRole,
  home,
  mallory,
  orgAuditTrail,
  stopLogging,
} from '../fakes/samples.ts';

const trail = orgAuditTrail.Name;
const ARN = `arn:aws:cloudtrail:us-east-1:123456789012:trail/${trail}`;
const monitoring = { ...enforcing, mode: 'monitor' } as const;

/** Lets everything happen that can happen without an answer from AWS. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

function stopped(...declared: (typeof orgAuditTrail)[]): FakeTrails {
  const trails = new FakeTrails(...(declared.length > 0 ? declared : [orgAuditTrail]));
  trails.tamper({ kind: 'stopLogging', trail });
  return trails;
}

function deleted(): FakeTrails {
  const trails = new FakeTrails(orgAuditTrail);
  trails.tamper({ kind: 'deleteTrail', trail });
  return trails;
}

function weakened(): FakeTrails {
  const trails = new FakeTrails(orgAuditTrail);
  trails.tamper({ kind: 'updateTrail', trail, settings: { S3BucketName: 'mallorys-bucket', KmsKeyId: '' } });
  return trails;
}

function expectWhole({ trails }: FakeGuard, declared = orgAuditTrail): void {
  expect(trails.shows(declared.Name)).toEqual(declaredAs(declared));
}

/** The failures that the invocation ends with. */
async function failuresOf(pass: Promise<unknown>): Promise<Error[]> {
  const error: unknown = await pass.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AggregateError)) throw new Error('it did not end with an AggregateError');
  return error.errors.filter((each) => each instanceof Error);
}

describe('the first move', () => {
  test('starts a stopped trail in the first round trip, beside the first reading', async () => {
    const guard = guardOf({ trails: stopped() });
    guard.trails.readGate = guard.trails.writeGate = new Promise(() => undefined);
    void heal(stopLogging(), guard);

    expect(guard.trails.calls[0]).toBe('startLogging');
    expect(guard.trails.calls).toContain(`observe ${trail}`);
    await settled();
    expect(guard.trails.writes).toEqual([{ kind: 'startLogging', trail }]);
  });

  test('has a stopped trail logging before any reading is answered', async () => {
    const guard = guardOf({ trails: stopped() });
    guard.trails.readGate = new Promise(() => undefined);
    void heal(stopLogging(), guard);
    await settled();

    expect(guard.trails.isLogging(trail)).toBe(true);
  });

  test('creates a deleted trail, then starts it, before any reading is answered', async () => {
    const guard = guardOf({ trails: deleted() });
    guard.trails.readGate = new Promise(() => undefined);
    void heal(deleteTrail(), guard);
    await settled();

    expect(guard.trails.written).toEqual(['createTrail', 'startLogging']);
    expect(guard.trails.isLogging(trail)).toBe(true);
  });

  test('on an undeclared trail does not wait for the trails to be listed', async () => {
    const guard = guardOf({ trails: stopped(), baseline: baselineOf() });
    guard.trails.readGate = new Promise(() => undefined);
    void heal(stopLogging(), guard);
    await settled();

    expect(guard.trails.isLogging(trail)).toBe(true);
  });

  test('is not repeated by the plan', async () => {
    const guard = guardOf({ trails: stopped() });
    await heal(stopLogging(), guard);

    expect(guard.trails.written).toEqual(['startLogging', 'putInsightSelectors']);
  });
});

describe('the trail is whole again, told once as restored, after', () => {
  const attacks: [string, (trails: FakeTrails) => void, unknown][] = [
    [
      'StopLogging',
      (trails) => {
        trails.tamper({ kind: 'stopLogging', trail });
      },
      stopLogging(),
    ],
    [
      'DeleteTrail',
      (trails) => {
        trails.tamper({ kind: 'deleteTrail', trail });
      },
      deleteTrail(),
    ],
    [
      'UpdateTrail',
      (trails) => {
        trails.tamper({
          kind: 'updateTrail',
          trail,
          settings: {
            S3BucketName: 'mallorys-bucket',
            S3KeyPrefix: '',
            KmsKeyId: 'arn:aws:kms:us-east-1:111122223333:key/0',
            SnsTopicName: '',
            CloudWatchLogsLogGroupArn: '',
            CloudWatchLogsRoleArn: '',
            EnableLogFileValidation: false,
            IsMultiRegionTrail: false,
            IncludeGlobalServiceEvents: false,
            RecursiveLogging: false,
          },
        });
      },
      eventOf('UpdateTrail', { name: trail, s3BucketName: 'mallorys-bucket' }),
    ],
    [
      'PutEventSelectors',
      (trails) => {
        const selectors = { EventSelectors: [{ ...allManagementEvents, IncludeManagementEvents: false }] };
        trails.tamper({ kind: 'putEventSelectors', trail, selectors });
      },
      eventOf('PutEventSelectors', { trailName: trail }),
    ],
    [
      'PutInsightSelectors',
      (trails) => {
        trails.tamper({ kind: 'putInsightSelectors', trail, selectors: [] });
      },
      eventOf('PutInsightSelectors', { trailName: trail, insightSelectors: [] }),
    ],
    [
      'PutEventConfiguration',
      (trails) => {
        trails.tamper({ kind: 'putEventConfiguration', trail, aggregations: [] });
      },
      eventOf('PutEventConfiguration', { trailName: trail, aggregationConfigurations: [] }),
    ],
    [
      'AddTags that fill all fifty places',
      (trails) => {
        const tags = Array.from({ length: 48 }, (_, index) => ({ Key: `junk-${index}`, Value: '' }));
        trails.tamper({ kind: 'removeTags', trail, tags: orgAuditTrail.TagsList });
        trails.tamper({ kind: 'addTags', trail, tags: [...tags, { Key: 'team', Value: 'mallory' }] });
        trails.tamper({ kind: 'addTags', trail, tags: [{ Key: 'junk-49', Value: '' }] });
      },
      eventOf('AddTags', { resourceId: ARN, tagsList: [{ key: 'junk-0', value: '' }] }),
    ],
    [
      'RemoveTags',
      (trails) => {
        trails.tamper({ kind: 'removeTags', trail, tags: orgAuditTrail.TagsList });
      },
      eventOf('RemoveTags', { resourceId: ARN, tagsList: [{ key: 'team' }] }),
    ],
    [
      'DeleteTrail and a weak trail of the same name',
      (trails) => {
        trails.tamper({ kind: 'deleteTrail', trail });
        trails.tamper({
          kind: 'createTrail',
          trail,
          settings: { S3BucketName: 'mallorys-bucket', IsMultiRegionTrail: false },
          tags: [],
        });
      },
      deleteTrail(),
    ],
    [
      'all of it at once, told by the last event only',
      (trails) => {
        trails.tamper({ kind: 'stopLogging', trail });
        trails.tamper({ kind: 'updateTrail', trail, settings: { S3BucketName: 'mallorys-bucket' } });
        trails.tamper({
          kind: 'putEventSelectors',
          trail,
          selectors: { EventSelectors: [allManagementEvents] },
        });
        trails.tamper({ kind: 'removeTags', trail, tags: orgAuditTrail.TagsList });
      },
      eventOf('RemoveTags', { resourceId: ARN, tagsList: [{ key: 'team' }] }),
    ],
  ];
  test.each(attacks)('%s', async (_attack, tamper, event) => {
    const guard = guardOf();
    tamper(guard.trails);
    await heal(event, guard);

    expectWhole(guard);
    expect(guard.alerts.sent.map(({ attributes }) => attributes['verdict'])).toEqual(['restored']);
  });

  test('an attack whose event cannot be understood', async () => {
    const guard = guardOf({ trails: deleted() });
    await heal({ nonsense: true }, guard);

    expectWhole(guard);
    expect(guard.alerts.sent).toHaveLength(1);
  });

  test('an attack whose event lost its parameters', async () => {
    const guard = guardOf({ trails: weakened() });
    await heal(eventOf('UpdateTrail', null), guard);

    expectWhole(guard);
  });

  test('a stop and a deletion, when the event of the stop comes first', async () => {
    const guard = guardOf({ trails: deleted() });
    await heal(stopLogging(), guard);

    expectWhole(guard);
  });

  test('a deletion, when a new trail takes a moment to be found', async () => {
    const guard = guardOf({ trails: deleted() });
    guard.trails.refuse('startLogging', 'TrailNotFoundException', (_repair, nth) => nth === 1);
    await heal(deleteTrail(), guard);

    expectWhole(guard);
  });
});

describe('where nothing is wrong, nothing is written', () => {
  test.each([
    ['an event that cannot be understood', { id: 'x', detail: {} }],
    ['a change that has been reverted already', eventOf('UpdateTrail', { name: trail, s3BucketName: 'x' })],
    ['a deletion of something else', deleteTrail('team-trail')],
  ])('%s', async (_what, event) => {
    const guard = guardOf();
    await heal(event, guard);

    expect(guard.trails.writes).toEqual([]);
  });

  test('and a trail that was read whole is not read again', async () => {
    const guard = guardOf();
    await heal(eventOf('UpdateTrail', { name: trail, s3BucketName: 'x' }), guard);

    expect(guard.trails.calls.filter((call) => call === `observe ${trail}`)).toHaveLength(1);
    expect(guard.clock.sleeps).toEqual([]);
  });

  test('a second pass over the same attack makes the first move at most', async () => {
    const guard = guardOf({ trails: stopped() });
    await heal(stopLogging(), guard);
    guard.trails.writes.splice(0);
    await heal(stopLogging(), guard);

    expect(guard.trails.written).toEqual(['startLogging']);
    expectWhole(guard);
  });
});

describe('monitor mode', () => {
  test.each([
    ['a stopped trail', stopLogging(), stopped],
    ['a deleted trail', deleteTrail(), deleted],
    ['a weakened trail', eventOf('UpdateTrail', { name: trail }), weakened],
  ])('writes nothing on %s, tells what it would have done, and the invocation succeeds', async (...row) => {
    const [, event, tampered] = row;
    const guard = guardOf({ trails: tampered(), config: monitoring });
    const incident = await heal(event, guard);

    expect(guard.trails.writes).toEqual([]);
    expect(incident?.outcomes[0]?.planned.length).toBeGreaterThan(0);
    expect(guard.alerts.sent.map(({ attributes }) => attributes['verdict'])).toEqual(['planned']);
  });

  test('writes nothing on an undeclared trail', async () => {
    const guard = guardOf({ trails: stopped(), baseline: baselineOf(), config: monitoring });
    await heal(stopLogging(), guard);

    expect(guard.trails.writes).toEqual([]);
    expect(guard.alerts.sent).toHaveLength(1);
  });
});

describe('a repair that fails', () => {
  test('keeps no other repair from being tried, and the invocation fails with every cause', async () => {
    const trails = stopped();
    trails.tamper({ kind: 'updateTrail', trail, settings: { S3BucketName: 'mallorys-bucket' } });
    trails.tamper({ kind: 'removeTags', trail, tags: orgAuditTrail.TagsList });
    trails.refuse('startLogging', 'AccessDeniedException');
    trails.refuse('updateTrail', 'S3BucketDoesNotExistException');
    const guard = guardOf({ trails });
    const causes = await failuresOf(heal(stopLogging(), guard));

    expect(new Set(trails.written)).toEqual(
      new Set(['startLogging', 'updateTrail', 'putInsightSelectors', 'addTags']),
    );
    expect(causes.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['AccessDeniedException', 'S3BucketDoesNotExistException']),
    );
  });

  test('is told as broken, with what is left to do', async () => {
    const trails = weakened();
    trails.refuse('updateTrail', 'InsufficientS3BucketPolicyException');
    const guard = guardOf({ trails });
    await failuresOf(heal(eventOf('UpdateTrail', { name: trail }), guard));

    expect(guard.alerts.sent).toHaveLength(1);
    expect(guard.alerts.sent[0]?.attributes).toMatchObject({ severity: 'critical', verdict: 'broken' });
    expect(guard.alerts.sent[0]?.subject).toContain('NOT restored');
    expect(textOf(guard.alerts.sent[0])).toContain('S3BucketName is mallorys-bucket.');
  });

  test('is not repeated within the pass', async () => {
    const trails = weakened();
    trails.refuse('updateTrail', 'AccessDeniedException');
    await failuresOf(heal(eventOf('UpdateTrail', { name: trail }), guardOf({ trails })));

    expect(trails.written).toEqual(['updateTrail']);
  });

  test.each([
    ['DeleteTrail', deleteTrail()],
    ['an event that names no trail', {}],
  ])(
    'to create the trail, even with name and bucket alone, leaves nothing else to try: %s',
    async (_what, event) => {
      const trails = deleted();
      trails.refuse('createTrail', 'S3BucketDoesNotExistException');
      const causes = await failuresOf(heal(event, guardOf({ trails })));

      expect(trails.written).toEqual(['createTrail', 'createTrail']);
      expect(trails.writes[1]).toMatchObject({
        settings: { S3BucketName: orgAuditTrail.S3BucketName },
        tags: [],
      });
      expect(causes[0]?.name).toBe('S3BucketDoesNotExistException');
    },
  );

  test('to create the trail in the five places of a Region says that they are full', async () => {
    const trails = deleted();
    for (const junk of ['junk-1', 'junk-2', 'junk-3', 'junk-4', 'junk-5'])
      trails.put({ ...dataTrail, Name: junk });
    const guard = guardOf({ trails });
    const causes = await failuresOf(heal(deleteTrail(), guard));

    expect(causes.map(({ name }) => name)).toContain('MaximumNumberOfTrailsExceededException');
    expect(guard.alerts.sent[0]?.attributes).toMatchObject({ severity: 'critical', verdict: 'broken' });
    expect(textOf(guard.alerts.sent[0])).toContain('delete those that you do not know');
  });

  test('on one trail keeps no other trail from being repaired', async () => {
    const trails = new FakeTrails(orgAuditTrail, dataTrail);
    trails.tamper({ kind: 'deleteTrail', trail });
    trails.tamper({ kind: 'stopLogging', trail: dataTrail.Name });
    trails.refuse('createTrail', 'S3BucketDoesNotExistException');
    const guard = guardOf({ trails, baseline: baselineOf(orgAuditTrail, dataTrail) });
    await failuresOf(heal({}, guard));

    expectWhole(guard, dataTrail);
  });

  test('and is repaired by the next pass is told again', async () => {
    const trails = weakened();
    trails.refuse('updateTrail', 'ConflictException');
    const guard = guardOf({ trails });
    const event = eventOf('UpdateTrail', { name: trail, s3BucketName: 'mallorys-bucket' });
    await failuresOf(heal(event, guard));
    trails.relent();
    await heal(event, guard);

    expectWhole(guard);
    expect(guard.alerts.sent.map(({ attributes }) => attributes['verdict'])).toEqual(['broken', 'restored']);
  });
});

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

/** Another session than Mallory's: each is told of by itself. */
const another = { ...mallory, arn: 'arn:aws:sts::123456789012:assumed-role/Admin/mallory-2' };

describe('an alert that cannot be sent', () => {
  test('undoes no repair, and fails the invocation', async () => {
    const guard = guardOf({ trails: stopped() });
    guard.alerts.failNext(1);
    const causes = await failuresOf(heal(stopLogging(), guard));

    expectWhole(guard);
    expect(causes.map(({ message }) => message)).toEqual([expect.stringContaining('Alert not sent')]);
    expect(causes[0]?.cause).toMatchObject({ name: 'InternalErrorException' });
  });

  test.each([
    ['once', 1],
    ['twice in a row', 2],
    ['three times in a row', 3],
  ])('is kept and sent with the next event, and none is lost: %s', async (_what, failures) => {
    const guard = guardOf({ trails: stopped() });
    const update = eventOf(
      'UpdateTrail',
      { name: trail, s3BucketName: 'mallorys-bucket' },
      { eventID: 'next', userIdentity: another },
    );
    guard.alerts.failNext(failures);
    await failuresOf(heal(stopLogging(), guard));
    guard.trails.tamper({ kind: 'updateTrail', trail, settings: { S3BucketName: 'mallorys-bucket' } });
    await heal(update, guard).catch(() => undefined);
    await heal(update, guard);

    expect(guard.alerts.sent.map(({ attributes }) => attributes['eventName']).sort()).toEqual([
      'StopLogging',
      'UpdateTrail',
    ]);
    expect(guard.memory.unsent).toEqual([]);
  });

  test('is sent before what happened later', async () => {
    const guard = guardOf({ trails: stopped() });
    guard.alerts.failNext(1);
    await failuresOf(heal(stopLogging(), guard));
    guard.trails.tamper({ kind: 'updateTrail', trail, settings: { S3BucketName: 'mallorys-bucket' } });
    const next = { eventID: 'next', userIdentity: another };
    await heal(eventOf('UpdateTrail', { name: trail, s3BucketName: 'x' }, next), guard);

    expect(guard.alerts.sent.map(({ attributes }) => attributes['eventName'])).toEqual([
      'StopLogging',
      'UpdateTrail',
    ]);
  });

  test('is sent with the next event, although that one is of a repair of the guard’s own', async () => {
    const guard = guardOf({ trails: weakened() });
    guard.alerts.failNext(1);
    const event = eventOf('UpdateTrail', { name: trail, s3BucketName: 'mallorys-bucket' });
    await failuresOf(heal(event, guard));
    await heal(eventOf('UpdateTrail', { name: trail, s3BucketName: orgAuditTrail.S3BucketName }), guard);

    expect(guard.alerts.sent.map(({ attributes }) => attributes['verdict'])).toEqual(['restored']);
  });

  test('is sent once when Lambda tries the same event again', async () => {
    const guard = guardOf({ trails: weakened() });
    const event = eventOf('UpdateTrail', { name: trail, s3BucketName: 'mallorys-bucket' });
    guard.alerts.failNext(2);
    await failuresOf(heal(event, guard));
    await failuresOf(heal(event, guard));
    await heal(event, guard);

    expect(guard.alerts.sent.map(({ attributes }) => attributes['verdict'])).toEqual(['restored']);
  });

  test('hides no failed repair', async () => {
    const trails = weakened();
    trails.refuse('updateTrail', 'AccessDeniedException');
    const guard = guardOf({ trails });
    guard.alerts.failNext(1);
    const causes = await failuresOf(heal(eventOf('UpdateTrail', { name: trail }), guard));

    expect(causes.map(({ name }) => name)).toContain('AccessDeniedException');
    expect(causes.map(({ message }) => message)).toContainEqual(expect.stringContaining('Alert not sent'));
  });
});

describe('a refused attempt', () => {
  const denied = { errorCode: 'AccessDenied', errorMessage: 'not authorized' };

  test.each([
    ['with its parameters', stopLogging(trail, denied)],
    ['without parameters', eventOf('DeleteTrail', null, denied)],
  ])('is told once at low severity, and nothing is read or written: %s', async (_what, event) => {
    const guard = guardOf();
    await heal(event, guard);
    await heal(event, guard);

    expect(guard.trails.calls).toEqual([]);
    expect(guard.alerts.sent.map(({ attributes }) => attributes)).toEqual([
      expect.objectContaining({ severity: 'low', verdict: 'refused' }),
    ]);
  });

  test('says who, from where and when', async () => {
    const guard = guardOf();
    await heal(stopLogging(trail, denied), guard);

    for (const fact of ['session mallory', '198.51.100.7', '2026-11-20T23:47:12Z'])
      expect(textOf(guard.alerts.sent[0])).toContain(fact);
  });

  test('on a trail that nobody declared or guards is nobody’s business', async () => {
    const guard = guardOf({ config: { ...enforcing, guardUndeclared: false } });
    await heal(stopLogging('team-trail', denied), guard);

    expect(guard.alerts.sent).toEqual([]);
  });
});

describe('the guard’s own repairs', () => {
  const own = { userIdentity: guardRole };
  const events: [string, unknown][] = [
    [
      'UpdateTrail',
      eventOf(
        'UpdateTrail',
        { name: trail, s3BucketName: orgAuditTrail.S3BucketName, kmsKeyId: orgAuditTrail.KmsKeyId },
        own,
      ),
    ],
    [
      'PutEventSelectors',
      eventOf(
        'PutEventSelectors',
        {
          trailName: trail,
          advancedEventSelectors: orgAuditTrail.AdvancedEventSelectors?.map(({ Name, FieldSelectors }) => ({
            name: Name,
            fieldSelectors: FieldSelectors.map((conditions) =>
              Object.fromEntries(
                Object.entries(conditions).map(([key, value]) => [
                  key.charAt(0).toLowerCase() + key.slice(1),
                  value,
                ]),
              ),
            ),
          })),
        },
        own,
      ),
    ],
    ['AddTags', eventOf('AddTags', { resourceId: ARN, tagsList: [{ key: 'team', value: 'security' }] }, own)],
  ];
  test.each(events)('%s: no read, no write, no mail', async (_what, event) => {
    const guard = guardOf();

    await expect(heal(event, guard)).resolves.toBeUndefined();
    expect(guard.trails.calls).toEqual([]);
    expect(guard.alerts.tries).toBe(0);
  });
});

describe('the guard’s own repairs that AWS refused', () => {
  const refusedEvent = (requestID: string) =>
    eventOf(
      'UpdateTrail',
      { name: trail, s3BucketName: 'no-matter' },
      { userIdentity: guardRole, errorCode: 'AccessDenied', eventID: `event of ${requestID}`, requestID },
    );

  test('are not told a second time as attempts', async () => {
    const guard = guardOf({ trails: weakened() });
    guard.trails.refuse('updateTrail', 'AccessDeniedException');
    await failuresOf(heal(eventOf('UpdateTrail', { name: trail }), guard));
    for (const { requestId } of guard.trails.refusals) await heal(refusedEvent(requestId), guard);

    expect(guard.trails.refusals).toHaveLength(1);
    expect(guard.alerts.sent).toHaveLength(1);
  });

  test('are not told as attempts either when Lambda has tried the same event again', async () => {
    const guard = guardOf({ trails: weakened() });
    const event = eventOf('UpdateTrail', { name: trail });
    guard.trails.refuse('updateTrail', 'AccessDeniedException');
    await failuresOf(heal(event, guard));
    await failuresOf(heal(event, guard));
    for (const { requestId } of guard.trails.refusals) await heal(refusedEvent(requestId), guard);

    expect(guard.trails.refusals).toHaveLength(2);
    expect(guard.alerts.sent).toHaveLength(1);
  });

  test('are told when somebody else made the call, with the guard’s own role', async () => {
    const guard = guardOf();
    await heal(refusedEvent('5b1d2f3a-0000-4000-8000-0000000000ee'), guard);

    expect(guard.alerts.sent).toHaveLength(1);
  });
});

describe('a tampering that succeeded is told, whoever made it', () => {
  test.each([
    ['an assumed role', mallory],
    ['the role of the guard', guardRole],
    ['the root user', { type: 'Root', arn: 'arn:aws:iam::123456789012:root' }],
    ['an AWS service', { type: 'AWSService', invokedBy: 'cloudformation.amazonaws.com' }],
    ['nobody that the event names', undefined],
  ])('%s', async (_who, userIdentity) => {
    const guard = guardOf({ trails: stopped() });
    await heal(stopLogging(trail, { userIdentity }), guard);

    expectWhole(guard);
    expect(guard.alerts.sent).toHaveLength(1);
  });

  test.each([
    ['the console', 'console.amazonaws.com', '203.0.113.9'],
    ['Terraform', 'HashiCorp Terraform/1.9', '203.0.113.9'],
    ['AWS itself', 'AWS Internal', 'AWS Internal'],
  ])('from %s', async (_where, userAgent, sourceIPAddress) => {
    const guard = guardOf({ trails: stopped() });
    await heal(stopLogging(trail, { userAgent, sourceIPAddress }), guard);

    expect(guard.alerts.sent).toHaveLength(1);
  });

  test.each([
    ['stopped and started again', stopLogging()],
    ['changed and changed back', eventOf('UpdateTrail', { name: trail, s3BucketName: 'mallorys-bucket' })],
    ['deleted and created again', deleteTrail()],
  ])('although the trail is whole already: %s', async (_what, event) => {
    const guard = guardOf();
    await heal(event, guard);

    expect(guard.alerts.sent).toHaveLength(1);
  });
});

/** After so many ms the same actor is told of again. */
const TRUCE = 5 * 60_000;

describe('it is told once', () => {
  test('when the same event comes three times', async () => {
    const guard = guardOf({ trails: stopped() });
    for (let time = 0; time < 3; time++) await heal(stopLogging(), guard);

    expect(guard.alerts.sent).toHaveLength(1);
  });

  test('when one pass has repaired what several events of one actor tell of', async () => {
    const guard = guardOf({ trails: weakened() });
    const events = ['s3BucketName', 'kmsKeyId', 'snsTopicName'].map((field) =>
      eventOf('UpdateTrail', { name: trail, [field]: 'mallorys' }, { eventID: field }),
    );
    for (const event of events) await heal(event, guard);

    expect(guard.alerts.sent).toHaveLength(1);
  });

  test.each([
    ['another actor did it', { userIdentity: guardRole }],
    ['it was done later', { eventTime: '2026-11-20T23:59:00Z' }],
  ])('unless %s', async (_what, detail) => {
    const guard = guardOf({ trails: weakened() });
    const request = { name: trail, s3BucketName: 'mallorys-bucket' };
    await heal(eventOf('UpdateTrail', request), guard);
    await guard.clock.sleep(TRUCE);
    await heal(eventOf('UpdateTrail', request, { eventID: 'another', ...detail }), guard);

    expect(guard.alerts.sent).toHaveLength(2);
  });

  test('unless it was done to another part', async () => {
    const guard = guardOf({ trails: weakened() });
    await heal(eventOf('UpdateTrail', { name: trail, s3BucketName: 'x' }), guard);
    await guard.clock.sleep(TRUCE);
    await heal(eventOf('PutEventSelectors', { trailName: trail }, { eventID: 'another' }), guard);

    expect(guard.alerts.sent).toHaveLength(2);
  });
});

describe('a stopped trail that nobody declared', () => {
  const team = { ...dataTrail, Name: 'team-trail' };
  const teamStopped = () => {
    const trails = new FakeTrails(orgAuditTrail, team);
    trails.tamper({ kind: 'stopLogging', trail: team.Name });
    trails.tamper({
      kind: 'putInsightSelectors',
      trail: team.Name,
      selectors: orgAuditTrail.InsightSelectors,
    });
    return trails;
  };

  test.each([
    ['its own event', stopLogging(team.Name)],
    ['an event that cannot be understood', { id: 'x' }],
  ])('is started, and nothing else of it is touched: %s', async (_what, event) => {
    const guard = guardOf({ trails: teamStopped() });
    await heal(event, guard);

    expect(guard.trails.writes).toEqual([{ kind: 'startLogging', trail: team.Name }]);
    expect(guard.trails.isLogging(team.Name)).toBe(true);
    expect(guard.alerts.sent).toHaveLength(1);
  });

  test('is untouched, unread and untold when undeclared trails are not guarded', async () => {
    const guard = guardOf({ trails: teamStopped(), config: { ...enforcing, guardUndeclared: false } });
    await heal(stopLogging(team.Name), guard);

    expect(guard.trails.writes).toEqual([]);
    expect(guard.trails.calls).not.toContain(`observeLogging ${team.Name}`);
    expect(guard.trails.calls).not.toContain('survey');
    expect(guard.alerts.sent).toEqual([]);
  });

  test('is started when the stage has no baseline at all', async () => {
    const guard = guardOf({ trails: teamStopped(), baseline: baselineOf() });
    await heal(stopLogging(team.Name), guard);

    expect(guard.trails.isLogging(team.Name)).toBe(true);
    expect(guard.trails.written).toEqual(['startLogging']);
  });

  test('that is deleted is told as lost, and the invocation succeeds', async () => {
    const guard = guardOf();
    await heal(deleteTrail(team.Name), guard);

    expect(guard.trails.writes).toEqual([]);
    expect(guard.alerts.sent[0]?.attributes).toMatchObject({
      severity: 'critical',
      verdict: 'out-of-reach',
      trail: team.Name,
    });
  });

  test('that is not found while the trails cannot be listed is a fault, told and thrown', async () => {
    const guard = guardOf();
    guard.trails.listingError = awsError('AccessDeniedException', 'not authorized to list');
    const causes = await failuresOf(heal({ id: 'x' }, guard));

    expect(causes[0]?.message).toContain('AccessDeniedException');
    expect(guard.alerts.sent[0]?.attributes['severity']).toBe('critical');
  });
});

describe('a baseline that cannot be used', () => {
  const faulty: [string, Record<string, string>, ReturnType<typeof baselineOf>][] = [
    ['that is another account’s', {}, { ...baselineOf(orgAuditTrail), Account: '111122223333' }],
    ['that is another Region’s', {}, { ...baselineOf(orgAuditTrail), Region: 'eu-west-1' }],
    ['beside a mode that does not exist', { MODE: 'observe' }, baselineOf(orgAuditTrail)],
  ];

  test.each(faulty)(
    '%s still has a stopped trail started, tells it, and fails',
    async (_what, env, declared) => {
      const guard = guardOf({ trails: stopped(), ...settle(env, declared, home) });
      const causes = await failuresOf(heal(stopLogging(), guard));

      expect(guard.trails.isLogging(trail)).toBe(true);
      expect(guard.trails.written).toEqual(['startLogging']);
      expect(causes.map(({ name }) => name)).toEqual(['ConfigError']);
      expect(guard.alerts.sent[0]?.attributes['severity']).toBe('critical');
      expect(textOf(guard.alerts.sent[0])).toContain('CONFIGURATION');
    },
  );

  test.each(faulty)('%s makes no trail follow it', async (_what, env, declared) => {
    const guard = guardOf({ trails: weakened(), ...settle(env, declared, home) });
    await failuresOf(heal({}, guard));

    expect(guard.trails.writes).toEqual([]);
  });

  test('is told when all that came was a refused attempt', async () => {
    const declared = { ...baselineOf(orgAuditTrail), Account: '111122223333' };
    const guard = guardOf({ ...settle({}, declared, home) });
    await failuresOf(heal(stopLogging(trail, { errorCode: 'AccessDenied' }), guard));

    expect(guard.alerts.sent[0]?.attributes['severity']).toBe('critical');
    expect(textOf(guard.alerts.sent[0])).toContain('CONFIGURATION');
  });
});

describe('a trail whose home is elsewhere is not written', () => {
  test.each([
    [
      'another Region',
      'arn:aws:cloudtrail:eu-west-1:123456789012:trail/regional',
      ['123456789012', 'eu-west-1'],
    ],
    [
      'the organisation’s management account',
      'arn:aws:cloudtrail:us-east-1:111122223333:trail/company',
      ['111122223333', 'us-east-1'],
    ],
  ])('%s, and the alert names its home', async (_what, name, owner) => {
    const guard = guardOf();
    await heal(stopLogging(name), guard);

    expect(guard.trails.writes).toEqual([]);
    expect(guard.alerts.sent[0]?.attributes).toMatchObject({ verdict: 'out-of-reach', severity: 'critical' });
    expect(textOf(guard.alerts.sent[0])).toContain(owner.join(' '));
  });

  test.each([
    ['another Region', 'elsewhere', '123456789012 eu-west-1'],
    ['the organisation’s management account', 'organization', '111122223333 us-east-1'],
  ] as const)('although it is declared here: %s', async (_what, standing, owner) => {
    const guard = guardOf({ trails: weakened() });
    guard.trails.place(trail, standing, owner);
    await heal(eventOf('UpdateTrail', { name: trail, s3BucketName: 'x' }), guard);

    expect(guard.trails.writes).toEqual([]);
    expect(guard.alerts.sent[0]?.attributes).toMatchObject({ verdict: 'out-of-reach', severity: 'critical' });
    expect(textOf(guard.alerts.sent[0])).toContain(owner);
  });

  test('and does not pass for a declared trail of the same name', async () => {
    const guard = guardOf();
    await heal(stopLogging(ARN.replace('us-east-1', 'eu-west-1')), guard);

    expect(guard.trails.writes).toEqual([]);
    expect(textOf(guard.alerts.sent[0])).not.toContain('whole');
    expect(guard.alerts.sent[0]?.attributes['verdict']).toBe('out-of-reach');
  });
});

describe('AWS shows changes late', () => {
  test('a stale reading is read again, and nothing is written twice', async () => {
    const guard = guardOf({ trails: stopped() });
    guard.trails.showStale(3);
    await heal(stopLogging(), guard);

    expectWhole(guard);
    expect(guard.trails.written).toEqual(['startLogging', 'putInsightSelectors']);
    expect(guard.alerts.sent[0]?.attributes['verdict']).toBe('restored');
  });

  test('a deleted trail that is still shown whole is created all the same', async () => {
    const trails = new FakeTrails(orgAuditTrail);
    trails.showStale(1);
    trails.tamper({ kind: 'deleteTrail', trail });
    const guard = guardOf({ trails });
    await heal(deleteTrail(), guard);

    expectWhole(guard);
  });

  test('a created trail gets what CreateTrail cannot carry before it is read again', async () => {
    const trails = new FakeTrails(orgAuditTrail);
    trails.showStale(1);
    trails.tamper({ kind: 'deleteTrail', trail });
    const guard = guardOf({ trails });
    await heal(deleteTrail(), guard);
    const observed = trails.calls.flatMap((call, index) => (call === `observe ${trail}` ? [index] : []));

    expect(trails.calls.slice(0, observed[1])).toEqual(
      expect.arrayContaining(['createTrail', 'startLogging', 'putEventSelectors', 'putInsightSelectors']),
    );
  });

  test('a created trail that is still shown missing is not created twice', async () => {
    const trails = deleted();
    const guard = guardOf({ trails });
    trails.showStale(3);
    await heal(deleteTrail(), guard);

    expectWhole(guard);
    expect(trails.written.filter((kind) => kind === 'createTrail')).toHaveLength(1);
  });

  test('readings are given up in the end, and the trail is told as broken', async () => {
    const guard = guardOf({ trails: stopped() });
    guard.trails.showStale(100);
    await failuresOf(heal(stopLogging(), guard));

    expect(guard.alerts.sent[0]?.attributes['verdict']).toBe('broken');
    expect(guard.clock.sleeps.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(40_000);
  });

  test('a deletion and a new trail of the same name take the way of an update', async () => {
    const trails = new FakeTrails(orgAuditTrail);
    trails.tamper({ kind: 'updateTrail', trail, settings: { EnableLogFileValidation: false } });
    const guard = guardOf({ trails });
    await heal(deleteTrail(), guard);

    expect(trails.written).toEqual(['createTrail', 'updateTrail']);
    expectWhole(guard);
  });

  test('the blind window ends when the trail was verified, not when the repair was sent', async () => {
    const guard = guardOf({ trails: stopped() });
    guard.trails.showStale(3);
    const incident = await heal(stopLogging(), guard);

    expect(incident?.outcomes[0]?.verifiedAt).toBe(guard.clock.now());
  });
});

describe('a part that cannot be read', () => {
  const parts: Part[] = ['settings', 'selectors', 'insights', 'eventConfiguration', 'tags'];

  test.each(parts)('is not written, is told, and fails the invocation: %s', async (part) => {
    const guard = guardOf();
    guard.trails.tamper({ kind: 'updateTrail', trail, settings: { S3KeyPrefix: 'mallory' } });
    guard.trails.tamper({ kind: 'putEventConfiguration', trail, aggregations: [] });
    guard.trails.tamper({ kind: 'putInsightSelectors', trail, selectors: [] });
    guard.trails.tamper({
      kind: 'putEventSelectors',
      trail,
      selectors: { EventSelectors: [allManagementEvents] },
    });
    guard.trails.tamper({ kind: 'removeTags', trail, tags: orgAuditTrail.TagsList });
    guard.trails.hide(trail, part, 'AccessDeniedException');
    const causes = await failuresOf(heal(eventOf('UpdateTrail', { name: trail }), guard));
    const written = {
      settings: 'updateTrail',
      selectors: 'putEventSelectors',
      insights: 'putInsightSelectors',
      eventConfiguration: 'putEventConfiguration',
      tags: 'addTags',
      logging: 'startLogging',
    } as const;

    expect(guard.trails.written).not.toContain(written[part]);
    expect(guard.trails.written).toHaveLength(4);
    expect(causes.map(({ message }) => message)).toContainEqual(expect.stringContaining(part));
    expect(textOf(guard.alerts.sent[0])).toContain(`${part} could not be read: AccessDeniedException.`);
    expect(guard.alerts.sent[0]?.attributes).toMatchObject({ verdict: 'broken', severity: 'critical' });
  });

  test('is started where it is logging, and the trail is not called whole', async () => {
    const guard = guardOf({ trails: stopped() });
    guard.trails.hide(trail, 'logging', 'AccessDeniedException');
    await failuresOf(heal(eventOf('UpdateTrail', { name: trail }), guard));

    expect(guard.trails.isLogging(trail)).toBe(true);
    expect(guard.alerts.sent[0]?.attributes['verdict']).toBe('broken');
  });
});

test('a trail that logs and cannot deliver is not called whole', async () => {
  const guard = guardOf({ trails: stopped() });
  guard.trails.undeliverable(trail, 'log files to S3: AccessDenied');
  await heal(stopLogging(), guard).catch(() => undefined);

  expect(textOf(guard.alerts.sent[0])).toContain('cannot deliver log files to S3: AccessDenied');
  expect(textOf(guard.alerts.sent[0])).not.toContain('whole and verified');
});

test('a change to something else than a trail is nobody’s business while nothing is wrong', async () => {
  const guard = guardOf();
  const resourceId = 'arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/1b2c3d4e';
  await heal(eventOf('AddTags', { resourceId, tagsList: [] }), guard);

  expect(guard.trails.writes).toEqual([]);
  expect(guard.alerts.sent).toEqual([]);
});

test('what a pass returns can be written as JSON, for the log', async () => {
  const incident = await heal(stopLogging(), guardOf({ trails: stopped() }));

  expect(() => JSON.stringify(incident)).not.toThrow();
});

test('two containers know nothing of each other: the worst is one mail too many', async () => {
  const alerts = new FakeAlerts();
  const trails = stopped();
  await heal(stopLogging(), guardOf({ trails, alerts, config: enforcing }));
  await heal(stopLogging(), guardOf({ trails, alerts, config: enforcing }));

  expect(alerts.sent).toHaveLength(2);
});
