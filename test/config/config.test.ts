import { ConfigError, homeOf, readConfig, settle } from '../../src/config/config.ts';
import { baselineOf, enforcing, home, orgAuditTrail } from '../fakes/samples.ts';

const baseline = baselineOf(orgAuditTrail);
const none = baselineOf();
const ADMIN = 'arn:aws:iam::123456789012:role/team/Admin+1=a@b.c';

describe('a choice', () => {
  test.each([
    ['that was not made takes its default', {}, {}],
    ['of mode is taken', { mode: 'monitor' }, { mode: 'monitor' }],
    ['of guardUndeclared is taken', { guardUndeclared: 'false' }, { guardUndeclared: false }],
    ['of rebuildUndeclared is taken', { rebuildUndeclared: 'false' }, { rebuildUndeclared: false }],
    ['of sweepMinutes is taken', { sweepMinutes: '1440' }, { sweepMinutes: 1440 }],
    ['of sinkBucket is taken', { sinkBucket: 'sink-123456789012' }, { sinkBucket: 'sink-123456789012' }],
    ['of no sinkBucket is taken', { sinkBucket: '' }, {}],
    ['of no containment is taken', { containment: 'false', containAfter: '1', containExempt: ADMIN }, {}],
    [
      'of containment is taken, with the defaults of its own',
      { containment: 'true' },
      { containment: { after: 3, withinMinutes: 10, exempt: [] } },
    ],
    [
      'of whom to contain, and when, is taken',
      {
        containment: 'true',
        containAfter: '100',
        containWithinMinutes: '1440',
        containExempt: `${ADMIN},arn:aws:iam::123456789012:user/ci/*`,
      },
      {
        containment: {
          after: 100,
          withinMinutes: 1440,
          exempt: [ADMIN, 'arn:aws:iam::123456789012:user/ci/*'],
        },
      },
    ],
    [
      'of containment is not taken where nothing is written',
      { mode: 'monitor', containment: 'true' },
      { mode: 'monitor' },
    ],
  ])('%s', (_rule, choices, config) => {
    expect(readConfig(choices)).toEqual({ ...enforcing, ...config });
  });

  test('that is not allowed is a fault, and every fault is told at once', () => {
    const choices = {
      mode: 'observe',
      guardUndeclared: 'yes',
      rebuildUndeclared: 'no',
      sweepMinutes: 'often',
      sinkBucket: 'Sink',
      containment: 'on',
      containAfter: '101',
      containWithinMinutes: '1441',
      containExempt: 'Admin',
    };

    expect(() => readConfig(choices)).toThrow(
      new ConfigError(
        [
          'mode is "observe": allowed are enforce and monitor',
          'guardUndeclared is "yes": allowed are true and false',
          'rebuildUndeclared is "no": allowed are true and false',
          'sweepMinutes is "often": allowed are the whole numbers from 1 to 1440',
          'sinkBucket is "Sink": allowed is the name of a bucket, or none',
          'containment is "on": allowed are true and false',
          'containAfter is "101": allowed are the whole numbers from 1 to 100',
          'containWithinMinutes is "1441": allowed are the whole numbers from 1 to 1440',
          'containExempt is "Admin": allowed are ARNs of IAM users and roles, separated by commas alone, each with a * at its end if need be, 2000 characters at most, or none',
        ].join('\n'),
      ),
    );
  });

  test('is named as its reader knows it', () => {
    const where = { mode: '--param mode', guardUndeclared: '--param guardUndeclared' };

    expect(() => readConfig({ mode: '' }, where)).toThrow('--param mode is ""');
  });

  test.each(['Enforce', ' monitor', 'constructor', '__proto__'])(
    'of mode is taken to the letter: %s',
    (mode) => {
      expect(() => readConfig({ mode })).toThrow(ConfigError);
    },
  );

  test.each(['0', '1441', '-5', '2.5', '05', '5 ', '5e1', 'Infinity'])(
    'of sweepMinutes is a whole number up to a day: not %j',
    (sweepMinutes) => {
      expect(() => readConfig({ sweepMinutes })).toThrow(ConfigError);
    },
  );

  test.each(['s3://sink', 'ab', '-sink', 'sink-', 'a'.repeat(64), 'arn:aws:s3:::sink', '{"Ref":"Sink"}'])(
    'of sinkBucket is a name: not %s',
    (sinkBucket) => {
      expect(() => readConfig({ sinkBucket })).toThrow(ConfigError);
    },
  );
});

describe('the list of the exempted', () => {
  test.each(['', ADMIN, `${ADMIN}*`, 'arn:aws-cn:iam::123456789012:role/*', `${ADMIN},${ADMIN}`])(
    'may be %j',
    (containExempt) => {
      expect(() => readConfig({ containExempt })).not.toThrow();
    },
  );

  test.each([
    ...[
      '*',
      'role/Admin',
      'arn:aws:iam::123456789012:*',
      'arn:aws:iam::*:role/Admin',
      `${ADMIN},`,
      `${ADMIN}\n`,
    ],
    ...[`${ADMIN}, ${ADMIN}`, 'arn:aws:iam::123456789012:role/A*n', 'arn:aws:iam::123456789012:group/ops'],
    ...['arn:aws:iam::123456789012:root', 'arn:aws:sts::123456789012:assumed-role/Admin/alice'],
    ...[Array(50).fill(ADMIN).join(',')],
  ])('may not be %j', (containExempt) => {
    expect(() => readConfig({ containExempt })).toThrow(ConfigError);
  });
});

