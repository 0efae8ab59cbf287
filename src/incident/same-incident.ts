import { type Incident, isWhole } from './incident.ts';
import type { TrailOutcome } from '../kinds/trail/shape.ts';
import { calledBy } from '../record/trigger.ts';
import { isRestored } from './drifts.ts';
import { callOn } from './telling-call.ts';
import { concernedTrails, gapOf, verdictOf } from './verdict.ts';
import { TAMPERINGS } from '../kinds/trail/tamperings.ts';
import { FIELDS } from '../kinds/trail/fields.ts';

function dayOf({ outcomes }: Incident): string {
  return new Date(Math.max(0, ...outcomes.map(({ verifiedAt }) => verifiedAt))).toISOString().slice(0, 10);
}

/** What a pass leaves wrong, so that every sweep of a day need not say it again. */
export function troubleOf(incident: Incident): string {
  const troubles = concernedTrails(incident).map((outcome) => [
    outcome.Name,
    outcome.remaining.map(({ field }) => field),
    Object.keys(outcome.last.unread),
    outcome.last.deliveryErrors,
    gapOf(incident, outcome)?.from,
  ]);
  return JSON.stringify([dayOf(incident), troubles, incident.faults.map(({ message }) => message)]);
}

/** A call with another outcome is news: a repair that failed, and then succeeded. */
export function callKeys({ nudge, calls, outcomes }: Incident): string[] {
  const isBroken = outcomes.some((each) => !isWhole(each));
  const outcome = nudge.kind === 'attempt' ? 'refused' : isBroken ? 'broken' : 'whole';
  return calls.flatMap(({ eventId }) => (eventId === undefined ? [] : [`${eventId} ${outcome}`]));
}

/**
 * What an incident is known by. A pass without a call is known by what it leaves wrong; one that has put something right
 * is always news.
 */
export function keysOf(incident: Incident): string[] {
  const { nudge, outcomes } = incident;
  if (calledBy(nudge)) return callKeys(incident);
  if (nudge.kind === 'unreadable')
    return nudge.eventId === undefined ? [] : [`${nudge.eventId} ${troubleOf(incident)}`];
  return outcomes.some((outcome) => isRestored(incident, outcome)) ? [] : [troubleOf(incident)];
}

/** What one actor did to one part of one trail, as the pass that repaired it has told. */
export interface ToldRepair {
  readonly actor: string;
  readonly trail: string;
  readonly part: string;
  readonly until: number;
}

/** What a pass that was told has repaired, of the actor of its call. */
export function repairsToldBy(incident: Incident): ToldRepair[] {
  const actor = calledBy(incident.nudge)?.actor;
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

/** Until when the silence of a trail has been told. */
export interface ToldSilence {
  readonly trail: string;
  readonly until: number;
}

/** The silences that a pass has told of. */
export function silencesToldBy(incident: Incident): ToldSilence[] {
  return concernedTrails(incident)
    .filter(
      (outcome) => gapOf(incident, outcome) ?? callOn(incident, outcome.Name)?.eventName === 'StopLogging',
    )
    .map(({ Name, verifiedAt }) => ({ trail: Name, until: verifiedAt }));
}

/** A stop that an event has told of shows in the next sweep once more, as a gap. */
export function isKnownSilence(told: readonly ToldSilence[], incident: Incident): boolean {
  const outcomes = concernedTrails(incident);
  const isKnown = (outcome: TrailOutcome) => {
    const gap = gapOf(incident, outcome);
    return gap && told.some(({ trail, until }) => trail === outcome.Name && gap.from <= until);
  };
  const isQuiet = ({ found, attempts, remaining }: TrailOutcome) =>
    found.length + attempts.length + remaining.length === 0;
  return outcomes.length > 0 && outcomes.every((outcome) => isQuiet(outcome) && isKnown(outcome));
}

/** The request ids of the repairs that AWS refused. */
export function refusalsOf({ outcomes }: Incident): string[] {
  return outcomes.flatMap(({ attempts }) => attempts.flatMap(({ error }) => error?.requestId ?? []));
}

/** Whether a call is a part of what one pass has repaired and told. */
export function isPartOf(told: readonly ToldRepair[], incident: Incident): boolean {
  if (incident.nudge.kind !== 'tampering' || verdictOf(incident) !== 'whole') return false;
  const { actor, trail, time, eventName } = incident.nudge.call;
  return told.some(
    (repair) =>
      repair.actor === (actor.arn ?? actor.name) &&
      repair.trail === trail?.Name &&
      repair.part === TAMPERINGS[eventName].part &&
      time !== undefined &&
      // CloudTrail's times are whole seconds: what may have come later is told.
      Date.parse(time) + 999 <= repair.until,
  );
}
