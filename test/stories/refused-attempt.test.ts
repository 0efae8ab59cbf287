import { guardOf, heal, textOf } from '../fakes/trails.ts';
import { enforcing, eventOf, stopLogging } from '../fakes/samples.ts';
import { trail } from './one-trail.ts';

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