describe('the home of the function', () => {
  test.each([
    [
      'is that of its ARN',
      'arn:aws:lambda:us-east-1:123456789012:function:trailkeeper-prod-heal',
      null,
      home,
    ],
    [
      'is that of its ARN, whatever the baseline says',
      'arn:aws-us-gov:lambda:us-gov-west-1:111122223333:function:heal:live',
      baseline,
      { partition: 'aws-us-gov', region: 'us-gov-west-1', account: '111122223333' },
    ],
    ['is that of the baseline where there is no ARN', undefined, baseline, home],
    ['is that of the baseline where the ARN is none', 'heal', baseline, home],
    ['is that of the baseline where the ARN ends early', 'arn:aws:lambda:eu-west-1', baseline, home],
    ['is that of the baseline where the ARN has no Region', 'arn:aws:lambda::111122223333:x', baseline, home],
    ['is that of the baseline where the ARN has no partition', 'arn::lambda:eu-west-1:1:x', baseline, home],
  ])('%s', (_rule, arn, declared, expected) => {
    expect(homeOf(arn, declared)).toEqual(expected);
  });

  test('is unknown where neither says it', () => {
    expect(() => homeOf(undefined, null)).toThrow(
      new ConfigError(
        'The account is unknown: the context has no invokedFunctionArn, and the stage has no baseline',
      ),
    );
  });
});

/** Starts stopped trails, and creates and redirects none. */
const harmless = { ...enforcing, rebuildUndeclared: false };

describe('a deployment', () => {
  test('goes by its baseline and its choices', () => {
    const environment = {
      MODE: 'monitor',
      GUARD_UNDECLARED: 'false',
      REBUILD_UNDECLARED: 'false',
      SWEEP_MINUTES: '15',
      SINK_BUCKET: 'sink-123456789012',
      CONTAINMENT: 'false',
      CONTAIN_EXEMPT: ADMIN,
      PATH: '/usr/bin',
    };

    expect(settle(environment, baseline, home)).toEqual({
      baseline,
      config: {
        mode: 'monitor',
        runbook: 'docs/runbook',
        guardUndeclared: false,
        rebuildUndeclared: false,
        sweepMinutes: 15,
        sinkBucket: 'sink-123456789012',
      },
      faults: [],
    });
  });

  test('contains, where it is to', () => {
    const environment = {
      CONTAINMENT: 'true',
      CONTAIN_AFTER: '5',
      CONTAIN_WITHIN_MINUTES: '60',
      CONTAIN_EXEMPT: ADMIN,
    };
    const containment = { after: 5, withinMinutes: 60, exempt: [ADMIN] };

    expect(settle(environment, baseline, home).config).toEqual({ ...enforcing, containment });
  });

  test.each([
    ['no choice was made', {}],
    [
      'the choices are empty',
      { MODE: '', GUARD_UNDECLARED: '', REBUILD_UNDECLARED: '', SWEEP_MINUTES: '', SINK_BUCKET: '' },
    ],
  ])('enforces, and guards undeclared trails, where %s', (_when, environment) => {
    expect(settle(environment, baseline, home)).toEqual({ baseline, config: enforcing, faults: [] });
  });

  test('without a baseline declares no trail, and that is no fault', () => {
    expect(settle({}, null, home)).toEqual({ baseline: none, config: enforcing, faults: [] });
  });

  test.each([
    ['another account', { Account: '111122223333' }, 'account 111122223333, us-east-1'],
    ['another Region', { Region: 'eu-west-1' }, 'account 123456789012, eu-west-1'],
  ])('with the baseline of %s declares no trail, starts stopped ones, and says so', (_what, other, said) => {
    const { faults, ...settled } = settle({}, { ...baseline, ...other }, home);

    expect(settled).toEqual({ baseline: none, config: harmless });
    expect(faults).toEqual([expect.objectContaining({ name: 'ConfigError' })]);
    expect(faults[0]?.message).toBe(
      `The baseline is for ${said}, but the function runs in account 123456789012, us-east-1: deploy the stage whose baseline was captured here`,
    );
  });

  test('with choices that are not allowed goes by none of them, and names every variable', () => {
    const environment = {
      MODE: 'observe',
      GUARD_UNDECLARED: 'no',
      REBUILD_UNDECLARED: 'no',
      SWEEP_MINUTES: '0',
      SINK_BUCKET: '${sink}',
    };
    const { faults, ...settled } = settle(environment, baseline, home);

    expect(settled).toEqual({ baseline: none, config: harmless });
    expect(faults).toHaveLength(1);
    for (const [variable, value] of Object.entries(environment))
      expect(faults[0]?.message).toContain(`${variable} in the environment is "${value}"`);
  });
});
