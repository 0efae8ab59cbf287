import type { DeclaredResource } from '../../src/kinds/resource.ts';
import { readPass, passText } from '../../src/incident/pass.ts';
import { reportOf } from '../../src/report/report.ts';
import { tellPass } from '../../src/telling/tell.ts';
import { watch } from '../../src/watching/watch.ts';
import { FakeResource } from '../fakes/resources.ts';
import { eventOf, orgAuditTrail } from '../fakes/samples.ts';
import { awsError, FakeAlerts, guardOf, textOf } from '../fakes/trails.ts';

const SWEEP = { source: 'aws.scheduler', time: '2026-11-20T23:47:00Z' };
const ARN = 'arn:aws:kms:us-east-1:123456789012:key/0b1c2d3e-4f56-4789-8abc-def012345678';

const declared: DeclaredResource = {
  kind: 'key',
  name: ARN,
  purpose: 'delivery',
  watch: 'enforce',
  trails: [orgAuditTrail.Name],
  fields: { KeyState: 'Enabled', KeyRotationEnabled: true },
};

const aKey = (state = {}) => new FakeResource(declared, state);

function watcherOf(key: FakeResource, resource = declared) {
  const alerts = new FakeAlerts();
  const guard = guardOf({ guarded: [resource], alerts, outlets: [alerts] });
  return { ...guard, alerts, ports: { key } };
}

const disable = (changes: object = {}) => {
  const event = eventOf('DisableKey', { keyId: ARN }) as { source: string; detail: object };
  return {
    ...event,
    source: 'aws.kms',
    detail: { ...event.detail, eventSource: 'kms.amazonaws.com', ...changes },
  };
};

async function told(key: FakeResource, event: unknown, resource = declared) {
  const watcher = watcherOf(key, resource);
  const pass = await watch(watcher, event);
  const incidents = await tellPass(watcher, readPass(passText(pass)), 'message-1');
  return { pass, incidents, watcher, mail: textOf(watcher.alerts.sent[0]) };
}

test('a disabled key is enabled, and told with who did it, from where, for which trail', async () => {
  const key = aKey({ KeyState: 'Disabled' });
  const { mail, watcher, incidents } = await told(key, disable());

  expect(key.made.map(({ kind }) => kind)).toEqual(['EnableKey']);
  expect(watcher.alerts.sent[0]?.subject).toMatch(
    /^\[CRITICAL\] key 0b1c2d3e-\S+ disabled by mallory, restored in /,
  );
  expect(mail).toContain(`of ${orgAuditTrail.Name} was DISABLED. It is whole again, and verified.`);
  expect(mail).toContain('From 198.51.100.7');
  expect(mail).toContain('EnableKey: done');
  expect(incidents.map(reportOf)).toMatchObject([
    { resources: [{ isWhole: true, trails: [orgAuditTrail.Name] }] },
  ]);
});

test('a sweep finds and undoes what no event told of', async () => {
  const key = aKey({ KeyState: 'PendingDeletion' });
  const { watcher } = await told(key, SWEEP);

  expect(key.made.map(({ kind }) => kind)).toEqual(['CancelKeyDeletion', 'EnableKey']);
  expect(watcher.alerts.sent[0]?.subject).toMatch(/^\[CRITICAL\] key \S+ found changed, restored/);
});

test('what is whole is neither written nor told', async () => {
  const key = aKey();
  const { watcher } = await told(key, SWEEP);

  expect(key.made).toEqual([]);
  expect(watcher.alerts.sent).toEqual([]);
});

test.each([
  [
    'refused call',
    disable({ errorCode: 'AccessDeniedException' }),
    /^\[LOW\] key \S+: DisableKey by mallory refused/,
  ],
  ['call on another key', disable({ requestParameters: { keyId: 'another' } }), undefined],
])('a %s changes nothing', async (_what, event, subject) => {
  const key = aKey();
  const { watcher } = await told(key, event);

  expect(key.made).toEqual([]);
  expect(watcher.alerts.sent.length).toBe(subject ? 1 : 0);
  if (subject) expect(watcher.alerts.sent[0]?.subject).toMatch(subject);
});

test('what is to be told only is not repaired, and said to be broken', async () => {
  const key = aKey({ KeyState: 'Disabled' });
  const { mail } = await told(key, disable(), { ...declared, watch: 'alert' });

  expect(key.made).toEqual([]);
  expect(mail).toContain('It is NOT whole: KeyState. By the baseline it is told, and not repaired.');
});

test('a repair that is refused is told with the reason, and the trails are looked at all the same', async () => {
  const key = aKey({ KeyState: 'Disabled' });
  key.refusal = awsError('AccessDeniedException', 'a service control policy denies it');
  const { mail, pass } = await told(key, SWEEP);

  expect(pass.outcomes.map(({ Name }) => Name)).toEqual([orgAuditTrail.Name]);
  expect(mail).toContain('EnableKey was refused: AccessDeniedException: a service control policy denies it.');
});

test('a part that cannot be read is named, and keeps nothing else from being repaired', async () => {
  const key = aKey({ KeyRotationEnabled: false });
  key.unread = { Policy: 'AccessDeniedException: no' };
  const fields = { ...declared.fields, Policy: { Version: '2012-10-17', Statement: [] } };
  const { mail } = await told(key, SWEEP, { ...declared, fields });

  expect(key.made.map(({ kind }) => kind)).toEqual(['EnableKeyRotation']);
  expect(mail).toContain('Policy could not be read: AccessDeniedException: no.');
});

test('of a call whose traces no reading shows it is not said that all is well', async () => {
  const key = aKey();
  const { watcher, mail } = await told(key, disable({ eventName: 'ReplicateKey' }));

  expect(watcher.alerts.sent[0]?.subject).toMatch(/^\[HIGH\] key \S+ replicated by mallory, to be looked at/);
  expect(mail).toContain('No reading shows what came of it; all that is declared is whole.');
  expect(mail).toContain('no reading shows what came of it. To do: see whether it was wanted');
});

test('what no reading shows is not hidden behind what was found and put back beside it', async () => {
  const key = aKey({ KeyState: 'Disabled' });
  const { watcher, mail } = await told(key, disable({ eventName: 'ReplicateKey' }));

  expect(key.made.map(({ kind }) => kind)).toEqual(['EnableKey']);
  expect(watcher.alerts.sent[0]?.subject).toMatch(
    /^\[CRITICAL\] key \S+ replicated by mallory, to be looked at/,
  );
  expect(mail).toContain('no reading shows what came of it. To do: see whether it was wanted');
});
