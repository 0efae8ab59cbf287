import { changes } from './changes.ts';
import { describeRepair } from './describe.ts';
import { facts } from './facts.ts';
import { headlines } from './headline.ts';
import type { Incident, TrailOutcome } from './incident.ts';
import { callOf, story, verdictOf } from './story.ts';
import { oneLine } from './printable.ts';
import { residue } from './residue.ts';

function done({ attempts, planned }: TrailOutcome): string[] {
  const tried = attempts.map(({ repair, error }) => {
    const result = error ? `refused: ${oneLine(error.name)}: ${oneLine(error.message)}` : 'done';
    return `  ${describeRepair(repair)}: ${result}`;
  });
  return [...tried, ...planned.map((repair) => `  ${describeRepair(repair)}: not done (monitor mode)`)];
}

function next(incident: Incident): string {
  const call = callOf(incident);
  const verdict = verdictOf(incident);
  const repair = ['broken', 'out-of-reach', 'ailing'].includes(verdict)
    ? ' Mend what is still broken first.'
    : '';
  const event = call?.eventId ? ` Event ${oneLine(call.eventId)}.` : '';
  if (call)
    return `Next: was this you or your team? If not, treat the identity above as compromised.${repair}${event}`;
  if (incident.nudge.kind === 'unreadable')
    return 'Next: find out what sent this event, and whether a rule was changed.';
  return `Next: find out who did it, and why no event of it came.${repair}`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length > 0 ? ['', title, ...lines] : [];
}

/** A refused call gave no reason to look: then nothing is said of what is whole. */
function wholeness({ nudge, faults }: Incident): string[] {
  if (faults.length > 0) return ['', 'Still broken: the configuration, see above.'];
  return nudge.kind === 'attempt' ? [] : ['', 'Still broken: nothing.'];
}

/** The mail: plain text, the most important line first. */
export function body(incident: Incident): string {
  const told = story(incident);
  const left = told.flatMap(residue);
  return [
    ...headlines(incident),
    '',
    ...facts(incident),
    ...told.flatMap((outcome) => section(`Changed on ${outcome.Name}:`, changes(incident, outcome))),
    ...told.flatMap((outcome) => section(`Done on ${outcome.Name}:`, done(outcome))),
    ...(left.length > 0 ? section('Still broken:', left) : wholeness(incident)),
    '',
    next(incident),
    '',
  ].join('\n');
}
