import { guardOf, heal, textOf } from '../fakes/trails.ts';
import { eventOf, stopLogging } from '../fakes/samples.ts';
import { ARN, trail, weakened } from './one-trail.ts';

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
