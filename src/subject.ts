import { callOf, type Incident, story, type TrailOutcome, verdictOf } from './incident.ts';
import { asciiLine } from './printable.ts';
import { severityOf } from './severity.ts';
import { type Call, TAMPERINGS } from './tampering.ts';

/** How long from the call to the last reading, in words; undefined when the event does not say when it was. */
export function timeSince(call: Call | undefined, until: number): string | undefined {
  if (!call?.time) return undefined;
  const seconds = Math.max(until - Date.parse(call.time), 0) / 1000;
  if (seconds < 120) return `${seconds.toFixed(1)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

function verifiedAt({ outcomes }: Incident): number {
  return Math.max(...outcomes.map((outcome) => outcome.verifiedAt));
}

function deed(incident: Incident, outcome: TrailOutcome): string {
  const call = callOf(incident);
  if (call?.trail?.Name === outcome.Name) return TAMPERINGS[call.eventName].deed;
  if (outcome.first.standing === 'missing') return 'found deleted';
  if (outcome.found.some(({ field }) => field === 'IsLogging')) return 'found stopped';
  return outcome.found.length > 0 ? 'found changed' : 'checked';
}

function ending(incident: Incident): string {
  const time = timeSince(callOf(incident), verifiedAt(incident));
  switch (verdictOf(incident)) {
    case 'restored':
      return time ? `restored in ${time}` : 'restored';
    case 'whole':
      return 'whole already';
    case 'broken':
      return 'NOT restored';
    case 'planned':
      return 'not repaired (monitor mode)';
    case 'out-of-reach':
      return 'cannot be restored';
    case 'refused':
      return 'refused';
  }
}

/** The story in one line: printable ASCII, at most 99 characters, the severity first, the place last. */
export function subject(incident: Incident): string {
  const { nudge, home } = incident;
  const call = callOf(incident);
  const [first, ...more] = story(incident);
  const head = `[${severityOf(incident).toUpperCase()}] `;
  const tail = ` (${home.account} ${home.region})`;
  const by = call ? ` by ${asciiLine(call.actor.shortName, 24)}` : '';
  const room = 99 - head.length - tail.length;
  if (nudge.kind === 'attempt') {
    const said = `: ${nudge.call.eventName}${by} refused`;
    return head + asciiLine(call?.trail?.Name ?? 'a trail', room - said.length) + said + tail;
  }
  if (!first)
    return (
      head + asciiLine(`${call?.eventName ?? 'unreadable event'}${by}, ${ending(incident)}`, room) + tail
    );
  const others = more.length > 0 ? ` and ${more.length} more` : '';
  const said = `${others} ${deed(incident, first)}${by}, ${ending(incident)}`;
  return head + asciiLine(first.Name, Math.max(room - said.length, 12)) + asciiLine(said, room - 12) + tail;
}
