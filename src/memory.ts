import { callOf, type Incident, isWhole, verdictOf } from './incident.ts';
import type { Alert } from './report.ts';
import { TAMPERINGS } from './tampering.ts';
import { FIELDS } from './trail.ts';

/** What a warm container remembers: the alerts that could not be sent yet, and the stories that were told. */
export interface Memory {
  /** Alerts in the order in which they must still be sent. */
  readonly unsent: Alert[];
  /**
   * Whether this incident has been told: as the same event again, as a part of an incident that one pass repaired, or as
   * a repair of the guard's own that was refused. That one is known by the id that AWS gave to the request, which nobody
   * can choose.
   */
  hasTold(incident: Incident): boolean;
  remember(incident: Incident): void;
}

/** More than a container is likely to see in its life, and little enough to hold. */
const LIMIT = 1000;

/** The same event with another outcome is news: a repair that failed, and then succeeded. */
function eventKey(incident: Incident): string | undefined {
  const id = incident.nudge.kind === 'unreadable' ? incident.nudge.eventId : incident.nudge.call.eventId;
  const broken = incident.outcomes.some((outcome) => !isWhole(outcome));
  return id && `${id} ${incident.nudge.kind} ${broken ? 'broken' : 'whole'}`;
}

/** What one actor did to one part of one trail, as the pass that repaired it has told. */
interface ToldRepair {
  readonly actor: string;
  readonly trail: string;
  readonly part: string;
  readonly until: number;
}

function repairsToldBy(incident: Incident): ToldRepair[] {
  const actor = callOf(incident)?.actor;
  if (!actor) return [];
  return incident.outcomes.flatMap(({ Name, found, verifiedAt }) =>
    found.map(({ field }) => ({
      actor: actor.arn ?? actor.name,
      trail: Name,
      part: FIELDS[field],
      until: verifiedAt,
    })),
  );
}

function refusalsOf({ outcomes }: Incident): string[] {
  return outcomes.flatMap(({ attempts }) => attempts.flatMap(({ error }) => error?.requestId ?? []));
}

function isPartOf(told: readonly ToldRepair[], incident: Incident): boolean {
  if (incident.nudge.kind !== 'tampering' || verdictOf(incident) !== 'whole') return false;
  const { actor, trail, time, eventName } = incident.nudge.call;
  return told.some(
    (repair) =>
      repair.actor === (actor.arn ?? actor.name) &&
      repair.trail === trail?.Name &&
      repair.part === TAMPERINGS[eventName].part &&
      time !== undefined &&
      Date.parse(time) <= repair.until,
  );
}

/** An empty memory. What it forgets costs one mail too many, never one too few. */
export function createMemory(): Memory {
  const events: string[] = [];
  const repairs: ToldRepair[] = [];
  const refusals: string[] = [];
  return {
    unsent: [],
    hasTold: (incident) => {
      const key = eventKey(incident);
      const requestId = callOf(incident)?.requestId;
      return (
        (key !== undefined && events.includes(key)) ||
        (requestId !== undefined && refusals.includes(requestId)) ||
        isPartOf(repairs, incident)
      );
    },
    remember: (incident) => {
      const key = eventKey(incident);
      events.push(...(key ? [key] : []));
      repairs.push(...repairsToldBy(incident));
      refusals.push(...refusalsOf(incident));
      for (const list of [events, repairs, refusals]) list.splice(0, list.length - LIMIT);
    },
  };
}
