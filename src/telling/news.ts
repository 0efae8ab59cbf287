import type { Incident } from '../incident/incident.ts';
import { severityOf } from '../incident/severity.ts';
import { concernedTrails, isDrillOver, verdictOf } from '../incident/verdict.ts';
import { FIELDS } from '../kinds/trail/fields.ts';
import { concernedResources, idOfResource } from '../incident/resources.ts';
import { titleOf } from '../kinds/kinds.ts';
import { type Call, isCallOn } from '../record/call.ts';
import type { News } from './window.ts';

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
