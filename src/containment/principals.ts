import type { Outcome } from './outcome.ts';
import type { Principal } from './principal.ts';

/** The users and roles of the guard's account. */
export interface Principals {
  /** Contains one, as of a time in ms. Safe to repeat: it revokes what was issued in between. Never rejects. */
  contain(principal: Principal, now: number): Promise<Outcome>;
}
