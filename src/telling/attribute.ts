import { asError } from '../foreign/error.ts';
import type { Incident } from '../incident/incident.ts';
import { gapOf } from '../incident/verdict.ts';
import { type Call, readCall } from '../record/call.ts';
import type { History } from '../record/history.ts';
import type { Memory } from './memory.ts';

const MINUTE = 60_000;

/** A sweep looks for who did it somewhat further back than the last sweep, for events take their time. */
const SLACK = 30 * MINUTE;

/** The Event history may show a call so late: until then, another container may have died with what it shows. */
const LATE = 20 * MINUTE;

/** What it takes to find out who did it. */
export interface Attributor {
  readonly history: History;
  readonly memory: Memory;
  /** Whether a call is one of the guard's own. */
  readonly isOwn: (call: Call) => boolean;
}

/** Who did what a pass without a call has found, in order; the guard's own repairs, and what has been told, left out. */
export async function attribute(
  { history, memory, isOwn }: Attributor,
  incident: Incident,
  since: number,
): Promise<Pick<Incident, 'calls' | 'historyFault'>> {
  // What an earlier sweep has mended and not told, because it died, only the history knows.
  const isFollowed = memory.sweptAt >= since && incident.seenAt - memory.sweepingSince >= LATE;
  const asked = incident.outcomes.filter(
    (outcome) => !isFollowed || outcome.found.length > 0 || gapOf(incident, outcome),
  );
  const calls: Call[] = [];
  try {
    for (const { Name } of asked) {
      const recorded = (await history.recordsOf(Name, since - SLACK)).map(readCall);
      calls.push(...recorded.flatMap((each) => (each && !each.errorCode ? each.call : [])));
    }
  } catch (thrown) {
    return { calls: [], historyFault: asError(thrown) };
  }
  const news = calls.filter((call) => !isOwn(call) && !memory.knows(call));
  return { calls: news.sort((a, b) => (a.time ?? '').localeCompare(b.time ?? '')) };
}
