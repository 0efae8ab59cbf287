import { asError } from '../loop/heal-target.ts';
import { containActors, type Jailer } from '../telling/contain-actors.ts';
import { followActors, type Follower, keepSequels } from '../telling/follow-actor.ts';
import { hasReachedTopic, send, tell, type Telling } from '../telling/tell.ts';
import { healEverything, healNamed, type Watch } from '../healing/heal-trails.ts';
import { failures, type Incident } from '../incident/incident.ts';
import type { Message } from '../telling/memory.ts';
import { calledBy, type Nudge, readEvent } from '../record/trigger.ts';
import { isRescue, isRestoration } from '../record/restoration.ts';
import { gapOf } from '../incident/verdict.ts';
import { type Call, readCall } from '../record/call.ts';

/** All that the guard works with. */
export interface Guard extends Watch, Follower, Jailer {
  /** What is wrong with the configuration. */
  readonly faults: readonly Error[];
}

const MINUTE = 60_000;

/** A sweep looks for who did it somewhat further back than the last sweep, for events take their time. */
const SLACK = 30 * MINUTE;

/** The Event history may show a call so late: until then, another container may have died with what it shows. */
const LATE = 20 * MINUTE;

/** A call that asks only for what is declared, or for the emergency sink, whoever makes it: the guard makes no others. */
function isOwn({ baseline, config, home, memory }: Guard, call: Call): boolean {
  const known = { ...baseline, Trails: [...baseline.Trails, ...memory.reconstructed.values()] };
  return isRestoration(call, known, home) || isRescue(call, known, home, config.sinkBucket);
}

type Attribution = Pick<Incident, 'calls' | 'historyFault'>;

/** Who did what a pass without a call has found, in order; the guard's own repairs, and what has been told, left out. */
async function attribute(guard: Guard, incident: Incident, since: number): Promise<Attribution> {
  const { history, memory } = guard;
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
  const news = calls.filter((call) => !isOwn(guard, call) && !memory.knows(call));
  return { calls: news.sort((a, b) => (a.time ?? '').localeCompare(b.time ?? '')) };
}

/** A refused call has changed nothing, and gives no reason to look. */
async function look(guard: Guard, nudge: Nudge): Promise<Incident> {
  const { home, baseline, config, clock, memory } = guard;
  const call = calledBy(nudge);
  const seenAt = clock.now();
  const isFirstSight = !memory.hasSeenWhole;
  const pass = { nudge, calls: call ? [call] : [], seenAt, isFirstSight, home, baseline, config };
  if (nudge.kind === 'attempt') return { ...pass, outcomes: [], faults: guard.faults };
  const since = seenAt - (config.sweepMinutes + 1) * MINUTE;
  const named = call && healNamed(guard, nudge, call);
  if (named) return { ...pass, outcomes: await Promise.all(named), faults: guard.faults };
  const { outcomes, faults } = await healEverything(guard, since);
  const incident = { ...pass, outcomes, faults: [...guard.faults, ...faults] };
  if (call) return incident;
  return { ...incident, since, ...(await attribute(guard, { ...incident, since }, since)) };
}

/** What an invocation fails on. What a sweep could not mend, it has told, and the next sweep tries again. */
function unresolved(incident: Incident): readonly Error[] {
  return incident.nudge.kind === 'sweep' ? incident.faults : failures(incident);
}

/** Once the trails are whole and the alerts are out: those who did it. */
async function pursue(guard: Guard, incident: Incident, { isNews, told }: Telling): Promise<void> {
  keepSequels(guard, told);
  if (isNews) await containActors(guard, incident);
  // Where not even the alerts go out, there is nobody to tell more to.
  if (hasReachedTopic(guard)) await followActors(guard);
}

/**
 * The one use case: whatever the event, observe, plan, repair, verify, then tell. A call that asks only for what is
 * declared is left alone: undefined.
 *
 * Throws an AggregateError of every failure once all has been tried and told, so that Lambda tries again.
 */
export async function heal(event: unknown, guard: Guard): Promise<Incident | undefined> {
  const nudge = readEvent(event);
  const call = calledBy(nudge);
  const incident = call && isOwn(guard, call) ? undefined : await look(guard, nudge);
  const telling = incident && tell(guard, incident);
  const tried = new Set<Message>();
  const unsent = await send(guard, tried);
  if (incident && telling) await pursue(guard, incident, telling);
  unsent.push(...(await send(guard, tried)));
  const errors = [...unsent, ...(incident ? unresolved(incident) : [])];
  if (errors.length > 0) throw new AggregateError(errors, errors.map(({ message }) => message).join('; '));
  return incident;
}
