import { guardOf, heal } from '../fakes/trails.ts';
import { baselineOf, deleteTrail, stopLogging } from '../fakes/samples.ts';
import { deleted, settled, stopped, trail } from './one-trail.ts';

describe('the first move', () => {
  test('starts a stopped trail in the first round trip, beside the first reading', async () => {
    const guard = guardOf({ trails: stopped() });
    guard.trails.readGate = guard.trails.writeGate = new Promise(() => undefined);
    void heal(stopLogging(), guard);

    expect(guard.trails.calls).toEqual(['startLogging']);
    await settled();
    expect(guard.trails.calls).toContain(`observe ${trail}`);
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
