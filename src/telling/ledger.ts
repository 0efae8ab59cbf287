import type { LastChange } from '../incident/delivery.ts';
import type { Drill } from '../incident/incident.ts';
import type { Severity } from '../incident/severity.ts';
import type { KeptReport, Link } from '../report/kept.ts';
import type { Report } from '../report/schema.ts';
import type { Containing } from './contain-actors.ts';
import type { Following } from './follow-actor.ts';
import type { Undelivered } from './prove-delivery.ts';
import type { ToldWindow } from './tell-windows.ts';
import type { ReadUntil } from './walk-history.ts';
import type { Window } from './window.ts';

/** What the ledger remembers, by kind and id. */
export interface Remembered {
  /** By event id: the message in which a call was told, as what, and whether all was well when it was. */
  call: { readonly message: string; readonly what: string; readonly isGood: boolean };
  /** By request id: a call of the guard's own. */
  own: { readonly at: number };
  /** By event id: a call with one of the guard's roles whose request id nobody has handed over yet. */
  strange: { readonly pass: string; readonly seenAt: number };
  /** What was told of one actor, and what is held back. */
  window: Window;
  /** How far each question to the Event history was read. */
  history: Readonly<Record<string, ReadUntil>>;
  /** By trail: what was last told to be wrong with it, and until when its silence was told. */
  trouble: {
    readonly wrong: string;
    readonly toldAt: number;
    readonly silentUntil?: number;
    /** When the pass was over that was told last, and the fields in which it had found drift. */
    readonly toldUntil?: number;
    readonly found?: readonly string[];
    /** Of what trails deliver through: who changed it last. */
    readonly by?: LastChange;
  };
  /** By trail: what was told, and the ways on which nothing was proven to arrive since. */
  undelivered: Undelivered;
  /** By report id: a told incident whose actor is still being followed. */
  following: Following;
  /** By ARN: what containment counts. */
  principal: Containing;
  /** The baseline that all trails were last seen to equal. */
  baseline: { readonly digest: string };
  /** By event id: a call that was told on an event's word, and that the Event history has not shown yet. */
  unconfirmed: { readonly report: Report; readonly seenAt: number };
  /** When the latest messages left, in ms since the epoch, and how bad the worst of them was. */
  pace: { readonly at: readonly number[]; readonly severity: Severity };
  /** A message that an outlet beside the topic did not take. */
  unsent: { readonly outlet: string; readonly report: Report };
  /** By the ARN of its trail: a drill that has begun. */
  drill: Drill;
  /** Evidence, by number: each message as it was sent. */
  incident: KeptReport;
  /** By the id of its grant: a change window that was told. */
  changeWindow: ToldWindow;
  /** Where the chain of the evidence ends. */
  chain: Link;
}

export type RememberedKind = keyof Remembered;

/** One entry; `version` says which writing of it this is. */
export interface Entry<Kind extends RememberedKind> {
  readonly id: string;
  readonly value: Remembered[Kind];
  readonly version: number;
}

/** Somebody else has written in between: what was decided is to be decided again. */
export class LedgerConflict extends Error {
  override readonly name = 'LedgerConflict';
}

/** The table that remembers what was told. Everything rejects with DynamoDB's error when the table cannot be asked. */
export interface Ledger {
  read<Kind extends RememberedKind>(kind: Kind, ids: readonly string[]): Promise<Entry<Kind>[]>;
  list<Kind extends RememberedKind>(kind: Kind): Promise<Entry<Kind>[]>;
  /**
   * Writes an entry. Where the version is given that it replaces (0: none yet), rejects with a {@link LedgerConflict} if another one
   * is there.
   */
  write<Kind extends RememberedKind>(
    kind: Kind,
    id: string,
    value: Remembered[Kind],
    replaces?: number,
  ): Promise<void>;
  remove(kind: RememberedKind, id: string): Promise<void>;
}

/** A ledger that lives as long as its container: better than none while the table is out of order. */
export function ledgerInMemory(): Ledger {
  const kinds = new Map<RememberedKind, Map<string, Entry<never>>>();
  const of = (kind: RememberedKind) => {
    const entries = kinds.get(kind) ?? new Map<string, Entry<never>>();
    kinds.set(kind, entries);
    return entries;
  };
  return {
    read: (kind, ids) =>
      Promise.resolve(
        ids.flatMap((id) => {
          const entry = of(kind).get(id);
          return entry ? [entry] : [];
        }),
      ),
    list: (kind) => Promise.resolve([...of(kind).values()] as unknown as Entry<typeof kind>[]),
    write: (kind, id, value, replaces) => {
      const there = of(kind).get(id)?.version ?? 0;
      if (replaces !== undefined && replaces !== there)
        return Promise.reject(new LedgerConflict(`${kind} ${id} is at ${there}, not at ${replaces}`));
      of(kind).set(id, { id, value: value as never, version: there + 1 });
      return Promise.resolve();
    },
    remove: (kind, id) => {
      of(kind).delete(id);
      return Promise.resolve();
    },
  };
}
