import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lapses, type Moment, shareOfTime } from '../../../local/proofs/scale/chronicle.ts';
import { cost, gigabyteSeconds } from '../../../local/proofs/scale/cost.ts';
import { concurrency } from '../../../local/proofs/scale/ledger.ts';
import { attackAll } from '../../../local/proofs/scale/organisation.ts';
import { mostWithin, percentiles } from '../../../local/proofs/statistics.ts';
import { type Scenario, simulate } from '../../../local/proofs/scale/scenarios.ts';
import { held, summaryOf } from '../../../local/proofs/scale/summary.ts';
import { tables } from '../../../local/proofs/scale/tables.ts';
import { parseBaseline } from '../../../src/baseline/read.ts';
import { packageOf } from '../../packages/packages.ts';

test.each([
  ['one value is all of them', [7], { count: 1, p50: 7, p90: 7, p99: 7, max: 7 }],
  [
    'of ten, the ninth is the 90th',
    [10, 9, 8, 7, 6, 5, 4, 3, 2, 1],
    { count: 10, p50: 5, p90: 9, p99: 10, max: 10 },
  ],
  [
    'numbers are in order by size, not by letters',
    [100, 20, 3],
    { count: 3, p50: 20, p90: 100, p99: 100, max: 100 },
  ],
  ['nothing measured is told by the count', [], { count: 0, p50: 0, p90: 0, p99: 0, max: 0 }],
])('percentiles: %s', (_, values, expected) => {
  expect(percentiles(values)).toEqual(expected);
});

test.each([
  ['none', [], 0],
  ['a second is over after 1000 ms', [0, 1000, 2000], 1],
  ['the fullest second may begin anywhere', [0, 900, 1100, 1899, 1900, 5000], 3],
])('the most within a second: %s', (_, instants, expected) => {
  expect(mostWithin(instants, 1000)).toBe(expected);
});

test.each([
  [
    'one after the other',
    [
      [0, 10],
      [10, 20],
    ],
    1,
  ],
  [
    'one within another',
    [
      [0, 30],
      [10, 20],
    ],
    2,
  ],
  [
    'three at one moment',
    [
      [0, 30],
      [10, 25],
      [20, 40],
    ],
    3,
  ],
])('concurrency: %s', (_, runs, expected) => {
  expect(concurrency(runs.map(([from = 0, until = 0]) => ({ from, until })))).toBe(expected);
});

const at = (time: number, logging: boolean, whole = logging, trail = 'a'): Moment => ({
  at: time,
  trail,
  logging,
  whole,
});

test.each([
  ['never told of, never false', [], []],
  ['false and true again', [at(10, false), at(30, true)], [{ from: 10, until: 30 }]],
  ['false from before the time on', [at(-5, false), at(30, true)], [{ from: 0, until: 30 }]],
  ['false for good ends with the time', [at(90, false)], [{ from: 90, until: 100 }]],
  ['over before the time', [at(-9, false), at(-3, true)], []],
  ['another trail is another story', [at(10, false, false, 'b')], []],
  ['logging, though not whole', [at(10, true, false)], []],
])('lapses: %s', (_, moments, expected) => {
  expect(lapses(moments, 'a', 'logging', { from: 0, until: 100 })).toEqual(expected);
});

test('two lapses of a tenth each leave eight tenths', () => {
  const spans = [at(10, false), at(20, true), at(50, false), at(60, true)];
  const time = { from: 0, until: 100 };
  expect(shareOfTime(lapses(spans, 'a', 'logging', time), time)).toBeCloseTo(0.8);
});

test.each([
  [
    'a second of the whole function',
    { runs: [{ from: 0, until: 1000, megabytes: 1769 }] },
    { lambda: 1.7275390625 * 0.0000133334 + 0.0000002 },
  ],
  [
    'a millisecond begun is a millisecond',
    { runs: [{ from: 0, until: 0.2, megabytes: 1769 }] },
    { lambda: 0.0017275390625 * 0.0000133334 + 0.0000002 },
  ],
  ['an alert: publish, e-mail, data key', { alerts: 1 }, { sns: 0.0000005 + 0.00002 + 0.000003 }],
  ['a message: sent, received, deleted', { messages: 1 }, { queue: 0.0000015 }],
  ['a table read twice and written once', { tableReads: 2, tableWrites: 1 }, { ledger: 0.000000875 }],
  ['calls recorded once are free', { calls: 100_000, copies: 1 }, { cloudTrail: 0 }],
  ['calls recorded three times cost twice', { calls: 100_000, copies: 3 }, { cloudTrail: 4 }],
  ['no trail, no copy, no refund', { calls: 100_000, copies: 0 }, { cloudTrail: 0 }],
])('cost: %s', (_, used, expected) => {
  const bill = cost({
    ...{ runs: [], alerts: 0, calls: 0, copies: 1, messages: 0, tableReads: 0, tableWrites: 0 },
    ...used,
  });
  for (const [what, dollars] of Object.entries(expected))
    expect(bill).toHaveProperty(what, expect.closeTo(dollars, 12));
  expect(bill.all).toBeCloseTo(bill.lambda + bill.sns + bill.cloudTrail + bill.queue + bill.ledger, 12);
});

test('1769 MB for 10 s are 17.3 GB-seconds', () => {
  expect(gigabyteSeconds([{ from: 5000, until: 15_000, megabytes: 1769 }])).toBeCloseTo(17.275, 2);
});

const SMALL: readonly Scenario[] = [
  { kind: 'organisation', accounts: 2, trailsEach: 3 },
  { kind: 'war', minutes: 1, pauseMs: 10_000 },
];

test.each(SMALL)('everything is whole in the end, and told of: %j', async (scenario) => {
  const scratch = mkdtempSync(join(tmpdir(), 'trailkeeper-scale-'));
  try {
    const summary = summaryOf(await simulate(scenario, packageOf('drill'), scratch));
    expect(held(summary)).toBe(true);
    expect(summary.bill.attacks).toBeGreaterThanOrEqual(5);
    expect(summary.bill.writes).toBeGreaterThanOrEqual(5);
    expect(summary.bill.alerts).toBeGreaterThanOrEqual(1);
    expect(summary.bill.problems).toEqual([]);
    expect(tables([summary])).toContain(summary.bill.attacks.toLocaleString('en-US'));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
});

test('a flood of refused calls is few messages, and the simulation says when they are too many', async () => {
  const flood = { kind: 'flood', calls: 30, minutes: 1, isRefused: true, mostMessages: 3 } as const;
  const summary = summaryOf(await simulate(flood, packageOf('drill'), ''));
  expect(summary.bill.attacksRefused).toBe(flood.calls);
  expect(held(summary)).toBe(true);
  expect(held({ ...summary, scenario: { ...flood, mostMessages: 0 } } as typeof summary)).toBe(false);
});

test('a guard without the rights to the trails does not bring them back, and the simulation says so', async () => {
  const file = 'baselines/drill.yml';
  const [alices] = parseBaseline(readFileSync(file, 'utf8'), file).Trails;
  if (!alices) throw new Error(`${file} declares no trail`);
  const trails = [{ ...alices, Name: 'not-in-the-package' }];
  const [stopped, , weakened] = await attackAll({ accounts: 3, trails, directory: packageOf('drill') });
  expect(stopped?.ledger.failures).toBe(0);
  expect(weakened?.brokenAfterSweep).toContain('not-in-the-package.S3BucketName');
});
