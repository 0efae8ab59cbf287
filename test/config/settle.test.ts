import { ConfigError } from '../../src/config/config.ts';
import { homeOf, settle } from '../../src/config/settle.ts';
import { baselineOf, enforcing, home, orgAuditTrail } from '../fakes/samples.ts';

const baseline = baselineOf(orgAuditTrail);
const none = baselineOf();
const ADMIN = 'arn:aws:iam::123456789012:role/team/Admin+1=a@b.c';

/** What no choice amounts to where a baseline declares trails. */
const declared = { ...enforcing, rebuildUndeclared: false };

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

describe('a variable', () => {
  test.each<[string, Record<string, string>, object]>([
    ['that is not there is a choice that was not made', {}, {}],
    ['of mode is taken', { MODE: 'monitor' }, { mode: 'monitor' }],
    ['of guardUndeclared is taken', { GUARD_UNDECLARED: 'false' }, { guardUndeclared: false }],
    ['of rebuildUndeclared is taken', { REBUILD_UNDECLARED: 'true' }, { rebuildUndeclared: true }],
    ['of sweepRate is taken', { SWEEP_RATE: '1 day' }, { sweepMinutes: 1440 }],
    ['of sinkBucket is taken', { SINK_BUCKET: 'sink-123456789012' }, { sinkBucket: 'sink-123456789012' }],
    [
      'of runbook is taken',
      { RUNBOOK: 'https://wiki.example.com/x' },
      { runbook: 'https://wiki.example.com/x' },
    ],
    [
      'of whom to contain, and when, is taken',
      { CONTAIN_AFTER: '100', CONTAIN_WITHIN_MINUTES: '1440', CONTAIN_EXEMPT: `${ADMIN},${ADMIN}*` },
      { containment: { after: 100, withinMinutes: 1440, exempt: [ADMIN, `${ADMIN}*`] } },
    ],
    [
      'that is empty is a choice that was not made',
      {
        MODE: '',
        GUARD_UNDECLARED: '',
        REBUILD_UNDECLARED: '',
        SWEEP_RATE: '',
        SINK_BUCKET: '',
        RUNBOOK: '',
      },
      {},
    ],
    ['that is none of the table is not read', { PATH: '/usr/bin', CONTAINMENT: 'true' }, {}],
  ])('%s', (_rule, environment, config) => {
    expect(settle(environment, baseline, home)).toEqual({
      baseline,
      config: { ...declared, ...config },
      guarded: [],
      faults: [],
    });
  });

  const PRINCIPALS =
    'are ARNs of IAM users and roles, separated by commas alone, each with a * at its end if need be, 2000 characters at most, or none';

  test.each<[string, string, string, object]>([
    ['MODE', 'observe', 'are enforce and monitor; taken for "enforce"', {}],
    ['GUARD_UNDECLARED', 'no', 'are true and false; taken for "true"', {}],
    ['REBUILD_UNDECLARED', 'yes', 'are auto and true and false; taken for "auto"', {}],
    [
      'SWEEP_RATE',
      'often',
      'are 1 minute, 2 minutes to 1440 minutes, 1 hour, 2 hours to 24 hours, and 1 day; taken for "5 minutes"',
      {},
    ],
    ['SINK_BUCKET', '${sink}', 'is the name of a bucket, or none; taken for ""', {}],
    [
      'RUNBOOK',
      'ftp://x',
      'is an https address or a folder, without a slash at the end; taken for "docs/runbook"',
      {},
    ],
    ['CONTAIN_AFTER', '101', 'are the whole numbers from 1 to 100; taken for "3"', {}],
    ['CONTAIN_WITHIN_MINUTES', '0', 'are the whole numbers from 1 to 1440; taken for "10"', {}],
    // Where it is not known who is exempted, everybody is.
    [
      'CONTAIN_EXEMPT',
      'Admin',
      `${PRINCIPALS}; taken for "*"`,
      { containment: { after: 7, withinMinutes: 10, exempt: ['*'] } },
    ],
  ])(
    '%s that holds %s is told, gives way to a safe value, and the baseline and all others stay in use',
    (variable, value, said, config) => {
      const others = { RUNBOOK: 'docs/other', CONTAIN_AFTER: '7', [variable]: value };
      const { config: alone } = settle({ ...others, [variable]: '' }, baseline, home);

      expect(settle(others, baseline, home)).toEqual({
        baseline,
        config: { ...alone, ...config },
        guarded: [],
        faults: [
          new ConfigError(`${variable} in the environment is ${JSON.stringify(value)}: allowed ${said}`),
        ],
      });
    },
  );

  test('is one fault each where several are not allowed', () => {
    const { faults } = settle({ MODE: 'observe', SWEEP_RATE: '0', SINK_BUCKET: 'Sink' }, baseline, home);

    expect(faults.map(({ message }) => message.split(' ', 1)[0])).toEqual([
      'MODE',
      'SWEEP_RATE',
      'SINK_BUCKET',
    ]);
  });
});

describe('deleted trails that nobody declared', () => {
  test.each([
    ['rebuilt where there is no baseline', '', null, true],
    ['rebuilt where the baseline declares none', 'auto', none, true],
    ['left where the baseline declares one', 'auto', baseline, false],
    ['rebuilt where that is wanted', 'true', baseline, true],
    ['left where that is wanted', 'false', null, false],
  ])('are %s', (_rule, REBUILD_UNDECLARED, given, expected) => {
    expect(settle({ REBUILD_UNDECLARED }, given, home).config.rebuildUndeclared).toBe(expected);
  });
});

describe('a baseline', () => {
  test('that is not there declares no trail, and that is no fault', () => {
    expect(settle({}, null, home)).toEqual({ baseline: none, config: enforcing, guarded: [], faults: [] });
  });

  test.each([
    ['another account', { Account: '111122223333' }, 'account 111122223333, us-east-1'],
    ['another Region', { Region: 'eu-west-1' }, 'account 123456789012, eu-west-1'],
  ])(
    'of %s declares no trail: stopped ones are started, nothing is created, and that is told',
    (_what, other, said) => {
      const environment = {
        MODE: 'monitor',
        REBUILD_UNDECLARED: 'true',
        SINK_BUCKET: 'sink-123456789012',
        RUNBOOK: 'docs/other',
      };

      expect(settle(environment, { ...baseline, ...other }, home)).toEqual({
        baseline: none,
        config: { ...declared, mode: 'monitor', runbook: 'docs/other' },
        guarded: [],
        faults: [
          new ConfigError(
            `The baseline is for ${said}, but the function runs in account 123456789012, us-east-1: deploy the stage whose baseline was captured here`,
          ),
        ],
      });
    },
  );
});
