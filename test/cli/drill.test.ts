import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { iamUser } from '../../local/aws/iam/principal.ts';
import type { Range } from '../../local/drill/drill.ts';
import { onRange } from '../local/drill/on-range.ts';
import { runCli } from './run-cli.ts';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'drill-'));
});
afterEach(() => {
  rmSync(cwd, { recursive: true });
});

const drill = (env: Record<string, string>, ...args: string[]) => runCli('drill', cwd, args, env);

function signedIn({ aws }: Range): Record<string, string> {
  const { accessKeyId, secretAccessKey } = aws.signIn({ userIdentity: iamUser(aws.account, 'ada') });
  return {
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  };
}

const LIVE = ['--live', '--stage', 'drill'];

test('without --yes it is said what would be done and what it costs, and nothing is', async () => {
  await onRange('drill', async (range) => {
    const before = range.aws.trails();
    const { code, stdout, stderr } = await drill(signedIn(range), ...LIVE);
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    expect(stdout).toContain('creates the bucket trailkeeper-drill-123456789012-us-east-1-an');
    expect(stdout).toContain('https://aws.amazon.com/cloudtrail/pricing/');
    expect(stdout).toContain('Nothing was done. Give --yes to run it.');
    expect(range.aws.trails()).toEqual(before);
    expect(range.aws.calls.filter(({ mutating }) => mutating)).toEqual([]);
    expect(await drill(signedIn(range), ...LIVE, '--stage', 'prod')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^No drill. There is no ledger of stage prod in us-east-1/) as string,
    });
    mkdirSync(join(cwd, 'baselines'));
    const declared = readFileSync('baselines/drill.yml', 'utf8');
    writeFileSync(join(cwd, 'baselines/drill.yml'), declared.replaceAll('123456789012', '111122223333'));
    expect(await drill(signedIn(range), ...LIVE)).toMatchObject({
      code: 1,
      stderr:
        'No drill. These credentials are of account 123456789012, and baselines/drill.yml is for 111122223333: check AWS_PROFILE\n',
    });
  });
});

test.each<[string, string[], string]>([
  [
    'it is not said to be live',
    ['--stage', 'prod'],
    '--live is missing: this drill runs on a live account. On this machine: npm start',
  ],
  ['no stage is given', ['--live'], '--stage is missing: give the stage, such as prod'],
  [
    'there are no credentials',
    ['--live', '--stage', 'prod'],
    'dynamodb:ListTables failed: CredentialsProviderError: Could not load credentials from any providers: set AWS_PROFILE, or sign in with aws sso login',
  ],
])('one line says why there is no drill, when %s', async (_what, args, message) => {
  expect(await drill({}, ...args)).toEqual({ code: 1, stdout: '', stderr: `No drill. ${message}\n` });
});
