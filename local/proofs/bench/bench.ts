import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { format, resolveConfig } from 'prettier';
import { benchDocument } from './document.ts';
import { measure } from './measure.ts';
import { picture } from './picture.ts';
import { type Row, rowsOf } from './rows.ts';
import { terminalTable } from './table.ts';

const DOCUMENT = 'docs/bench.md';
const PICTURE = 'docs/bench.svg';

const atLeast = (minimum: number) => (text: string) => {
  const count = Number(text);
  if (Number.isInteger(count) && count >= minimum) return count;
  throw new InvalidArgumentError(`Give a whole number, ${minimum} or more.`);
};

function existing(path: string): string {
  if (existsSync(path)) return path;
  throw new InvalidArgumentError('There is no such file.');
}

interface Options {
  readonly runs: number;
  readonly node: string;
  readonly date: string;
  readonly write?: true;
  readonly check?: true;
}

const { runs, node, date, write, check } = new Command('npm run bench --')
  .description(
    'Measures the package as it builds now against bare SDK clients, and a Python healer where there is one.',
  )
  .option('--runs <count>', 'fresh processes of each contender, 15 or more', atLeast(15), 21)
  .option(
    '--node <path>',
    'another Node.js to run all of it on, such as the version that Lambda has',
    existing,
    process.execPath,
  )
  .option('--date <date>', 'the day that the documents name', new Date().toISOString().slice(0, 10))
  .option('--write', `write ${DOCUMENT} and ${PICTURE}`)
  .option('--check', 'fail when a bar is missed')
  .parse()
  .opts<Options>();

async function bench(): Promise<readonly Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'trailkeeper-bench-'));
  try {
    const measured = await measure(folder, { runs }, (part) => process.stderr.write(`  … ${part}\n`));
    const measurements = { ...measured, date };
    const rows = rowsOf(measurements);
    process.stdout.write(terminalTable(rows));
    if (write) {
      const layout = { ...(await resolveConfig(DOCUMENT)), parser: 'markdown' };
      await writeFile(DOCUMENT, await format(benchDocument(measurements, rows), layout));
      await writeFile(PICTURE, picture(measurements));
    }
    return rows;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (realpathSync(node) === realpathSync(process.execPath)) {
  const rows = await bench();
  process.exitCode = check && rows.some(({ holds }) => holds === false) ? 1 : 0;
} else {
  const there = spawnSync(node, ['--import', 'tsx', ...process.argv.slice(1)], { stdio: 'inherit' });
  process.exitCode = there.status ?? 1;
}
