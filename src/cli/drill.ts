import { mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { Command } from 'commander';
import colours from 'picocolors';
import { drillAccount } from '../aws/drill-account.ts';
import { drillEnd } from '../baseline/drill.ts';
import { BaselineError } from '../baseline/read.ts';
import { DrillError } from '../drill/account.ts';
import { isPassed, tableOf } from '../drill/measured.ts';
import { announcement, planAt } from '../drill/plan.ts';
import { type MeasuredOnAws, measuredOnAws, measuredPage } from '../drill/questions.ts';
import { cleanUp, leftovers, PACE, refuseWithoutRoom, runDrill, type Running } from '../drill/run.ts';
import { PlaceError, placeOf, SERVICE } from './place.ts';

/** Something was asked for that needs the word of a person. */
const NOT_STARTED = 2;

interface Options {
  readonly live?: true;
  readonly stage?: string;
  readonly region?: string;
  readonly yes?: true;
  readonly clean?: true;
  readonly json?: true;
  readonly measure?: true;
}

const options = new Command('npm run drill --')
  .description(
    'A fire drill on a live account: a trail of its own is struck, the guard mends it, and all is taken away again.',
  )
  .option('--live', 'on the account of your credentials; the drill on an embedded AWS is npm start')
  .option('--stage <stage>', 'the stage that is deployed there')
  .option('--region <region>', 'where; by default, where its baseline says')
  .option('--yes', 'run it: without, it is only said what would be done')
  .option('--clean', 'only take away what an earlier drill has left')
  .option('--measure', 'also answer docs/measure-on-aws.md, and write docs/measured-on-aws.json and .md')
  .option('--json', 'the result as JSON on the standard output, and nothing else there')
  .parse()
  .opts<Options>();

function say(line: string): void {
  (options.json ? console.error : console.log)(line);
}

function deployment({ live, stage: given, region: asked }: Options) {
  if (!live)
    throw new DrillError('--live is missing: this drill runs on a live account. On this machine: npm start');
  const { stage, region, file, baseline } = placeOf(given, asked);
  const declared = baseline?.Trails.find(({ Name }) => drillEnd(Name) !== undefined);
  if (declared) throw new DrillError(`${file} declares ${declared.Name}, which is a drill's name: rename it`);
  return { service: SERVICE, stage, region, declaredAccount: baseline?.Account };
}

const breakingOff = new AbortController();

function runningOf(stage: string): Running {
  const { signal } = breakingOff;
  return {
    stage,
    now: Date.now,
    sleep: (ms) => wait(ms, undefined, { signal }),
    sleepOn: (ms) => wait(ms, undefined),
    say: (line) => {
      say(`  ${colours.dim(new Date().toISOString().slice(11, 19))}  ${line}`);
    },
    pace: PACE,
    measures: options.measure === true,
  };
}

/** The first signal breaks the drill off and takes away what it has made; the second leaves that to the next drill. */
function listen(): void {
  const stop = (name: string) => {
    if (breakingOff.signal.aborted) {
      console.error('Left as it is: run npm run drill with --clean.');
      process.exit(1);
    }
    console.error(`\n${name}: the drill is broken off, and what it has made is taken away.`);
    breakingOff.abort(new DrillError(`It was broken off by ${name}`));
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stop);
}

function write(measured: MeasuredOnAws): void {
  mkdirSync('docs', { recursive: true });
  writeFileSync('docs/measured-on-aws.json', `${JSON.stringify(measured, null, 2)}\n`);
  writeFileSync('docs/measured-on-aws.md', measuredPage(measured));
  say(`${colours.green('written')}  docs/measured-on-aws.json and docs/measured-on-aws.md`);
}

async function main(): Promise<void> {
  const { declaredAccount, ...where } = deployment(options);
  const account = await drillAccount(where);
  if (declaredAccount !== undefined && declaredAccount !== account.home.account)
    throw new DrillError(
      `These credentials are of account ${account.home.account}, and baselines/${where.stage}.yml is for ${declaredAccount}: check AWS_PROFILE`,
    );
  const running = runningOf(where.stage);
  const left = await leftovers(account);
  if (options.clean) {
    listen();
    const stays = await cleanUp(account, running);
    say(
      stays.length > 0
        ? `NOT taken away: ${stays.join(', ')}`
        : `Taken away: ${left.join(', ') || 'nothing was left'}`,
    );
    process.exitCode = stays.length > 0 ? 1 : 0;
    return;
  }
  await refuseWithoutRoom(account);
  const plan = planAt(Date.now(), account.home);
  for (const line of announcement(plan, where.stage, left)) say(line);
  if (!options.yes) {
    say(`\n${colours.yellow('Nothing was done.')} Give --yes to run it.`);
    process.exitCode = NOT_STARTED;
    return;
  }
  listen();
  const drilled = await runDrill(account, running, plan);
  if (drilled.answers) write(measuredOnAws(drilled.answers, Date.now(), account.home.region));
  const passed = isPassed(drilled, plan.blows.length);
  if (options.json) console.log(JSON.stringify({ passed, ...drilled }, null, 1));
  else for (const line of ['', ...tableOf(drilled)]) say(line);
  say(passed ? colours.green('The drill is passed.') : colours.red('The drill is NOT passed.'));
  process.exitCode = passed ? 0 : 1;
}

// The SDK would tell each time that it will need a newer Node one day.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
try {
  await main();
} catch (error) {
  // What was waited for when a signal came says only that it was broken off.
  const told: unknown = breakingOff.signal.aborted ? breakingOff.signal.reason : error;
  const isKnown = [DrillError, PlaceError, BaselineError].some((known) => told instanceof known);
  console.error(
    `${colours.red('No drill.')} ${isKnown && told instanceof Error ? told.message : String(told)}`,
  );
  process.exitCode = 1;
}
