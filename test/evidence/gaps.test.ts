import { evidenceOf } from '../../src/evidence/evidence.ts';
import type { Gap } from '../../src/evidence/gaps.ts';
import type { Report } from '../../src/report/schema.ts';
import type { MetricSource, Sources } from '../../src/evidence/sources.ts';
import {
  chained,
  DAY,
  FROM,
  HOUR,
  itemsOf,
  ledgerOf,
  QUARTER,
  sourcesOf,
  sweptHours,
  UNTIL,
  WINDOWED,
} from '../fakes/evidence.ts';

const records = chained(QUARTER);

const metrics = (
  changed: Partial<MetricSource['hours']> = {},
  sweepSeconds: MetricSource['sweepSeconds'] = { known: 300 },
) => ({
  known: {
    hours: {
      SweepFinished: sweptHours([]),
      LedgerUnavailable: [],
      AlertsUnsent: [],
      MessagesParked: [],
      ...changed,
    },
    sweepSeconds,
  },
});

/** Sources without any gap but those of this version. */
const complete: Partial<Sources> = {
  ledgers: [ledgerOf(chained(QUARTER.filter(({ id }) => !id.startsWith('sweep-without'))))],
  metrics: metrics(),
  history: { known: { read: { from: FROM, until: UNTIL }, records: [], told: [], own: [] } },
};

const gapsOf = (changed: Partial<Sources>): readonly Gap[] =>
  evidenceOf(sourcesOf({ ...complete, ...changed })).gaps;

const iso = (at: number) => new Date(at).toISOString();

const withWindow = (report: Report, changed: object): Report =>
  report.window ? { ...report, window: { ...report.window, ...changed } } : report;

test('where all is known, there is no gap', () => {
  expect(gapsOf({})).toEqual([]);
});

test.each<[string, Partial<Sources>, Partial<Gap>]>([
  [
    'the period is not over',
    { madeAt: UNTIL - DAY },
    { about: 'period', from: iso(UNTIL - DAY), until: iso(UNTIL) },
  ],
  [
    'the ledger is younger than the period',
    { ledgers: [ledgerOf(chained([]), { createdAt: FROM + DAY })] },
    { about: 'ledger', from: iso(FROM), until: iso(FROM + DAY) },
  ],
  [
    'the ledger is younger than all of the period',
    { ledgers: [ledgerOf(chained([]), { createdAt: UNTIL + DAY })] },
    { about: 'ledger', from: iso(FROM), until: iso(UNTIL) },
  ],
  [
    'the first records are gone',
    { ledgers: [ledgerOf(records, { items: itemsOf(records).slice(2) })] },
    { about: 'ledger', said: expect.stringContaining('Records 1 to 2 ') as string },
  ],
  [
    'the chain is broken',
    { ledgers: [ledgerOf(records, { items: itemsOf(records).toSpliced(2, 1) })] },
    { about: 'chain', said: expect.stringContaining('is BROKEN: record 3 is missing.') as string },
  ],
  [
    'a record has no place in the chain',
    { ledgers: [ledgerOf([], { items: [{ id: 'x', value: QUARTER[0] }] })] },
    { about: 'chain', said: expect.stringContaining('1 record of ') as string },
  ],
  [
    'nobody knows since when a trail was off',
    { ledgers: [ledgerOf(records)] },
    {
      about: 'uptime',
      said: expect.stringContaining('org-audit-trail was found off at 2026-10-23 04:45:30') as string,
    },
  ],
  [
    'the metrics were not read',
    { metrics: { fault: 'left out on request' } },
    { about: 'metrics', said: expect.stringContaining('left out on request') as string },
  ],
  [
    'nobody knows how often sweeps are due',
    { metrics: metrics({}, { fault: 'the alarm is not there' }) },
    { about: 'metrics', said: expect.stringContaining('the alarm is not there') as string },
  ],
  [
    'no sweep was counted for hours',
    { metrics: metrics({ SweepFinished: sweptHours([FROM + 2 * HOUR, FROM + 3 * HOUR]) }) },
    { about: 'metrics', from: iso(FROM + 2 * HOUR), until: iso(FROM + 4 * HOUR) },
  ],
  [
    'the ledger could not be asked for two hours',
    { metrics: metrics({ LedgerUnavailable: [FROM, FROM + HOUR].map((at) => ({ at, sum: 1 })) }) },
    {
      about: 'metrics',
      said: expect.stringContaining('The ledger could not be asked') as string,
      from: iso(FROM),
      until: iso(FROM + 2 * HOUR),
    },
  ],
  [
    'messages were parked',
    { metrics: metrics({ MessagesParked: [{ at: FROM, sum: 1 }] }) },
    { about: 'metrics', said: expect.stringContaining('could not be told at all') as string },
  ],
  [
    'metrics are older than CloudWatch keeps them',
    { madeAt: FROM + 460 * DAY },
    { about: 'metrics', from: iso(FROM), until: iso(FROM + 5 * DAY) },
  ],
  [
    'the Event history was not read',
    { history: { fault: 'left out on request' } },
    { about: 'Event history' },
  ],
  [
    'the Event history goes back less far than the period',
    { history: { known: { read: { from: FROM + DAY, until: UNTIL }, records: [], told: [], own: [] } } },
    { about: 'Event history', from: iso(FROM), until: iso(FROM + DAY) },
  ],
  [
    'the Event history goes back to none of the period',
    { history: { known: { read: { from: UNTIL, until: UNTIL }, records: [], told: [], own: [] } } },
    { about: 'Event history', from: iso(FROM), until: iso(UNTIL) },
  ],
  [
    'the youngest calls may still be told',
    { history: { known: { read: { from: FROM, until: UNTIL - HOUR }, records: [], told: [], own: [] } } },
    { about: 'Event history', from: iso(UNTIL - HOUR), until: iso(UNTIL) },
  ],
  [
    'git says nothing',
    { commits: { fault: 'git is not there' } },
    { about: 'baseline', said: expect.stringContaining('git is not there') as string },
  ],
  ['no baseline is at hand', { declared: [] }, { about: 'baseline' }],
  [
    'nobody knows who opened a change window',
    { ledgers: [ledgerOf(chained(WINDOWED.map((report) => withWindow(report, { openedBy: undefined }))))] },
    {
      about: 'change windows',
      said: expect.stringMatching(/^Who opened CHG-4711 on trail org-audit-trail/) as string,
    },
  ],
  [
    'the end of a change window was not told',
    { ledgers: [ledgerOf(chained(WINDOWED.slice(0, 2)))] },
    {
      about: 'change windows',
      said: 'CHG-4711 on trail org-audit-trail was over at 2026-09-02 16:00:00, and no message says that all was as declared after it.',
    },
  ],
])('it is said plainly when %s', (_what, changed, gap) => {
  expect(gapsOf(changed)).toContainEqual(expect.objectContaining(gap));
});

test('a call that the Event history shows and no message tells is said plainly', () => {
  const { history } = sourcesOf();
  expect(gapsOf({ history })).toContainEqual({
    about: 'Event history',
    said: '1 call that the Event history shows stand in no message: see the comparison.',
  });
});
