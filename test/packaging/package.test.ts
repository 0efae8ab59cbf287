import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Choice, CHOICES } from '../../src/config/choices.ts';
import { packaged } from '../../src/packaging/package.ts';
import { defaults, framework, type Given } from '../fakes/framework.ts';

/** The lines that the person who packages gets to read. */
async function faultsOf(given: Given): Promise<string[]> {
  const error = await packaged(framework(given)).then(
    () => undefined,
    (thrown: unknown) => thrown as Error,
  );
  return (error?.stack ?? '').split('\n').filter(Boolean);
}

describe('the defaults', () => {
  test('of serverless.yml are those of the table of choices', () => {
    expect(Object.entries(defaults).map(([name, value]) => [name, String(value)])).toEqual(
      Object.entries(CHOICES).map(([name, choice]) => [name, choice.default]),
    );
  });

  test('are allowed, with a baseline and without', async () => {
    expect(await faultsOf({})).toEqual([]);
    expect(await faultsOf({ stage: 'undeclared' })).toEqual([]);
    expect(await faultsOf({ stage: 'a'.repeat(40) })).toEqual([]);
    expect(await faultsOf({ stage: 'my_stage' })).toEqual([
      'stage is "my_stage": allowed are 40 letters, digits and hyphens at most',
    ]);
    expect(await faultsOf({ stage: 'a'.repeat(41) })).toEqual([
      `stage is "${'a'.repeat(41)}": allowed are 40 letters, digits and hyphens at most`,
    ]);
  });

  test('sweep every 5 minutes, and keep a sink where there is a baseline', async () => {
    expect(await packaged(framework())).toMatchObject({
      sweepRate: '5 minutes',
      alarmTopics: [{ Ref: 'AlertTopic' }],
      holds: { hasSink: true, hasConfigRules: false, showsDashboard: true },
    });
  });
});

describe('a fault', () => {
  test('is named together with all others, each with what is allowed', async () => {
    const params = {
      alertEmail: 'alice',
      mode: 'observe',
      guardUndeclared: 'yes',
      rebuildUndeclared: '1',
      sweepRate: 'often',
      emergencySink: 'on',
      sinkRetentionDays: '0',
      configRules: '',
      dashboard: 'big',
      alarmTopic: 'on-call',
      chat: 'slack',
      securityHub: '1',
      centralBus: 'security',
    };

    expect(await faultsOf({ region: 'eu-west-1', params })).toEqual([
      'alertEmail is "alice": allowed is one e-mail address, or none',
      'mode is "observe": allowed are enforce and monitor',
      'guardUndeclared is "yes": allowed are true and false',
      'rebuildUndeclared is "1": allowed are auto and true and false',
      expect.stringMatching(/^sweepRate is "often": allowed are 1 minute, .* and 1 day$/),
      'emergencySink is "on": allowed are true and false',
      'sinkRetentionDays is "0": allowed are the whole numbers from 1 to 3650',
      'configRules is "": allowed are true and false',
      'dashboard is "big": allowed are true and false',
      'alarmTopic is "on-call": allowed is the ARN of a standard topic, or none',
      'chat is "slack": allowed are true and false',
      'securityHub is "1": allowed are true and false',
      'centralBus is "security": allowed is the ARN of an event bus, or none',
      expect.stringContaining('baselines/drill.yml is for us-east-1'),
    ]);
  });

  test.each(['3651', '-1', '1.5', '090', '1e2', 'ninety'])(
    'is a retention of %s days',
    async (sinkRetentionDays) => {
      expect(await faultsOf({ params: { sinkRetentionDays } })).toHaveLength(1);
    },
  );
});

