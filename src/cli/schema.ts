import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { baselineSchema } from '../baseline.ts';

const FILE = 'baselines/schema.json';

const current = existsSync(FILE) ? readFileSync(FILE, 'utf8') : '';
const schema = await format(JSON.stringify(baselineSchema()), {
  ...(await resolveConfig(FILE)),
  filepath: FILE,
});

if (current === schema) console.log(`unchanged  ${FILE}`);
else if (process.argv.includes('--check')) {
  console.error(`${FILE} is not what src/baseline-schema.ts says: run npm run schema and commit the file`);
  process.exitCode = 1;
} else {
  writeFileSync(FILE, schema);
  console.log(`written  ${FILE}`);
}
