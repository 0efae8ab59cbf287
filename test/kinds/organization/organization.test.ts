import { matchesPattern } from '../../../local/aws/events/event-pattern.ts';
import { settle } from '../../../src/config/settle.ts';
import { readPass, passText } from '../../../src/incident/pass.ts';
import { organizationWith } from '../../../src/kinds/organization/organization.ts';
import { watchedRules } from '../../../src/packaging/watched-rules.ts';
import { tellPass } from '../../../src/telling/tell.ts';
import { watch } from '../../../src/watching/watch.ts';
import { baselineOf, eventOf, home, orgAuditTrail } from '../../fakes/samples.ts';
import { FakeAlerts, guardOf, textOf } from '../../fakes/trails.ts';

const OURS = 'p-0a1b2c3d';

/** A call as it comes from EventBridge. */
function called(eventName: string, requestParameters: object | null, detail: object = {}) {
  const event = eventOf(eventName, {}) as { detail: object };
  return {
    ...event,
    source: 'aws.organizations',
    'detail-type': 'AWS API Call via CloudTrail',
    detail: {
      ...event.detail,
      eventSource: 'organizations.amazonaws.com',
      eventName,
      requestParameters,
      ...detail,
    },
  };
}

const CALLS: readonly (readonly [string, object | null, boolean])[] = [
  ['LeaveOrganization', null, true],
  ['RemoveAccountFromOrganization', { accountId: '111122223333' }, true],
  ['DisableAWSServiceAccess', { servicePrincipal: 'cloudtrail.amazonaws.com' }, true],
  ['DisableAWSServiceAccess', { servicePrincipal: 'backup.amazonaws.com' }, false],
  [
    'DeregisterDelegatedAdministrator',
    { accountId: '111122223333', servicePrincipal: 'cloudtrail.amazonaws.com' },
    true,
  ],
  ['DeregisterDelegatedAdministrator', { servicePrincipal: 'guardduty.amazonaws.com' }, false],
  ['DisablePolicyType', { rootId: 'r-ab12', policyType: 'SERVICE_CONTROL_POLICY' }, true],
  ['DetachPolicy', { policyId: OURS, targetId: '123456789012' }, true],
  ['DetachPolicy', { policyId: 'p-another1', targetId: '123456789012' }, false],
  ['UpdatePolicy', { policyId: OURS, content: '{}' }, true],
  ['DeletePolicy', { policyId: OURS }, true],
];

async function told(event: unknown, ORGANIZATION = OURS) {
  const alerts = new FakeAlerts();
  const settled = settle({ ORGANIZATION }, baselineOf(orgAuditTrail), home);
  const guard = { ...guardOf({ alerts, outlets: [alerts] }), ...settled, ports: {} };
  const pass = await watch(guard, event);
  await tellPass(guard, readPass(passText(pass)), 'message-1');
  return { alerts, pass };
}

test.each(CALLS)('the rule hears %s of %j: %j', (eventName, requestParameters, isHeard) => {
  const patterns = watchedRules([organizationWith([OURS])], home).map(
    ({ eventBridge }) => eventBridge.pattern,
  );
  const event = called(eventName, requestParameters);
  expect(patterns.some((pattern) => matchesPattern(pattern as never, event))).toBe(isHeard);
});

test.each(CALLS)('%s of %j is told: %j', async (eventName, requestParameters, isTold) => {
  const { alerts } = await told(called(eventName, requestParameters));
  expect(alerts.sent).toHaveLength(isTold ? 1 : 0);
});

test('whoever takes the account out of its organization is told as critical, with what people have to do', async () => {
  const { alerts } = await told(called('LeaveOrganization', null));
  expect(alerts.sent[0]?.subject).toMatch(
    /^\[CRITICAL\] organization .*left by mallory, to be looked at \(123456789012 us-east-1\)$/,
  );
  const mail = textOf(alerts.sent[0]);
  expect(mail).toContain('was LEFT by the account');
  expect(mail).toContain('From 198.51.100.7');
  expect(mail).toContain('only people can undo it, in the management account');
});

test('a refused call is told as low', async () => {
  const { alerts } = await told(called('LeaveOrganization', null, { errorCode: 'AccessDeniedException' }));
  expect(alerts.sent.map(({ subject }) => subject)).toEqual([
    expect.stringMatching(/^\[LOW\] organization /),
  ]);
});

test('nobody is told of any where it was not chosen', async () => {
  const { alerts } = await told(called('LeaveOrganization', null), 'false');
  expect(alerts.sent).toEqual([]);
});

test('a sweep has nothing to look at', async () => {
  const { pass, alerts } = await told({ source: 'aws.scheduler', time: '2026-11-20T23:47:00Z' });
  expect(pass.faults).toEqual([]);
  expect(pass.resources).toEqual([]);
  expect(alerts.sent).toEqual([]);
});
