import type { Pass } from '../incident/pass.ts';
import type { Call } from '../record/call.ts';
import type { Ledger } from './ledger.ts';

/** Who knows which calls are the guard's own. */
export interface Knowing {
  readonly ledger: Ledger;
  /** ARNs of the guard's own roles. */
  readonly guardRoles: readonly string[];
}

const MINUTE = 60_000;

/**
 * In ms. The pass that made a call has handed over its request id in what the queue has brought by then: longer than an invocation of `heal`
 * lasts. Counted by the times of the messages, for they may have waited for hours.
 */
export const HANDED_OVER = 3 * MINUTE;

/** The request ids that AWS has answered the guard with: nobody else can have them. */
export async function rememberOwn(
  { ledger }: Knowing,
  { outcomes, resources, requestIds, seenAt }: Pass,
): Promise<void> {
  const answered = [...outcomes, ...resources].flatMap(({ attempts }) =>
    attempts.flatMap(({ requestId }) => requestId ?? []),
  );
  for (const id of new Set([...requestIds, ...answered])) await ledger.write('own', id, { at: seenAt });
}

/** The request ids of those calls that the guard itself has made. */
export async function areOwn({ ledger }: Knowing, calls: readonly Call[]): Promise<ReadonlySet<string>> {
  const ids = calls.flatMap(({ requestId }) => requestId ?? []);
  return new Set((await ledger.read('own', ids)).map(({ id }) => id));
}

/** Whether a call was made with one of the guard's roles, by whomever. */
export function hasGuardRole({ guardRoles }: Knowing, { actor }: Call): boolean {
  return actor.issuerArn !== undefined && guardRoles.includes(actor.issuerArn);
}
