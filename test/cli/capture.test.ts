import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudTrailClient,
  CreateTrailCommand,
  DeleteTrailCommand,
  PutEventConfigurationCommand,
  PutEventSelectorsCommand,
  PutInsightSelectorsCommand,
  StartLoggingCommand,
  StopLoggingCommand,
} from '@aws-sdk/client-cloudtrail';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { type EmbeddedAws, startEmbeddedAws } from '../../local/aws/aws.ts';
import { iamUser } from '../../local/aws/iam/principal.ts';
import { parseBaseline } from '../../src/baseline/read.ts';
import { dataTrail, orgAuditTrail } from '../fakes/samples.ts';
import { type Ended, runCli } from './run-cli.ts';

interface Account {
  readonly aws: EmbeddedAws;
  readonly cloudTrail: (region?: string) => CloudTrailClient;
  readonly capture: (...args: string[]) => Promise<Ended>;
  readonly captureWith: (env: Record<string, string>, ...args: string[]) => Promise<Ended>;
  readonly file: (stage?: string) => string;
}

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(cleanups.splice(0).map((cleanup) => cleanup()));
});

async function account(): Promise<Account> {
  const aws = await startEmbeddedAws();
  const cwd = mkdtempSync(join(tmpdir(), 'capture-'));
  cleanups.push(
    () => aws.stop(),
    () => {
      rmSync(cwd, { recursive: true });
    },
  );
  const credentials = aws.signIn({ userIdentity: iamUser(aws.account, 'ada') });
  const environment = {
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
  const captureWith: Account['captureWith'] = (env, ...args) =>
    runCli('capture', cwd, args, { ...environment, ...env });
  return {
    aws,
    cloudTrail: (region = aws.region) =>
      new CloudTrailClient({ endpoint: aws.endpoint, region, credentials }),
    captureWith,
    capture: (...args) => captureWith({}, '--stage', 'prod', ...args),
    file: (stage = 'prod') => join(cwd, 'baselines', `${stage}.yml`),
  };
}

/** An account with one trail that has everything, and one that records data events by basic selectors. */
async function twoTrails(): Promise<Account> {
  const made = await account();
  const client = made.cloudTrail();
  for (const { IsLogging, EventSelectors, AdvancedEventSelectors, ...trail } of [orgAuditTrail, dataTrail]) {
    const { InsightSelectors, AggregationConfigurations, ...settings } = trail;
    const TrailName = trail.Name;
    await client.send(new CreateTrailCommand(settings));
    await client.send(new PutEventSelectorsCommand({ TrailName, EventSelectors, AdvancedEventSelectors }));
    if (IsLogging) await client.send(new StartLoggingCommand({ Name: TrailName }));
    await client.send(new PutInsightSelectorsCommand({ TrailName, InsightSelectors }));
    await client.send(new PutEventConfigurationCommand({ TrailName, AggregationConfigurations }));
  }
  return made;
}

const oneTrail = async (): Promise<Account> => {
  const made = await account();
  await made.cloudTrail().send(new CreateTrailCommand({ Name: 'audit', S3BucketName: 'audit-logs' }));
  return made;
};

test('a captured file declares every field of every trail, and says what to do next', async () => {
  const { capture, file } = await twoTrails();
  const { code, stdout, stderr } = await capture();
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { Account: id, Region, Trails } = parseBaseline(readFileSync(file(), 'utf8'), file());
  const byKey = (a: { Key: string }, b: { Key: string }) => (a.Key < b.Key ? -1 : 1);
  const byName = (a: { Name: string }, b: { Name: string }) => (a.Name < b.Name ? -1 : 1);
  expect({ id, Region }).toEqual({ id: '123456789012', Region: 'us-east-1' });
  expect(Trails).toEqual(
    [orgAuditTrail, dataTrail]
      .map((trail) => ({ ...trail, TagsList: trail.TagsList.toSorted(byKey) }))
      .sort(byName),
  );
  expect(stdout).toContain('org-audit-trail  123456789012 us-east-1\n  logging     on\n');
  expect(stdout).toContain('written  baselines/prod.yml\n\nNext: review the file');
  expect(stdout).toContain('npx serverless deploy --stage prod --region us-east-1');
  expect(stdout).not.toContain('\u001b');
});

test('a second capture of the same account changes nothing', async () => {
  const { capture, file } = await twoTrails();
  await capture();
  const written = readFileSync(file(), 'utf8');
  const { code, stdout } = await capture();
  expect(code).toBe(0);
  expect(stdout).toContain('unchanged  baselines/prod.yml');
  rmSync(file());
  await capture();
  expect(readFileSync(file(), 'utf8')).toBe(written);
});

test('a file with comments that declares the same is left as it is, even by force', async () => {
  const { capture, file } = await oneTrail();
  await capture();
  const commented = `# Ours.\n${readFileSync(file(), 'utf8')}`;
  writeFileSync(file(), commented);
  const { code, stdout } = await capture('--force');
  expect(code).toBe(0);
  expect(stdout).toContain('unchanged  baselines/prod.yml');
  expect(readFileSync(file(), 'utf8')).toBe(commented);
});

test('a file that declares something else is overwritten by force only', async () => {
  const { capture, cloudTrail, file } = await oneTrail();
  await cloudTrail().send(new StartLoggingCommand({ Name: 'audit' }));
  await capture();
  const before = readFileSync(file(), 'utf8');
  await cloudTrail().send(new StopLoggingCommand({ Name: 'audit' }));

  const refused = await capture();
  expect(refused).toEqual({
    code: 1,
    stdout: '',
    stderr: `\
Not captured. baselines/prod.yml declares something else than the live trails, and was left alone (- file, + live):
@@ line 5 @@
  Region: us-east-1
  Trails:
    - Name: audit
-     IsLogging: true
+     IsLogging: false
      S3BucketName: audit-logs
      IsMultiRegionTrail: false
      IncludeGlobalServiceEvents: true
If somebody tampered with the trails, keep the file: the guard puts them back. If the change is wanted, give --force.
`,
  });
  expect(readFileSync(file(), 'utf8')).toBe(before);

  const forced = await capture('--force');
  expect(forced.code).toBe(0);
  expect(forced.stdout).toContain('written  baselines/prod.yml');
  expect(readFileSync(file(), 'utf8')).toBe(before.replace('IsLogging: true', 'IsLogging: false'));
});

test('what the trails deliver through is declared, and what cannot be guarded from here is told with the reason', async () => {
  const { aws, capture, file } = await oneTrail();
  const missing = await capture();
  expect(missing.code).toBe(0);
  expect(missing.stdout).toContain('Not guarded\n  audit-logs: There is none of that name.\n');
  const credentials = aws.signIn({ userIdentity: iamUser(aws.account, 'ada') });
  const s3 = new S3Client({ endpoint: aws.endpoint, region: aws.region, credentials });
  await s3.send(new CreateBucketCommand({ Bucket: 'audit-logs' }));
  expect(await capture('--force')).toMatchObject({ code: 0 });
  const [bucket] = parseBaseline(readFileSync(file(), 'utf8'), file()).DeliveryPath?.Buckets ?? [];
  expect(bucket).toMatchObject({ Name: 'audit-logs', watch: 'enforce', LifecycleConfiguration: null });
});

test('weaknesses and broken deliveries are told', async () => {
  const { aws, capture } = await oneTrail();
  aws.setTrailStatus('audit', { LatestDeliveryError: 'AccessDenied' });
  const { stdout } = await capture();
  expect(stdout).toContain('  ! audit cannot deliver log files to S3: AccessDenied\n');
  expect(stdout).toContain(
    '  ! audit is not logging, and is left so (CIS 4.1, CloudTrail.1): set IsLogging: true',
  );
  expect(stdout).toContain('  ! no trail of this file is logging (CloudTrail.3)');
});

test('shadows of other trails are skipped, with the place to capture them', async () => {
  const { aws, capture, cloudTrail, file } = await oneTrail();
  await cloudTrail('eu-west-1').send(
    new CreateTrailCommand({ Name: 'european', S3BucketName: 'logs', IsMultiRegionTrail: true }),
  );
  aws.addOrganizationTrail({
    name: 'organisation',
    account: '111122223333',
    homeRegion: 'us-east-1',
    logging: true,
  });
  const { stdout } = await capture();
  expect(stdout).toContain(
    'Skipped\n' +
      '  european is homed in eu-west-1: capture it with --region eu-west-1, for a stage of its own\n' +
      '  organisation is an organisation trail of account 111122223333, homed in us-east-1: capture it there\n',
  );
  expect(parseBaseline(readFileSync(file(), 'utf8'), file()).Trails.map(({ Name }) => Name)).toEqual([
    'audit',
  ]);
});

test('--trail captures the named trails alone', async () => {
  const { capture, file } = await twoTrails();
  expect(await capture('--trail', dataTrail.Name)).toMatchObject({ code: 0 });
  expect(parseBaseline(readFileSync(file(), 'utf8'), file()).Trails).toEqual([dataTrail]);
});

test.each<[string, Record<string, string>, string[], string]>([
  ['--region', { AWS_REGION: 'us-east-1' }, ['--region', 'eu-west-1'], 'eu-west-1'],
  ['AWS_REGION', { AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'us-east-1' }, [], 'eu-west-1'],
  ['AWS_DEFAULT_REGION', { AWS_DEFAULT_REGION: 'eu-west-1' }, [], 'eu-west-1'],
  ['the Region that serverless.yml deploys to', {}, [], 'us-east-1'],
])('the Region is that of %s', async (_what, env, args, region) => {
  const { captureWith, cloudTrail, file } = await oneTrail();
  await cloudTrail('eu-west-1').send(new CreateTrailCommand({ Name: 'european', S3BucketName: 'logs' }));
  expect(await captureWith(env, '--stage', 'own', ...args)).toMatchObject({ code: 0 });
  expect(parseBaseline(readFileSync(file('own'), 'utf8'), 'own').Region).toBe(region);
});

describe('nothing is written, and one message says why, when', () => {
  const trailArn = 'arn:aws:cloudtrail:us-east-1:123456789012:trail/audit';
  test.each<[string, (made: Account) => Promise<Ended>, string]>([
    [
      'no trail is homed in the Region',
      ({ capture }) => capture('--region', 'eu-west-1'),
      'No trail of this account is homed in eu-west-1: there is nothing to capture.\n' +
        'Create a trail first (aws cloudtrail create-trail), or give another Region with --region.',
    ],
    [
      'a named trail is not there',
      ({ capture }) => capture('--trail', 'audit', 'other', 'third'),
      'Not homed in us-east-1 of account 123456789012: other, third. There is audit.',
    ],
    [
      'a part may not be read',
      ({ aws, capture }) => {
        aws.fail('GetInsightSelectors', 'AccessDeniedException', 9);
        aws.fail('ListTags', 'AccessDeniedException', 9);
        return capture();
      },
      `Trail audit: its insights could not be read: AccessDeniedException: grant cloudtrail:GetInsightSelectors on ${trailArn}\n` +
        `Trail audit: its tags could not be read: AccessDeniedException: grant cloudtrail:ListTags on ${trailArn}`,
    ],
    [
      'the trails may not be listed',
      ({ aws, capture }) => {
        aws.fail('DescribeTrails', 'AccessDeniedException', 9);
        return capture();
      },
      'The trails of us-east-1 could not be listed: AccessDeniedException: grant cloudtrail:DescribeTrails on *',
    ],
    [
      'the credentials are unknown',
      ({ captureWith }) => captureWith({ AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE' }, '--stage', 'prod'),
      'The trails of us-east-1 could not be listed: UnrecognizedClientException: The security token included in the request is invalid: sign in again',
    ],
    [
      'there are no credentials',
      ({ captureWith }) => captureWith({ AWS_ACCESS_KEY_ID: '' }, '--stage', 'prod'),
      'The trails of us-east-1 could not be listed: CredentialsProviderError: Could not load credentials from any providers: set AWS_PROFILE, or sign in with aws sso login',
    ],
    [
      'the stage would lead out of the folder',
      ({ captureWith }) => captureWith({}, '--stage', '../prod'),
      'stage is "../prod": allowed are 40 letters, digits and hyphens at most',
    ],
    [
      'the stage could never be packaged',
      ({ captureWith }) => captureWith({}, '--stage', 'my_stage'),
      'stage is "my_stage": allowed are 40 letters, digits and hyphens at most',
    ],
  ])('%s', async (_what, attempt, message) => {
    const made = await oneTrail();
    expect(await attempt(made)).toEqual({ code: 1, stdout: '', stderr: `Not captured. ${message}\n` });
    expect(existsSync(made.file())).toBe(false);
  });

  test('the account has no trail at all', async () => {
    const { capture, cloudTrail } = await oneTrail();
    await cloudTrail().send(new DeleteTrailCommand({ Name: 'audit' }));
    expect(await capture()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('there is nothing to capture') as string,
    });
  });

  test('no stage is given', async () => {
    const { captureWith } = await account();
    expect(await captureWith({})).toEqual({
      code: 1,
      stdout: '',
      stderr: "error: required option '--stage <stage>' not specified\n",
    });
  });
});
