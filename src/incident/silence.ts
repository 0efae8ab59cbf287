import type { Incident } from './incident.ts';
import type { TrailOutcome } from '../kinds/trail/shape.ts';
import { isSilencing } from '../record/call.ts';
import { callOn } from './telling-call.ts';
import { gapOf } from './verdict.ts';

/**
 * How it is known that a trail did not log, best first: by a call that silenced it; by a reading that found it off, or gone
 * although it is declared; or by the gap that it betrays, although it logs.
 */
export type Silence = 'call' | 'found' | 'gap';

/** Whether a trail was silenced in the time that a pass answers for, and how that is known. */
export function silenceOf(incident: Incident, outcome: TrailOutcome): Silence | undefined {
  const { Name, origin, first, found } = outcome;
  const call = callOn(incident, Name);
  if (call && isSilencing(call)) return 'call';
  const isGone = origin === 'declared' && first.standing === 'missing';
  if (isGone || found.some(({ field }) => field === 'IsLogging')) return 'found';
  return gapOf(incident, outcome) ? 'gap' : undefined;
}
