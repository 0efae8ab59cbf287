import { Command, InvalidArgumentError } from 'commander';
import type { Attack } from './drill/attacks/attack.ts';
import { TRAIL_ATTACKS } from './drill/attacks/trails.ts';
import { writeEvidence } from './drill/evidence.ts';
import { drill, openRange, type Range, type Result, type Step } from './drill/drill.ts';
import { type Ordeal, type Trial, undergoAll } from './drill/ordeal.ts';
import { ORDEALS } from './drill/ordeals.ts';
import {
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
  trial,
  trialsSum,
} from './drill/scoreboard.ts';

const LATENCY_MS = 20;

interface Choice {
  readonly attacks: readonly Attack[];
  readonly ordeals: readonly Ordeal[];
}

function chosen(name: string): Choice {
  const attacks = TRAIL_ATTACKS.filter((known) => known.name === name);
  const ordeals = ORDEALS.filter((known) => known.name === name);
  if (attacks.length + ordeals.length > 0) return { attacks, ordeals };
  const known = [...TRAIL_ATTACKS, ...ORDEALS].map((each) => each.name).join(', ');
  throw new InvalidArgumentError(`There is no such attack or ordeal. Known: ${known}.`);
}

const { json = false, attack } = new Command('npm start --')
  .description(
    'Lets Mallory attack two guarded trails on an embedded AWS in every known way, then lets more than a trail break.',
  )
  .option('--attack <attack or ordeal>', 'only this one, with its whole mail', chosen)
  .option('--json', 'the results as JSON, and nothing else')
  .parse()
  .opts<{ json?: boolean; attack?: Choice }>();
const { attacks, ordeals } = attack ?? { attacks: TRAIL_ATTACKS, ordeals: ORDEALS };

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
  const results = await strikeAll(range);
  const struck = { from: startedAt, until: Date.now() };
  const trials = await undergoEach(range);
  if (json) process.stdout.write(`${JSON.stringify({ attacks: results, ordeals: trials }, null, 2)}\n`);
  else say(pageWritten(await writeEvidence(range, struck, { results, trials })));
  process.exitCode = results.every(survived) && trials.every((each) => each.survived) ? 0 : 1;
} finally {
  await range.close();
}
