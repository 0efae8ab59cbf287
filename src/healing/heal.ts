import { failures } from '../incident/incident.ts';
import type { Settlement } from '../config/settle.ts';
import { type Pass, PASS_VERSION } from '../incident/pass.ts';
import { type Call, isCallOn } from '../record/call.ts';
import type { DeclaredResource, ResourceOutcome } from '../kinds/resource.ts';
import { isFallback, isRestoration } from '../record/restoration.ts';
import { calledBy, readEvent } from '../record/trigger.ts';
import { healResource, type ResourceHealer } from './heal-resource.ts';
import { type Healer, healEverything, healerInDrill, healNamed } from './heal-trails.ts';

const MINUTE = 60_000;

/** All that healing takes. */
export interface Guard extends Healer, Settlement, ResourceHealer {
  /** ARNs of the guard's own roles. */
  readonly guardRoles: readonly string[];
  /** The ids that AWS has given to requests for changes since it was asked last. */
  readonly requestIds: () => readonly string[];
}

/** A call that asks only for what is declared undoes nothing, whoever makes it: that ends the round of the guard's own repairs. */
function undoesNothing({ baseline, home, config, guardRoles }: Guard, call: Call): boolean {
  return (
    isRestoration(call, baseline, home) ||
    isFallback(call, baseline, home, { roles: guardRoles, sink: config.sinkBucket })
  );
}

/** The parts of the guard that this function looks after: those to which it has a way. */
function healOthers(guard: Guard, parts: readonly DeclaredResource[]): Promise<ResourceOutcome[]> {
  const own = parts.filter(({ kind, purpose }) => purpose === 'guard' && guard.ports[kind] !== undefined);
  return Promise.all(own.map((part) => healResource(guard, part)));
}

/**
 * Looks at what an event gives reason to look at, and heals it. A refused call has changed nothing, and gives no reason to look.
 * A pass without a call answers for the time since the last sweep. Never rejects.
 */
export async function heal(standing: Guard, event: unknown): Promise<Pass> {
  const trigger = readEvent(event);
  const call = calledBy(trigger);
  const guard = healerInDrill(standing, call?.trail ? [call.trail.Name] : []);
  const { clock, config, home } = guard;
  const seenAt = clock.now();
  const pass = { version: PASS_VERSION, home, event, seenAt, faults: guard.faults } as const;
  if (trigger.kind === 'attempt' || (call && undoesNothing(guard, call)))
    return { ...pass, outcomes: [], resources: [], requestIds: [] };
  const named = call && healNamed(guard, call);
  if (named) {
    const outcomes = await named;
    const struck = guard.guarded.filter((part) => isCallOn(call, part, home));
    return { ...pass, outcomes, resources: await healOthers(guard, struck), requestIds: guard.requestIds() };
  }
  const since = seenAt - (config.sweepMinutes + 1) * MINUTE;
  const { outcomes, faults } = await healEverything(guard);
  // The trails come first.
  const resources = call ? [] : await healOthers(guard, guard.guarded);
  return {
    ...pass,
    ...(!call && { since }),
    outcomes,
    resources,
    requestIds: guard.requestIds(),
    faults: [...guard.faults, ...faults],
  };
}

/** What an invocation fails on. What a sweep could not mend, the next sweep tries again. */
export function unresolved(
  { config }: Settlement,
  { event, outcomes, resources, faults }: Pass,
): readonly Error[] {
  return isSweep(event) ? faults : failures({ config, outcomes, resources, faults });
}

/** Whether an event is the schedule's. */
export function isSweep(event: unknown): boolean {
  return readEvent(event).kind === 'sweep';
}
