import {
  CloudTrailClient,
  CreateTrailCommand,
  GetEventSelectorsCommand,
  GetTrailCommand,
  PutEventSelectorsCommand,
  StartLoggingCommand,
  StopLoggingCommand,
  UpdateTrailCommand,
} from '@aws-sdk/client-cloudtrail';
import {
  CreateGrantCommand,
  type CreateGrantRequest,
  CreateKeyCommand,
  KMSClient,
  PutKeyPolicyCommand,
  RevokeGrantCommand,
} from '@aws-sdk/client-kms';
import { withGlobal } from '@sinonjs/fake-timers';
import { z } from 'zod';
import { eventBridgeEnvelope } from '../../local/aws/cloudtrail/cloudtrail-record.ts';
import { assumedRole } from '../../local/aws/iam/principal.ts';
import { readTemplate } from '../../local/aws/stack/template.ts';
import { grantedWindows } from '../../src/aws/change-windows.ts';
import { cloudTrailClient, liveTrails } from '../../src/aws/cloudtrail.ts';
import { eventHistory } from '../../src/aws/history.ts';
import type { Trail } from '../../src/kinds/trail/schema.ts';
import { tellMessage } from '../../src/telling/tell-message.ts';
import { contextOf, type Wish } from '../../src/windows/window.ts';
import { baselineOf, home } from '../fakes/samples.ts';
import { FakeAlerts, type FakeGuard, guardOf, heal, textOf } from '../fakes/trails.ts';
import { emptyAws } from '../local/aws/signed-in.ts';
import { partsOf } from '../packages/parts-of.ts';

const MINUTE = 60_000;
const name = 'org-audit-trail';
const sweep = { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} };

