import type { Ordeal } from '../ordeal.ts';
import { DELIVERY_EXERCISES } from './delivery.ts';
import { GUARD_EXERCISES } from './guard.ts';
import { TRAIL_EXERCISES } from './trails.ts';

/** Ordeals that between them need every right of the guard that is not explained otherwise. */
export const EXERCISES: readonly Ordeal[] = [...TRAIL_EXERCISES, ...DELIVERY_EXERCISES, ...GUARD_EXERCISES];
