import type { Kind, Outcome, Target } from '../kind.ts';
import type { Field } from './fields.ts';
import type { ObservedTrail } from './observed.ts';
import type { Repair } from './repair.ts';
import type { Trail } from './schema.ts';

/** The types of the kind trail. */
export interface TrailShape {
  Declared: Trail;
  Observed: ObservedTrail;
  Repair: Repair;
  Field: Field;
}

export type TrailKind = Kind<TrailShape>;

/** One trail to look after. */
export type TrailTarget = Target<TrailShape>;

/** What one pass found on one trail, did about it, and left. */
export interface TrailOutcome extends Outcome<TrailShape> {
  readonly Name: string;
  /** Only where the Region is full: the trails that are in it. */
  readonly otherTrails?: readonly string[];
}
