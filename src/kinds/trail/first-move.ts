import type { Baseline, Trail } from '../../baseline/baseline.ts';
import type { Nudge } from '../../record/trigger.ts';
import { createTrail, startLogging } from './plan.ts';
import type { Repair } from './repair.ts';
import type { Call } from '../../record/call.ts';
import { type Home, isHomedAt } from './trail.ts';

function declaredTrail(baseline: Baseline, home: Home, { trail }: Call): Trail | undefined {
  if (!trail || !isHomedAt(home, trail)) return undefined;
  return baseline.Trails.find(({ Name }) => Name === trail.Name);
}

/** The first move on one trail: what to do before anything is read. */
export interface FirstMove {
  readonly trail: string;
  readonly repairs: readonly Repair[];
}

/**
 * The repair that needs no reading, and raises no event that the rules match: a stopped trail is started, a deleted one
 * created and started. Undefined where there is nothing of the kind to do.
 */
export function firstMove(
  nudge: Nudge,
  baseline: Baseline,
  home: Home,
  guardUndeclared: boolean,
): FirstMove | undefined {
  if (nudge.kind !== 'tampering') return undefined;
  const { eventName, trail } = nudge.call;
  const declared = declaredTrail(baseline, home, nudge.call);
  if (
    eventName === 'StopLogging' &&
    trail &&
    isHomedAt(home, trail) &&
    (declared?.IsLogging ?? guardUndeclared)
  )
    return { trail: trail.Name, repairs: [startLogging(trail.Name)] };
  if (eventName === 'DeleteTrail' && declared) {
    const start = declared.IsLogging ? [startLogging(declared.Name)] : [];
    return { trail: declared.Name, repairs: [createTrail(declared), ...start] };
  }
  return undefined;
}
