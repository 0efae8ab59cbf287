import type { Home } from '../home.ts';
import { declaredTarget } from '../kind.ts';
import type { ObservedTrail } from './observed.ts';
import { startLogging } from './plan.ts';
import type { TrailReference } from './reference.ts';
import type { Trail } from './schema.ts';
import type { TrailKind, TrailTarget } from './shape.ts';
import type { Trails } from './trails.ts';

/**
 * As much of a reconstructed trail as the guard has rights for: it may hand over no role, and ask nothing about the
 * organisation, for the sake of a trail that nobody declared.
 */
export function withinRights(trail: Trail): Trail {
  return {
    ...trail,
    CloudWatchLogsLogGroupArn: undefined,
    CloudWatchLogsRoleArn: undefined,
    IsOrganizationTrail: false,
  };
}

/** A deleted trail that nobody declared, rebuilt as the Event history remembers it. */
export function reconstructedTrail(kind: TrailKind, trails: Trails, trail: Trail): TrailTarget {
  return { ...declaredTarget(kind, trails, trail.Name, trail), origin: 'reconstructed', probe: () => [] };
}

/** Nothing but logging can be judged of a trail that nobody declared. */
export function undeclaredTrail(kind: TrailKind, trails: Trails, name: string): TrailTarget {
  const isStopped = (observed: ObservedTrail) =>
    observed.standing === 'homed' && observed.state.IsLogging !== true;
  return {
    name,
    origin: 'undeclared',
    kind,
    drift: (observed) =>
      isStopped(observed) ? [{ field: 'IsLogging', declared: true, found: observed.state.IsLogging }] : [],
    plan: (observed) => (isStopped(observed) ? [startLogging(name)] : []),
    probe: () => [],
    observe: () => trails.observeLogging(name),
    repair: (repair) => trails.repair(repair),
  };
}

/** A trail whose home is elsewhere: nothing can be done but to say so. */
export function distantTrail(
  kind: TrailKind,
  trails: Trails,
  { account }: Home,
  trail: TrailReference,
): TrailTarget {
  const { Name, ...where } = trail;
  const standing = where.account === account ? 'elsewhere' : 'organization';
  const owner = [where.account, where.region].filter(Boolean).join(' ');
  return {
    ...undeclaredTrail(kind, trails, Name),
    origin: 'distant',
    drift: () => [],
    plan: () => [],
    observe: () => Promise.resolve({ Name, standing, owner, state: {}, unread: {}, deliveryErrors: [] }),
  };
}
