import type { Healer } from '../healing/heal-trails.ts';
import { heal as healTrails } from '../healing/heal.ts';
import { failures, type Incident } from '../incident/incident.ts';
import type { Call } from '../record/call.ts';
import { isRescue, isRestoration } from '../record/restoration.ts';
import { calledBy, type Nudge, readEvent } from '../record/trigger.ts';
import { attribute } from '../telling/attribute.ts';
import { containActors, type Jailer } from '../telling/contain-actors.ts';
import { followActors, type Follower, keepSequels } from '../telling/follow-actor.ts';
import type { Message } from '../telling/memory.ts';
import { hasReachedTopic, send, tell, type Telling } from '../telling/tell.ts';

/** All that the guard works with. */
export interface Guard extends Omit<Healer, 'reconstructed'>, Follower, Jailer {
  /** What is wrong with the configuration. */
  readonly faults: readonly Error[];
}

/** A call that asks only for what is declared, or for the emergency sink, whoever makes it: the guard makes no others. */
function isOwn({ baseline, config, home, memory }: Guard, call: Call): boolean {
  const known = { ...baseline, Trails: [...baseline.Trails, ...memory.reconstructed.values()] };
  return isRestoration(call, known, home) || isRescue(call, known, home, config.sinkBucket);
}

async function look(guard: Guard, nudge: Nudge): Promise<Incident> {
  const { home, baseline, config, memory } = guard;
  const call = calledBy(nudge);
  const isFirstSight = !memory.hasSeenWhole;
  const pass = await healTrails({ ...guard, reconstructed: memory.reconstructed }, nudge);
  const faults = [...guard.faults, ...pass.faults];
  const incident = { ...pass, calls: call ? [call] : [], isFirstSight, home, baseline, config, faults };
  if (pass.since === undefined) return incident;
  const attributor = { ...guard, isOwn: (each: Call) => isOwn(guard, each) };
  return { ...incident, ...(await attribute(attributor, incident, pass.since)) };
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
