import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TRAIL_ATTACKS } from '../../local/drill/attacks/trails.ts';
import { drill, type Range } from '../../local/drill/drill.ts';
import { iamUser } from '../../local/aws/iam/principal.ts';
import { onRange } from '../local/drill/on-range.ts';
import { type Ended, runCli } from './run-cli.ts';

const PERIOD = ['--from', '2020-01-01', '--to', '2100-01-01'];

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'evidence-'));
});
afterEach(() => {
  rmSync(cwd, { recursive: true });
});

const evidence = (env: Record<string, string>, ...args: string[]): Promise<Ended> =>
  runCli('evidence', cwd, args, env);

/** Signed in to the embedded AWS of a range, as the standard credential chain finds it. */
function signedIn({ aws }: Range): Record<string, string> {
  const { accessKeyId, secretAccessKey } = aws.signIn({ userIdentity: iamUser(aws.account, 'ada') });
  return {
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  };
}

async function strike(range: Range, name: string): Promise<void> {
  const attack = TRAIL_ATTACKS.find((each) => each.name === name);
  if (!attack) throw new Error(`There is no attack ${name}`);
  await drill(range, attack);
}

test('a stage that was attacked gets its page, its data and its CSV, and the chain of its ledger holds', async () => {
  await onRange('drill', async (range) => {
    const env = signedIn(range);
    await strike(range, 'stop');
    await strike(range, 'delete');
    const stage = ['--stage', 'drill', '--region', range.aws.region];

    const written = await evidence(env, ...stage, ...PERIOD, '--without', 'metrics', 'history');
    expect(written).toMatchObject({ code: 0, stderr: '' });
    expect(written.stdout).toContain('written  evidence/drill-2020-01-01-2100-01-01.html');
    expect(written.stdout).toContain('2 incidents, 2 critical');
    const [html, csv] = ['html', 'csv'].map((end) =>
      readFileSync(join(cwd, `evidence/drill-2020-01-01-2100-01-01.${end}`), 'utf8'),
    );
    expect(html).toContain('>unbroken<');
    expect(html).toContain('The metrics were not read: left out on request.');
    expect(csv?.split('\r\n').filter((line) => /StopLogging|DeleteTrail/.test(line))).toHaveLength(2);

    const file = 'evidence/drill-2020-01-01-2100-01-01.json';
    const good = 'The chain is unbroken, and all totals are right.\n';
    expect(await evidence({}, '--verify', file)).toEqual({
      code: 0,
      stderr: '',
      stdout: `checked  ${file}: 2 records\n${good}`,
    });
    await strike(range, 'stop');
    const live = await evidence(env, ...stage, '--verify', file);
    expect(live).toMatchObject({ code: 0, stderr: '' });
    expect(live.stdout).toMatch(/^checked {2}trailkeeper-drill-ledger-\S+: 3 records\n/);

    await range.aws.removeItems(({ id }) => (id as { S?: string }).S === '000000000002');
    expect(await evidence(env, ...stage, '--verify')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^No evidence. The evidence is BROKEN.\ntrailkeeper-drill-ledger-\S+: record 2 is missing\n$/,
      ) as string,
    });
  });
});

test('the changes of the baseline are commits, from the one in force when the period began', async () => {
  await onRange('drill', async (range) => {
    const git = (...args: string[]) => execFileSync('git', args, { cwd, stdio: 'pipe' });
    mkdirSync(join(cwd, 'baselines'));
    git('init', '-q');
    const baseline = readFileSync('baselines/drill.yml', 'utf8');
    for (const [index, day] of ['2019-01-01', '2019-06-01', '2020-06-01'].entries()) {
      writeFileSync(join(cwd, 'baselines/drill.yml'), `# ${index}\n${baseline}`);
      git('add', '.');
      const who = ['-c', 'user.name=Alice', '-c', 'user.email=alice@example.com'];
      git(...who, 'commit', '-q', '-m', `change ${index}`, '--date', `${day}T12:00:00Z`);
    }
    const env = { ...signedIn(range), PATH: process.env['PATH'] ?? '' };
    const { code } = await evidence(env, '--stage', 'drill', ...PERIOD, '--without', 'metrics', 'history');
    expect(code).toBe(0);
    const file = readFileSync(join(cwd, 'evidence/drill-2020-01-01-2100-01-01.json'), 'utf8');
    const { commits } = (JSON.parse(file) as { evidence: { commits: { subject: string }[] } }).evidence;
    expect(commits.map(({ subject }) => subject)).toEqual(['change 1', 'change 2']);
  });
});

