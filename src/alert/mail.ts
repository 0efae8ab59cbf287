import { changeTable } from './change-table.ts';
import { wrapped } from './wrap.ts';
import { fact, facts, toTheSecond } from './mail-facts.ts';
import type { Report } from '../report/schema.ts';

type Told<Key extends keyof Report> = NonNullable<Report[Key]>;

function section(title: string, lines: readonly string[]): string[] {
  return lines.length > 0 ? ['', title, ...lines] : [];
}

/** A command is to be copied, and stands on one line however long it is. */
const listed = (lines: readonly string[]): string[] =>
  lines.flatMap((line) =>
    line.startsWith('aws ')
      ? `    ${line}`
      : wrapped(line, 68).map((part, index) => `  ${index === 0 ? '' : '  '}${part}`),
  );

type Mended = Pick<Told<'trails'>[number], 'name' | 'wasGone' | 'changes' | 'repairs'>;

function ofTrail({ name, wasGone, changes, repairs }: Mended, what = 'trail'): string[] {
  const done = repairs.map(({ call, result, error }) => {
    if (result === 'refused') return `${call}: refused: ${error ?? ''}`;
    return result === 'done' ? `${call}: done` : `${call}: not done (monitor mode)`;
  });
  const changed = wasGone ? [`  The whole ${what} was gone.`] : changeTable(changes);
  const isPlan = repairs.every(({ result }) => result === 'not done');
  return [
    ...section(`Changed on ${name}:`, changed),
    ...section(`${isPlan ? 'Planned for' : 'Done on'} ${name}:`, listed(done)),
  ];
}

function ofResource({ title, remarks, ...resource }: Told<'resources'>[number]): string[] {
  return [
    ...ofTrail({ ...resource, name: title }, 'resource'),
    ...section(`Left alone on ${title}:`, listed(remarks)),
  ];
}

/** A refused call gave no reason to look: then nothing is said of what is whole. */
function wholeness({ nudge, faults, stillBroken }: Report): string[] {
  if (stillBroken.length > 0) return section('Still broken:', listed(stillBroken));
  if (faults.length > 0) return ['', 'Still broken: the configuration, see above.'];
  return nudge === 'attempt' ? [] : ['', 'Still broken: nothing.'];
}

function aftermathOf({ aftermath, call }: Report): string[] {
  if (!aftermath) return [];
  const { calls, more, from, until, fault } = aftermath;
  const lines = calls.map(({ time, eventSource, eventName, sourceIp, refused, resources }) =>
    [
      time,
      `${eventSource.replace('.amazonaws.com', '')}:${eventName}`,
      resources.join(' '),
      sourceIp && sourceIp !== call?.sourceIp ? `from ${sourceIp}` : '',
      refused ? `(refused: ${refused})` : '',
    ]
      .filter(Boolean)
      .join(' '),
  );
  return section(`Also done by the same actor, ${toTheSecond(from)} to ${toTheSecond(until)}:`, [
    ...listed(lines),
    ...(more > 0 ? [`  and ${more} more`] : []),
    ...(fault ? listed([`the Event history could not be asked: ${fault}`]) : []),
  ]);
}

function containmentOf({ containment }: Report): string[] {
  if (!containment) return [];
  const { principal, result, reason, undo } = containment;
  return section(`Containment of ${principal}: ${result.toUpperCase()}`, [
    ...listed([reason]),
    ...(undo ? ['  To undo it:', `  ${undo}`] : []),
  ]);
}

function classified({ attack, controls }: Report): string {
  const techniques = attack.map(({ id, formerly }) => `MITRE ATT&CK ${id} (formerly ${formerly})`);
  return [...techniques, controls.join(', ')].filter(Boolean).join('; ');
}

function references(report: Report): string[] {
  const { links, call, id, trimmed, trails } = report;
  return [
    ...fact('Class', classified(report)),
    `  Runbook ${links.runbook}`,
    `  Events  ${links.eventHistory}`,
    ...trails.slice(0, 5).map(({ link }) => `  Trail   ${link}`),
    ...(call?.eventId ? [`  Event   ${call.eventId}`] : [`  Id      ${id}`]),
    ...(trimmed ? fact('Left out', ...trimmed) : []),
  ];
}

/**
 * The mail: plain text in 72 columns, but for what is to be copied; the most important line first. A follow-up says only what
 * is new.
 */
export function mail(report: Report): string {
  const { summary, trails, resources, nextSteps, followsUp } = report;
  const news = [...aftermathOf(report), ...containmentOf(report)];
  return [
    // What follows a break is set in: no text can pass for a line of the mail's own.
    ...summary.flatMap((line) =>
      wrapped(line, 70).map((part, index) => (index === 0 ? part : `    ${part}`)),
    ),
    '',
    ...facts(report),
    ...(followsUp
      ? news
      : [
          ...resources.flatMap(ofResource),
          ...trails.flatMap((trail) => ofTrail(trail)),
          ...wholeness(report),
          ...news,
        ]),
    ...section('Next:', listed(nextSteps)),
    '',
    ...references(report),
    '',
  ].join('\n');
}
