import { FakeHistory } from '../fakes/history.ts';
import { eventOf, mallory, orgAuditTrail, stopLogging } from '../fakes/samples.ts';
import { FakeClock, guardOf, heal } from '../fakes/trails.ts';

const MINUTE = 60_000;
const trail = orgAuditTrail.Name;
const sweep = { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} };
const alice = { ...mallory, arn: 'arn:aws:sts::123456789012:assumed-role/Admin/alice' };

function dark() {
  const clock = new FakeClock();
  const history = new FakeHistory(clock);
  const guard = guardOf({ clock, history });
  return { clock, history, guard };
}

test('an event with the id of a real call, and somebody else in it, does not keep that call from being told', async () => {
  const { clock, history, guard } = dark();
  history.file(stopLogging(trail, { eventID: 'real' }).detail, 0);
  const tags = { resourceId: trail, tagsList: [{ key: 'critical', value: '' }] };
  await heal(eventOf('AddTags', tags, { eventID: 'real', userIdentity: alice }), guard);
  await clock.sleep(5 * MINUTE);
  await heal(sweep, guard);

  const told = guard.alerts.sent.flatMap(({ report }) => report.calls);
  expect(told.map(({ eventName, actor }) => `${eventName} by ${actor.shortName}`)).toContain(
    'StopLogging by mallory',
  );
});

test('who keeps the Event history from being read is told of, once a day', async () => {
  const { clock, history, guard } = dark();
  history.refused = Infinity;
  for (let turn = 0; turn < 6; turn += 1) {
    await clock.sleep(5 * MINUTE);
    await heal(sweep, guard).catch(() => undefined);
  }

  expect(guard.alerts.sent).toHaveLength(1);
  expect(guard.alerts.sent[0]?.bodies.email).toContain('Event history');
});
