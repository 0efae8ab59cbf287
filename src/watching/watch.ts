import type { Guard } from '../healing/heal.ts';
import { approvedOf, asFound, excused } from '../healing/excuse.ts';
import { healEverything, healServed } from '../healing/heal-trails.ts';
import { failures } from '../incident/incident.ts';
import { type Pass, PASS_VERSION } from '../incident/pass.ts';
import type { Settlement } from '../config/settle.ts';
import { declaredTarget, type Port } from '../kinds/kind.ts';
import { kindOf } from '../kinds/kinds.ts';
import {
  type DeclaredResource,
  loopKind,
  remarksOn,
  type ResourceOutcome,
  type ResourceShape,
} from '../kinds/resource.ts';
import { healTarget } from '../loop/heal-target.ts';
import { type Call, isCallOn } from '../record/call.ts';
import { calledBy, readEvent } from '../record/trigger.ts';
import { excusableOn, settersOn } from '../windows/stand.ts';

/** All that watching takes. */
export interface Watcher extends Guard {
  /** The way to the resources of each kind. */
  readonly ports: Readonly<Record<string, Port<ResourceShape>>>;
}

const MINUTE = 60_000;

async function healResource(
  watcher: Watcher,
  declared: DeclaredResource,
  call?: Call,
): Promise<ResourceOutcome> {
  const { home, clock, deadline, config, ports } = watcher;
  const sort = kindOf(declared);
  const port = ports[declared.kind];
  if (!port) throw new Error(`There is no way to resources of the kind ${declared.kind}`);
  const kind = loopKind(sort, home);
  const target = declaredTarget(kind, port, declared.name, declared);
  const excusing = excused(
    target,
    (observed) =>
      approvedOf(watcher, {
        kind: declared.kind,
        name: declared.name,
        drift: excusableOn(declared, target.drift(observed)),
        settersOf: (field) => settersOn(declared, field),
        isOn: (each) => isCallOn(each, declared, home),
        call,
      }),
    (drift) => {
      const rest = { ...declared, fields: asFound(declared.fields, drift) };
      return declaredTarget(kind, port, declared.name, rest);
    },
  );
  const outcome = await healTarget({ clock, deadline, mode: config.mode }, excusing);
  return slim({ ...outcome, declared, remarks: remarksOn(sort, declared, outcome.last, home) });
}

/** Of a resource that is whole and was, nothing is handed over but that it is: all that is guarded would not fit into one message. */
function slim(outcome: ResourceOutcome): ResourceOutcome {
  const { declared, first, last, found, attempts, remaining, approved } = outcome;
  const { AliasName } = declared.fields;
  if (approved || found.length + attempts.length + remaining.length > 0) return outcome;
  return {
    ...outcome,
    declared: { ...declared, fields: { ...(AliasName !== undefined && { AliasName }) } },
    first: { ...first, state: {} },
    last: { ...last, state: {} },
  };
}

/**
 * Looks at what an event gives reason to look at, and heals it: the resource that a call names, with the trails that deliver through it; or,
 * without a call, all that is guarded, the trails too, for the other function may be dead. A refused call has changed nothing. Never
 * rejects but for a fault of this program.
 */
export async function watch(watcher: Watcher, event: unknown): Promise<Pass> {
  const { clock, config, home, guarded } = watcher;
  const seenAt = clock.now();
  const trigger = readEvent(event);
  const call = calledBy(trigger);
  const pass = { version: PASS_VERSION, home, event, seenAt, faults: watcher.faults } as const;
  if (trigger.kind === 'attempt') return { ...pass, outcomes: [], resources: [], requestIds: [] };
  const heal = (resources: readonly DeclaredResource[]) =>
    Promise.all(resources.map((resource) => healResource(watcher, resource, call)));
  if (call) {
    const struck = guarded.filter((resource) => isCallOn(call, resource, home));
    const resources = await heal(struck);
    // Read once more now, they say whether they can deliver again.
    const outcomes = await healServed(watcher, [...new Set(struck.flatMap(({ trails }) => trails))]);
    return { ...pass, outcomes, resources, requestIds: watcher.requestIds() };
  }
  const [resources, { outcomes, faults }] = await Promise.all([heal(guarded), healEverything(watcher)]);
  return {
    ...pass,
    since: seenAt - (config.sweepMinutes + 1) * MINUTE,
    outcomes,
    resources,
    requestIds: watcher.requestIds(),
    faults: [...watcher.faults, ...faults],
  };
}

/** What an invocation fails on. What a sweep could not mend, the next sweep tries again. */
export function unresolved({ config }: Settlement, pass: Pass): readonly Error[] {
  return calledBy(readEvent(pass.event)) ? failures({ ...pass, config }) : pass.faults;
}
