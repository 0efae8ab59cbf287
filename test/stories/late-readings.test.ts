import { FakeTrails, guardOf, heal } from '../fakes/trails.ts';
import { deleteTrail, orgAuditTrail, stopLogging } from '../fakes/samples.ts';
import { deleted, expectWhole, failuresOf, stopped, trail } from './one-trail.ts';

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
