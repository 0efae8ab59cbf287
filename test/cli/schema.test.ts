import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCli } from './run-cli.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'schema-'));
  for (const name of ['baselines', 'docs']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, '.prettierrc.json'), readFileSync(join(repository, '.prettierrc.json')));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('the schemas in the repository are those that the code says', async () => {
  expect(await runCli('schema', repository, ['--check'])).toEqual({
    code: 0,
    stdout: 'unchanged  baselines/schema.json\nunchanged  docs/report.schema.json\n',
    stderr: '',
  });
});

test.each([
  ['baselines/schema.json', 'docs/report.schema.json', 'src/baseline/schema.ts'],
  ['docs/report.schema.json', 'baselines/schema.json', 'src/report/schema.ts'],
])('%s that is out of date is refused by --check, and written without it', async (file, other, source) => {
  const schema = join(folder, file);
  const right = readFileSync(join(repository, file), 'utf8');
  writeFileSync(schema, '{}\n');
  writeFileSync(join(folder, other), readFileSync(join(repository, other)));
  expect(await runCli('schema', folder, ['--check'])).toEqual({
    code: 1,
    stdout: `unchanged  ${other}\n`,
    stderr: `${file} is not what ${source} says: run npm run schema and commit the file\n`,
  });
  expect(readFileSync(schema, 'utf8')).toBe('{}\n');
  const { code, stdout } = await runCli('schema', folder);
  expect({ code, lines: stdout.split('\n').toSorted() }).toEqual({
    code: 0,
    lines: ['', `unchanged  ${other}`, `written  ${file}`],
  });
  expect(readFileSync(schema, 'utf8')).toBe(right);
});

test('the schema of the report is of a draft that tools know, and names no place', () => {
  const schema = JSON.parse(readFileSync(join(repository, 'docs/report.schema.json'), 'utf8')) as object;
  expect(schema).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:trailkeeper:report:1.1',
    title: 'Trailkeeper report',
    type: 'object',
    additionalProperties: false,
  });
});
