import type { Incident } from '../incident/incident.ts';
import type { TrailOutcome } from '../kinds/trail/shape.ts';
import { duration } from '../alert/mail-facts.ts';
import { callOf, callOn, followsDeclaration, gapOf, story, verdictOf } from '../incident/verdict.ts';
import { asciiLine } from '../foreign/printable.ts';
import { severityOf } from '../incident/severity.ts';
import { type Call, TAMPERINGS } from '../record/call.ts';

/** How long from the call to the last reading, in words; undefined when the event does not say when it was. */
function timeSince(call: Call | undefined, until: number): string | undefined {
  return call?.time && duration(Math.max(until - Date.parse(call.time), 0) / 1000);
}

function verifiedAt({ outcomes }: Incident): number {
  return Math.max(...outcomes.map((outcome) => outcome.verifiedAt));
}

function deed(incident: Incident, outcome: TrailOutcome): string {
  const call = callOn(incident, outcome.Name);
  if (call) return TAMPERINGS[call.eventName].deed;
  if (gapOf(incident, outcome)) return 'stopped and started';
  if (outcome.first.standing === 'missing') return 'found deleted';
  if (outcome.found.some(({ field }) => field === 'IsLogging')) return 'found stopped';
  if (followsDeclaration(incident)) return 'was behind its baseline';
  return outcome.found.length > 0 ? 'found changed' : 'checked';
}

function isRestored({ outcomes }: Incident): boolean {
  return outcomes.some(({ attempts }) => attempts.length > 0);
}

/** How long a trail was off that betrays it, although it is whole. */
function offFor(incident: Incident): string | undefined {
  const [gap] = story(incident).flatMap((outcome) => gapOf(incident, outcome) ?? []);
  return gap && `off for ${duration((gap.until - gap.from) / 1000)}`;
}

function ending(incident: Incident): string {
  const time = timeSince(callOf(incident), verifiedAt(incident));
  switch (verdictOf(incident)) {
    case 'restored':
      return time ? `restored in ${time}` : 'restored';
    case 'whole':
      return offFor(incident) ?? 'whole already';
    case 'broken':
      return 'NOT restored';
    case 'planned':
      return 'not repaired (monitor mode)';
    case 'out-of-reach':
      return 'cannot be restored';
    case 'ailing':
      return isRestored(incident) ? 'restored, but cannot deliver' : 'cannot deliver';
    case 'refused':
      return 'refused';
  }
}

/** A line whose names give way to each other, so that what happened and how it ended are never cut. */
interface Line {
  readonly name: string;
  readonly said: string;
  readonly actor: string | undefined;
  readonly ended: string;
}

const LEAST = 8;

function fit({ name, said, actor, ended }: Line, room: number): string {
  const fixed = said.length + ended.length + (actor === undefined ? 0 : ' by '.length);
  const free = Math.max(room - fixed, 0);
  const forActor = actor === undefined ? 0 : Math.min(actor.length, Math.max(free - name.length, LEAST));
  const by = actor === undefined ? '' : ` by ${asciiLine(actor, forActor)}`;
  const line = asciiLine(name, Math.max(free - forActor, LEAST)) + said + by + ended;
  return asciiLine(line, room);
}

function lineOf(incident: Incident): Line {
  const { nudge, repeats } = incident;
  const times = repeats && repeats.count > 1 ? ` (x${repeats.count})` : '';
  const [first, ...more] = story(incident);
  const call = callOf(incident);
  if (nudge.kind === 'attempt') {
    const { trail, eventName, actor } = nudge.call;
    return {
      name: trail?.Name ?? 'a trail',
      said: `: ${eventName}`,
      actor: actor.shortName,
      ended: `${times} refused`,
    };
  }
  const ended = `${times}, ${ending(incident)}`;
  if (!first)
    return { name: call?.eventName ?? `${nudge.kind} event`, said: '', actor: call?.actor.shortName, ended };
  const others = more.length > 0 ? ` and ${more.length} more` : '';
  const actor = callOn(incident, first.Name)?.actor.shortName;
  return { name: first.Name, said: `${others} ${deed(incident, first)}`, actor, ended };
}

/** The story in one line: printable ASCII, at most 99 characters, the severity first, the place last. */
export function subject(incident: Incident): string {
  const { account, region } = incident.home;
  const head = `[${severityOf(incident).toUpperCase()}] `;
  const tail = ` (${account} ${region})`;
  return head + fit(lineOf(incident), 99 - head.length - tail.length) + tail;
}
