import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCli } from './run-cli.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const DEPLOY = ['--deploy-role', 'arn:aws:iam::*:role/deploy-trailkeeper'];
const BREAK_GLASS = ['--break-glass', 'arn:aws:iam::*:role/break-glass'];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'policies-'));
  mkdirSync(join(folder, 'baselines'));
  for (const file of ['.prettierrc.json', 'baselines/drill.yml'])
    cpSync(join(repository, file), join(folder, file));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const written = (file: string) => readFileSync(join(folder, 'policies', file), 'utf8');

test('the policies are written as they lie in the repository, with their sizes', async () => {
  const { code, stdout, stderr } = await runCli('policies', folder, [...DEPLOY, ...BREAK_GLASS]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const file of ['scp.json', 'rcp.json']) {
    const text = readFileSync(join(repository, 'policies', file), 'utf8');
    expect(written(file)).toBe(text);
    const size = JSON.stringify(JSON.parse(text)).length;
    expect(stdout).toContain(`written  policies/${file}  ${size} of 5120 characters\n`);
  }
});

test('only the baselines of the stages that are given are read', async () => {
  const text = readFileSync(join(folder, 'baselines/drill.yml'), 'utf8');
  const other = text.replaceAll('example-org-audit-logs', 'other-audit-logs');
  writeFileSync(join(folder, 'baselines/other.yml'), other);
  await runCli('policies', folder, [...DEPLOY, ...BREAK_GLASS, '--stage', 'other']);
  expect(written('scp.json')).toContain('arn:aws:s3:::other-audit-logs/*');
  expect(written('scp.json')).not.toContain('example-org-audit-logs');
});

test('policies that are too long are not written', async () => {
  const text = readFileSync(join(folder, 'baselines/drill.yml'), 'utf8');
  for (let stage = 0; stage < 20; stage++) {
    const other = text.replaceAll('example-org-audit-logs', `audit-logs-of-stage-${stage}`);
    writeFileSync(join(folder, `baselines/stage${stage}.yml`), other);
  }
  const { code, stderr } = await runCli('policies', folder, [...DEPLOY, ...BREAK_GLASS]);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(
      /^Not written\. policies\/scp\.json would have \d+ characters, and 5120 are allowed: write one for fewer/,
    ) as string,
  });
  expect(existsSync(join(folder, 'policies'))).toBe(false);
});

test.each([
  ['*'],
  ['arn:aws:iam::*:role/*'],
  ['arn:aws:iam::123456789012:root'],
  ['arn:aws:iam::123456789012:user/alice'],
  ['deploy-trailkeeper'],
])('%s exempts too many, or no role, and is refused', async (arn) => {
  const { code, stderr } = await runCli('policies', folder, ['--deploy-role', arn, ...BREAK_GLASS]);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: `Not written. ${arn}: give the ARN of a role, with * for the account or at the end of the name if need be\n`,
  });
});

test('a role that deploys and one that breaks the glass must be said', async () => {
  const { code, stderr } = await runCli('policies', folder, DEPLOY);
  expect(code).toBe(1);
  expect(stderr).toContain("required option '--break-glass <arn...>' not specified");
});
