import { heal } from '../../src/handlers/heal-and-tell.ts';
import { guardOf, textOf } from '../fakes/trails.ts';
import { baselineOf, home, orgAuditTrail, stopLogging } from '../fakes/samples.ts';
import { failuresOf, stopped, trail, weakened } from './one-trail.ts';

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
