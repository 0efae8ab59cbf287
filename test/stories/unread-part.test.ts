import { heal } from '../fakes/trails.ts';
import type { Part } from '../../src/kinds/trail/fields.ts';
import { guardOf, textOf } from '../fakes/trails.ts';
import { allManagementEvents, eventOf, orgAuditTrail, stopLogging } from '../fakes/samples.ts';
import { failuresOf, stopped, trail } from './one-trail.ts';

describe('a part that cannot be read', () => {
  const parts: Part[] = ['settings', 'selectors', 'insights', 'eventConfiguration', 'tags'];

  test.each(parts)('is not written, is told, and fails the invocation: %s', async (part) => {
    const guard = guardOf();
    guard.trails.tamper({ kind: 'updateTrail', trail, settings: { S3KeyPrefix: 'mallory' } });
    guard.trails.tamper({ kind: 'putEventConfiguration', trail, aggregations: [] });
    guard.trails.tamper({ kind: 'putInsightSelectors', trail, selectors: [] });
    guard.trails.tamper({
      kind: 'putEventSelectors',
      trail,
      selectors: { EventSelectors: [allManagementEvents] },
    });
    guard.trails.tamper({ kind: 'removeTags', trail, tags: orgAuditTrail.TagsList });
    guard.trails.hide(trail, part, 'AccessDeniedException');
    const causes = await failuresOf(heal(eventOf('UpdateTrail', { name: trail }), guard));
    const written = {
      settings: 'updateTrail',
      selectors: 'putEventSelectors',
      insights: 'putInsightSelectors',
      eventConfiguration: 'putEventConfiguration',
      tags: 'addTags',
      logging: 'startLogging',
    } as const;

    expect(guard.trails.written).not.toContain(written[part]);
    expect(guard.trails.written).toHaveLength(4);
    expect(causes.map(({ message }) => message)).toContainEqual(expect.stringContaining(part));
    expect(textOf(guard.alerts.sent[0])).toContain(`${part} could not be read: AccessDeniedException.`);
    expect(guard.alerts.sent[0]?.attributes).toMatchObject({ verdict: 'broken', severity: 'critical' });
  });

  test('is started where it is logging, and the trail is not called whole', async () => {
    const guard = guardOf({ trails: stopped() });
    guard.trails.hide(trail, 'logging', 'AccessDeniedException');
    await failuresOf(heal(eventOf('UpdateTrail', { name: trail }), guard));

    expect(guard.trails.isLogging(trail)).toBe(true);
    expect(guard.alerts.sent[0]?.attributes['verdict']).toBe('broken');
  });
});

test('a trail that logs and cannot deliver is not called whole', async () => {
  const guard = guardOf({ trails: stopped() });
  guard.trails.undeliverable(trail, 'log files to S3: AccessDenied');
  await heal(stopLogging(), guard).catch(() => undefined);

  expect(textOf(guard.alerts.sent[0])).toContain('cannot deliver log files to S3: AccessDenied');
  expect(textOf(guard.alerts.sent[0])).not.toContain('whole and verified');
});
