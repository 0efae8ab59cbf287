import { describeItems, describeRepair, describeValue } from './describe.ts';
import type { Drift } from './drift.ts';
import {
  callOf,
  type Incident,
  isRepairable,
  isWhole,
  story,
  type TrailOutcome,
  verdictOf,
} from './incident.ts';
import { oneLine } from './printable.ts';
import { remedy } from './remedy.ts';
import { timeSince } from './subject.ts';
import { type Call, TAMPERINGS } from './tampering.ts';
import type { Home } from './trail.ts';

/** Columns of a table of values; a row that does not fit is told line by line. */
const COLUMNS = [26, 15, 15] as const;

const utc = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

function fact(label: string, ...lines: readonly (string | undefined)[]): string[] {
  const said = lines.filter((line) => line !== undefined);
  return said.map((line, index) => `  ${(index === 0 ? label : '').padEnd(8)}${line}`);
}

function actorLines({ actor }: Call): string[] {
  const mfa = actor.mfa === undefined ? undefined : actor.mfa ? 'with MFA' : 'no MFA';
  const key = actor.accessKeyId ? `key ${oneLine(actor.accessKeyId)}` : undefined;
  const account = (actor.arn ?? !actor.account) ? undefined : `account ${oneLine(actor.account)}`;
  return fact(
    'Who',
    [oneLine(actor.name), mfa, key, account].filter(Boolean).join(', '),
    actor.arn ? oneLine(actor.arn) : undefined,
  );
}

function facts(incident: Incident, call: Call): string[] {
  const { home } = incident;
  const agent = call.userAgent ? ` (${oneLine(call.userAgent, 120)})` : '';
  return [
    ...actorLines(call),
    ...fact('From', `${oneLine(call.sourceIp ?? 'an address that the event does not give')}${agent}`),
    ...fact('When', `${call.time ?? 'at a time that the event does not give'} (${call.eventName})`),
    ...fact('Where', `account ${home.account}, ${home.region}`),
    ...fact('Blind', blindWindow(incident, call)),
  ];
}

/** Told only where logging was off and is on again: the digest chain has a gap as long as this. */
function blindWindow(incident: Incident, call: Call): string | undefined {
  const named = story(incident).find(({ Name }) => Name === call.trail?.Name);
  if (TAMPERINGS[call.eventName].part !== 'logging' || !named?.last.state.IsLogging) return undefined;
  const time = timeSince(call, named.verifiedAt);
  return time && `${time} at most without logging, until ${utc(named.verifiedAt)}`;
}

interface Row {
  readonly field: Drift['field'];
  readonly before: readonly string[];
  readonly found: readonly string[];
  readonly now: readonly string[];
}

function rowOf({ field, declared, found }: Drift, { remaining, last }: TrailOutcome): Row {
  const isLeft = remaining.some((drift) => drift.field === field);
  return {
    field,
    before: describeItems(field, declared),
    found: describeItems(field, found),
    now: describeItems(field, isLeft ? last.state[field] : declared),
  };
}

const TITLES = ['Field', 'Before', 'Found', 'Now'];

function inColumns(cells: readonly string[]): string {
  return `  ${cells.map((cell, column) => cell.padEnd(COLUMNS[column] ?? 0)).join('')}`.trimEnd();
}

function fits({ field, before, found, now }: Row): boolean {
  return [[field], before, found, now].every(
    (items, column) => items.length === 1 && (items[0] ?? '').length < (COLUMNS[column] ?? 16),
  );
}

function stacked({ field, before, found, now }: Row): string[] {
  const again = now.join() === before.join() ? ['as before'] : now;
  const values = Object.entries({ before, found, now: again });
  return [
    `  ${field}`,
    ...values.flatMap(([title, items]) =>
      items.map((item, index) => `    ${(index === 0 ? title : '').padEnd(8)}${item}`),
    ),
  ];
}

/** The first reading comes beside the first move, and may be too late to show what the event tells. */
function drifts(call: Call | undefined, { Name, found }: TrailOutcome): readonly Drift[] {
  const wasStopped = call?.eventName === 'StopLogging' && call.trail?.Name === Name;
  if (!wasStopped || found.some(({ field }) => field === 'IsLogging')) return found;
  return [{ field: 'IsLogging', declared: true, found: false }, ...found];
}

function changes(call: Call | undefined, outcome: TrailOutcome): string[] {
  const wasGone = outcome.attempts.some(({ repair, error }) => repair.kind === 'createTrail' && !error);
  if (wasGone || outcome.first.standing === 'missing') return ['  The whole trail was gone.'];
  const rows = drifts(call, outcome).map((drift) => rowOf(drift, outcome));
  const short = rows.filter(fits);
  return [
    ...(short.length > 0 ? [inColumns(TITLES)] : []),
    ...short.map(({ field, before, found, now }) => inColumns([field, ...before, ...found, ...now])),
    ...rows.filter((row) => !fits(row)).flatMap(stacked),
  ];
}

function done({ attempts, planned }: TrailOutcome): string[] {
  const tried = attempts.map(({ repair, error }) => {
    const result = error ? `refused: ${oneLine(error.name)}: ${oneLine(error.message)}` : 'done';
    return `  ${describeRepair(repair)}: ${result}`;
  });
  return [...tried, ...planned.map((repair) => `  ${describeRepair(repair)}: not done (monitor mode)`)];
}

