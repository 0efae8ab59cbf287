import { type Drilled, faultsOf, isPassed, type Measured, tableOf } from '../../src/drill/measured.ts';

const good: Measured = {
  blow: 'stop',
  call: 'StopLogging',
  at: '2026-11-26T12:00:00.000Z',
  toEvent: 2,
  toFirstRepair: 3,
  toWhole: 4,
  toAlert: 6,
  toHistory: 90,
  subject: '[CRITICAL] DRILL trail stopped',
};
const without = (...keys: (keyof Measured)[]): Measured =>
  Object.fromEntries(Object.entries(good).filter(([key]) => !keys.includes(key as never))) as never;

const drilled = (blows: readonly Measured[], left: readonly string[] = []): Drilled => ({
  stage: 'prod',
  account: '123456789012',
  region: 'us-east-1',
  trail: 'trailkeeper-drill-20261126T120000Z',
  resolution: 1,
  blows,
  left,
});

test.each<[string, Measured, string[]]>([
  ['nothing is wrong with what was mended and told', good, []],
  ['that the history is late is no fault', without('toHistory'), []],
  ['no event', without('toEvent'), ['no event came']],
  ['not restored', without('toWhole'), ['NOT restored']],
  ['not told', without('toAlert', 'subject'), ['NOT told']],
  ['told as real', { ...good, subject: '[CRITICAL] trail stopped' }, ['not told as a drill']],
])('%s', (_what, measured, faults) => {
  expect(faultsOf(measured)).toEqual(faults);
  expect(isPassed(drilled([measured]), 1)).toBe(faults.length === 0);
});

test.each<[string, Drilled, number]>([
  ['a blow is missing', drilled([good]), 2],
  ['something is left', drilled([good], ['the bucket']), 1],
])('a drill is not passed where %s', (_what, each, expected) => {
  expect(isPassed(each, expected)).toBe(false);
});

test('the table has a line for each blow, and a dash for what was not seen', () => {
  expect(tableOf(drilled([good, without('toHistory')])).slice(0, 3)).toEqual([
    '      event  first repair  whole  alert taken  in the history',
    'stop  2.0 s         3.0 s  4.0 s        6.0 s          90.0 s',
    'stop  2.0 s         3.0 s  4.0 s        6.0 s               –',
  ]);
});
