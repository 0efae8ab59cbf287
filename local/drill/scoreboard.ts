import colors from 'picocolors';
import { aligned, plural } from '../table.ts';
import type { Mail, Result, Step } from './drill.ts';
import type { Trial } from './ordeal.ts';

const STEPS: Readonly<Record<Step, readonly [doing: string, done: string]>> = {
  aws: ['starting the embedded AWS', 'embedded AWS on loopback: CloudTrail, EventBridge, Lambda, IAM, SNS'],
  trails: ['creating trails', 'Alice created her trails'],
  capture: ['capturing', 'npm run capture wrote baselines/drill.yml'],
  package: ['packaging', 'serverless package built the real package'],
  deploy: ['deploying', 'deployed with exactly the rights, rules and environment of serverless.yml'],
};

const trips = (count: number | undefined): string => (count === undefined ? '-' : plural(count, 'trip'));

const ms = (value: number): string => `${Math.round(value)} ms`;

/** A finished step of the preparations. */
export function stepDone(step: Step): string {
  return `  ${colors.green('✔')} ${STEPS[step][1]}`;
}

/** A step under way, to be written over by what follows it. */
export function stepUnderWay(step: Step): string {
  return colors.dim(`  … ${STEPS[step][0]}`);
}

/** An ordeal under way, to be written over by what follows it. */
export function ordealUnderWay(name: string): string {
  return colors.dim(`  … ${name}`);
}

/** What takes back a line that is to be written over, where there is one. */
export const OVER = '\r\x1b[K';

/** Whether an attack was survived: whole again, without a loop or a lost event, and told. */
export function survived({ whole, loops, isTold, problems }: Result): boolean {
  return whole && loops === 0 && isTold && problems.length === 0;
}

/** How fast all was whole again, in words. */
export function speed({ repairs, healedInMs, tripsToLogging, tripsToWhole }: Result): string {
  if (repairs.length === 0) return 'was whole already';
  const logging = tripsToLogging === undefined ? '' : `, logging after ${plural(tripsToLogging, 'trip')}`;
  const whole = tripsToWhole === undefined ? '' : `, ${plural(tripsToWhole, 'trip')}`;
  return `in ${ms(healedInMs)}${whole}${logging}`;
}

/** One attack, told when it is over: what she did, what came back and how fast, and the mail's subject. */
export function blow(result: Result): string {
  const { name, effect, whole, broken, repairs, mails, isTold, problems, loops } = result;
  const back = whole ? colors.green('whole again') : colors.red(`BROKEN: ${broken.join(', ')}`);
  const calls = repairs.length > 0 ? colors.dim(`  ${[...new Set(repairs)].join(', ')}`) : '';
  return [
    '',
    `  ${colors.bold(name)}  ${effect}`,
    `    ${back} ${speed(result)}${calls}`,
    ...mails.map(({ subject }) => `    ${colors.dim('mail')}  ${subject}`),
    ...(isTold ? [] : [`    ${colors.red('no mail that names her, or says what to do')}`]),
    ...(loops > 0 ? [`    ${colors.red(plural(loops, 'repeated repair'))}`] : []),
    ...problems.map((problem) => `    ${colors.red(problem)}`),
  ].join('\n');
}

/** A mail as it arrives, framed. */
export function letter({ subject, body }: Mail): string {
  const lines = [`Subject: ${subject}`, '', ...body.trimEnd().split('\n')];
  return ['', ...lines.map((line) => `  ${colors.dim('│')} ${line}`), ''].join('\n');
}

const COLUMNS: readonly (readonly [title: string, cell: (result: Result) => string])[] = [
  ['attack', ({ name }) => name],
  ['effect', ({ effect }) => effect],
  [
    'whole again',
    ({ whole, healedInMs, repairs }) => (whole ? (repairs.length > 0 ? ms(healedInMs) : 'already') : 'NO'),
  ],
  ['logging', ({ tripsToLogging }) => trips(tripsToLogging)],
  ['whole', ({ tripsToWhole }) => trips(tripsToWhole)],
  ['mails', ({ mails }) => String(mails.length)],
];

/** Every attack in one table, and the sum of it. */
export function table(results: readonly Result[], latencyMs: number): string {
  const whole = results.filter(({ whole }) => whole).length;
  const loops = results.reduce((sum, result) => sum + result.loops, 0);
  const mails = results.reduce((sum, result) => sum + result.mails.length, 0);
  const sum = `${plural(results.length, 'attack')}, ${whole} whole, ${plural(loops, 'loop')}, ${plural(mails, 'mail')}`;
  const good = results.every(survived);
  const [head = '', ...lines] = aligned([
    COLUMNS.map(([title]) => title),
    ...results.map((result) => COLUMNS.map(([, cell]) => cell(result))),
  ]);
  return [
    '',
    colors.bold(head),
    ...results.map((result, index) => (survived(result) ? String : colors.red)(lines[index] ?? '')),
    '',
    `  ${(good ? colors.green : colors.red)(colors.bold(sum))}${colors.dim(`  (each API call takes ${latencyMs} ms)`)}`,
    '',
  ].join('\n');
}

/** The title of a section. */
export const titleOf = (text: string): string => colors.bold(`  ${text}`);

/** Attacks on anything else than a trail, in one table, and the sum of it. */
export function besideTable(results: readonly Result[]): string {
  const good = results.filter(survived).length;
  const stayed = ({ stays }: Result) => (stays ? 'told: people mend it' : 'whole again');
  const lines = aligned(
    results.map((result) => [result.name, result.effect, result.whole ? stayed(result) : 'BROKEN']),
  );
  const sum = `${plural(results.length, 'attack')}, ${good} survived`;
  return [
    '',
    ...results.map((result, index) => (survived(result) ? String : colors.red)(lines[index] ?? '')),
    '',
    `  ${(good === results.length ? colors.green : colors.red)(colors.bold(sum))}`,
    '',
  ].join('\n');
}

/** The title of the ordeals' section. */
export function beyond(): string {
  return colors.bold('  Beyond single attacks');
}

/** One ordeal, told when it is over: what Mallory or fate did, and what came of it. */
export function trial({ name, story, survived: good, outcome, mails, tookMs }: Trial): string {
  const came = good ? colors.green('survived') : colors.red('NOT SURVIVED');
  return [
    '',
    `  ${colors.bold(name)}  ${story}`,
    `    ${came} in ${(tookMs / 1000).toFixed(1)} s${colors.dim(`  ${plural(mails.length, 'mail')}`)}`,
    `    ${good ? outcome : colors.red(outcome)}`,
  ].join('\n');
}

/** Where the page is that shows all of it. */
export function pageWritten(path: string): string {
  return `\n  ${colors.dim('as a page, as an auditor gets it:')} ${path}\n`;
}

/** The sum of the ordeals. */
export function trialsSum(trials: readonly Trial[]): string {
  const good = trials.filter(({ survived: each }) => each).length;
  const mails = trials.reduce((sum, each) => sum + each.mails.length, 0);
  const sum = `${plural(trials.length, 'ordeal')}, ${good} survived, ${plural(mails, 'mail')}`;
  return `\n  ${(good === trials.length ? colors.green : colors.red)(colors.bold(sum))}\n`;
}
