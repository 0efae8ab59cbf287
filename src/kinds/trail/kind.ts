import type { Kind } from '../kind.ts';
import { drift } from './drift.ts';
import { fallback } from './fallback.ts';
import { plan, probeBucket } from './plan.ts';
import { after } from './repair.ts';
import type { TrailShape } from './shape.ts';
import { isBusy, isTransient } from './refusals.ts';

/** Trails, with the emergency sink into which one may deliver whose bucket is gone or closed to it. */
export function trailKind(sink: string | undefined): Kind<TrailShape> {
  return {
    drift,
    plan,
    probe: probeBucket,
    after,
    next: (repair, refusal, observed) => fallback(repair, refusal, { sink, observed }),
    isTransient,
    isBusy,
    isFoundation: ({ kind }) => kind === 'createTrail',
    isUrgent: ({ standing, state }) => standing === 'missing' || state.IsLogging === false,
  };
}
