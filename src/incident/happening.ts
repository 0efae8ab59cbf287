import type { Incident } from './incident.ts';
import type { TrailOutcome } from '../kinds/trail/shape.ts';
import { type TamperingName, TAMPERINGS } from '../kinds/trail/tamperings.ts';
import { callOn } from './telling-call.ts';
import { deliveryFaultsOf, followsDeclaration, gapOf } from './verdict.ts';

/** What happened to a trail: the call that a record names, or what its state betrays. */
export type Happening =
  | TamperingName
  | 'found-deleted'
  | 'found-stopped'
  | 'gap'
  | 'behind-baseline'
  | 'found-changed'
  | 'cannot-deliver'
  | 'looked-at';

/** How each is told: shortly as in a subject, and as what follows the name of the trail in a sentence. */
export const HAPPENINGS: Readonly<Record<Happening, { readonly deed: string; readonly story: string }>> = {
  ...TAMPERINGS,
  'found-deleted': { deed: 'found deleted', story: 'was found DELETED' },
  'found-stopped': { deed: 'found stopped', story: 'was found STOPPED' },
  gap: { deed: 'stopped and started', story: 'was STOPPED and started again' },
  'behind-baseline': { deed: 'was behind its baseline', story: 'was behind its baseline' },
  'found-changed': { deed: 'found changed', story: 'was found CHANGED' },
  'cannot-deliver': { deed: 'checked', story: 'CANNOT DELIVER what it logs' },
  'looked-at': { deed: 'checked', story: 'was looked at' },
};

/** What happened to a trail, the gravest first where its state betrays several things. */
export function happeningTo(incident: Incident, outcome: TrailOutcome): Happening {
  const call = callOn(incident, outcome.Name);
  if (call) return call.eventName;
  if (outcome.first.standing === 'missing') return 'found-deleted';
  if (outcome.found.some(({ field }) => field === 'IsLogging')) return 'found-stopped';
  if (gapOf(incident, outcome)) return 'gap';
  if (followsDeclaration(incident)) return 'behind-baseline';
  if (outcome.found.length > 0) return 'found-changed';
  return deliveryFaultsOf(outcome).length > 0 ? 'cannot-deliver' : 'looked-at';
}
