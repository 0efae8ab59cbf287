import { readdirSync, readFileSync } from 'node:fs';
import colours from 'picocolors';
import { BaselineError, parseBaseline } from '../baseline/read.ts';
import { notGuarded } from '../baseline/delivery-path.ts';
import { accountWeaknesses, weaknesses } from '../kinds/trail/weaknesses.ts';

const FOLDER = 'baselines';

/** One line about a good file. Throws a BaselineError that names every fault of a bad one. */
function check(file: string): string {
  if (!file.endsWith('.yml')) throw new BaselineError(`${file} is never read: name it .yml`);
  const baseline = parseBaseline(readFileSync(file, 'utf8'), file);
  const { Account, Region, Trails } = baseline;
  const count = Trails.flatMap(weaknesses).length + accountWeaknesses(Trails).length;
  return `${file}  ${Account} ${Region}  trails: ${Trails.length}  weaknesses: ${count}  not guarded: ${notGuarded(baseline).length}`;
}

const files = readdirSync(FOLDER)
  .filter((name) => /\.ya?ml$/.test(name))
  .sort()
  .map((name) => `${FOLDER}/${name}`);

if (files.length === 0)
  console.log(`no baselines in ${FOLDER}: npm run capture -- --stage <stage> writes one`);
for (const file of files) {
  try {
    console.log(`${colours.green('good')}  ${check(file)}`);
  } catch (error) {
    if (!(error instanceof BaselineError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
