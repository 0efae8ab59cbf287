import type { DeclaredResource } from '../../src/kinds/resource.ts';
import type { Times } from '../../src/kinds/trail/observed.ts';
import { passText, readPass } from '../../src/incident/pass.ts';
import { watch } from '../../src/watching/watch.ts';
import { tellPass } from '../../src/telling/tell.ts';
import { FakeHistory } from '../fakes/history.ts';
import { FakeResource } from '../fakes/resources.ts';
import { eventOf, orgAuditTrail } from '../fakes/samples.ts';
import { FakeAlerts, FakeTrails, guardOf, textOf } from '../fakes/trails.ts';

const SWEEP = { source: 'aws.scheduler', time: '2026-11-20T23:47:00Z' };
const MINUTE = 60_000;
const trail = orgAuditTrail.Name;
const KEY = orgAuditTrail.KmsKeyId ?? '';
const of = { purpose: 'delivery', watch: 'enforce', trails: [trail] } as const;
const DECLARED = {
  key: { ...of, kind: 'key', name: KEY, fields: { KeyState: 'Enabled' } },
  role: { ...of, kind: 'role', name: 'ToLogs', fields: { PermissionsBoundary: null } },
  topic: { ...of, kind: 'topic', name: `${KEY}-topic`, fields: { KmsMasterKeyId: 'alias/audit' } },
} as const satisfies Record<string, DeclaredResource>;

const record = (eventName: string, service: string, request: object) => {
  const event = eventOf(eventName, request) as { detail: object };
  return {
    ...event,
    source: `aws.${service}`,
    detail: { ...event.detail, eventSource: `${service}.amazonaws.com` },
  };
};
const disable = record('DisableKey', 'kms', { keyId: KEY });

function story() {
  const alerts = new FakeAlerts();
  const trails = new FakeTrails(orgAuditTrail);
  const key = new FakeResource(DECLARED.key);
  const role = new FakeResource(DECLARED.role);
  const topic = new FakeResource(DECLARED.topic);
  const guard = guardOf({ guarded: Object.values(DECLARED), alerts, outlets: [alerts], trails });
  const watcher = { ...guard, ports: { key, role, topic } };
  let number = 0;
  return {
    trails,
    key,
    role,
    topic,
    alerts,
    clock: guard.clock,
    watcher,
    /** CloudTrail delivered so many minutes ago. */
    delivered: (minutesAgo: number, ...ways: (keyof Times)[]) => {
      const at = guard.clock.now() - minutesAgo * MINUTE;
      trails.delivered(trail, Object.fromEntries(ways.map((way) => [way, at])));
    },
    pass: async (event: unknown, teller = watcher) => {
      const pass = await watch(teller, event);
      await tellPass(teller, readPass(passText(pass)), `message-${String((number += 1))}`);
      return textOf(alerts.sent.at(-1));
    },
  };
}

test('what arrived before the blow was undone proves nothing, and what arrives later is told, once', async () => {
  const { key, alerts, clock, delivered, pass } = story();
  key.state['KeyState'] = 'Disabled';
  delivered(3, 'deliveredLogFile');
  expect(await pass(disable)).toContain(
    `Delivery of ${trail} is NOT PROVEN yet: log files to S3, the last at`,
  );

  await clock.sleep(5 * MINUTE);
  await pass(SWEEP);
  expect(alerts.sent).toHaveLength(1);

  delivered(0, 'deliveredLogFile');
  const mail = await pass(SWEEP);
  expect(mail).toContain(`Delivery of ${trail} is PROVEN again: log files to S3, the last at`);
  expect(mail).toContain('This follows up: [CRITICAL] key 1b2c3d4e-');
  expect(alerts.sent[1]?.subject).toBe(
    `[CRITICAL] Re: ${trail} delivers again, proven (123456789012 us-east-1)`,
  );
  await pass(SWEEP);
  expect(alerts.sent).toHaveLength(2);
});

test('what is proven at once is told at once', async () => {
  const { key, alerts, delivered, pass } = story();
  key.state['KeyState'] = 'Disabled';
  delivered(-1, 'deliveredLogFile');
  expect(await pass(disable)).toContain(`Delivery of ${trail} is PROVEN again: log files to S3`);
  await pass(SWEEP);
  expect(alerts.sent).toHaveLength(1);
});

