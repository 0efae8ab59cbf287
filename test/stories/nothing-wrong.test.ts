import { guardOf, heal } from '../fakes/trails.ts';
import { deleteTrail, eventOf, stopLogging } from '../fakes/samples.ts';
import { expectWhole, stopped, trail } from './one-trail.ts';

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
