import type { Guard } from '../healing/heal.ts';
import { healResource } from '../healing/heal-resource.ts';
import { healEverything, healServed } from '../healing/heal-trails.ts';
import { failures, isWhole } from '../incident/incident.ts';
import { type Pass, PASS_VERSION } from '../incident/pass.ts';
import type { Settlement } from '../config/settle.ts';
import { asError } from '../foreign/error.ts';
import { titleOf } from '../kinds/kinds.ts';
import type { DeclaredResource } from '../kinds/resource.ts';
import type { TrailOutcome } from '../kinds/trail/shape.ts';
import { isCallOn } from '../record/call.ts';
import { calledBy, readEvent } from '../record/trigger.ts';

const MINUTE = 60_000;

/**
 * Looks at what an event gives reason to look at, and heals it: the resource that a call names, with the trails that deliver through it; or,
 * without a call, all that is guarded, the trails too, for the other function may be dead. A refused call has changed nothing. Never
 * rejects: a fault of this program is handed over as one.
 */
export async function watch(watcher: Guard, event: unknown): Promise<Pass> {
  const { clock, config, home, guarded } = watcher;
  const seenAt = clock.now();
  const trigger = readEvent(event);
  const call = calledBy(trigger);
  const pass = { version: PASS_VERSION, home, event, seenAt, faults: watcher.faults } as const;
  if (trigger.kind === 'attempt') return { ...pass, outcomes: [], resources: [], requestIds: [] };
  const broken: Error[] = [];
  // What this program cannot make sense of on one resource keeps no other from being healed.
  const heal = async (resources: readonly DeclaredResource[]) => {
    const reached = resources.filter(({ kind }) => watcher.ports[kind] !== undefined);
    const healed = reached.map((resource) =>
      healResource(watcher, resource, call).catch((thrown: unknown) => {
        broken.push(new Error(`${titleOf(resource)} could not be judged: ${asError(thrown).message}`));
        return [];
      }),
    );
    return (await Promise.all(healed)).flat();
  };
  if (call) {
    const struck = guarded.filter((resource) => isCallOn(call, resource, home));
    const resources = await heal(struck);
    // Read once more now, they say whether they can deliver again.
    const outcomes = await healServed(watcher, [...new Set(struck.flatMap(({ trails }) => trails))]);
    const faults = [...watcher.faults, ...broken];
    return { ...pass, outcomes, resources, requestIds: watcher.requestIds(), faults };
  }
  const [resources, { outcomes: healed, faults }] = await Promise.all([
    heal(guarded),
    healEverything(watcher),
  ]);
  const isMended = resources.some(({ attempts }) => attempts.length > 0);
  const outcomes = isMended ? await healAgain(watcher, healed) : healed;
  return {
    ...pass,
    since: seenAt - (config.sweepMinutes + 1) * MINUTE,
    outcomes,
    resources,
    requestIds: watcher.requestIds(),
    faults: [...watcher.faults, ...faults, ...broken],
  };
}

/** What a trail could not have while what it delivers through was broken, it may have now. */
async function healAgain(watcher: Guard, healed: readonly TrailOutcome[]): Promise<TrailOutcome[]> {
  const left = healed.filter((outcome) => !isWhole(outcome)).map(({ Name }) => Name);
  const again = await healServed(watcher, left);
  return healed.map((before) => {
    const after = again.find(({ Name }) => Name === before.Name);
    if (!after) return before;
    const { found, first } = before;
    return { ...after, found, first, attempts: [...before.attempts, ...after.attempts] };
  });
}

/** What an invocation fails on. What a sweep could not mend, the next sweep tries again. */
export function unresolved({ config }: Settlement, pass: Pass): readonly Error[] {
  return calledBy(readEvent(pass.event)) ? failures({ ...pass, config }) : pass.faults;
}
