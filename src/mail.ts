import { changeTable } from './change-table.ts';
import { inColumns } from './columns.ts';
import { oneLine } from './printable.ts';
import type { Report } from './report-schema.ts';

type Told<Key extends keyof Report> = NonNullable<Report[Key]>;

/** How long something took, in words that fit a subject. */
export function duration(seconds: number): string {
  if (seconds < 120) return `${seconds.toFixed(1)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

const toTheSecond = (time: string): string => `${time.slice(0, 19)}Z`;

/** A label, and beside it what is to say; nothing where there is nothing to say. */
function fact(label: string, ...said: readonly (string | undefined)[]): string[] {
  const lines = said.flatMap((text) => (text ? inColumns(text, 62) : []));
  return lines.map((line, index) => `  ${(index === 0 ? label : '').padEnd(8)}${line}`);
}

function who({ actor }: Told<'call'>): string[] {
  const { name, mfa, accessKey, account, arn, sessionStarted } = actor;
  const said = [
    name,
    mfa === undefined ? '' : mfa ? 'with MFA' : 'no MFA',
    accessKey ? `key ${accessKey.id}${accessKey.kind === 'long-term' ? ' (long-term)' : ''}` : '',
    arn || !account ? '' : `account ${account}`,
  ];
  return fact(
    'Who',
    said.filter(Boolean).join(', '),
    arn,
    sessionStarted && `session since ${toTheSecond(sessionStarted)}`,
  );
}

function calledBy(call: Told<'call'>): string[] {
  const agent = call.userAgent ? ` (${oneLine(call.userAgent, 120)})` : '';
  return [
    ...who(call),
    ...fact('From', `${call.sourceIp ?? 'an address that the event does not give'}${agent}`),
    ...fact('When', `${call.time ?? 'at a time that the event does not give'} (${call.eventName})`),
  ];
}

function blind({ trails }: Report): string[] {
  return trails.flatMap(({ blind: window, name }) =>
    window
      ? `${duration(window.seconds)} at most without logging, until ${toTheSecond(window.until)}${trails.length > 1 ? ` (${name})` : ''}`
      : [],
  );
}

function pace({ times: { secondsToDetect, secondsToHeal }, verdict }: Report): string {
  const detected = secondsToDetect === undefined ? [] : [`seen after ${duration(secondsToDetect)}`];
  const healed =
    verdict === 'restored' && secondsToHeal !== undefined
      ? [`repaired and verified ${duration(secondsToHeal)} later`]
      : [];
  return [...detected, ...healed].join(', ');
}

/** Several calls are told as one story, in order. */
function chronicle({ calls }: Report): string[] {
  if (calls.length < 2) return [];
  return calls.map(
    ({ time = 'unknown time', eventName, trail = '', actor, sourceIp = 'unknown address' }) =>
      `${time} ${eventName} ${trail} by ${actor.shortName} from ${sourceIp}`,
  );
}

function facts(report: Report): string[] {
  const { call, account, region, repeats, nudge, trails } = report;
  const alias = account.alias ? ` (${account.alias})` : '';
  const isHidden = !call && nudge !== 'unreadable' && trails.length > 0;
  const again = repeats && `${repeats.count} more such calls since ${toTheSecond(repeats.since)}`;
  return [
    ...(call ? calledBy(call) : []),
    ...(isHidden && report.severity !== 'info' ? fact('Who', 'not known yet') : []),
    ...fact('Where', `account ${account.id}${alias}, ${region}`),
    ...fact('Blind', ...blind(report)),
    ...(call ? fact('Pace', pace(report)) : []),
    ...fact('Again', again),
    ...fact('Story', ...chronicle(report)),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length > 0 ? ['', title, ...lines] : [];
}

/** A command is to be copied, and stands on one line however long it is. */
const listed = (lines: readonly string[]): string[] =>
  lines.flatMap((line) =>
    line.startsWith('aws ')
      ? `    ${line}`
      : inColumns(line, 68).map((part, index) => `  ${index === 0 ? '' : '  '}${part}`),
  );

function ofTrail({ name, wasGone, changes, repairs }: Told<'trails'>[number]): string[] {
  const done = repairs.map(({ call, result, error }) => {
    if (result === 'refused') return `${call}: refused: ${error ?? ''}`;
    return result === 'done' ? `${call}: done` : `${call}: not done (monitor mode)`;
  });
  const changed = wasGone ? ['  The whole trail was gone.'] : changeTable(changes);
  const isPlan = repairs.every(({ result }) => result === 'not done');
  return [
    ...section(`Changed on ${name}:`, changed),
    ...section(`${isPlan ? 'Planned for' : 'Done on'} ${name}:`, listed(done)),
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
  const { summary, trails, nextSteps, followsUp } = report;
  const news = [...aftermathOf(report), ...containmentOf(report)];
  return [
    // What follows a break is set in: no text can pass for a line of the mail's own.
    ...summary.flatMap((line) =>
      inColumns(line, 70).map((part, index) => (index === 0 ? part : `    ${part}`)),
    ),
    '',
    ...facts(report),
    ...(followsUp ? news : [...trails.flatMap(ofTrail), ...wholeness(report), ...news]),
    ...section('Next:', listed(nextSteps)),
    '',
    ...references(report),
    '',
  ].join('\n');
}