const everything = { FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] };
const ofData = {
  FieldSelectors: [
    { Field: 'eventCategory', Equals: ['Data'] },
    { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
  ],
};

const parts = await partsOf({ params: { windowPrincipals: 'arn:aws:iam::123456789012:role/Oncall' } });
const template = readTemplate(parts, { ...home, stackName: 'trailkeeper-drill', parameters: {} });
const { KeyPolicy } = template.read('WindowKey', z.object({ KeyPolicy: z.unknown() }));
const arnOf = (role: string) => template.attribute(role, 'Arn');

/** Time passes when somebody waits, and when the story says so. */
const time = withGlobal(globalThis).install({
  now: Date.parse('2026-11-20T12:00:00.500Z'),
  toFake: ['Date'],
});
afterAll(() => {
  time.uninstall();
});

const wish: Wish = {
  kind: 'trail',
  name,
  actor: 'arn:aws:iam::123456789012:role/Deploy',
  reason: 'CHG-4711',
  seconds: 7200,
};

/** An account with a trail that is as declared, the guard, its key for change windows as it is deployed, and people. */
async function account(options: { readonly historyDelayMs?: number } = {}) {
  const { aws, as } = emptyAws(options);
  const session = (role: string, who: string) =>
    as(who, { userIdentity: assumedRole(aws.account, role, who) });
  const functionOf = (part: string, role: string) =>
    as(part, {
      userIdentity: assumedRole(aws.account, arnOf(role).split('/').at(-1) ?? '', part),
      role: arnOf(role),
      sourceFunction: `arn:aws:lambda:us-east-1:123456789012:function:trailkeeper-drill-${part}`,
    });
  const admin = new CloudTrailClient(session('Security', 'alice'));
  await admin.send(
    new CreateTrailCommand({ Name: name, S3BucketName: 'audit-logs', IsMultiRegionTrail: true }),
  );
  await admin.send(
    new PutEventSelectorsCommand({ TrailName: name, AdvancedEventSelectors: [everything, ofData] }),
  );
  await admin.send(new StartLoggingCommand({ Name: name }));
  const { KeyMetadata } = await new KMSClient(session('Security', 'cloudformation')).send(
    new CreateKeyCommand({ Policy: JSON.stringify(KeyPolicy), BypassPolicyLockoutSafetyCheck: true }),
  );
  const key = KeyMetadata?.Arn ?? '';
  const trails = liveTrails(admin, home);
  const { state } = await trails.observe(name);
  const clock = {
    now: Date.now,
    sleep: (ms: number) => {
      time.tick(ms);
      return Promise.resolve();
    },
  };
  const windowsOf = (part: string, role: string) =>
    grantedWindows(cloudTrailClient(functionOf(part, role)), home, { key, endpoint: undefined }, clock.sleep);
  const alerts = new FakeAlerts();
  const guard = {
    ...guardOf({ baseline: baselineOf({ Name: name, ...state } as Trail), alerts }),
    trails,
    windows: windowsOf('heal', 'HealRole'),
    history: eventHistory(() => admin),
    historyPaceMs: 0,
    clock,
    parked: { send: (text: string) => Promise.reject(new Error(text)) },
  };
  time.tick(3 * 60 * MINUTE);
  const event = () => {
    const record = aws.history().at(-1);
    if (!record) throw new Error('nobody has called anything');
    return eventBridgeEnvelope(record);
  };
  const kms = (role: string, who: string) =>
    new KMSClient(as(who, { userIdentity: assumedRole(aws.account, role, who) }));
  const grant = (changed: Partial<Wish> = {}, more: Partial<CreateGrantRequest> = {}) =>
    new CreateGrantCommand({
      KeyId: key,
      GranteePrincipal: arnOf('WindowRole'),
      Operations: ['Encrypt'],
      Constraints: { EncryptionContextSubset: contextOf({ ...wish, ...changed }) },
      ...more,
    });
  const windowRole = kms(arnOf('WindowRole').split('/').at(-1) ?? '', 'alice');
  return {
    aws,
    key,
    admin,
    kms,
    grant,
    windowRole,
    windowsOf,
    alerts,
    guard,
    event,
    by: (role: string, who: string) => new CloudTrailClient(session(role, who)),
    heal: (given: unknown) => heal(given, guard as unknown as FakeGuard),
    sees: (message: unknown) =>
      tellMessage(guard, JSON.stringify(message), `message ${String(Math.random())}`),
    open: async (changed: Partial<Wish> = {}) => {
      const { GrantId } = await windowRole.send(grant(changed));
      return GrantId ?? '';
    },
    selectors: async () => {
      const { AdvancedEventSelectors = [] } = await admin.send(
        new GetEventSelectorsCommand({ TrailName: name }),
      );
      return AdvancedEventSelectors.length;
    },
    bucket: async () => (await admin.send(new GetTrailCommand({ Name: name }))).Trail?.S3BucketName,
    narrow: (client: CloudTrailClient) =>
      client.send(new PutEventSelectorsCommand({ TrailName: name, AdvancedEventSelectors: [everything] })),
    redirect: (client: CloudTrailClient) =>
      client.send(new UpdateTrailCommand({ Name: name, S3BucketName: 'other-logs' })),
  };
}

const subjects = (alerts: FakeAlerts) => alerts.sent.map(({ report }) => report.subject);

test('the story of a window: opened, used, attacked, and ended', async () => {
  const world = await account();
  const { alerts, guard } = world;
  const [deploy, mallory] = [world.by('Deploy', 'bob'), world.by('Admin', 'mallory')];

  await world.open();
  await world.sees(world.event());
  expect(subjects(alerts)).toEqual([
    '[LOW] trail org-audit-trail: change window CHG-4711 opened (123456789012 us-east-1)',
  ]);
  expect(textOf(alerts.sent[0])).toContain('session alice');

  time.tick(MINUTE);
  await world.narrow(deploy);
  await world.heal(world.event());
  await world.heal(sweep);
  expect(await world.selectors()).toBe(1);
  expect(subjects(alerts).slice(1)).toEqual([
    '[LOW] org-audit-trail selectors changed by bob, stands by CHG-4711 (123456789012 us-east-1)',
  ]);
  expect(textOf(alerts.sent[1])).toContain('STANDS until 2026-11-20T17:00:00.000Z');

  time.tick(MINUTE);
  await world.redirect(mallory);
  await world.heal(world.event());
  expect([await world.bucket(), await world.selectors()]).toEqual(['audit-logs', 1]);
  expect(alerts.sent[2]?.report).toMatchObject({ severity: 'high', verdict: 'restored' });

  await deploy.send(new StopLoggingCommand({ Name: name }));
  await world.heal(world.event());
  expect((await guard.trails.observe(name)).state.IsLogging).toBe(true);
  expect(await world.selectors()).toBe(1);
  expect(alerts.sent[3]?.report).toMatchObject({ severity: 'critical', verdict: 'restored' });

  time.tick(2 * 60 * MINUTE);
  await world.heal(sweep);
  expect(await world.selectors()).toBe(2);
  expect(alerts.sent.slice(4).map(({ report }) => [report.subject, report.severity, report.verdict])).toEqual(
    [
      [
        '[LOW] trail org-audit-trail: change window CHG-4711 ended, as declared (123456789012 us-east-1)',
        'low',
        'restored',
      ],
    ],
  );
  expect(alerts.sent[4]?.report.summary.join()).toMatch(
    /put back: AdvancedEventSelectors.*PutEventSelectors by role Deploy, session bob/s,
  );
  await world.heal(sweep);
  expect(alerts.sent).toHaveLength(5);
});

test('the change stands by a sweep although the Event history shows it late', async () => {
  const world = await account({ historyDelayMs: 15 * MINUTE });
  await world.open();
  time.tick(MINUTE);
  await world.narrow(world.by('Deploy', 'bob'));
  await world.heal(sweep);
  time.tick(20 * MINUTE);
  await world.heal(sweep);
  expect(await world.selectors()).toBe(1);
});

test('what Mallory changes without an event is put back as soon as the Event history shows her', async () => {
  const world = await account({ historyDelayMs: 15 * MINUTE });
  await world.open();
  time.tick(MINUTE);
  await world.narrow(world.by('Admin', 'mallory'));
  await world.heal(sweep);
  expect(await world.selectors()).toBe(1);
  time.tick(16 * MINUTE);
  await world.heal(sweep);
  expect(await world.selectors()).toBe(2);
});

test('a baseline that was deployed anew inside a window is what stays', async () => {
  const world = await account();
  await world.open();
  time.tick(MINUTE);
  await world.narrow(world.by('Deploy', 'bob'));
  const { state } = await world.guard.trails.observe(name);
  world.guard.baseline = baselineOf({ Name: name, ...state } as Trail);
  time.tick(3 * 60 * MINUTE);
  await world.heal(sweep);
  expect(await world.selectors()).toBe(1);
});

test('a window that is told by no event is told by the next message of the queue', async () => {
  const world = await account();
  await world.open();
  time.tick(MINUTE);
  await world.sees(sweep);
  expect(subjects(world.alerts)).toEqual([
    '[LOW] trail org-audit-trail: change window CHG-4711 opened (123456789012 us-east-1)',
  ]);
});

describe('attacks', () => {
  type World = Awaited<ReturnType<typeof account>>;

  test.each<[string, (world: World) => Promise<unknown>]>([
    ['no window', () => Promise.resolve()],
    ['a window on another trail', (world) => world.open({ name: 'data-trail' })],
    ['a window on a key of that name', (world) => world.open({ kind: 'key' })],
    ['a window of somebody else', (world) => world.open({ actor: 'arn:aws:iam::123456789012:role/Admin' })],
    ['a window for everybody', (world) => world.open({ actor: 'arn:aws:iam::123456789012:role/*' })],
    ['a window that lasts for days', (world) => world.open({ seconds: 90_000 })],
    [
      'a window that is over',
      async (world) => {
        await world.open({ seconds: 60 });
        time.tick(2 * MINUTE);
      },
    ],
    [
      'a window that was closed',
      async (world) => {
        const GrantId = await world.open();
        await world.windowRole.send(new RevokeGrantCommand({ KeyId: world.key, GrantId }));
      },
    ],
    [
      'an entry straight into the table',
      async ({ guard }) => {
        const window = { id: 'mine', kind: 'trail', name, actor: wish.actor, reason: wish.reason };
        const open = { ...window, from: Date.now(), until: Date.now() + 60 * MINUTE };
        await guard.ledger.write('changeWindow', 'mine', { window: open, fields: [], changes: [] });
      },
    ],
    [
      'a grant on a key of her own',
      async (world) => {
        const kms = world.kms('Admin', 'mallory');
        const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
        await kms.send(world.grant({}, { KeyId: KeyMetadata?.Arn }));
      },
    ],
    [
      'a window that cannot be read',
      async (world) => {
        await world.open();
        world.guard.windows = world.windowsOf('heal', 'WatchSweepRole');
      },
    ],
    [
      'an Event history that cannot be asked',
      async (world) => {
        await world.open();
        world.guard.history = {
          ...world.guard.history,
          page: () => Promise.reject(new Error('ThrottlingException')),
        };
      },
    ],
  ])('with %s, what Deploy changes is healed', async (_what, prepare) => {
    const world = await account();
    await prepare(world);
    time.tick(1000);
    await world.narrow(world.by('Deploy', 'bob'));
    await world.heal(world.event());
    expect(await world.selectors()).toBe(2);
  });

  test.each<[string, (world: World) => KMSClient]>([
    ['an administrator', ({ kms }) => kms('Admin', 'mallory')],
    ['heal’s role', ({ kms }) => kms(arnOf('HealRole').split('/').at(-1) ?? '', 'heal')],
    ['watch’s role', ({ kms }) => kms(arnOf('WatchRole').split('/').at(-1) ?? '', 'watch')],
    ['tell’s role', ({ kms }) => kms(arnOf('TellRole').split('/').at(-1) ?? '', 'tell')],
  ])('%s opens no window, once one is closed either, and cannot change who may', async (_who, clientOf) => {
    const world = await account();
    const client = clientOf(world);
    const GrantId = await world.open();
    await world.windowRole.send(new RevokeGrantCommand({ KeyId: world.key, GrantId }));
    await expect(client.send(world.grant())).rejects.toThrow('explicit deny');
    const Policy = JSON.stringify(KeyPolicy);
    await expect(client.send(new PutKeyPolicyCommand({ KeyId: world.key, Policy }))).rejects.toThrow(
      'explicit deny',
    );
  });

  test.each(['heal', 'watch', 'tell'])('%s may read the windows from its own function only', async (part) => {
    const role = `${part.charAt(0).toUpperCase()}${part.slice(1)}Role`;
    const world = await account();
    await world.open();
    await expect(world.windowsOf(part, role).list()).resolves.toHaveLength(1);
    await expect(world.windowsOf('anything', role).list()).rejects.toThrow('not authorized');
  });

  test('of a stopped trail, and of one that is whole, nobody asks for windows', async () => {
    const world = await account();
    let asked = 0;
    world.guard.windows = { list: () => Promise.resolve(((asked += 1), [])) };
    await world.by('Admin', 'mallory').send(new StopLoggingCommand({ Name: name }));
    const { heal: pass } = await import('../../src/healing/heal.ts');
    await pass(world.guard, world.event());
    await pass(world.guard, sweep);
    expect(asked).toBe(0);
  });
});
