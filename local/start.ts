import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import type { Attack } from './drill/attacks/attack.ts';
import { DELIVERY_ATTACKS } from './drill/attacks/delivery.ts';
import { GUARD_ATTACKS } from './drill/attacks/guard.ts';
import { TRAIL_ATTACKS } from './drill/attacks/trails.ts';
import { writeEvidence } from './drill/evidence.ts';
import { drill, openRange, type Range, type Result, type Step } from './drill/drill.ts';
import { type Ordeal, type Trial, undergoAll } from './drill/ordeal.ts';
import { ORDEALS } from './drill/ordeals.ts';
import {
  besideTable,
  beyond,
  blow,
  letter,
  ordealUnderWay,
  OVER,
  pageWritten,
  stepDone,
  stepUnderWay,
  survived,
  table,
  titleOf,
  trial,
  trialsSum,
} from './drill/scoreboard.ts';

const LATENCY_MS = 20;

/** Attacks on anything else than a trail, as they are shown. */
const GROUPS = [
  { name: 'event', title: 'What the trails deliver through, by event' },
  { name: 'sweep', title: 'The same with EventBridge muted, by one sweep of each function' },
  { name: 'guard', title: 'The guard itself, each blow followed by StopLogging' },
] as const;

interface Struck {
  readonly group: (typeof GROUPS)[number]['name'];
  readonly result: Result;
}

interface Choice {
  readonly attacks: readonly Attack[];
  readonly ordeals: readonly Ordeal[];
  /** What strikes anything else than a trail, in virtual time: all of it, or one; none if empty. */
  readonly beside: readonly Attack[];
}

const BESIDE = [...DELIVERY_ATTACKS, ...GUARD_ATTACKS];

function chosen(name: string): Choice {
  const attacks = TRAIL_ATTACKS.filter((known) => known.name === name);
  const ordeals = ORDEALS.filter((known) => known.name === name);
  const beside = BESIDE.filter((known) => known.name === name);
  if (attacks.length + ordeals.length + beside.length > 0) return { attacks, ordeals, beside };
  const known = [...TRAIL_ATTACKS, ...BESIDE, ...ORDEALS].map((each) => each.name).join(', ');
  throw new InvalidArgumentError(`There is no such attack or ordeal. Known: ${known}.`);
}

const { json = false, attack } = new Command('npm start --')
  .description(
    'Lets Mallory attack two guarded trails, what they deliver through and the guard itself in every known way, on an embedded AWS; then lets more than a trail break.',
  )
  .option('--attack <attack or ordeal>', 'only this one, with its whole mail', chosen)
  .option('--json', 'the results as JSON, and nothing else')
  .parse()
  .opts<{ json?: boolean; attack?: Choice }>();
const { attacks, ordeals, beside } = attack ?? { attacks: TRAIL_ATTACKS, ordeals: ORDEALS, beside: BESIDE };

function say(text: string): void {
  if (!json) process.stdout.write(`${text}\n`);
}

const isLive = process.stdout.isTTY && !json;

let underWay: Step | undefined;
function show(step?: Step): void {
  if (underWay) say(`${isLive ? OVER : ''}${stepDone(underWay)}`);
  if (step && isLive) process.stdout.write(stepUnderWay(step));
  underWay = step;
}

async function strikeAll(range: Range): Promise<Result[]> {
  const results: Result[] = [];
  for (const each of attacks) {
    const result = await drill(range, each);
    results.push(result);
    say(blow(result));
    const [mail] = result.mails;
    if (mail && results.length === 1) say(letter(mail));
  }
  if (results.length > 0) say(table(results, LATENCY_MS));
  return results;
}

/** Strikes anything else than a trail, in another process: two cores are used at once. */
async function strikeBeside({ directory }: Range): Promise<Struck[]> {
  if (beside.length === 0) return [];
  const struck: Struck[] = [];
  const only = attack ? beside.map(({ name }) => name) : [];
  const child = fork(fileURLToPath(new URL('drill/beside.ts', import.meta.url)), [directory, ...only], {
    execArgv: ['--import', 'tsx'],
  });
  child.on('message', (message) => struck.push(message as Struck));
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`The attacks beside the trails were not struck to their end (${code})`);
  return struck;
}

function sayBeside(struck: readonly Struck[]): void {
  for (const group of GROUPS) {
    const results = struck.filter((each) => each.group === group.name).map(({ result }) => result);
    if (results.length === 0) continue;
    say(titleOf(group.title));
    for (const result of results) if (attack || !survived(result)) say(blow(result));
    say(besideTable(results));
    const [mail] = attack ? results.flatMap(({ mails }) => mails) : [];
    if (mail) say(letter(mail));
  }
}

async function undergoEach({ directory }: Range): Promise<Trial[]> {
  const trials: Trial[] = [];
  if (ordeals.length > 0) say(beyond());
  // Nothing is timed in an ordeal but the guard itself: no call is slowed.
  const coming = undergoAll(ordeals, { directory, latencyMs: 0 });
  for (const [index, each] of coming.entries()) {
    if (isLive) process.stdout.write(ordealUnderWay(ordeals[index]?.name ?? ''));
    const over = await each;
    trials.push(over);
    say(`${isLive ? OVER : ''}${trial(over)}`);
  }
  const [mail] = trials[0]?.mails ?? [];
  if (mail && attack) say(letter(mail));
  if (trials.length > 0) say(trialsSum(trials));
  return trials;
}

say('\nTrailkeeper: the real package against every known attack, on an embedded AWS\n');
const range = await openRange({ latencyMs: LATENCY_MS }, show);
show();
const startedAt = Date.now();
try {
  const besides = strikeBeside(range);
  // It is awaited below: what goes wrong first is said first.
  besides.catch(() => undefined);
  const results = await strikeAll(range);
  const struck = { from: startedAt, until: Date.now() };
  const trials = await undergoEach(range);
  const others = await besides;
  sayBeside(others);
  const all = [...results, ...others.map(({ result }) => result)];
  if (json)
    process.stdout.write(
      `${JSON.stringify({ attacks: results, beside: others, ordeals: trials }, null, 2)}\n`,
    );
  else say(pageWritten(await writeEvidence(range, struck, { results: all, trials })));
  process.exitCode = all.every(survived) && trials.every((each) => each.survived) ? 0 : 1;
} finally {
  await range.close();
}
