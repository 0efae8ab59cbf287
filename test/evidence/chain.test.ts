import { checkChain } from '../../src/evidence/chain.ts';
import type { Item } from '../../src/evidence/sources.ts';
import { canonicalJson, hashOf, type KeptReport } from '../../src/report/kept.ts';
import { chained, itemsOf, ledgerOf, QUARTER } from '../fakes/evidence.ts';

const records = chained(QUARTER);
const last = records.length;
const items = itemsOf(records);
const { end } = ledgerOf(records);
const check = (changed: readonly Item[], noted = end) =>
  checkChain({ table: 'ledger', items: changed, ...(noted && { end: noted }) });

const at = (number: number, change: (record: KeptReport) => unknown): Item[] =>
  items.map((item, index) =>
    index + 1 === number ? { ...item, value: change(item.value as KeptReport) } : item,
  );

const rehashed = (record: KeptReport): KeptReport => ({ ...record, hash: hashOf(record) });
const edited = (record: KeptReport): KeptReport => ({
  ...record,
  report: { ...record.report, severity: 'low' },
});

test('a chain that nobody touched is unbroken, in whatever order its records come', () => {
  const whole = {
    table: 'ledger',
    records: last,
    first: 1,
    last,
    hash: records.at(-1)?.hash,
    unchained: 0,
    late: 0,
  };
  expect(check(items)).toEqual(whole);
  expect(check(items.toReversed())).toEqual(whole);
});

test('it may begin anywhere, for the oldest records expire', () => {
  expect(check(items.slice(3))).toMatchObject({ first: 4, last });
  expect(check(items.slice(3)).broken).toBeUndefined();
});

test.each<[string, readonly Item[], string]>([
  [
    'was changed',
    at(4, edited),
    `record 4 (sent ${records[3]?.sentAt ?? ''}) is not what was written: its hash is another`,
  ],
  [
    'was changed, and its hash with it',
    at(4, (record) => rehashed(edited(record))),
    `record 5 (sent ${records[4]?.sentAt ?? ''}) does not follow the one before: it names another hash`,
  ],
  [
    'the first one, names one before it',
    at(1, (record) => rehashed({ ...record, previous: 'f'.repeat(64) })),
    `record 1 (sent ${records[0]?.sentAt ?? ''}) does not follow the one before: it names another hash`,
  ],
  ['was removed', items.toSpliced(3, 1), 'record 4 is missing'],
  ['and the next were removed', items.toSpliced(3, 3), 'record 4 to 6 is missing'],
  [
    'is there twice',
    [...items, { id: 'another', value: records[3] }],
    `record 4 (sent ${records[3]?.sentAt ?? ''}) is there twice`,
  ],
  [
    'at the end was removed',
    items.slice(0, -1),
    `record ${last} is missing: the chain was noted to end there`,
  ],
  [
    'at the end was changed, and its hash with it',
    at(last, (record) => rehashed(edited(record))),
    `record ${last} has another hash than the one that was noted`,
  ],
  [
    'says nothing of a message',
    at(4, (record) => rehashed({ ...record, report: {} as never })),
    'record 4 cannot be read',
  ],
  ['is no JSON any more', at(4, () => undefined), 'record 4 is missing'],
])('the chain is broken when a record %s', (_what, changed, broken) => {
  expect(check(changed).broken).toBe(broken);
});

test('the chain is broken when all its records are gone, and its end was noted', () => {
  expect(check([]).broken).toBe(`record ${last} is missing: the chain was noted to end there`);
});

test('records without a place in it are counted, and so are those that were put down late', () => {
  const [first, ...rest] = records as [KeptReport, ...KeptReport[]];
  const { report, sentAt } = first;
  const older = { id: sentAt, value: report };
  const late = rehashed({ ...first, keptLateAt: sentAt });
  expect(check([older, { id: '1', value: late }], { number: 1, hash: late.hash })).toMatchObject({
    unchained: 1,
    late: 1,
  });
  expect(rest).toHaveLength(last - 1);
});

test('a value has one canonical form, however its members are ordered', () => {
  const value = { b: [1, { d: undefined, c: null }], a: '€"\n', 10: true, 9: false };
  const again = { 9: false, 10: true, a: '€"\n', b: [1, { c: null }] };
  expect(canonicalJson(value)).toBe('{"10":true,"9":false,"a":"€\\"\\n","b":[1,{"c":null}]}');
  expect(canonicalJson(again)).toBe(canonicalJson(value));
  expect(canonicalJson(JSON.parse(JSON.stringify(value)))).toBe(canonicalJson(value));
});
