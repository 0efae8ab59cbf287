import { guardOf, heal } from '../fakes/trails.ts';
import { baselineOf, deleteTrail, eventOf, stopLogging } from '../fakes/samples.ts';
import { deleted, monitoring, stopped, trail, weakened } from './one-trail.ts';

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
