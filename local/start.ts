import { Command, InvalidArgumentError } from 'commander';
import { ATTACKS, type Attack } from './attacks.ts';
import { drill, openRange, type Result, type Step } from './drill.ts';
import { blow, letter, stepDone, stepUnderWay, survived, table } from './scoreboard.ts';

const LATENCY_MS = 20;

function attackNamed(name: string): Attack {
  const attack = ATTACKS.find((known) => known.name === name);
  if (!attack)
    throw new InvalidArgumentError(
      `There is no such attack. Known: ${ATTACKS.map((known) => known.name).join(', ')}.`,
    );
  return attack;
}

const {
  json = false,
  dark = false,
  attack,
} = new Command('npm start --')
  .description('Lets Mallory attack two guarded trails on an embedded AWS in every known way.')
  .option('--attack <name>', 'only this attack, with its whole mail', attackNamed)
  .option('--dark', 'with EventBridge muted: one sweep is all there is')
  .option('--json', 'the results as JSON, and nothing else')
  .parse()
  .opts<{ json?: boolean; dark?: boolean; attack?: Attack }>();

function say(text: string): void {
  if (!json) process.stdout.write(`${text}\n`);
}

let underWay: Step | undefined;
function show(step?: Step): void {
  if (underWay) say(`${process.stdout.isTTY ? '\r\x1b[K' : ''}${stepDone(underWay)}`);
  if (step && process.stdout.isTTY && !json) process.stdout.write(stepUnderWay(step));
  underWay = step;
}

say(
  `\nTrailkeeper: the real package against every known attack, on an embedded AWS${dark ? ', in the dark' : ''}\n`,
);
const range = await openRange({ latencyMs: LATENCY_MS }, show);
show();
const results: Result[] = [];
try {
  for (const blowToStrike of attack ? [attack] : ATTACKS) {
    const result = await drill(range, blowToStrike, dark);
    results.push(result);
    say(blow(result));
    const [mail] = result.mails;
    if (mail && results.length === 1) say(letter(mail));
  }
} finally {
  await range.close();
}
if (json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
say(table(results, LATENCY_MS));
process.exitCode = results.every(survived) ? 0 : 1;
