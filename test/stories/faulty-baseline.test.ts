import { declaredAs, guardOf, heal, textOf } from '../fakes/trails.ts';
import { settle } from '../../src/config/settle.ts';
import { baselineOf, home, orgAuditTrail, stopLogging } from '../fakes/samples.ts';
import { failuresOf, stopped, trail, weakened } from './one-trail.ts';

describe('a baseline that cannot be used', () => {
  const faulty: [string, ReturnType<typeof baselineOf>][] = [
    ['that is another account’s', { ...baselineOf(orgAuditTrail), Account: '111122223333' }],
    ['that is another Region’s', { ...baselineOf(orgAuditTrail), Region: 'eu-west-1' }],
  ];

  test.each(faulty)('%s still has a stopped trail started, tells it, and fails', async (_what, declared) => {
    const guard = guardOf({ trails: stopped(), ...settle({}, declared, home) });
    const causes = await failuresOf(heal(stopLogging(), guard));

    expect(guard.trails.isLogging(trail)).toBe(true);
    expect(guard.trails.written).toEqual(['startLogging']);
    expect(causes.map(({ name }) => name)).toEqual(['ConfigError']);
    expect(guard.alerts.sent[0]?.attributes['severity']).toBe('critical');
    expect(textOf(guard.alerts.sent[0])).toContain('CONFIGURATION');
  });

  test.each(faulty)('%s makes no trail follow it', async (_what, declared) => {
    const guard = guardOf({ trails: weakened(), ...settle({}, declared, home) });
    await failuresOf(heal({}, guard));

    expect(guard.trails.writes).toEqual([]);
  });

  test('is another thing than a mode that does not exist: then all is healed, and the fault told', async () => {
    const guard = guardOf({
      trails: weakened(),
      ...settle({ MODE: 'observe' }, baselineOf(orgAuditTrail), home),
    });
    await failuresOf(heal({}, guard));

    expect(guard.trails.shows(trail)).toEqual(declaredAs(orgAuditTrail));
    expect(textOf(guard.alerts.sent[0])).toContain('CONFIGURATION: MODE');
  });

  test('is told when all that came was a refused attempt', async () => {
    const declared = { ...baselineOf(orgAuditTrail), Account: '111122223333' };
    const guard = guardOf({ ...settle({}, declared, home) });
    await failuresOf(heal(stopLogging(trail, { errorCode: 'AccessDenied' }), guard));

    expect(guard.alerts.sent[0]?.attributes['severity']).toBe('critical');
    expect(textOf(guard.alerts.sent[0])).toContain('CONFIGURATION');
  });
});
