import colors from 'picocolors';
import { plural, rowOf } from '../../table.ts';
import type { Bout, Result } from './strike.ts';

/** How an attack came out; nothing to heal where this AWS has no field that the attack could change. */
export type Verdict = 'whole' | 'broken' | 'nothing to heal';

// What nobody could find out from the trails themselves: who it was, and from where.
const WORDS = ['role Admin, session mallory', '198.51.100.7'];

const isTold = ({ alerts, untold }: Result): boolean =>
  alerts.length > 0 &&
  untold.length === 0 &&
  alerts.every(({ body }) => WORDS.every((words) => body.includes(words)));

/** Whole, told in full, and without a failed or a needless run. */
export function verdictOf(result: Result): Verdict {
  const { struck, broken, problems } = result;
  if (broken.length > 0 || problems.length > 0) return 'broken';
  if (struck.length === 0) return 'nothing to heal';
  return isTold(result) ? 'whole' : 'broken';
}

const WIDTHS = [21, 48, 18, 18];

function cell(result: Result): string {
  const verdict = verdictOf(result);
  if (verdict === 'nothing to heal') return 'nothing to heal';
  if (verdict === 'broken') return 'NO';
  return `${Math.round(result.tookMs)} ms, ${plural(result.alerts.length, 'alert')}`;
}

function reasons(result: Result, when: string): string[] {
  const { alerts, broken, problems, struck, untold } = result;
  const silence =
    struck.length === 0 || isTold(result)
      ? []
      : untold.length > 0
        ? [`not told, or not remembered: ${untold.join(', ')}`]
        : [
            `no alert, or one that does not say who and from where: ${alerts.map(({ subject }) => subject).join(' | ')}`,
          ];
  const all = [...broken.map((field) => `${field} is not as before`), ...silence, ...problems];
  return all.map((reason) => colors.red(`    ${when}: ${reason}`));
}

/** The title of the table. */
export const title = colors.bold(
  rowOf(['attack', 'effect', 'whole by its event', 'whole by a sweep'], WIDTHS),
);

/** One attack, as it ends. */
export function line({ attack, lit, dark }: Bout): string {
  const cells = rowOf([attack.name, attack.effect, cell(lit), cell(dark)], WIDTHS);
  const verdicts = [lit, dark].map(verdictOf);
  const paint = verdicts.includes('broken')
    ? colors.red
    : verdicts.includes('whole')
      ? String
      : colors.yellow;
  return [
    paint(cells),
    ...(verdicts.includes('broken') ? [...reasons(lit, 'by its event'), ...reasons(dark, 'by a sweep')] : []),
  ].join('\n');
}

/** Whether every attack that this AWS can represent was healed and told, both ways, and the quiet sweep left all alone. */
export function allWell(bouts: readonly Bout[], quiet: Result): boolean {
  const isQuiet = quiet.repairs.length + quiet.alerts.length + quiet.problems.length === 0;
  return isQuiet && bouts.every(({ lit, dark }) => [lit, dark].every((each) => verdictOf(each) !== 'broken'));
}

/** Attacks on nothing but what the relay keeps in the place of this AWS. */
function onTheRelayOnly(bouts: readonly Bout[], stoodInFor: readonly string[]): string[] {
  if (!stoodInFor.includes('PutEventConfiguration')) return [];
  return bouts
    .filter(
      ({ lit: { struck } }) =>
        struck.length > 0 && struck.every((field) => field.endsWith('.AggregationConfigurations')),
    )
    .map(({ attack }) => attack.name);
}

/** The sum, what this AWS cannot represent, and what the relay answered in its place. */
export function summary(bouts: readonly Bout[], quiet: Result, stoodInFor: readonly string[]): string {
  const verdicts = bouts.map(({ lit, dark }) => [lit, dark].map(verdictOf));
  const whole = verdicts.filter((both) => both.every((each) => each === 'whole')).length;
  const without = bouts
    .filter(({ lit }) => verdictOf(lit) === 'nothing to heal')
    .map(({ attack }) => attack.name);
  const onRelay = onTheRelayOnly(bouts, stoodInFor);
  const paint = allWell(bouts, quiet) ? colors.green : colors.red;
  const sums = [
    plural(bouts.length, 'attack'),
    `${whole} whole both ways`,
    `${without.length} without effect on this AWS`,
    `a quiet sweep made ${plural(quiet.repairs.length, 'change')} and ${plural(quiet.alerts.length, 'alert')}`,
  ];
  const notes = [
    ...(without.length > 0
      ? [`Nothing is proven by ${without.join(', ')}: this AWS has no such field.`]
      : []),
    ...(onRelay.length > 0
      ? [`Little is proven by ${onRelay.join(', ')}: the relay keeps that field in the place of this AWS.`]
      : []),
    `The relay wrote the records and delivered them, and stood in for ${stoodInFor.join(', ') || 'nothing else'}.`,
  ];
  return ['', `  ${paint(colors.bold(sums.join(', ')))}`, ...notes.map((note) => `  ${note}`), ''].join('\n');
}
