import { canonicalJson } from '../report/kept.ts';
import { checkChain } from './chain.ts';
import { totalsOf } from './evidence.ts';
import type { ReadFile } from './file-schema.ts';
import { readItem } from './record-schema.ts';
import type { LedgerSource, Period } from './sources.ts';

const periodOf = ({ from, until }: { readonly from: string; readonly until: string }): Period => ({
  from: Date.parse(from),
  until: Date.parse(until),
});

const named = ({ table }: Pick<LedgerSource, 'table'>, what: string): string => `${table}: ${what}`;

/** What is wrong with ledgers as they are now: the first broken record of each, and records without a place. */
export function faultsOfLedgers(ledgers: readonly LedgerSource[]): string[] {
  return ledgers
    .map(checkChain)
    .flatMap(({ table, broken, unchained }) => [
      ...(broken === undefined ? [] : [named({ table }, broken)]),
      ...(unchained > 0 ? [named({ table }, `${unchained} without a place in the chain`)] : []),
    ]);
}

/** What is wrong with a file of evidence, by the records that it holds itself: the chain, and everything that is added up. */
export function faultsOfFile({ evidence, ledgers }: ReadFile): string[] {
  const sources = ledgers.map(({ end, ...ledger }): LedgerSource => ({ ...ledger, ...(end && { end }) }));
  const totals = totalsOf(
    sources.flatMap(({ items }) => items),
    periodOf(evidence),
    evidence.covered && periodOf(evidence.covered),
    evidence.declared,
  );
  const again = { ...totals, chains: sources.map(checkChain) };
  const differing = (['chains', 'trails', 'incidents', 'windows', 'drills', 'times'] as const).filter(
    (part) => canonicalJson(again[part]) !== canonicalJson(evidence[part]),
  );
  return [
    ...faultsOfLedgers(sources),
    ...differing.map((part) => `the file's ${part} are not what its records add up to`),
  ];
}

/** What live ledgers no longer hold of what a file of evidence has from them. */
export function faultsAgainst({ ledgers }: ReadFile, live: readonly LedgerSource[]): string[] {
  return ledgers.flatMap(({ table, items }) => {
    const now = live.find((each) => each.table === table);
    if (!now) return [named({ table }, 'the ledger is gone')];
    const numbered = (all: readonly { id: string; value: unknown }[]) =>
      all.map((item) => readItem(item)).flatMap(({ link }) => link ?? []);
    const there = new Map(numbered(now.items).map(({ number, hash }) => [number, hash]));
    const first = Math.min(...there.keys());
    // What is older than the first that is there has expired, or was removed: the check of the chain cannot tell either.
    const changed = numbered(items)
      .filter(({ number, hash }) => number >= first && there.get(number) !== hash)
      .sort((a, b) => a.number - b.number)[0];
    const isEmpty = there.size === 0 && items.length > 0;
    if (isEmpty) return [named({ table }, 'all records are gone')];
    return changed ? [named({ table }, `record ${changed.number} is not the one in the file`)] : [];
  });
}
