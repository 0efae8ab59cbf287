import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCli } from './run-cli.ts';

// Each command starts a process of its own, which takes its time on a busy machine.
import.meta.jest.setTimeout(30_000);

const repository = fileURLToPath(new URL('../..', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'schema-'));
  mkdirSync(join(folder, 'baselines'));
  writeFileSync(join(folder, '.prettierrc.json'), readFileSync(join(repository, '.prettierrc.json')));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('the schema in the repository is the one that the code says', async () => {
  expect(await runCli('schema', repository, ['--check'])).toEqual({
    code: 0,
    stdout: 'unchanged  baselines/schema.json\n',
    stderr: '',
  });
});

test('a schema that is out of date is refused by --check, and written without it', async () => {
  const schema = join(folder, 'baselines/schema.json');
  writeFileSync(schema, '{}\n');
  expect(await runCli('schema', folder, ['--check'])).toEqual({
    code: 1,
    stdout: '',
    stderr:
      'baselines/schema.json is not what src/baseline-schema.ts says: run npm run schema and commit the file\n',
  });
  expect(readFileSync(schema, 'utf8')).toBe('{}\n');
  expect(await runCli('schema', folder)).toMatchObject({
    code: 0,
    stdout: 'written  baselines/schema.json\n',
  });
  expect(readFileSync(schema, 'utf8')).toBe(readFileSync(join(repository, 'baselines/schema.json'), 'utf8'));
});
