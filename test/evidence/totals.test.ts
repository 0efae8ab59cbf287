import fc from '../laws/fast-check.ts';
import { evidenceOf, totalsOf } from '../../src/evidence/evidence.ts';
import { spreadOf } from '../../src/evidence/spread.ts';
import { sweepsOf } from '../../src/evidence/sweeps.ts';
import { barsOf } from '../../src/evidence/histogram.ts';
import type { Report } from '../../src/report/schema.ts';
import {
  chained,
  DAY,
  DRILLED,
  FROM,
  HOUR,
  itemsOf,
  QUARTER,
  reportAt,
  sourcesOf,
  UNTIL,
  WINDOWED,
} from '../fakes/evidence.ts';

const period = { from: FROM, until: UNTIL };
const AUDIT = 'org-audit-trail';

const totals = (reports: readonly Report[], covered: { from: number; until: number } | undefined = period) =>
  totalsOf(itemsOf(chained(reports)), period, covered, [AUDIT, 'data-trail']);

const uptimeOf = (reports: readonly Report[], covered = period) =>
  totals(reports, covered).trails.find(({ name }) => name === AUDIT);

const stopped = (at: string) => reportAt('stopped-and-restored', at);

/** A message about a stopped trail that could not be started. */
function leftOff(at: string): Report {
  const report = stopped(at);
  const trails = report.trails.map((trail) => ({
    ...trail,
    blind: undefined,
    isLogging: false,
    isWhole: false,
  }));
  return { ...report, verdict: 'broken', trails };
}

describe('the uptime of a trail', () => {
  test('is whole when no message says otherwise', () => {
    expect(totals([]).trails).toEqual(
      [AUDIT, 'data-trail'].map((name) => ({
        name,
        declared: true,
        secondsCovered: (UNTIL - FROM) / 1000,
        secondsBlind: 0,
        uptime: 1,
        windows: [],
      })),
    );
  });

  test('is not known where no time is covered', () => {
    expect(totalsOf([], period, undefined, [AUDIT]).trails[0]).not.toHaveProperty('uptime');
  });

  test.each<[string, readonly Report[], number]>([
    ['a window of 4.3 s', [stopped('2026-10-01T12:00:00Z')], 4.3],
    ['two windows', [stopped('2026-10-01T12:00:00Z'), stopped('2026-10-02T12:00:00Z')], 8.6],
    [
      'a window once, however many messages tell of it',
      [stopped('2026-10-01T12:00:00Z'), stopped('2026-10-01T12:00:00Z')],
      4.3,
    ],
    ['windows that overlap once', [stopped('2026-10-01T12:00:00Z'), stopped('2026-10-01T12:00:02Z')], 6.3],
    [
      'a trail that was left off, until a message says that it logs again',
      [leftOff('2026-10-01T12:00:00Z'), stopped('2026-10-01T13:00:00Z')],
      3604.3,
    ],
    [
      'only what lies in the period',
      [leftOff('2026-08-31T23:00:00Z'), stopped('2026-09-01T01:00:00Z')],
      3601.3,
    ],
    ['nothing of what came after it', [stopped('2026-12-01T12:00:00Z')], 0],
  ])('counts %s', (_what, reports, seconds) => {
    expect(uptimeOf(reports)?.secondsBlind).toBeCloseTo(seconds, 6);
  });

  test('counts a trail that was left off to the end, and says that it still is', () => {
    const uptime = uptimeOf([leftOff('2026-11-30T12:00:00Z')]);
    expect(uptime?.windows).toEqual([
      { from: '2026-11-30T11:59:57.000Z', until: '2026-12-01T00:00:00.000Z', seconds: 43_203, isOpen: true },
    ]);
  });

  test('is never more than 1, less than 0, or helped by one more message', () => {
    const moment = fc.integer({ min: FROM - DAY, max: UNTIL + DAY }).map((at) => new Date(at).toISOString());
    const told = fc.tuple(moment, fc.boolean()).map(([at, isOff]) => (isOff ? leftOff(at) : stopped(at)));
    fc.assert(
      fc.property(fc.array(told, { maxLength: 6 }), moment, (reports, at) => {
        const before = uptimeOf(reports);
        const after = uptimeOf([...reports, stopped(at)]);
        expect(before?.uptime).toBeGreaterThanOrEqual(0);
        expect(before?.uptime).toBeLessThanOrEqual(1);
        const isLeftOff = reports.some(({ verdict }) => verdict === 'broken');
        // One more message may end what was left off.
        if (!isLeftOff)
          expect(after?.secondsBlind).toBeGreaterThanOrEqual((before?.secondsBlind ?? 0) - 1e-6);
      }),
      { numRuns: 60 },
    );
  });
});