describe('a second topic for the alarms', () => {
  const arn = 'arn:aws:sns:us-east-1:111122223333:on-call';

  test.each([
    ['the topic of another account', arn, []],
    ['no topic', '', []],
    [
      'a topic of another Region',
      arn.replace('us-east-1', 'eu-west-1'),
      [expect.stringContaining('alarmTopic is in eu-west-1')],
    ],
    ['a FIFO topic', `${arn}.fifo`, [expect.stringContaining('allowed is the ARN of a standard topic')]],
    ['a name', 'on-call', [expect.stringContaining('allowed is the ARN of a standard topic')]],
    ['an address', 'alice@example.com', [expect.stringContaining('allowed is the ARN')]],
  ])('is %s: allowed or not', async (_, alarmTopic, faults) => {
    expect(await faultsOf({ params: { alarmTopic } })).toEqual(faults);
  });
});

describe('a way out beside the mail', () => {
  const bus = 'arn:aws-us-gov:events:us-gov-west-1:111122223333:event-bus/security/audit';

  test('is there where it is chosen', async () => {
    const params = { chat: true, securityHub: true, centralBus: bus };
    expect(await packaged(framework({ params }))).toMatchObject({
      chatTopic: 'trailkeeper-drill-chat',
      centralBus: bus,
      environment: { tell: { CHAT_TOPIC: 'trailkeeper-drill-chat' } },
      define: { SECURITY_HUB: 'true', CENTRAL_BUS: `"${bus}"` },
      holds: { hasChat: true, sendsToSecurityHub: true, hasCentralBus: true },
    });
  });

  test('is nowhere else', async () => {
    expect(await packaged(framework())).toMatchObject({
      chatTopic: '',
      centralBus: '',
      environment: { tell: { CHAT_TOPIC: '' } },
      define: { SECURITY_HUB: 'false', CENTRAL_BUS: '""' },
      holds: { hasChat: false, sendsToSecurityHub: false, hasCentralBus: false },
    });
  });

  test.each([
    'default',
    'arn:aws:events:us-east-1:123456789012:rule/security',
    'arn:aws:events:us-east-1:123456789012:event-bus/',
    'arn:aws:events::123456789012:event-bus/security',
    `${bus}\n`,
    `${bus}"`,
  ])('is no bus: %j', async (centralBus) => {
    expect(await faultsOf({ params: { centralBus } })).toHaveLength(1);
  });
});

describe('a rate of sweeps', () => {
  test.each([
    ['1 minute', 1],
    ['2 minutes', 2],
    ['5 minutes', 5],
    ['7 minutes', 7],
    ['59 minutes', 59],
    ['1440 minutes', 1440],
    ['1 hour', 60],
    ['24 hours', 1440],
    ['1 day', 1440],
  ])('of %s is a sweep every %s minutes, missed soon and not at once', async (sweepRate, minutes) => {
    const { environment, heartbeat } = await packaged(framework({ params: { sweepRate } }));
    const { period, periods } = heartbeat;

    expect(environment).toMatchObject({ heal: { SWEEP_RATE: sweepRate }, tell: { SWEEP_RATE: sweepRate } });
    // One sweep falls into each period: neither more, nor every other one.
    expect(period).toBe(minutes * 60);
    expect(periods).toBeGreaterThanOrEqual(3);
    expect(period * periods).toBeGreaterThanOrEqual(15 * 60);
    expect(period * periods).toBeLessThanOrEqual(Math.max(3 * period, 15 * 60 + period));
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
    expect(period * periods).toBeLessThanOrEqual((period < 3600 ? 1 : 7) * 86_400);
  });

  test.each([
    '5 minute',
    '1 minutes',
    '0 minutes',
    '05 minutes',
    '1441 minutes',
    '25 hours',
    '2 days',
    '30 seconds',
    '5  minutes',
    ' 5 minutes',
    '5',
    'rate(5 minutes)',
    '5 minutes\n',
    'constructor',
  ])('is not %j', async (sweepRate) => {
    expect(await faultsOf({ params: { sweepRate } })).toEqual([
      expect.stringMatching(/^sweepRate is .*: allowed are 1 minute, 2 minutes to 1440 minutes/),
    ]);
  });
});

