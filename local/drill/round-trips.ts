import type { Call } from '../aws/iam/call.ts';

/**
 * For how many answers, one after the other, its sender had waited when this call was answered: 1 for a call that waited for
 * none. Calls that are made together count once. It is told by what had been answered when each was sent, not by how long
 * anything took. `calls` are in the order of their answers; undefined where their sender tells nothing.
 */
export function roundTrips(
  calls: readonly Pick<Call, 'requestId' | 'after'>[],
  call: Pick<Call, 'requestId'>,
): number | undefined {
  const trips = new Map<string, number>();
  for (const { requestId, after } of calls)
    if (after) trips.set(requestId, 1 + Math.max(0, ...after.map((id) => trips.get(id) ?? 0)));
  return trips.get(call.requestId);
}