describe('drills on the live account', () => {
  const outcomesOf = (reports: readonly Report[]) =>
    totals(reports).drills.map(({ passed, outcome }) => [passed, outcome]);

  test('are no incidents, and no time of theirs or uptime of their trail counts', () => {
    const { drills, ...rest } = totals([...QUARTER, ...DRILLED]);
    const { drills: none, ...without } = totals(QUARTER);
    expect(none).toEqual([]);
    expect(rest).toEqual(without);
    expect(drills).toEqual([
      {
        name: 'trailkeeper-drill-20261015T104500Z',
        story: expect.stringMatching(
          /^on the live account, by .*mallory.*, from 2026-10-15 10:01:10$/,
        ) as string,
        passed: true,
        outcome: 'mended and told: stopped, redirected, narrowed, deleted; healed in 2.4 s at worst',
      },
    ]);
  });

  test.each<[string, readonly Report[], unknown[]]>([
    [
      'that was broken off',
      DRILLED.slice(0, 2),
      [
        'mended and told: stopped, redirected; healed in 1.1 s at worst; NOT told as mended: narrowed, deleted',
      ],
    ],
    [
      'of which nothing was mended',
      DRILLED.map((report) => ({ ...report, verdict: 'broken' as const })),
      ['NOT told as mended: stopped, redirected, narrowed, deleted'],
    ],
  ])('one %s is not passed', (_what, reports, [outcome]) => {
    expect(outcomesOf(reports)).toEqual([[false, outcome]]);
  });

  test('count by when they began', () => {
    const inAugust = DRILLED.map(({ times, ...report }) => ({
      ...report,
      times: { ...times, detected: '2026-08-31T23:59:59Z' },
    }));
    expect(outcomesOf(inAugust)).toEqual([]);
  });
});

describe('change windows', () => {
  test('are no incidents: who opened them for whom, what was changed and how it ended', () => {
    const { windows, ...rest } = totals([...QUARTER, ...WINDOWED]);
    const { windows: none, ...without } = totals(QUARTER);
    expect(none).toEqual([]);
    expect(rest).toEqual(without);
    expect(windows).toEqual([
      {
        id: 'c5a3f6d2',
        on: 'trail org-audit-trail',
        actor: 'arn:aws:iam::123456789012:role/Deploy',
        reason: 'CHG-4711',
        openedBy: 'role trailkeeper-window, session alice',
        from: '2026-09-02T14:00:00.000Z',
        until: '2026-09-02T16:00:00.000Z',
        toldOver: '2026-09-02T16:03:13.011Z',
        verdict: 'restored',
        isClosed: false,
        changes: ['2026-09-02T14:20:00Z UpdateTrail by role Deploy, session bob'],
      },
    ]);
  });

  test('say what was changed before they are over', () => {
    const [window] = totals(WINDOWED.slice(0, 2)).windows;
    expect(window).not.toHaveProperty('toldOver');
    expect(window?.changes).toHaveLength(1);
  });
});

describe('incidents', () => {
  const { incidents, times } = totals(QUARTER);

  test('are told once each, oldest first, and only where they were detected in the period', () => {
    const outside = [stopped('2026-08-31T23:59:59Z'), stopped('2026-12-01T00:00:00Z')];
    expect(totals([...QUARTER, ...outside]).incidents).toEqual(incidents);
    expect(incidents.map(({ detected }) => detected)).toEqual(
      incidents.map(({ detected }) => detected).toSorted(),
    );
    expect(incidents).toHaveLength(new Set(QUARTER.map(({ id }) => id)).size);
  });

  test('say who, what, from where, when, and how long', () => {
    expect(incidents.at(-1)).toEqual({
      id: 'stopped-and-restored 2026-11-20T23:47:12Z',
      severity: 'critical',
      verdict: 'restored',
      subject: '[CRITICAL] org-audit-trail stopped by mallory, restored in 4.3 s (123456789012 us-east-1)',
      nudge: 'tampering',
      who: ['role Admin, session mallory'],
      from: ['198.51.100.7'],
      what: ['StopLogging'],
      trails: [AUDIT],
      happened: '2026-11-20T23:47:09.000Z',
      detected: '2026-11-20T23:47:12.000Z',
      whole: '2026-11-20T23:47:13.300Z',
      secondsToDetect: 3,
      secondsToHeal: 1.3,
      secondsBlind: 4.3,
      messages: 1,
      isTakenBack: false,
    });
  });

  test('that were taken back say so, and count in no time', () => {
    const takenBack = incidents.filter(({ isTakenBack }) => isTakenBack);
    expect(takenBack.map(({ detected, messages }) => [detected, messages])).toEqual([
      ['2026-11-02T09:00:00.000Z', 2],
    ]);
    const measured = incidents.filter(({ secondsToHeal }) => secondsToHeal !== undefined);
    expect(times.heal?.count).toBe(measured.length - 1);
  });

  test('that AWS refused count neither as detected nor as healed', () => {
    expect(incidents.find(({ nudge }) => nudge === 'attempt')).not.toHaveProperty('secondsToDetect');
  });

  test('whatever else stands in the ledger is left out', () => {
    const junk = [null, 'text', {}, { report: {} }, { sentAt: 'yesterday', report: QUARTER[0] }];
    const items = [
      ...itemsOf(chained(QUARTER)),
      ...junk.map((value, index) => ({ id: `junk ${index}`, value })),
    ];
    expect(totalsOf(items, period, period, []).incidents).toEqual(incidents);
  });
});

