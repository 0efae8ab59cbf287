import type { Trails } from './aws/cloudtrail.ts';
import type { Baseline, Trail } from './baseline.ts';
import type { Config } from './config.ts';
import { type Drift, drift } from './drift.ts';
import { plan, startLogging } from './plan.ts';
import type { Repair } from './repair.ts';
import type { Call } from './tampering.ts';
import { type Home, isHomedAt, type ObservedTrail, type TrailReference } from './trail.ts';

/** One trail to look after: how to read it, what may be done about it, and what is wrong with it. */
export interface Charge {
  readonly Name: string;
  readonly declared: boolean;
  observe(): Promise<ObservedTrail>;
  plan(observed: ObservedTrail): Repair[];
  drift(observed: ObservedTrail): Drift[];
}

/** A trail of the baseline: every field of it is judged. */
export function declaredCharge(trails: Trails, trail: Trail): Charge {
  const { Name } = trail;
  return {
    Name,
    declared: true,
    observe: () => trails.observe(Name),
    plan: (observed) => plan(trail, observed),
    drift: (observed) => drift(trail, observed),
  };
}

/** Nothing but logging can be judged of a trail that nobody declared. */
export function undeclaredCharge(trails: Trails, Name: string): Charge {
  const stopped = (observed: ObservedTrail) =>
    observed.standing === 'homed' && observed.state.IsLogging !== true;
  return {
    Name,
    declared: false,
    observe: () => trails.observeLogging(Name),
    plan: (observed) => (stopped(observed) ? [startLogging(Name)] : []),
    drift: (observed) =>
      stopped(observed) ? [{ field: 'IsLogging', declared: true, found: observed.state.IsLogging }] : [],
  };
}

/** A trail whose home is elsewhere: nothing can be done but to say so. */
function distantCharge({ account }: Home, { Name, ...where }: TrailReference): Charge {
  const standing = where.account === account ? 'elsewhere' : 'organization';
  const owner = [where.account, where.region].filter(Boolean).join(' ');
  const observed = { Name, standing, owner, state: {}, unread: {}, deliveryErrors: [] } as const;
  return { Name, declared: false, observe: () => Promise.resolve(observed), plan: () => [], drift: () => [] };
}

/** Whom the guard works for, where, and by what rules. */
interface Mandate {
  readonly baseline: Baseline;
  readonly config: Config;
  readonly home: Home;
  readonly trails: Trails;
}

/**
 * The trails that a call gives reason to look at; undefined when it names none, which is reason to look at all.
 * A declared trail stands for itself, for each of several tampered trails raises events of its own. A name that the
 * baseline does not know might be a declared trail by a name that is not understood: then those are looked at too.
 */
export function chargesOf(
  { baseline, config, home, trails }: Mandate,
  call: Call | undefined,
): Charge[] | undefined {
  if (call?.isAboutTrail === false) return [];
  const trail = call?.trail;
  if (!trail) return undefined;
  if (!isHomedAt(home, trail)) return [distantCharge(home, trail)];
  const declared = baseline.Trails.map((declaration) => declaredCharge(trails, declaration));
  const named = declared.filter(({ Name }) => Name === trail.Name);
  if (named.length > 0) return named;
  return config.guardUndeclared ? [undeclaredCharge(trails, trail.Name), ...declared] : declared;
}