function beyondReach({ declared, last }: TrailOutcome): string[] {
  const owner = last.owner ? ` (${oneLine(last.owner)})` : '';
  switch (last.standing) {
    case 'organization':
      return [
        `belongs to the organisation's management account${owner}: only it may repair the trail. Call its owners.`,
      ];
    case 'elsewhere':
      return [`is at home in another Region${owner}: deploy Trailkeeper there.`];
    case 'missing':
      return declared
        ? ['is gone.']
        : ['is gone, and no baseline says how it was: recreate it by hand, then npm run capture.'];
    case 'homed':
      return declared
        ? []
        : ['is in no baseline: only its logging could be judged. To guard all of it: npm run capture.'];
  }
}

function broken(outcome: TrailOutcome): string[] {
  const { Name, attempts, remaining, last } = outcome;
  const unread = Object.entries(last.unread).map(
    ([part, reason]) => `${part} could not be read: ${oneLine(reason)}.`,
  );
  const drift = remaining.map(({ field }) => `${field} is ${describeValue(field, last.state[field])}.`);
  const errors = isWhole(outcome) ? [] : attempts.flatMap(({ error }) => (error ? [error] : []));
  const remedies = [...new Set(errors.map((error) => `To do: ${remedy(error)}.`))];
  const undelivered = last.deliveryErrors.map((error) => `Not delivered, ${oneLine(error)}.`);
  return [...beyondReach(outcome), ...drift, ...unread, ...undelivered, ...remedies].map(
    (line) => `  ${Name}: ${line}`,
  );
}

/** What happened to a trail, as the event says, or as its state betrays. */
function happened(incident: Incident, outcome: TrailOutcome): string {
  const call = callOf(incident);
  if (call?.trail?.Name === outcome.Name) return TAMPERINGS[call.eventName].story;
  if (outcome.first.standing === 'missing') return 'was found DELETED';
  if (outcome.found.some(({ field }) => field === 'IsLogging')) return 'was found STOPPED';
  return outcome.found.length > 0 ? 'was found CHANGED' : 'was looked at';
}

function headline(incident: Incident, outcome: TrailOutcome): string {
  const call = callOf(incident);
  const said = `Trail ${outcome.Name} ${happened(incident, outcome)}.`;
  if (!isRepairable(outcome) || (!outcome.declared && outcome.last.standing === 'missing'))
    return `${said} It CANNOT be restored from here.`;
  if (incident.config.mode === 'monitor' && outcome.planned.length > 0)
    return `${said} Monitor mode: nothing was repaired.`;
  if (!isWhole(outcome)) return `${said} It is NOT whole.`;
  const again = outcome.attempts.length > 0 ? ' again' : '';
  if (!outcome.declared) return `${said} It is logging${again}.`;
  const wasSilent = call !== undefined && TAMPERINGS[call.eventName].part === 'logging';
  return `${said} It is ${wasSilent ? `logging${again}, whole and verified` : `whole${again}, and verified`}.`;
}

function opening(incident: Incident): string[] {
  const { nudge, faults } = incident;
  const told = story(incident).map((outcome) => headline(incident, outcome));
  const faulty = faults.map(({ message }) => `CONFIGURATION: ${message}`);
  switch (nudge.kind) {
    case 'attempt': {
      const { trail, eventName } = nudge.call;
      const why = nudge.errorMessage ? `: ${oneLine(nudge.errorMessage)}` : '';
      return [
        `${eventName} on ${trail ? `trail ${trail.Name}` : 'a trail'} was tried and REFUSED. Nothing has changed.`,
        `  ${oneLine(nudge.errorCode)}${why}`,
      ];
    }
    case 'unreadable':
      return [
        `An event came that could not be understood (${oneLine(nudge.reason)}). All declared trails were looked at.`,
        ...told,
        ...faulty,
      ];
    case 'tampering':
      return [
        ...(told.length > 0
          ? told
          : [
              `${nudge.call.eventName} was called on a trail that the event does not name. All declared trails were looked at.`,
            ]),
        ...faulty,
      ];
  }
}

function next(incident: Incident, call: Call | undefined): string[] {
  const event = call?.eventId ? ` Event ${oneLine(call.eventId)}.` : '';
  if (!call) return ['Next: find out what sent this event, and whether a rule was changed.'];
  const verdict = verdictOf(incident);
  const repair =
    verdict === 'broken' || verdict === 'out-of-reach' ? ' Mend what is still broken first.' : '';
  return [
    `Next: was this you or your team? If not, treat the identity above as compromised.${repair}${event}`,
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length > 0 ? ['', title, ...lines] : [];
}

/** A refused call gave no reason to look: then nothing is said of what is whole. */
function wholeness({ nudge }: Incident): string[] {
  return nudge.kind === 'attempt' ? [] : ['', 'Still broken: nothing.'];
}

/** The mail: plain text, the most important line first. */
export function body(incident: Incident): string {
  const call = callOf(incident);
  const told = story(incident);
  const left = told.flatMap(broken);
  return [
    ...opening(incident),
    '',
    ...(call ? facts(incident, call) : place(incident.home)),
    ...told.flatMap((outcome) => section(`Changed on ${outcome.Name}:`, changes(call, outcome))),
    ...told.flatMap((outcome) => section(`Done on ${outcome.Name}:`, done(outcome))),
    ...(left.length > 0 ? section('Still broken:', left) : wholeness(incident)),
    '',
    ...next(incident, call),
    '',
  ].join('\n');
}

function place(home: Home): string[] {
  return fact('Where', `account ${home.account}, ${home.region}`);
}
