import { evidenceOf } from '../../src/evidence/evidence.ts';
import { type EvidenceFile, type ReadFile, readEvidenceFile } from '../../src/evidence/file-schema.ts';
import { faultsAgainst, faultsOfFile, faultsOfLedgers } from '../../src/evidence/verify.ts';
import { hashOf, type KeptReport } from '../../src/report/kept.ts';
import { chained, itemsOf, ledgerOf, QUARTER, reportAt, sourcesOf } from '../fakes/evidence.ts';
import { replaced } from '../laws/hostile.ts';

const records = chained(QUARTER);
const sources = sourcesOf({ ledgers: [ledgerOf(records)] });
const written: EvidenceFile = { evidence: evidenceOf(sources), ledgers: sources.ledgers };
const table = written.ledgers[0]?.table ?? '';

const read = (file: unknown): ReadFile => {
  const found = readEvidenceFile(JSON.stringify(file));
  if (!found) throw new Error('it is no file of evidence');
  return found;
};

test('a file that nobody touched has no fault', () => {
  expect(faultsOfFile(read(written))).toEqual([]);
});

test.each<[string, readonly string[], unknown, string]>([
  ['an incident', ['evidence', 'incidents', '0', 'severity'], 'low', 'incidents'],
  ['the uptime', ['evidence', 'trails', '0', 'uptime'], 1, 'trails'],
  ['a time', ['evidence', 'times', 'heal', 'worst'], 0.1, 'times'],
  ['the check of the chain', ['evidence', 'chains', '0', 'records'], 8, 'chains'],
])('a file with %s changed is found out', (_what, path, value, part) => {
  const changed = replaced(written, path, value) as { evidence: Record<string, unknown> };
  const lists = Object.fromEntries(
    Object.entries(changed.evidence).map(([key, member]) => [
      key,
      ['incidents', 'trails', 'chains'].includes(key) ? Object.values(member as object) : member,
    ]),
  );
  expect(faultsOfFile(read({ ...changed, evidence: lists }))).toEqual([
    `the file's ${part} are not what its records add up to`,
  ]);
});

test('a file with a record left out names it', () => {
  const ledgers = [ledgerOf(records, { items: itemsOf(records).toSpliced(4, 1) })];
  expect(faultsOfFile(read({ ...written, ledgers }))[0]).toBe(`${table}: record 5 is missing`);
});

test.each(['', '{', '[]', '{"evidence":{"version":2},"ledgers":[]}'])('%j is no file of evidence', (text) => {
  expect(readEvidenceFile(text)).toBeUndefined();
});

test('ledgers without a fault have none, and the first broken record of each is named', () => {
  expect(faultsOfLedgers([ledgerOf(records)])).toEqual([]);
  const items = [...itemsOf(records).toSpliced(1, 1).toSpliced(3, 1), { id: 'old', value: QUARTER[0] }];
  expect(faultsOfLedgers([ledgerOf(records, { items })])).toEqual([
    `${table}: record 2 is missing`,
    `${table}: 1 without a place in the chain`,
  ]);
});

describe('a ledger still holds what stands in an earlier file', () => {
  const more = chained([reportAt('stopped-and-restored', '2026-12-03T00:00:00Z')], records.at(-1));

  /** Somebody who may write the whole table changes the third record, and all hashes from there on. */
  const forged = () => {
    const [third] = records.slice(2) as [KeptReport];
    const changed = { ...third, report: { ...third.report, severity: 'info' as const } };
    const record = { ...changed, hash: hashOf(changed) };
    const rest = chained(
      records.slice(3).map(({ report }) => report),
      record,
    );
    return ledgerOf([...records.slice(0, 2), record, ...rest]);
  };

  test.each([
    ['when nothing happened since', [ledgerOf(records)], []],
    ['when it has grown', [ledgerOf([...records, ...more])], []],
    ['when its oldest have expired', [ledgerOf(records, { items: itemsOf(records).slice(4) })], []],
    ['unless it is gone', [], [`${table}: the ledger is gone`]],
    ['unless all its records are', [ledgerOf([])], [`${table}: all records are gone`]],
    [
      'unless it was forged from some record on',
      [forged()],
      [`${table}: record 3 is not the one in the file`],
    ],
  ])('%s', (_what, live, faults) => {
    expect(faultsAgainst(read(written), live)).toEqual(faults);
  });

  test('a forged chain is unbroken by itself: only the earlier file finds it out', () => {
    expect(faultsOfLedgers([forged()])).toEqual([]);
  });
});
