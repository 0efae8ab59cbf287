import { lastChangeOf } from '../incident/delivery.ts';
import type { Incident } from '../incident/incident.ts';
import { severityOf } from '../incident/severity.ts';
import { concernedTrails, deliveryFaultsOf, gapOf, isDrillOver, verdictOf } from '../incident/verdict.ts';
import { FIELDS } from '../kinds/trail/fields.ts';
import type { TrailOutcome } from '../kinds/trail/shape.ts';
import {
  concernedResources,
  idOfResource,
  isResourceRestored,
  wrongWithResource,
} from '../incident/resources.ts';
import { titleOf } from '../kinds/kinds.ts';
import type { ResourceOutcome } from '../kinds/resource.ts';
import { type Call, isCallOn, isSilencing } from '../record/call.ts';
import type { Remembered } from './ledger.ts';
import type { News } from './window.ts';

const DAY_MS = 24 * 60 * 60_000;

/** One actor is told from another by identity, key and address: another session with the same name is somebody else. */
export function whoMade({ actor, sourceIp }: Call): string {
  return JSON.stringify([actor.arn ?? actor.name, actor.accessKeyId, sourceIp]);
}

/** What was called on what, by whom: an event may be forged, with the id of a call that was another. */
export function whatIs(call: Call): string {
  return JSON.stringify([
    call.eventName,
    call.trail?.Name ?? (call.kind === 'trail' ? undefined : call.request),
    whoMade(call),
  ]);
}

function whoOf({ nudge, calls: [call], drill }: Incident): string {
  // Whoever drills must not hold back what is told of the same person otherwise.
  if (drill) return `drill ${drill.arn}`;
  if (nudge.kind === 'attempt') return 'refused calls';
  if (call) return whoMade(call);
  return nudge.kind === 'unreadable' ? 'unreadable events' : 'nobody known';
}

function aboutOf(incident: Incident): string[] {
  const { nudge, calls, guarded, home } = incident;
  if (nudge.kind === 'attempt' || nudge.kind === 'unreadable') return ['anything'];
  if (isDrillOver(incident)) return ['the end of the drill'];
  const called = calls.map((call) => {
    const resource = guarded.find((each) => isCallOn(call, each, home));
    const what = call.trail?.Name ?? (resource ? titleOf(resource) : `a ${call.kind}`);
    return `${what} ${call.tampering.part} ${call.eventName}`;
  });
  const found = concernedTrails(incident).flatMap(({ Name, found }) =>
    found.map(({ field }) => `${Name} ${FIELDS[field]}`),
  );
  const foundOn = concernedResources(incident).flatMap((outcome) =>
    outcome.found.map(({ field }) => `${idOfResource(outcome)} ${field}`),
  );
  return [...new Set(calls.length > 0 ? called : [...found, ...foundOn])];
}

/** An incident, as far as it decides when it is told. */
export function newsOf(incident: Incident): News {
  return {
    who: whoOf(incident),
    about: aboutOf(incident),
    severity: severityOf(incident),
    isGood: ['restored', 'whole', 'refused'].includes(verdictOf(incident)),
    calls: incident.calls,
  };
}

/** The same, whoever did it. What is about trails that nobody declared is all about one, for their names are without number. */
export function newsOfAnybody(incident: Incident): News {
  const news = newsOf(incident);
  const declared = incident.baseline.Trails.map(({ Name }) => Name);
  const about = news.about.map((each) => {
    const [name = '', ...part] = each.split(' ');
    return declared.includes(name) ? each : ['another trail', ...part].join(' ');
  });
  return { ...news, who: 'everybody', about: [...new Set(about)] };
}

/** What is wrong with a trail once a pass is over, as a text to compare; empty where nothing is. */
export function wrongWith(outcome: TrailOutcome): string {
  const { remaining, last } = outcome;
  const wrong = [
    ...remaining.map(({ field }) => field),
    ...Object.entries(last.unread).map(([part, why]) => `${part}: ${why}`),
    ...deliveryFaultsOf(outcome),
  ];
  return wrong.join('\n');
}

