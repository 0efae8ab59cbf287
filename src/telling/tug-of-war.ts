import type { Incident, Repeats } from '../incident/incident.ts';
import { callOf } from '../incident/telling-call.ts';
import { type Verdict, verdictOf } from '../incident/verdict.ts';

/** One message for each actor and trail in so many ms. */
const TRUCE_MS = 5 * 60_000;

/** More than a container is likely to see in its life, and little enough to hold. */
const MOST_BOUTS = 1000;

/** What one actor does to one trail, again and again. */
interface Bout {
  readonly toldAt: number;
  readonly verdict: Verdict;
  /** What came after the last message, without one of its own. */
  readonly untold?: { readonly last: Incident; readonly repeats: Repeats };
}

/** Who pulls at what; a refused attempt never hides one that succeeds. Undefined where nobody is known. */
function boutOf(incident: Incident): string | undefined {
  const call = callOf(incident);
  if (!call?.trail) return undefined;
  return JSON.stringify([
    incident.nudge.kind === 'attempt',
    call.trail.Name,
    call.actor.arn ?? call.actor.name,
  ]);
}

const isGood = (verdict: Verdict): boolean => ['restored', 'whole', 'refused'].includes(verdict);

/** What nobody may wait for: that a trail is not whole, where the last message said that it was, or the other way round. */
function endsOtherwise(incident: Incident, { verdict }: Bout): boolean {
  return isGood(verdictOf(incident)) !== isGood(verdict);
}

function counted(bout: Bout): Repeats {
  const since = new Date(bout.toldAt).toISOString();
  return { count: (bout.untold?.repeats.count ?? 0) + 1, since: bout.untold?.repeats.since ?? since };
}

/** Which incidents are told now, and which are counted until later. */
export interface TugOfWar {
  /** The incident as it is to be told now, with what was not told since the last time; nothing when it waits. */
  admit(incident: Incident, now: number): Incident[];
  /** What has waited long enough. */
  due(now: number): Incident[];
}

/**
 * A tug of war: the first message goes out at once, then at most one for each actor and trail in five minutes, which counts the
 * rest. `now` is in ms since the epoch.
 */
export function createTugOfWar(): TugOfWar {
  const bouts = new Map<string, Bout>();
  const told = (key: string, incident: Incident, now: number) => {
    bouts.delete(key);
    bouts.set(key, { toldAt: now, verdict: verdictOf(incident) });
    if (bouts.size > MOST_BOUTS) bouts.delete(bouts.keys().next().value ?? '');
  };
  return {
    admit: (incident, now) => {
      const key = boutOf(incident);
      if (key === undefined) return [incident];
      const bout = bouts.get(key);
      if (!bout) {
        told(key, incident, now);
        return [incident];
      }
      const repeats = counted(bout);
      if (now - bout.toldAt < TRUCE_MS && !endsOtherwise(incident, bout)) {
        bouts.set(key, { ...bout, untold: { last: incident, repeats } });
        return [];
      }
      told(key, incident, now);
      return [bout.untold ? { ...incident, repeats } : incident];
    },
    due: (now) => {
      const waiting = [...bouts].filter(([, { toldAt, untold }]) => untold && now - toldAt >= TRUCE_MS);
      return waiting.flatMap(([key, { untold }]) => {
        if (!untold) return [];
        told(key, untold.last, now);
        return { ...untold.last, repeats: untold.repeats };
      });
    },
  };
}