const without = ['--without', 'metrics', 'history'];

describe('nothing is written, and one line says why, when', () => {
  test.each<[string, string[], string]>([
    ['no stage is given', PERIOD, '--stage is missing: give the stage, such as prod'],
    [
      'the stage would lead out of the folder',
      ['--stage', '../prod', ...PERIOD],
      'stage is "../prod": allowed are 40 letters, digits and hyphens at most',
    ],
    ['no beginning is given', ['--stage', 'prod'], '--from is missing: give a day, such as 2026-09-01'],
    [
      'a time is none',
      ['--stage', 'prod', '--from', 'yesterday', '--to', '2026-12-01'],
      '--from is "yesterday": give a day, such as 2026-09-01, or 2026-09-01T12:00:00Z',
    ],
    [
      'a day is none',
      ['--stage', 'prod', '--from', '2026-02-01', '--to', '2026-02-30'],
      '--to is "2026-02-30": give a day, such as 2026-09-01, or 2026-09-01T12:00:00Z',
    ],
    [
      'the end comes first',
      ['--stage', 'prod', '--from', '2026-12-01', '--to', '2026-09-01'],
      '--from is not before --to: exchange them',
    ],
    [
      'there are no credentials',
      ['--stage', 'prod', ...PERIOD],
      'dynamodb:ListTables failed: CredentialsProviderError: Could not load credentials from any providers: set AWS_PROFILE, or sign in with aws sso login',
    ],
    [
      'the file to verify is not there',
      ['--verify', 'x.json'],
      'There is no file x.json: give the JSON that npm run evidence wrote',
    ],
    ['there is nothing to verify', ['--verify'], '--stage is missing: give the stage, such as prod'],
  ])('%s', async (_what, args, message) => {
    expect(await evidence({}, ...args)).toEqual({ code: 1, stdout: '', stderr: `No evidence. ${message}\n` });
    expect(existsSync(join(cwd, 'evidence'))).toBe(false);
  });

  test('the period has not begun', async () => {
    const { code, stderr } = await evidence(
      {},
      '--stage',
      'prod',
      '--from',
      '2099-01-01',
      '--to',
      '2100-01-01',
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^No evidence. --from is in the future by the clock of this machine, \S+: give an earlier one, or set the clock\n$/,
    );
  });

  test('the file to verify is something else', async () => {
    writeFileSync(join(cwd, 'x.json'), '{}');
    expect(await evidence({}, '--verify', 'x.json')).toMatchObject({
      code: 1,
      stderr:
        'No evidence. x.json is no evidence of this version: give the JSON that npm run evidence wrote\n',
    });
  });

  test('the stage is not deployed, the Region is another, or the credentials are unknown', async () => {
    await onRange('drill', async (range) => {
      const env = signedIn(range);
      const nowhere = await evidence(env, '--stage', 'prod', ...PERIOD, ...without);
      expect(nowhere).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(
          'There is no ledger of stage prod in us-east-1 of this account',
        ) as string,
      });
      const unknown = await evidence(
        { ...env, AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE' },
        '--stage',
        'drill',
        ...PERIOD,
      );
      expect(unknown).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/UnrecognizedClientException.*: sign in again\n$/) as string,
      });
      mkdirSync(join(cwd, 'baselines'));
      writeFileSync(join(cwd, 'baselines/drill.yml'), readFileSync('baselines/drill.yml', 'utf8'));
      expect(await evidence(env, '--stage', 'drill', '--region', 'eu-west-1', ...PERIOD)).toMatchObject({
        code: 1,
        stderr:
          'No evidence. baselines/drill.yml is for us-east-1: give --region us-east-1, or leave it out\n',
      });
      expect(readdirSync(cwd)).toEqual(['baselines']);
    });
  });
});
