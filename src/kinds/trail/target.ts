import type { Trails } from '../../aws/cloudtrail.ts';
import type { Trail } from '../../baseline/baseline.ts';
import { type Drift, drift } from './drift.ts';
import { plan, probeBucket, startLogging } from './plan.ts';
import type { Repair } from './repair.ts';
import type { Home, ObservedTrail, TrailReference } from './trail.ts';

/** One trail to look after: how to read it, what may be done about it, and what is wrong with it. */
export interface Charge {
  readonly Name: string;
  readonly declared: boolean;
  /** Whether its declaration is a guess from the Event history. */
  readonly reconstructed: boolean;
  observe(): Promise<ObservedTrail>;
  plan(observed: ObservedTrail): Repair[];
  drift(observed: ObservedTrail): Drift[];
  /** What to do once, before the plan, about a trail that cannot deliver. */
  probe(observed: ObservedTrail): Repair[];
}

/** A trail of the baseline: every field of it is judged. */
export function declaredCharge(trails: Trails, trail: Trail): Charge {
  const { Name } = trail;
  return {
    Name,
    declared: true,
    reconstructed: false,
    observe: () => trails.observe(Name),
    plan: (observed) => plan(trail, observed),
    drift: (observed) => drift(trail, observed),
    probe: (observed) => probeBucket(trail, observed),
  };
}

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
export function reconstructedCharge(trails: Trails, trail: Trail): Charge {
  return { ...declaredCharge(trails, trail), declared: false, reconstructed: true, probe: () => [] };
}

/** Nothing but logging can be judged of a trail that nobody declared. */
export function undeclaredCharge(trails: Trails, Name: string): Charge {
  const stopped = (observed: ObservedTrail) =>
    observed.standing === 'homed' && observed.state.IsLogging !== true;
  return {
    Name,
    declared: false,
    reconstructed: false,
    observe: () => trails.observeLogging(Name),
    plan: (observed) => (stopped(observed) ? [startLogging(Name)] : []),
    drift: (observed) =>
      stopped(observed) ? [{ field: 'IsLogging', declared: true, found: observed.state.IsLogging }] : [],
    probe: () => [],
  };
}

/** A trail whose home is elsewhere: nothing can be done but to say so. */
export function distantCharge({ account }: Home, { Name, ...where }: TrailReference): Charge {
  const standing = where.account === account ? 'elsewhere' : 'organization';
  const owner = [where.account, where.region].filter(Boolean).join(' ');
  const observed = { Name, standing, owner, state: {}, unread: {}, deliveryErrors: [] } as const;
  return {
    Name,
    declared: false,
    reconstructed: false,
    observe: () => Promise.resolve(observed),
    plan: () => [],
    drift: () => [],
    probe: () => [],
  };
}

/** A charge whose first reading has been taken. */
export function alreadyRead(charge: Charge, reading: ObservedTrail): Charge {
  const taken = [reading];
  return {
    ...charge,
    observe: () => Promise.resolve(taken.pop()).then((first) => first ?? charge.observe()),
  };
}
