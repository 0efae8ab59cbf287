import type { Alert, Outlet } from '../alert/alert.ts';
import type { Trail } from '../kinds/trail/schema.ts';
import { type Incident, isWhole } from '../incident/incident.ts';
import { calledBy } from '../record/trigger.ts';
import type { Call } from '../record/call.ts';
import {
  callKeys,
  isKnownSilence,
  isPartOf,
  keysOf,
  refusalsOf,
  repairsToldBy,
  silencesToldBy,
  type ToldRepair,
  type ToldSilence,
  troubleOf,
} from '../incident/same-incident.ts';
import { createTugOfWar, type TugOfWar } from './tug-of-war.ts';

/** An alert on its way to one outlet. */
export interface Message {
  readonly alert: Alert;
  readonly outlet: Outlet;
}

/** An incident whose actor is still being followed. */
export interface Sequel {
  readonly incident: Incident;
  /** When it was told, in ms since the epoch. */
  readonly toldAt: number;
  /** The ids of the other calls that have been told. */
  readonly told: readonly string[];
  /** How often the history was asked. */
  readonly looks: number;
}

/** What a warm container remembers: the alerts that could not be sent yet, and the stories that were told. */
export interface Memory {
  /** Alerts in the order in which they must still be sent, each to one outlet. */
  readonly unsent: Message[];
  /** Who did what again and again, so that it is told in few messages. */
  readonly tugOfWar: TugOfWar;
  /** The told incidents whose actors are to be looked at once more, when the Event history has caught up. */
  readonly sequels: Sequel[];
  /**
   * Whether this incident has been told: as the same event again, as a part of an incident that one pass repaired, or as
   * a repair of the guard's own that was refused. That one is known by the id that AWS gave to the request, which nobody
   * can choose.
   */
  hasTold(incident: Incident): boolean;
  /** Trails that nobody declared, by name, as they were last rebuilt: what the guard asks for them is a restoration too. */
  readonly reconstructed: Map<string, Trail>;
  /** Whether a call has been told, so that the history need not tell it again. */
  knows(call: Call): boolean;
  remember(incident: Incident): void;
  /** The times, in ms, at which each principal has tampered lately. */
  readonly tamperings: Map<string, readonly number[]>;
  /** When, in ms, each principal was contained. */
  readonly contained: Map<string, number>;
  /** When this container last told of a sweep, in ms since the epoch. */
  sweptAt: number;
  /** When it told of its first, in ms since the epoch. */
  sweepingSince: number;
  /** Whether some pass has seen every declared trail whole: what differs since then was changed, and not declared. */
  readonly hasSeenWhole: boolean;
  /** Takes note of what a pass has seen, whether it is told or not. */
  noteSight(incident: Incident): void;
  /** Keeps the request ids of the guard's own repairs that were refused, whether the incident is told or not. */
  noteRefusals(incident: Incident): void;
}

/** More than a container is likely to see in its life, and little enough to hold. */
const LIMIT = 1000;

/** An empty memory. What it forgets costs one mail too many, never one too few. */
export function createMemory(): Memory {
  const events: string[] = [];
  const repairs: ToldRepair[] = [];
  const refusals: string[] = [];
  const silences: ToldSilence[] = [];
  let seenWhole = false;
  return {
    get hasSeenWhole() {
      return seenWhole;
    },
    noteSight({ nudge, baseline, outcomes, seenAt }) {
      if (nudge.kind === 'sweep') {
        this.sweptAt = seenAt;
        this.sweepingSince = Math.min(this.sweepingSince, seenAt);
      }
      const declared = outcomes.filter(({ origin }) => origin === 'declared');
      const all = declared.length === baseline.Trails.length;
      if (nudge.kind === 'sweep' && all && declared.every(isWhole)) seenWhole = true;
    },
    unsent: [],
    tugOfWar: createTugOfWar(),
    sequels: [],
    tamperings: new Map(),
    contained: new Map(),
    sweptAt: 0,
    sweepingSince: Infinity,
    reconstructed: new Map(),
    hasTold: (incident) => {
      const requestId = calledBy(incident.nudge)?.requestId;
      return (
        keysOf(incident).some((key) => events.includes(key)) ||
        (requestId !== undefined && refusals.includes(requestId)) ||
        isPartOf(repairs, incident) ||
        isKnownSilence(silences, incident)
      );
    },
    knows: ({ eventId }) => events.some((key) => eventId !== undefined && key.startsWith(`${eventId} `)),
    remember: (incident) => {
      const { kind } = incident.nudge;
      const trouble = kind === 'sweep' || kind === 'signal' ? [troubleOf(incident)] : [];
      events.push(...new Set([...keysOf(incident), ...callKeys(incident), ...trouble]));
      repairs.push(...repairsToldBy(incident));
      silences.push(...silencesToldBy(incident));
      for (const list of [events, repairs, silences]) list.splice(0, list.length - LIMIT);
    },
    noteRefusals: (incident) => {
      refusals.push(...refusalsOf(incident));
      refusals.splice(0, refusals.length - LIMIT);
    },
  };
}