test.each<[string, readonly number[], readonly [median: number, p95: number, worst: number] | undefined]>([
  ['nothing has no spread', [], undefined],
  ['one value is all of them', [3], [3, 3, 3]],
  ['of two, the median is the smaller', [4, 2], [2, 4, 4]],
  [
    'of twenty, the 95th percentile is the nineteenth',
    Array.from({ length: 20 }, (_, index) => 20 - index),
    [10, 19, 20],
  ],
])('%s', (_what, values, expected) => {
  const spread = spreadOf(values);
  expect(spread && [spread.median, spread.p95, spread.worst]).toEqual(expected);
});

describe('sweeps', () => {
  const hours = (...sums: number[]) => sums.map((sum, index) => ({ at: FROM + index * HOUR, sum }));
  const day = (end: number) => ({ from: FROM, until: FROM + end * HOUR });

  test.each<[string, readonly number[], number, number, readonly [number, number][]]>([
    ['every one', [12, 12, 12], 3, 0, []],
    ['one that finished after the hour is no miss', [11, 13, 12], 3, 0, []],
    ['one that is missing at the edge of an hour is no miss either', [12, 11, 12], 3, 0, []],
    ['two that are missing are', [12, 10, 12], 3, 2, [[1, 2]]],
    [
      'hours that follow each other are one stretch',
      [0, 0, 12, 3],
      4,
      33,
      [
        [0, 2],
        [3, 4],
      ],
    ],
    ['an hour without data', [12], 2, 12, [[1, 2]]],
    ['more than are due hide none', [24, 0], 2, 12, [[1, 2]]],
  ])('%s', (_what, sums, length, missed, stretches) => {
    const found = sweepsOf(hours(...sums), 300, day(length));
    expect(found.missed).toBe(missed);
    expect(found.due).toBe(12 * length);
    expect(
      found.short.map(({ from, until }) => [from, until].map((at) => (Date.parse(at) - FROM) / HOUR)),
    ).toEqual(stretches);
  });

  test('that are rare are counted over half a day', () => {
    const hourly = Array.from({ length: 24 }, (_, hour) => (hour < 12 ? 1 : 0));
    expect(sweepsOf(hours(...hourly), 3600, day(24))).toMatchObject({ due: 24, run: 12, missed: 12 });
  });

  test('are counted in whole hours only', () => {
    const period = { from: FROM + HOUR / 2, until: FROM + 2.5 * HOUR };
    expect(sweepsOf(hours(6, 12, 6), 300, period)).toMatchObject({ due: 12, run: 12, missed: 0, short: [] });
  });
});

test('a histogram holds every value once, in eight bars at least', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1e5, noNaN: true }), { minLength: 1, maxLength: 50 }),
      (values) => {
        const bars = barsOf(values);
        expect(bars.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
        expect(bars.length).toBeGreaterThanOrEqual(8);
      },
    ),
  );
  expect(barsOf([])).toEqual([]);
});

describe('what the Event history shows', () => {
  test('is compared with what was told, call by call', () => {
    expect(evidenceOf(sourcesOf()).crossCheck).toMatchObject({
      calls: 5,
      own: 1,
      told: 3,
      untold: [
        {
          eventId: 'AddTags 2026-11-24T10:00:00Z',
          eventName: 'AddTags',
          trail: AUDIT,
          who: 'role Admin, session mallory',
        },
      ],
    });
  });

  test('of trails that nobody declared does not count', () => {
    expect(evidenceOf(sourcesOf({ declared: ['data-trail'] })).crossCheck).toMatchObject({
      calls: 0,
      untold: [],
    });
  });
});
