import { guardOf, heal } from '../fakes/trails.ts';
import { eventOf, mallory, orgAuditTrail, stopLogging } from '../fakes/samples.ts';
import { expectWhole, failuresOf, stopped, trail, weakened } from './one-trail.ts';

/** Another session than Mallory's: each is told of by itself. */
const another = { ...mallory, arn: 'arn:aws:sts::123456789012:assumed-role/Admin/mallory-2' };

describe('an alert that cannot be sent', () => {
  test('undoes no repair, and fails the invocation', async () => {
    const guard = guardOf({ trails: stopped() });
    guard.alerts.failNext(1);
    const causes = await failuresOf(heal(stopLogging(), guard));

    expectWhole(guard);
    expect(causes.map(({ name }) => name)).toEqual(['InternalErrorException']);
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
    for (let time = 0; time < failures; time += 1) await heal(update, guard).catch(() => undefined);
    await heal(update, guard);

    expect(guard.alerts.sent.map(({ attributes }) => attributes['eventName']).sort()).toEqual([
      'StopLogging',
      'UpdateTrail',
    ]);
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
    expect(causes.map(({ message }) => message)).toContain('SNS is out of order');
  });
});
