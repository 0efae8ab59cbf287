import type { Incident } from '../incident/incident.ts';
import { calledBy, type Nudge } from '../record/trigger.ts';
import { type Healer, healEverything, healNamed } from './heal-trails.ts';

const MINUTE = 60_000;

/** What one pass of the guard has seen and done; who did it is found out later. */
export type Pass = Pick<Incident, 'nudge' | 'seenAt' | 'since' | 'outcomes' | 'faults'>;

/**
 * Looks at what a trigger gives reason to look at, and heals it. A refused call has changed nothing, and gives no reason to look.
 * A pass without a call answers for the time since the last sweep.
 */
export async function heal(healer: Healer, nudge: Nudge): Promise<Pass> {
  const { clock, config } = healer;
  const seenAt = clock.now();
  const call = calledBy(nudge);
  if (nudge.kind === 'attempt') return { nudge, seenAt, outcomes: [], faults: [] };
  const since = seenAt - (config.sweepMinutes + 1) * MINUTE;
  const named = call && healNamed(healer, call);
  if (named) return { nudge, seenAt, outcomes: await named, faults: [] };
  return { nudge, seenAt, ...(!call && { since }), ...(await healEverything(healer, since)) };
}
