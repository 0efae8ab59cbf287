import { guardOf, heal, textOf } from '../fakes/trails.ts';
import { eventOf, guardRole, orgAuditTrail } from '../fakes/samples.ts';
import { ARN, failuresOf, trail, weakened } from './one-trail.ts';

const sweep = { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} };

describe('the guard’s own repairs', () => {
  const own = { userIdentity: guardRole };
  const events: [string, unknown][] = [
    [
      'UpdateTrail',
      eventOf(
        'UpdateTrail',
        { name: trail, s3BucketName: orgAuditTrail.S3BucketName, kmsKeyId: orgAuditTrail.KmsKeyId },
        own,
      ),
    ],
    [
      'PutEventSelectors',
      eventOf(
        'PutEventSelectors',
        {
          trailName: trail,
          advancedEventSelectors: orgAuditTrail.AdvancedEventSelectors?.map(({ Name, FieldSelectors }) => ({
            name: Name,
            fieldSelectors: FieldSelectors.map((conditions) =>
              Object.fromEntries(
                Object.entries(conditions).map(([key, value]) => [
                  key.charAt(0).toLowerCase() + key.slice(1),
                  value,
                ]),
              ),
            ),
          })),
        },
        own,
      ),
    ],
    ['AddTags', eventOf('AddTags', { resourceId: ARN, tagsList: [{ key: 'team', value: 'security' }] }, own)],
  ];
  test.each(events)('%s: no read, no write, no mail', async (_what, event) => {
    const guard = guardOf();

    await expect(heal(event, guard)).resolves.toBeUndefined();
    expect(guard.trails.calls).toEqual([]);
    expect(guard.alerts.tries).toBe(0);
  });
});

describe('the guard’s own repairs that AWS refused', () => {
  const refusedEvent = (requestID: string) =>
    eventOf(
      'UpdateTrail',
      { name: trail, s3BucketName: 'no-matter' },
      { userIdentity: guardRole, errorCode: 'AccessDenied', eventID: `event of ${requestID}`, requestID },
    );

  test('are not told a second time as attempts', async () => {
    const guard = guardOf({ trails: weakened() });
    guard.trails.refuse('updateTrail', 'AccessDeniedException');
    await failuresOf(heal(eventOf('UpdateTrail', { name: trail }), guard));
    for (const { requestId } of guard.trails.refusals) await heal(refusedEvent(requestId), guard);

    expect(guard.trails.refusals).toHaveLength(1);
    expect(guard.alerts.sent).toHaveLength(1);
  });

  test('are not told as attempts either when Lambda has tried the same event again', async () => {
    const guard = guardOf({ trails: weakened() });
    const event = eventOf('UpdateTrail', { name: trail });
    guard.trails.refuse('updateTrail', 'AccessDeniedException');
    await failuresOf(heal(event, guard));
    await failuresOf(heal(event, guard));
    for (const { requestId } of guard.trails.refusals) await heal(refusedEvent(requestId), guard);

    expect(guard.trails.refusals).toHaveLength(2);
    expect(guard.alerts.sent).toHaveLength(1);
  });

  test('are told when somebody else made the call with the guard’s own role, once no pass has claimed it for three minutes', async () => {
    const guard = guardOf();
    await heal(refusedEvent('5b1d2f3a-0000-4000-8000-0000000000ee'), guard);
    expect(guard.alerts.sent).toEqual([]);
    await guard.clock.sleep(3 * 60_000);
    await heal(sweep, guard);

    expect(guard.alerts.sent).toHaveLength(1);
    expect(textOf(guard.alerts.sent[0])).toContain('it died before it could, or somebody else has its key');
    expect(guard.alerts.sent[0]?.report.nextSteps.join()).toContain('an invocation that ended early');
  });
});
