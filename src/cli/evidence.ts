import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Command, Option } from 'commander';
import colours from 'picocolors';
import { EvidenceError, type EvidenceRequest, LEAVABLE, readLedgers, readSources } from '../aws/evidence.ts';
import { BaselineError } from '../baseline/read.ts';
import { evidenceCsv } from '../evidence/csv.ts';
import { evidenceOf, type Evidence } from '../evidence/evidence.ts';
import { type EvidenceFile, type ReadFile, readEvidenceFile } from '../evidence/file-schema.ts';
import { evidencePage } from '../evidence/page.ts';
import type { Commit, Known, Period } from '../evidence/sources.ts';
import { faultsAgainst, faultsOfFile, faultsOfLedgers } from '../evidence/verify.ts';
import { PlaceError, placeOf, SERVICE } from './place.ts';

interface Options {
  readonly stage?: string;
  readonly region?: string;
  readonly from?: string;
  readonly to?: string;
  readonly out: string;
  readonly without: readonly string[];
  /** True where no file was given. */
  readonly verify?: string | true;
}

const run = promisify(execFile);

function parseOptions(): Options {
  return new Command('npm run evidence --')
    .description(
      'Writes what an auditor asks of a period, from the ledger, the metrics and the Event history: a page, JSON and CSV.',
    )
    .option('--stage <stage>', 'the stage')
    .option('--from <time>', 'the beginning of the period: 2026-09-01, or 2026-09-01T12:00:00Z; UTC')
    .option('--to <time>', 'its end, which is not part of it')
    .option('--region <region>', 'where the stage is deployed; by default, where its baseline says')
    .option('--out <folder>', 'where to write', 'evidence')
    .addOption(
      new Option('--without <source...>', 'leave out what you may not read; the page says so')
        .choices(LEAVABLE)
        .default([]),
    )
    .option(
      '--verify [file]',
      'check the chain of the ledger, or of the JSON of an earlier page, or that the ledger still holds what stands in it',
    )
    .parse()
    .opts();
}

function timeOf(option: string, given: string | undefined): number {
  if (given === undefined) throw new EvidenceError(`${option} is missing: give a day, such as 2026-09-01`);
  const at = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z)?$/.test(given) ? Date.parse(given) : NaN;
  // The 30th of February would be the 2nd of March.
  if (Number.isNaN(at) || !new Date(at).toISOString().startsWith(given.slice(0, 10)))
    throw new EvidenceError(
      `${option} is ${JSON.stringify(given)}: give a day, such as 2026-09-01, or 2026-09-01T12:00:00Z`,
    );
  return at;
}

function periodOf({ from: first, to }: Options, now: number): Period {
  const [from, until] = [timeOf('--from', first), timeOf('--to', to)];
  if (from >= until) throw new EvidenceError('--from is not before --to: exchange them');
  if (from >= now)
    throw new EvidenceError(
      `--from is in the future by the clock of this machine, ${new Date(now).toISOString()}: give an earlier one, or set the clock`,
    );
  return { from, until };
}

const FORMAT = '--format=%H%x00%aI%x00%an%x00%s';

/** The commits that changed a file in a period, and the last before it, oldest first. */
async function commitsOf(file: string, { from, until }: Period): Promise<Known<readonly Commit[]>> {
  try {
    const { stdout } = await run('git', ['log', '--follow', FORMAT, '--', file], { maxBuffer: 2 ** 26 });
    const commits = stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split('\0'))
      .map(([id = '', at = '', author = '', subject = '']): Commit => ({ id, at, author, subject }))
      .filter(({ at }) => Date.parse(at) < until)
      .sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
    if (commits.length === 0) return { fault: `git knows no commit of ${file} before the end of the period` };
    const inForce = commits.findLastIndex(({ at }) => Date.parse(at) < from);
    return { known: commits.slice(Math.max(inForce, 0)) };
  } catch (thrown) {
    const [said] = String(thrown instanceof Error ? thrown.message : thrown)
      .split('\n')
      .slice(-2);
    return { fault: `git log of ${file} failed: ${said ?? ''}` };
  }
}

async function requestOf(
  { stage: given, region: asked, without }: Options,
  period: Period,
): Promise<EvidenceRequest> {
  const { stage, region, file, baseline } = placeOf(given, asked);
  return {
    service: SERVICE,
    stage,
    region,
    ...(baseline && { account: baseline.Account }),
    declared: baseline?.Trails.map(({ Name }) => Name) ?? [],
    period,
    without: Object.fromEntries(without.map((source) => [source, 'left out on request'])),
    commits: await commitsOf(file, period),
    now: Date.now,
  };
}

function show({ incidents, trails, gaps, chains }: Evidence): void {
  const critical = incidents.filter(({ severity }) => severity === 'critical').length;
  console.log(
    `  ${incidents.length} incidents, ${critical} critical; ${trails.length} trails; ${gaps.length} gaps in the evidence`,
  );
  for (const { table, broken } of chains)
    if (broken !== undefined) console.log(`  ${colours.red(`The chain of ${table} is broken: ${broken}`)}`);
}

async function write(options: Options): Promise<void> {
  const period = periodOf(options, Date.now());
  const sources = await readSources(await requestOf(options, period));
  const evidence = evidenceOf(sources);
  const file: EvidenceFile = { evidence, ledgers: sources.ledgers };
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  const name = `${sources.stage}-${day(period.from)}-${day(period.until)}`;
  mkdirSync(options.out, { recursive: true });
  for (const [end, text] of [
    ['html', evidencePage(evidence)],
    ['json', `${JSON.stringify(file, null, 1)}\n`],
    ['csv', evidenceCsv(evidence)],
  ] as const) {
    const path = join(options.out, `${name}.${end}`);
    writeFileSync(path, text);
    console.log(`${colours.green('written')}  ${path}`);
  }
  show(evidence);
}

function fileOf(path: string): ReadFile {
  if (!existsSync(path))
    throw new EvidenceError(`There is no file ${path}: give the JSON that npm run evidence wrote`);
  const file = readEvidenceFile(readFileSync(path, 'utf8'));
  if (!file)
    throw new EvidenceError(
      `${path} is no evidence of this version: give the JSON that npm run evidence wrote`,
    );
  return file;
}

async function verify(options: Options): Promise<void> {
  const { verify: path, stage } = options;
  const file = typeof path === 'string' ? fileOf(path) : undefined;
  const isLive = stage !== undefined || file === undefined;
  const live = isLive ? await readLedgers(await requestOf(options, { from: 0, until: Date.now() })) : [];
  const faults = [
    ...(file ? faultsOfFile(file) : []),
    ...faultsOfLedgers(live),
    ...(file && isLive ? faultsAgainst(file, live) : []),
  ];
  for (const { table, items } of live) console.log(`checked  ${table}: ${items.length} records`);
  if (file)
    console.log(`checked  ${String(path)}: ${file.ledgers.flatMap(({ items }) => items).length} records`);
  if (faults.length > 0) throw new EvidenceError(`The evidence is BROKEN.\n${faults.join('\n')}`);
  console.log(colours.green('The chain is unbroken, and all totals are right.'));
}

// The SDK would tell each time that it will need a newer Node one day.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
try {
  const options = parseOptions();
  await (options.verify === undefined ? write(options) : verify(options));
} catch (error) {
  const isKnown = [EvidenceError, PlaceError, BaselineError].some((known) => error instanceof known);
  console.error(
    `${colours.red('No evidence.')} ${isKnown && error instanceof Error ? error.message : String(error)}`,
  );
  process.exitCode = 1;
}