type Trouble = Remembered['trouble'];

/** Two functions sweep: what both have seen at once is told once. */
function isToldByAnother(
  { seenAt }: Incident,
  { found, remaining }: Pick<TrailOutcome | ResourceOutcome, 'found' | 'remaining'>,
  told: Trouble | undefined,
): boolean {
  const isAtOnce = told?.toldUntil !== undefined && told.toldUntil >= seenAt && remaining.length === 0;
  return isAtOnce && found.every(({ field }) => told.found?.includes(field));
}

/**
 * Whether a pass without a call has something to tell that was not told: drift that was found and removed; a silence that nobody has told
 * of; or something wrong that is not what was last told to be wrong, or was told a day ago.
 */
export function isNews(incident: Incident, outcome: TrailOutcome, told: Trouble | undefined): boolean {
  const { found, remaining, attempts } = outcome;
  const gap = gapOf(incident, outcome);
  if (gap && gap.from > (told?.silentUntil ?? 0)) return true;
  if (isToldByAnother(incident, outcome, told)) return false;
  const isMended = found.some((drift) => !remaining.some(({ field }) => field === drift.field));
  if (isMended && attempts.some(({ error }) => !error)) return true;
  const wrong = wrongWith(outcome);
  return wrong !== '' && (wrong !== told?.wrong || incident.seenAt - told.toldAt >= DAY_MS);
}

/** What is remembered of a trail once a pass has been told. */
export function troubleAfter(
  incident: Incident,
  outcome: TrailOutcome,
  told: Trouble | undefined,
  isTold: boolean,
): Trouble {
  const wrong = wrongWith(outcome);
  const isSilenced =
    gapOf(incident, outcome) !== undefined ||
    outcome.found.some(({ field }) => field === 'IsLogging') ||
    incident.calls.some((call) => call.trail?.Name === outcome.Name && isSilencing(call));
  const silentUntil = isTold && isSilenced ? outcome.verifiedAt : told?.silentUntil;
  return {
    wrong,
    toldAt: isTold || wrong !== told?.wrong ? incident.seenAt : told.toldAt,
    ...(silentUntil !== undefined && { silentUntil }),
    ...seenIn(outcome, told, isTold),
  };
}

function seenIn(
  { found, verifiedAt }: Pick<TrailOutcome | ResourceOutcome, 'found' | 'verifiedAt'>,
  told: Trouble | undefined,
  isTold: boolean,
): Pick<Trouble, 'toldUntil' | 'found'> {
  if (isTold && found.length > 0) return { toldUntil: verifiedAt, found: found.map(({ field }) => field) };
  return {
    ...(told?.toldUntil !== undefined && { toldUntil: told.toldUntil }),
    ...(told?.found && { found: told.found }),
  };
}

/**
 * Whether a pass without a call has something to tell of a resource that was not told: drift that was found and removed, or something wrong
 * that is not what was last told to be wrong, or was told a day ago.
 */
export function isResourceNews(
  incident: Incident,
  outcome: ResourceOutcome,
  told: Trouble | undefined,
): boolean {
  if (isToldByAnother(incident, outcome, told)) return false;
  if (isResourceRestored(outcome)) return true;
  const wrong = wrongWithResource(outcome);
  return wrong !== '' && (wrong !== told?.wrong || incident.seenAt - told.toldAt >= DAY_MS);
}

/** What is remembered of a resource once a pass has been told. */
export function resourceTroubleAfter(
  incident: Incident,
  outcome: ResourceOutcome,
  told: Trouble | undefined,
  isTold: boolean,
): Trouble {
  const wrong = wrongWithResource(outcome);
  const toldAt = isTold || wrong !== told?.wrong ? incident.seenAt : told.toldAt;
  const by = lastChangeOf(incident, outcome.declared) ?? told?.by;
  return { wrong, toldAt, ...(by && { by }), ...seenIn(outcome, told, isTold) };
}
