import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { format } from 'prettier';
import { buildPackage } from '../../build.ts';
import { STAGE } from '../../drill/drill.ts';
import { simulateAll } from './in-parallel.ts';
import { scenarios } from './scenarios.ts';
import { held, summaryOf } from './summary.ts';
import { nameOf, tables } from './tables.ts';

function positive(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('Give a whole number above 0.');
}

const { trails, minutes, json } = new Command('npm run scale --')
  .description(
    "Lets Mallory attack a whole organisation at once, and one trail for an hour, under CloudTrail's quotas and in virtual time.",
  )
  .option('--trails <number>', 'attacked at once, once 5 to an account and once 1', positive, 1000)
  .option('--minutes <number>', 'how long each tug of war lasts, in virtual time', positive, 60)
  .option('--json', 'the results as JSON, and nothing else', false)
  .parse()
  .opts<{ trails: number; minutes: number; json: boolean }>();

function say(text: string): void {
  if (!json) process.stdout.write(`${text}\n`);
}

const startedAt = performance.now();
const took = () => `${Math.round((performance.now() - startedAt) / 1000)} s`;

const directory = await mkdtemp(join(tmpdir(), 'trailkeeper-scale-'));
try {
  say('\nTrailkeeper at scale, on an embedded AWS in virtual time\n');
  await buildPackage(STAGE, directory);
  say(`  package built, ${took()}`);
  const results = await simulateAll(scenarios(trails, minutes), directory, ({ scenario }) => {
    say(`  ${nameOf(scenario)}: done, ${took()}`);
  });
  const summaries = results.map(summaryOf);
  say(`\n${await format(tables(summaries), { parser: 'markdown' })}\nAll of it took ${took()} of real time.`);
  if (json) process.stdout.write(`${JSON.stringify(summaries, null, 2)}\n`);
  process.exitCode = summaries.every(held) ? 0 : 1;
} finally {
  await rm(directory, { recursive: true, force: true });
}
