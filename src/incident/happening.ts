import type { Incident } from './incident.ts';
import type { TrailOutcome } from '../kinds/trail/shape.ts';
import { callOn } from './telling-call.ts';
import { deliveryFaultsOf, followsDeclaration, gapOf } from './verdict.ts';

/** What happened to a trail, told shortly as in a subject, and as what follows the name of the trail in a sentence. */
export interface Happening {
  readonly deed: string;
  readonly story: string;
  /** Whether it is news which settings were changed. */
  readonly isChange?: boolean;
}

/** What the state of a trail betrays. */
const BETRAYED = {
  'found-deleted': { deed: 'found deleted', story: 'was found DELETED' },
  'found-stopped': { deed: 'found stopped', story: 'was found STOPPED' },
  gap: { deed: 'stopped and started', story: 'was STOPPED and started again' },
  'behind-baseline': { deed: 'was behind its baseline', story: 'was behind its baseline' },
  'found-changed': { deed: 'found changed', story: 'was found CHANGED', isChange: true },
  'cannot-deliver': { deed: 'checked', story: 'CANNOT DELIVER what it logs' },
  'looked-at': { deed: 'checked', story: 'was looked at' },
} as const satisfies Record<string, Happening>;

/** What happened to a trail, the gravest first where its state betrays several things. */
export function happeningTo(incident: Incident, outcome: TrailOutcome): Happening {
  const call = callOn(incident, outcome.Name);
  if (call) return { ...call.tampering, isChange: call.eventName === 'UpdateTrail' };
  if (outcome.first.standing === 'missing') return BETRAYED['found-deleted'];
  if (outcome.found.some(({ field }) => field === 'IsLogging')) return BETRAYED['found-stopped'];
  if (gapOf(incident, outcome)) return BETRAYED.gap;
  if (followsDeclaration(incident)) return BETRAYED['behind-baseline'];
  if (outcome.found.length > 0) return BETRAYED['found-changed'];
  return deliveryFaultsOf(outcome).length > 0 ? BETRAYED['cannot-deliver'] : BETRAYED['looked-at'];
}
