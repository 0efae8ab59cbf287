import type { Incident } from '../incident/incident.ts';
import { duration } from './duration.ts';
import { approvedBy } from '../incident/approved.ts';
import { isRestored } from '../incident/drifts.ts';
import { ENDINGS } from './endings.ts';
import { concernedResources, happeningToResource, unseenResources } from '../incident/resources.ts';
import { titleOf } from '../kinds/kinds.ts';
import { isCallOn } from '../record/call.ts';
import { happeningTo } from '../incident/happening.ts';
import { callOf, callOn, callOnResource } from '../incident/telling-call.ts';
import { concernedTrails, gapOf, isDrillOver, verdictOf } from '../incident/verdict.ts';
import { asciiLine } from '../foreign/printable.ts';
import { severityOf } from '../incident/severity.ts';
import { secondsBetween, timesOf } from '../incident/times.ts';

/** How long a trail was off that betrays it, although it is whole. */
function offFor(incident: Incident): string | undefined {
  const [gap] = concernedTrails(incident).flatMap((outcome) => gapOf(incident, outcome) ?? []);
  return gap && `off for ${duration(secondsBetween(gap.from, gap.until))}`;
}

function ending(incident: Incident): string {
  const window = approvedBy(incident);
  if (window) return `stands by ${window.reason}`;
  const verdict = verdictOf(incident);
  if (isDrillOver(incident)) return 'the drill is over';
  const { happened, verified } = timesOf(incident);
  if (verdict === 'restored' && happened !== undefined && verified !== undefined)
    return `${ENDINGS.restored} in ${duration(secondsBetween(happened, verified))}`;
  if (verdict === 'ailing' && concernedTrails(incident).some((outcome) => isRestored(incident, outcome)))
    return `${ENDINGS.restored}, but ${ENDINGS.ailing}`;
  return (verdict === 'whole' ? offFor(incident) : undefined) ?? ENDINGS[verdict];
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
  const resources = concernedResources(incident);
  const [resource] = resources;
  const [unseen] = unseenResources(incident).map(({ declared }) => declared);
  const [first, ...more] = concernedTrails(incident);
  const call = callOf(incident);
  if (nudge.kind === 'attempt') {
    const { trail, eventName, actor, kind } = nudge.call;
    const named = incident.guarded.find((each) => isCallOn(nudge.call, each, incident.home));
    return {
      name: trail?.Name ?? (named ? titleOf(named) : `a ${kind}`),
      said: `: ${eventName}`,
      actor: actor.shortName,
      ended: `${times} refused`,
    };
  }
  const ended = `${times}, ${ending(incident)}`;
  // A trail that was struck comes before what it delivers through.
  const isTrailStruck = call?.kind === 'trail' || (first !== undefined && first.found.length > 0);
  if (resource && !isTrailStruck)
    return {
      name: titleOf(resource.declared),
      said: `${resources.length > 1 ? ` and ${resources.length - 1} more` : ''} ${happeningToResource(incident, resource).deed}`,
      actor: callOnResource(incident, resource.declared)?.actor.shortName,
      ended,
    };
  if (unseen && !isTrailStruck) {
    const struck = callOnResource(incident, unseen);
    return {
      name: titleOf(unseen),
      said: ` ${struck?.tampering.deed ?? 'struck'}`,
      actor: struck?.actor.shortName,
      ended,
    };
  }
  if (!first)
    return { name: call?.eventName ?? `${nudge.kind} event`, said: '', actor: call?.actor.shortName, ended };
  const others = more.length > 0 ? ` and ${more.length} more` : '';
  const actor = callOn(incident, first.Name)?.actor.shortName;
  return {
    name: first.Name,
    said: `${others} ${happeningTo(incident, first).deed}`,
    actor,
    ended,
  };
}

/** What happened in one line: printable ASCII, at most 99 characters, the severity first, the place last. */
export function subject(incident: Incident): string {
  const { account, region } = incident.home;
  const head = `[${severityOf(incident).toUpperCase()}] ${incident.drill ? 'DRILL ' : ''}`;
  const tail = ` (${account} ${region})`;
  return head + fit(lineOf(incident), 99 - head.length - tail.length) + tail;
}
