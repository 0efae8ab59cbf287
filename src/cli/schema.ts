import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { z } from 'zod';
import { baselineSchema } from '../baseline/read.ts';
import { REPORT_VERSION, reportSchema } from '../report/schema.ts';

/** Draft 2020-12; its identifier names the version, and no place. */
const reportJsonSchema = {
  $id: `urn:trailkeeper:report:${REPORT_VERSION}`,
  title: 'Trailkeeper report',
  ...z.toJSONSchema(reportSchema, { target: 'draft-2020-12' }),
};

/** Each file, with the schema that belongs in it, and the source that says so. */
const FILES = [
  ['baselines/schema.json', baselineSchema(), 'src/baseline/schema.ts'],
  ['docs/report.schema.json', reportJsonSchema, 'src/report/schema.ts'],
] as const;

const isCheck = process.argv.includes('--check');

for (const [file, schema, source] of FILES) {
  const current = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const text = await format(JSON.stringify(schema), { ...(await resolveConfig(file)), filepath: file });
  if (current === text) console.log(`unchanged  ${file}`);
  else if (isCheck) {
    console.error(`${file} is not what ${source} says: run npm run schema and commit the file`);
    process.exitCode = 1;
  } else {
    writeFileSync(file, text);
    console.log(`written  ${file}`);
  }
}
