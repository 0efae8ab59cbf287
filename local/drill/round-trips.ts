import type { Call } from '../aws/iam/call.ts';

/**
 * How many calls, one after the other, had to be answered before this one was: 1 for a call that waited for none. Calls
 * overlap when they are made together, so a chain is counted by its length, not by its members.
 */
export function roundTrips(calls: readonly Call[], call: Call): number {
  const before = calls.filter(({ until }) => until <= call.at);
  return 1 + Math.max(0, ...before.map((earlier) => roundTrips(before, earlier)));
}
