import { BEFORE_THE_FIRST, hashOf, type KeptReport } from '../report/kept.ts';
import type { LedgerRecord } from './record-schema.ts';
import { readItem } from './record-schema.ts';
import type { LedgerSource } from './sources.ts';

/** What came of checking the chain of one ledger. */
export interface ChainCheck {
  readonly table: string;
  readonly records: number;
  /** The numbers of the first and the last record that are there. */
  readonly first?: number;
  readonly last?: number;
  /** The hash of the last record: who has written it down can tell later whether anything before it was changed. */
  readonly hash?: string;
  /** The first record with which something is wrong, and what. */
  readonly broken?: string;
  /** Records that have no place in the chain. */
  readonly unchained: number;
  /** Records that were put down late, because the ledger was away when they were sent. */
  readonly late: number;
}

type Chained = LedgerRecord & { readonly link: NonNullable<LedgerRecord['link']> };

const isChained = (record: LedgerRecord): record is Chained => record.link !== undefined;

/** What is wrong with a record that comes after another, if anything is. */
function faultOf({ whole, link, sent }: Chained, before: Chained | undefined): string | undefined {
  const { number, previous, hash } = link;
  const named = `record ${number}${sent ? ` (sent ${sent.sentAt})` : ''}`;
  if (before?.link.number === number) return `${named} is there twice`;
  if (before && before.link.number + 1 !== number) {
    const missing = [before.link.number + 1, number - 1];
    return `record ${missing[0] === missing[1] ? missing[0] : missing.join(' to ')} is missing`;
  }
  if (hashOf(whole as KeptReport) !== hash) return `${named} is not what was written: its hash is another`;
  const expected = before ? before.link.hash : BEFORE_THE_FIRST.hash;
  if ((before || number === 1) && previous !== expected)
    return `${named} does not follow the one before: it names another hash`;
  if (!sent) return `${named} cannot be read`;
  return undefined;
}

/**
 * Checks that the records of a ledger are one chain: no number missing or twice, each hash that of the record, each naming the hash before.
 * The oldest may have expired, so that it may begin anywhere; it must lead to the end that was noted.
 */
export function checkChain({ table, items, end }: Omit<LedgerSource, 'createdAt'>): ChainCheck {
  const all = items.map(readItem);
  const chained = all.filter(isChained).sort((a, b) => a.link.number - b.link.number);
  const faults = chained.map((record, index) => faultOf(record, chained[index - 1]));
  const [first, last] = [chained[0], chained.at(-1)];
  const noted = end && chained.find(({ link }) => link.number === end.number);
  const isCut = end !== undefined && end.number > (last?.link.number ?? 0);
  const broken =
    faults.find((fault) => fault !== undefined) ??
    (isCut ? `record ${end.number} is missing: the chain was noted to end there` : undefined) ??
    (noted && noted.link.hash !== end.hash
      ? `record ${noted.link.number} has another hash than the one that was noted`
      : undefined);
  return {
    table,
    records: chained.length,
    ...(first && last && { first: first.link.number, last: last.link.number, hash: last.link.hash }),
    ...(broken !== undefined && { broken }),
    unchained: all.length - chained.length,
    late: all.filter(({ sent }) => sent?.keptLateAt !== undefined).length,
  };
}