describe('the stack', () => {
  test.each([
    [false, null],
    [true, true],
  ])('where protectStack is %s has the protection %s', async (protectStack, deletionProtection) => {
    expect(await packaged(framework({ params: { protectStack } }))).toMatchObject({
      deletionProtection,
      holds: { protectsStack: protectStack },
    });
  });
});

describe('the emergency sink', () => {
  test('is none without a baseline, for the account is not known', async () => {
    expect(await packaged(framework({ stage: 'undeclared' }))).toMatchObject({
      holds: { hasSink: false },
    });
  });

  test('is none where it is not wanted', async () => {
    expect(await packaged(framework({ params: { emergencySink: false } }))).toMatchObject({
      holds: { hasSink: false },
    });
  });

  describe('of a stage that has a baseline', () => {
    const baseline = readFileSync('baselines/drill.yml', 'utf8');
    const home = process.cwd();
    let folder: string;

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'trailkeeper-'));
      mkdirSync(join(folder, 'baselines'));
      process.chdir(folder);
    });

    afterEach(() => {
      process.chdir(home);
      rmSync(folder, { recursive: true });
    });

    const inStage = (stage: string, params = {}) => {
      writeFileSync(join(folder, 'baselines', `${stage}.yml`), baseline);
      return { stage, params };
    };

    test("lets the trails of its account deliver, and of all accounts where one is an organisation's", async () => {
      const given = inStage('some');
      expect(await packaged(framework(given))).toMatchObject({ deliveredKeys: '*' });
      const single = baseline.replace('IsOrganizationTrail: true', 'IsOrganizationTrail: false');
      writeFileSync(join(folder, 'baselines', 'some.yml'), single);
      expect(await packaged(framework(given))).toMatchObject({
        deliveredKeys: '${AWS::AccountId}/*',
        holds: { declaresOrganizationTrail: false },
      });
    });

    test('takes the longest name that a bucket may have', async () => {
      const stage = 'abcdefghij-klmnopqrst-uv';
      expect(await faultsOf(inStage(stage))).toEqual([]);
      expect(`trailkeeper-${stage}-sink-01234567-0123456789ab`).toHaveLength(63);
    });

    test.each(['abcdefghij-klmnopqrst-uvw', 'Prod'])(
      'cannot be named after %s, and then says what can be done',
      async (stage) => {
        expect(await faultsOf(inStage(stage))).toEqual([
          `stage is "${stage}", and trailkeeper-${stage}-sink-<id> would be the emergency sink's bucket: allowed are 24 ` +
            'lower-case letters, digits and hyphens at most, or any stage with --param="emergencySink=false"',
        ]);
        expect(await faultsOf(inStage(stage, { emergencySink: 'false' }))).toEqual([]);
      },
    );
  });
});

describe('containment', () => {
  const ownRoles = ['HealRole', 'WatchRole', 'TellRole'].map((role) => ({ 'Fn::GetAtt': [role, 'Arn'] }));
  const deploy = 'arn:aws:iam::123456789012:role/deploy';

  test.each([
    ['it is not wanted', {}],
    ['nothing is written', { mode: 'monitor', containment: 'true' }],
  ])('needs no rights, and no code, where %s', async (_, params) => {
    expect(await packaged(framework({ params }))).toMatchObject({
      define: { CONTAINMENT: 'false' },
      holds: { containsPrincipals: false },
    });
  });

  test("needs both where it is wanted, and spares the guard's own roles and who else is listed", async () => {
    const params = { containment: 'true', containExempt: `${deploy},${deploy}-*` };
    expect(await packaged(framework({ params }))).toMatchObject({
      define: { CONTAINMENT: 'true' },
      holds: { containsPrincipals: true },
      environment: { tell: { CONTAIN_AFTER: '3', CONTAIN_WITHIN_MINUTES: '10' } },
      exemptPrincipals: [...ownRoles, deploy, `${deploy}-*`],
    });
  });

  test.each([
    [{ containment: 'on' }, 'containment is "on": allowed are true and false'],
    [{ containAfter: '0' }, 'containAfter is "0": allowed are the whole numbers from 1 to 100'],
    [
      { containWithinMinutes: '1441' },
      'containWithinMinutes is "1441": allowed are the whole numbers from 1 to 1440',
    ],
    [{ containExempt: 'deploy' }, 'containExempt is "deploy": allowed are ARNs of IAM users and roles'],
  ])('does not take %j', async (params, fault) => {
    expect(await faultsOf({ params })).toEqual([expect.stringContaining(fault)]);
  });
});

