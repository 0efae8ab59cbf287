import type { Outcome } from './outcome.ts';
import type { Principal } from './principal.ts';

/** The users and roles of the guard's account. */
export interface Principals {
  /** Contains one, at a time in ms. Safe to repeat. Never rejects. */
  contain(principal: Principal, now: number): Promise<Outcome>;
}
