import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import fc from 'fast-check';
import { TRAIL_ATTACKS } from '../../drill/attacks/trails.ts';
import { buildPackage } from '../../build.ts';
import { STAGE } from '../../drill/drill.ts';
import { anyTrouble } from './any.ts';
import { type Entry, everyDelivery, everyFault, everyScenario } from './every.ts';
import type { Outcome } from './outcome.ts';
import { type Counted, table } from './table.ts';
import { CALM, type Trouble } from './trouble.ts';
import { undergo } from './undergo.ts';

function wholeNumber(text: string): number {
  if (/^-?\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number.');
}

function replayed(text: string): Trouble {
  try {
    return { ...CALM, ...(JSON.parse(text) as Pick<Trouble, 'attacks'>) };
  } catch (error) {
    throw new InvalidArgumentError(`Give the JSON of a failed case: ${String(error)}`);
  }
}

interface Options {
  readonly all?: true;
  readonly runs: number;
  readonly seed: number;
  readonly path?: string;
  readonly replay?: Trouble;
  readonly package?: string;
}

const options = new Command('npm run faults --')
  .description(
    'Lets AWS fail while the guard heals, in virtual time: afterwards one sweep must leave the trails whole, and somebody told.',
  )
  .option('--all', 'first, every kind of fault at every call of every heal, and every delivery of its events')
  .option('--runs <count>', 'how many generated cases', wholeNumber, 200)
  .option('--seed <number>', 'the seed of the generated cases', wholeNumber, Date.now() % 2 ** 31)
  .option('--path <path>', 'with the seed: the one case that a failure has printed')
  .option('--replay <json>', 'only this case, as a failure has printed it', replayed)
  .option('--package <directory>', 'a package of the drill that is built already')
  .parse()
  .opts<Options>();

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function tellFailure(trouble: Trouble, { broken }: Outcome): void {
  say(`\n  FAILED: ${broken.join('; ')}`);
  say(`  npm run faults -- --replay '${JSON.stringify(trouble)}'\n`);
}

async function tryEach(entries: readonly Entry[], directory: string): Promise<Counted[]> {
  const counted: Counted[] = [];
  for (const { row, trouble } of entries) {
    const outcome = await undergo(trouble, directory);
    if (outcome.broken.length > 0) tellFailure(trouble, outcome);
    counted.push({ row, outcome });
  }
  return counted;
}

async function tryAll(directory: string): Promise<Counted[]> {
  const counted: Counted[] = [];
  for (const { name } of TRAIL_ATTACKS) {
    process.stderr.write(`  … ${name}\n`);
    counted.push(...(await tryEach(everyDelivery(name), directory)));
    for (const scenario of everyScenario(name)) {
      const { calls } = await undergo(scenario.trouble, directory);
      counted.push(...(await tryEach(everyFault(scenario, calls), directory)));
    }
  }
  return counted;
}

async function tryAny(directory: string): Promise<Counted[]> {
  const { runs: numRuns, seed, path } = options;
  const counted: Counted[] = [];
  say(`  ${numRuns} generated cases, seed ${seed}`);
  const property = fc.asyncProperty(anyTrouble, async (trouble) => {
    const outcome = await undergo(trouble, directory);
    counted.push({ row: 'generated', outcome });
    if (outcome.broken.length > 0) throw new Error(outcome.broken.join('; '));
  });
  const result = await fc.check(property, { numRuns, seed, ...(path !== undefined && { path }) });
  const report = await fc.asyncDefaultReportMessage(result);
  if (report !== undefined) say(report);
  for (const trouble of result.counterexample ?? []) tellFailure(trouble, await undergo(trouble, directory));
  return counted;
}

async function run(directory: string): Promise<Counted[]> {
  if (options.replay) return tryEach([{ row: 'replayed', trouble: options.replay }], directory);
  const all = options.all ? await tryAll(directory) : [];
  return [...all, ...(await tryAny(directory))];
}

const built = options.package ?? (await mkdtemp(join(tmpdir(), 'trailkeeper-faults-')));
try {
  if (options.package === undefined) await buildPackage(STAGE, built);
  const counted = await run(built);
  say(table(counted));
  process.exitCode = counted.every(({ outcome }) => outcome.broken.length === 0) ? 0 : 1;
} finally {
  if (options.package === undefined) await rm(built, { recursive: true, force: true });
}
