import { FakeAlerts, guardOf, heal } from '../fakes/trails.ts';
import { enforcing, eventOf, mallory, stopLogging } from '../fakes/samples.ts';
import { stopped, trail, weakened } from './one-trail.ts';

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
    [
      'another actor did it',
      { userIdentity: { ...mallory, arn: 'arn:aws:sts::123456789012:assumed-role/Admin/eve' } },
    ],
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

test('two containers know nothing of each other: the worst is one mail too many', async () => {
  const alerts = new FakeAlerts();
  const trails = stopped();
  await heal(stopLogging(), guardOf({ trails, alerts, config: enforcing }));
  await heal(stopLogging(), guardOf({ trails, alerts, config: enforcing }));

  expect(alerts.sent).toHaveLength(2);
});
