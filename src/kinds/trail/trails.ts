import type { Port } from '../kind.ts';
import type { ObservedTrail } from './observed.ts';
import type { TrailShape } from './shape.ts';

/** All trails of this account and Region at one glance. */
export interface Survey {
  /** The names of the trails whose home is here, declared or not. */
  readonly homed: readonly string[];
  /** The ARNs of the trails of other Regions, and of the organisation, that show here: they, too, fill the Region. */
  readonly shadows: readonly string[];
  /** The readings of those that were asked for and are here. */
  readonly observed: readonly ObservedTrail[];
}

/** CloudTrail as the guard uses it. What rejects, rejects with an Error whose `name` is CloudTrail's own error name. */
export interface Trails extends Port<TrailShape> {
  /** Reads the named trails, and lists all that show here, with the fewest calls. */
  survey(names: readonly string[]): Promise<Survey>;
  /** Reads whether a trail logs: all that is asked about a trail that nobody declared. It never rejects. */
  observeLogging(name: string): Promise<ObservedTrail>;
}
