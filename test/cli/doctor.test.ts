import { DisableRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient, PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EmbeddedAws } from '../../local/aws/embedded-aws.ts';
import { startEmbeddedAws } from '../../local/aws/aws.ts';
import { assumedRole, iamUser } from '../../local/aws/iam/principal.ts';
import { clientsOf } from '../../local/drill/clients.ts';
import { setUpDeliveryPath } from '../../local/drill/delivery-path.ts';
import { setUpTrails } from '../../local/drill/estate.ts';
import { packageOf } from '../packages/packages.ts';
import { type Ended, runCli } from './run-cli.ts';

let cwd = '';
let aws: EmbeddedAws;
beforeAll(async () => {
  aws = await startEmbeddedAws({});
  const credentials = aws.signIn({ userIdentity: assumedRole(aws.account, 'Security', 'alice') });
  const alice = clientsOf({ endpoint: aws.endpoint, region: aws.region, credentials });
  await setUpDeliveryPath(aws, alice);
  await setUpTrails(alice);
  aws.deploy(packageOf('drill'), { stackName: 'trailkeeper-drill' });
});
afterAll(() => aws.stop());

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'doctor-'));
  mkdirSync(join(cwd, 'baselines'));
  writeFileSync(join(cwd, 'baselines/drill.yml'), readFileSync('baselines/drill.yml', 'utf8'));
});
afterEach(() => {
  rmSync(cwd, { recursive: true });
});

function signedIn(): Record<string, string> {
  const { accessKeyId, secretAccessKey } = aws.signIn({ userIdentity: iamUser(aws.account, 'alice') });
  return {
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  };
}

const doctor = (env: Record<string, string>, ...args: string[]): Promise<Ended> =>
  runCli('doctor', cwd, args, env);

/** The line of the table that answers a question, without what stands beside it. */
const line = ({ stdout }: Ended, question: string): string =>
  (new RegExp(`^  (. ${question} .*)$`, 'm').exec(stdout)?.[1] ?? '').replace(/ +/g, ' ');

test('a deployed stage is compared with its template, its baseline and its file', async () => {
  const found = await doctor(signedIn(), '--stage', 'drill');
  expect(found.stderr).toBe('');
  expect(line(found, 'Stack')).toMatch(/^✔ Stack trailkeeper-drill is CREATE_COMPLETE/);
  expect(line(found, 'Baseline')).toBe('✔ Baseline as baselines/drill.yml says');
  expect(line(found, 'Trails')).toMatch(
    /^✔ Trails org-audit-trail, payments-data-trail: every field as declared$/,
  );
  expect(line(found, 'Ears')).toMatch(/^✔/);
  expect(line(found, 'Ledger')).toMatch(/^✔/);
  expect(line(found, 'Alarms')).toMatch(/^✔/);
  expect(line(found, 'Queues')).toMatch(/^✔/);
  expect(line(found, 'Subscriptions')).toBe('✔ Subscriptions 1 confirmed, and every alert comes through');
  expect(line(found, 'Rights')).toMatch(/^– Rights what the roles may do: this endpoint does not say/);
  expect(found.code).toBe(0);
});

describe('nothing is examined, and one line says why, when', () => {
  test.each<[string, Record<string, string>, string[], RegExp]>([
    ['no stage is given', {}, [], /^Not examined\. --stage is missing: give the stage, such as prod\n$/],
    [
      'the Region is another',
      {},
      ['--stage', 'drill', '--region', 'eu-west-1'],
      /^Not examined\. baselines\/drill.yml is for us-east-1: give --region us-east-1, or leave it out\n$/,
    ],
    [
      'the credentials are unknown',
      { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE' },
      ['--stage', 'drill'],
      /^Not examined\. \S+ failed: .*: sign in again\n$/,
    ],
    [
      'the stage is not deployed',
      {},
      ['--stage', 'prod'],
      /^Not examined\. There is no stack trailkeeper-prod in us-east-1 of this account: .*\n$/,
    ],
    [
      'AWS cannot be reached',
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
      ['--stage', 'drill'],
      /^Not examined\. .*ECONNREFUSED.*: check AWS_ENDPOINT_URL and the network\n$/,
    ],
  ])('%s', async (_what, env, args, stderr) => {
    expect(await doctor({ ...signedIn(), ...env }, ...args)).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(stderr) as string,
    });
  });

  test('the account is another', async () => {
    const file = join(cwd, 'baselines/drill.yml');
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(aws.account, '111122223333'));
    expect(await doctor(signedIn(), '--stage', 'drill')).toEqual({
      code: 1,
      stdout: '',
      stderr: `Not examined. These credentials are of account ${aws.account}, and baselines/drill.yml is for 111122223333: check AWS_PROFILE\n`,
    });
  });

  test('there are no credentials', async () => {
    expect(await doctor({}, '--stage', 'drill')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/set AWS_PROFILE, or sign in with aws sso login\n$/) as string,
    });
  });
});

// Last: it is what the others find well.
test('a disabled rule and a function that may not run are found, and the commands that mend them', async () => {
  const env = signedIn();
  const connection = {
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: aws.signIn({ userIdentity: iamUser(aws.account, 'mallory') }),
  };
  const FunctionName = 'trailkeeper-drill-tell';
  // Else the guard would undo it.
  aws.muteEventBridge(true);
  await new EventBridgeClient(connection).send(
    new DisableRuleCommand({ Name: 'trailkeeper-drill-heal-rule-2' }),
  );
  await new LambdaClient(connection).send(
    new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }),
  );
  const { stdout, code } = await doctor(env, '--stage', 'drill', '--json');
  const { answers } = JSON.parse(stdout) as {
    answers: { question: string; verdict: string; command?: string }[];
  };
  const commands = answers.filter(({ verdict }) => verdict === 'ill').map(({ command }) => command);
  expect(commands).toEqual(
    expect.arrayContaining([
      'aws events enable-rule --name trailkeeper-drill-heal-rule-2 --region us-east-1',
      'aws lambda delete-function-concurrency --function-name trailkeeper-drill-tell --region us-east-1',
    ]),
  );
  expect(code).toBe(1);
});