describe('of what is chosen, the function', () => {
  test('heal is told what decides its repairs, and where it hands over what came of them', async () => {
    const { environment } = await packaged(framework());
    expect(environment.heal).toEqual({
      MODE: 'enforce',
      GUARD_UNDECLARED: 'true',
      REBUILD_UNDECLARED: 'true',
      SWEEP_RATE: '5 minutes',
      PASSES_QUEUE: 'trailkeeper-drill-passes.fifo',
    });
  });

  test('tell is told all that has a variable, and where it tells', async () => {
    const { environment } = await packaged(framework({ params: { evidenceDays: '30' } }));
    const variables = Object.values<Choice>(CHOICES).flatMap(({ variable }) => variable ?? []);
    expect(Object.keys(environment.tell).toSorted()).toEqual(
      [...variables, 'ALERT_TOPIC', 'CHAT_TOPIC', 'PARKED_QUEUE', 'SECOND_TOPIC'].toSorted(),
    );
    expect(environment.tell).toMatchObject({
      EVIDENCE_DAYS: '30',
      ALERT_TOPIC: 'trailkeeper-drill-alerts',
      PARKED_QUEUE: 'trailkeeper-drill-parked.fifo',
    });
  });
});

test('an endpoint of the environment counts only in a package for a local AWS', async () => {
  expect(await packaged(framework())).toMatchObject({ define: { LOCAL_ENDPOINT: 'true' } });
  expect(await packaged(framework({ stage: 'undeclared' }))).toMatchObject({
    define: { LOCAL_ENDPOINT: 'false' },
  });
});

describe('who may undo what keeps the evidence', () => {
  const root = { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root' };
  const breakGlassRole = 'arn:aws:iam::123456789012:role/security/break-glass';

  test('is the root user, and a role that is named', async () => {
    expect((await packaged(framework())).breakGlass).toEqual([root]);
    const { breakGlass } = await packaged(framework({ params: { breakGlassRole } }));
    expect(breakGlass).toEqual([root, breakGlassRole]);
  });

  test.each(['break-glass', `${breakGlassRole},${breakGlassRole}`, 'arn:aws:iam::123456789012:role/*'])(
    'is not %j',
    async (given) => {
      expect(await faultsOf({ params: { breakGlassRole: given } })).toEqual([
        `breakGlassRole is ${JSON.stringify(given)}: allowed is the ARN of a role, or none`,
      ]);
    },
  );
});

describe('rebuilding undeclared trails', () => {
  test.each<[string, Given]>([
    ['monitoring', { stage: 'undeclared', params: { mode: 'monitor' } }],
    ['undeclared trails are not guarded', { stage: 'undeclared', params: { guardUndeclared: 'false' } }],
    ['it is not wanted', { stage: 'undeclared', params: { rebuildUndeclared: 'false' } }],
    ['a baseline says which trails matter', { params: { rebuildUndeclared: 'auto' } }],
    ['it is wanted, but nothing is written', { params: { mode: 'monitor', rebuildUndeclared: 'true' } }],
  ])('needs no rights where %s', async (_, given) => {
    expect(await packaged(framework(given))).toMatchObject({ holds: { rebuildsUndeclared: false } });
  });

  test.each<[string, Given]>([
    ['nothing is declared', { stage: 'undeclared' }],
    ['it is wanted in spite of a baseline', { params: { rebuildUndeclared: 'true' } }],
  ])('needs them where %s', async (_, given) => {
    expect(await packaged(framework(given))).toMatchObject({ holds: { rebuildsUndeclared: true } });
  });
});