test('an error proves the contrary, however fresh the last log file is', async () => {
  const { key, trails, delivered, pass } = story();
  key.state['KeyState'] = 'Disabled';
  delivered(-1, 'deliveredLogFile', 'deliveredDigest');
  trails.undeliverable(trail, 'digest files to S3: KMS.DisabledException');
  expect(await pass(disable)).toContain('NOT PROVEN yet: digest files to S3: KMS.DisabledException.');

  trails.undeliverable(trail);
  expect(await pass(SWEEP)).toContain('is PROVEN again: log files to S3');
});

test.each<['role' | 'topic', Record<string, unknown>, object, keyof Times, string]>([
  [
    'role',
    { PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess' },
    record('PutRolePermissionsBoundary', 'iam', { roleName: 'ToLogs' }),
    'deliveredEvents',
    'events to CloudWatch Logs',
  ],
  [
    'topic',
    { KmsMasterKeyId: 'alias/mallory' },
    record('SetTopicAttributes', 'sns', { topicArn: DECLARED.topic.name }),
    'notified',
    'notifications to SNS',
  ],
])('of a %s it is %s that prove it, and nothing else does', async (kind, state, event, time, way) => {
  const told = story();
  Object.assign(told[kind].state, state);
  told.delivered(-1, 'deliveredLogFile');
  expect(await told.pass(event)).toContain(`NOT PROVEN yet: ${way}, CloudTrail does not say when`);

  told.delivered(-1, time);
  expect(await told.pass(SWEEP)).toContain(`is PROVEN again: ${way}, the last at`);
});

test('the key of a topic is on the way of its notifications, and not on that of log files', async () => {
  const { key, watcher, delivered, pass } = story();
  const name = KEY.replace(/1$/, '2');
  const encrypting = { ...DECLARED.key, name };
  const encrypted = { ...DECLARED.topic, fields: { KmsMasterKeyId: name } };
  key.state['KeyState'] = 'Disabled';
  delivered(-1, 'deliveredLogFile');
  const mail = await pass(record('DisableKey', 'kms', { keyId: name }), {
    ...watcher,
    guarded: [encrypting, encrypted],
  });
  expect(mail).toContain('NOT PROVEN yet: notifications to SNS');
  expect(mail).not.toContain('log files to S3');
});

test('what closes nothing to CloudTrail leaves nothing to prove', async () => {
  const { key, watcher, pass } = story();
  const rotating = { ...DECLARED.key, fields: { ...DECLARED.key.fields, KeyRotationEnabled: true } };
  key.state['KeyRotationEnabled'] = false;
  const mail = await pass(record('DisableKeyRotation', 'kms', { keyId: KEY }), {
    ...watcher,
    guarded: [rotating],
  });
  expect(mail).toContain('ROTATION disabled');
  expect(mail).not.toContain('Delivery of');
});

describe('a trail that cannot deliver is told with what is wrong on its way', () => {
  test('and since whose call, where the call is found with it', async () => {
    const { key, trails, watcher, clock, pass } = story();
    key.state['KeyState'] = 'Disabled';
    trails.undeliverable(trail, 'log files to S3: KMS.DisabledException');
    const history = new FakeHistory(clock);
    history.file(disable.detail, 0);
    const mail = await pass(SWEEP, { ...watcher, history });
    expect(mail).toContain(
      'cannot deliver log files to S3: KMS.DisabledException. key 1b2c3d4e-0000-4000-8000-000000000001 was not as declared (KeyState), since DisableKey by mallory at 2026-11-20T23:47:12Z.',
    );
  });

  test('and since whose call, where that was told before, and it is as declared again', async () => {
    const { key, trails, clock, pass } = story();
    key.state['KeyState'] = 'Disabled';
    await pass(disable);
    await clock.sleep(5 * MINUTE);
    trails.undeliverable(trail, 'log files to S3: KMS.DisabledException');
    expect(await pass(SWEEP)).toContain(
      'key 1b2c3d4e-0000-4000-8000-000000000001 is as declared; the last call on it was DisableKey by mallory at 2026-11-20T23:47:12Z.',
    );
  });

  test('late, too, and by nobody where nobody is known', async () => {
    const { trails, clock, role, pass } = story();
    role.unread = { PermissionsBoundary: 'AccessDenied: no' };
    const DAY = 24 * 60 * MINUTE;
    trails.delivered(trail, {
      startedLogging: clock.now() - 9 * DAY,
      deliveredLogFile: clock.now() - 2 * DAY,
      deliveredDigest: clock.now(),
    });
    const mail = await pass(SWEEP);
    expect(mail).toMatch(/cannot deliver log files to S3: none since \S+\. key \S+ is as declared\. To do/);
  });
});
