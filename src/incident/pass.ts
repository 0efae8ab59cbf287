import { asRecord } from '../foreign/values.ts';
import type { Home } from '../kinds/home.ts';
import type { Refusal } from '../kinds/kind.ts';
import type { ResourceOutcome } from '../kinds/resource.ts';
import type { TrailOutcome } from '../kinds/trail/shape.ts';

/** Raised when a message of an older deployment could no longer be read by a newer one. */
export const PASS_VERSION = 2;

/** What a sender compresses, for a pass says the same several times, begins with this. */
export const COMPRESSED = 'gzip:';

/**
 * What came of one pass, as `heal` hands it to `tell`: raw facts, nothing judged. Who did it, and what of it is news, is found out
 * by whoever reads it.
 */
export interface Pass {
  readonly version: typeof PASS_VERSION;
  readonly home: Home;
  /** The event that gave reason to look, as it came. */
  readonly event: unknown;
  /** When the guard began to look, in ms since the epoch. */
  readonly seenAt: number;
  /** The beginning of the time that a pass without a call answers for, in ms since the epoch. */
  readonly since?: number;
  readonly outcomes: readonly TrailOutcome[];
  /** What came of what the trails deliver through, and of the guard's own parts. */
  readonly resources: readonly ResourceOutcome[];
  /** The ids that AWS gave to all the requests for a change, those that were tried again included: nobody can choose one. */
  readonly requestIds: readonly string[];
  /** Faults of the configuration, and readings without which undeclared trails could not be looked after. */
  readonly faults: readonly Error[];
  /** What was too long for a message, and was cut: see `CUTS`. */
  readonly cut?: readonly string[];
}

/** A message that is no pass of this version. */
export class PassError extends Error {
  override readonly name = 'PassError';
}

function plain(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { name, message, requestId } = value as Refusal;
  return { name, message, requestId };
}

/** A pass as JSON; its errors keep their names, messages and request ids. */
export function passText(pass: Pass): string {
  return JSON.stringify(pass, plain);
}

function revived(value: unknown): Refusal {
  const { name, message, requestId } = asRecord(value);
  const error: Refusal = Object.assign(new Error(String(message)), { name: String(name) });
  return typeof requestId === 'string' ? Object.assign(error, { requestId }) : error;
}

function withErrors<O extends TrailOutcome | ResourceOutcome>(outcome: O): O {
  const attempts = outcome.attempts.map(({ error, ...attempt }) => ({
    ...attempt,
    ...(error && { error: revived(error) }),
  }));
  return { ...outcome, attempts };
}

/** Reads what {@link passText} wrote. Throws a {@link PassError} for anything else. */
export function readPass(text: string): Pass {
  let read: Pass;
  try {
    read = JSON.parse(text) as Pass;
  } catch (cause) {
    throw new PassError('The message is no JSON', { cause });
  }
  const { version, ...lists } = asRecord(read);
  const isPass = ['outcomes', 'resources', 'requestIds', 'faults'].every((name) =>
    Array.isArray(lists[name]),
  );
  if (version !== PASS_VERSION || !isPass)
    throw new PassError(`The message is no pass of version ${PASS_VERSION}`);
  return {
    ...read,
    faults: read.faults.map(revived),
    outcomes: read.outcomes.map(withErrors),
    resources: read.resources.map(withErrors),
  };
}
