import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderBaseline } from '../../src/capture/render.ts';
import { orgAuditTrail } from '../fakes/samples.ts';
import { runCli } from './run-cli.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'check-'));
  mkdirSync(join(folder, 'baselines'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const write = (name: string, text: string) => {
  writeFileSync(join(folder, 'baselines', name), text);
};
const head = { Account: '123456789012', Region: 'us-east-1' };

test('good files are told with the number of their weaknesses', async () => {
  write('prod.yml', renderBaseline({ ...head, Trails: [orgAuditTrail] }));
  write('test.yml', renderBaseline({ ...head, Trails: [{ ...orgAuditTrail, TagsList: [] }] }));
  write('schema.json', '{}');
  expect(await runCli('check', folder)).toEqual({
    code: 0,
    stdout:
      'good  baselines/prod.yml  123456789012 us-east-1  trails: 1  weaknesses: 0  not guarded: 5\n' +
      'good  baselines/test.yml  123456789012 us-east-1  trails: 1  weaknesses: 1  not guarded: 5\n',
    stderr: '',
  });
});

test('every fault of every bad file is told, and the good ones are', async () => {
  write('a.yml', 'Account: "1"\nRegion: here\nTrails: []\n');
  write('b.yml', renderBaseline({ ...head, Trails: [orgAuditTrail] }));
  write('c.yml', 'Trails: [');
  write('d.yaml', 'Trails: []');
  const { code, stdout, stderr } = await runCli('check', folder);
  expect({ code, stdout }).toEqual({
    code: 1,
    stdout: 'good  baselines/b.yml  123456789012 us-east-1  trails: 1  weaknesses: 0  not guarded: 5\n',
  });
  expect(stderr.split('\n')).toEqual([
    'baselines/a.yml:1:1 Account is not an account id: write its 12 digits in quotes',
    'baselines/a.yml:2:1 Region is not a Region, like us-east-1',
    expect.stringMatching(/^baselines\/c\.yml:1:10 is not YAML: /),
    'baselines/d.yaml is never read: name it .yml',
    '',
  ]);
});

test('a folder without baselines is no fault', async () => {
  expect(await runCli('check', folder)).toMatchObject({
    code: 0,
    stdout: 'no baselines in baselines: npm run capture -- --stage <stage> writes one\n',
  });
});
