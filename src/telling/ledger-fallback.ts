import { asError } from '../foreign/error.ts';
import type { Clock } from '../loop/clock.ts';
import { type Ledger, LedgerConflict } from './ledger.ts';

/** A ledger that is always there, and what keeps the real one from being asked. */
export interface LastingLedger {
  readonly ledger: Ledger;
  readonly fault: () => Error | undefined;
}

/**
 * The table as long as it answers; once it does not, the container's memory for the rest of the invocation, so that telling goes on: one
 * mail too many, never one too few. What the memory has learned while the table was away is not written to it.
 */
export function withFallback(table: Ledger, memory: Ledger, clock: Clock): LastingLedger {
  let fault: Error | undefined;
  let away = -Infinity;
  const ask = async <T>(by: (ledger: Ledger) => Promise<T>): Promise<T> => {
    if (fault) return by(memory);
    try {
      return await by(table);
    } catch (thrown) {
      if (thrown instanceof LedgerConflict) throw thrown;
      fault = asError(thrown);
      away = clock.now();
      return by(memory);
    }
  };
  return {
    ledger: {
      read: (kind, ids) => (ids.length === 0 ? Promise.resolve([]) : ask((each) => each.read(kind, ids))),
      list: (kind) => ask((each) => each.list(kind)),
      write: (kind, id, value, replaces) =>
        // Versions are the table's own: the memory knows none of them.
        ask((each) => each.write(kind, id, value, away > -Infinity ? undefined : replaces)),
      remove: (kind, id) => ask((each) => each.remove(kind, id)),
    },
    fault: () => fault,
  };
}
