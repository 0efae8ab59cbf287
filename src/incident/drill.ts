import { type Drill, isWhole, type Incident } from './incident.ts';
import { drillEnd } from '../baseline/drill.ts';
import { isHomedAt, trailArn } from '../kinds/trail/reference.ts';
import type { Pass } from './pass.ts';
import { concernedResources } from './resources.ts';
import { concernedTrails } from './verdict.ts';

/** The drills whose trails a pass has seen stand whole, in the bucket that nobody but this account can have: then a drill has begun. */
export function drillsIn({ home, outcomes }: Pick<Pass, 'home' | 'outcomes'>): Drill[] {
  return outcomes.flatMap((outcome) => {
    const until = drillEnd(outcome.Name);
    const isBegun = until !== undefined && outcome.origin === 'declared' && isWhole(outcome);
    return isBegun ? [{ arn: trailArn(home, outcome.Name), until }] : [];
  });
}

/**
 * The drill that an incident is about, and about nothing else: every call and every trail of it is the drill's. A refused call, a fault of the
 * configuration, another resource, or the guard's own key in strange hands is never a drill, so that none of them can hide behind one.
 */
export function drillOf(incident: Incident, drills: readonly Drill[]): Drill | undefined {
  const { home, nudge, calls, faults, historyFault, isImpostor, seenAt } = incident;
  if (nudge.kind !== 'tampering' && nudge.kind !== 'sweep') return undefined;
  if (faults.length > 0 || historyFault || isImpostor || concernedResources(incident).length > 0)
    return undefined;
  const called = calls.map(({ trail }) => (trail && isHomedAt(home, trail) ? trail.Name : undefined));
  const names = new Set([...called, ...concernedTrails(incident).map(({ Name }) => Name)]);
  const [name, ...others] = names;
  if (name === undefined || others.length > 0) return undefined;
  return drills.find(({ arn, until }) => arn === trailArn(home, name) && seenAt < until);
}
