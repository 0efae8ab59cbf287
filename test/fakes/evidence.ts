import type { Item, LedgerSource, Sources } from '../../src/evidence/sources.ts';
import { BEFORE_THE_FIRST, keptAfter, type KeptReport, type Link, type Sent } from '../../src/report/kept.ts';
import { reportOf } from '../../src/report/report.ts';
import type { ChangeWindow } from '../../src/kinds/change-window.ts';
import { endedReport, openedReport, toldChangeWindow } from '../../src/report/change-window.ts';
import type { Report } from '../../src/report/schema.ts';
import { unconfirmedReport } from '../../src/report/follow-up.ts';
import { eventOf, home } from './samples.ts';
import { incidentOf } from './incident.ts';
import { REPORTS } from './told-incidents.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

export const FROM = Date.parse('2026-09-01T00:00:00Z');
export const UNTIL = Date.parse('2026-12-01T00:00:00Z');

const shifted = (iso: string, ms: number) => new Date(Date.parse(iso) + ms).toISOString();

/** A report with all its times moved, so that it was detected at another time, under an id of its own. */
export function reportAt(name: string, detectedAt: string, changed: Partial<Report['times']> = {}): Report {
  const report = REPORTS[name] ?? reportOf(incidentOf());
  const by = Date.parse(detectedAt) - Date.parse(report.times.detected);
  const moved = (value: unknown): unknown => {
    if (typeof value === 'string')
      return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? shifted(value, by) : value;
    if (Array.isArray(value)) return value.map(moved);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, moved(member)]));
  };
  const now = moved(report) as Report;
  const calls = now.calls.map((call) => ({ ...call, eventId: `${name}-${detectedAt}` }));
  return { ...now, id: `${name} ${detectedAt}`, calls, times: { ...now.times, ...changed } };
}

/** Messages as the ledger keeps them, each sent two seconds after it was all over. */
export function chained(reports: readonly Report[], from: Link = BEFORE_THE_FIRST): KeptReport[] {
  let last = from;
  return reports.map((report, index) => {
    const sentAt = shifted(report.times.verified ?? report.times.detected, 2000 + index);
    const sent: Sent = { sentAt, report };
    const record = keptAfter(last, sent);
    last = record;
    return record;
  });
}

export const itemsOf = (records: readonly KeptReport[]): Item[] =>
  records.map((record) => ({ id: String(record.number).padStart(12, '0'), value: record }));

export function ledgerOf(records: readonly KeptReport[], changed: Partial<LedgerSource> = {}): LedgerSource {
  const end = records.at(-1);
  return {
    table: 'trailkeeper-prod-ledger-0a1b2c3d-0123456789ab',
    createdAt: FROM - 30 * DAY,
    items: itemsOf(records),
    ...(end && { end: { number: end.number, hash: end.hash } }),
    ...changed,
  };
}

const forged = reportAt('stopped-and-restored', '2026-11-02T09:00:00Z');

/** What happened in a quarter, in the order in which it was told. */
export const QUARTER: readonly Report[] = [
  reportAt('declaration-followed', '2026-09-03T08:30:05Z'),
  reportAt('attempt-refused', '2026-09-09T14:11:02Z'),
  reportAt('redirected-and-restored', '2026-09-18T22:41:07Z', { secondsToHeal: 1.4 }),
  reportAt('deleted-and-rebuilt', '2026-10-04T03:12:44Z', { secondsToDetect: 6.2, secondsToHeal: 5.8 }),
  reportAt('gap-found-by-a-sweep', '2026-10-11T16:00:12Z'),
  reportAt('sweep-without-an-actor', '2026-10-23T04:45:30Z'),
  forged,
  unconfirmedReport(forged, ['stopped-and-restored']),
  reportAt('stopped-and-restored', '2026-11-20T23:47:12Z'),
];

const DRILL = {
  trail: 'arn:aws:cloudtrail:us-east-1:123456789012:trail/trailkeeper-drill-20261015T104500Z',
  until: '2026-10-15T10:45:00.000Z',
};

/** What a fire drill on the live account has had told. */
export const DRILLED: readonly Report[] = (
  [
    ['StopLogging', 'stopped-and-restored', '2026-10-15T10:01:10Z', 1.1],
    ['UpdateTrail', 'redirected-and-restored', '2026-10-15T10:01:20Z', 0.9],
    ['PutEventSelectors', 'redirected-and-restored', '2026-10-15T10:01:30Z', 1.2],
    ['DeleteTrail', 'deleted-and-rebuilt', '2026-10-15T10:01:40Z', 2.4],
  ] as const
).map(([eventName, name, at, secondsToHeal]) => {
  const report = reportAt(name, at, { secondsToHeal });
  const trails = report.trails.map((trail) => ({ ...trail, name: 'trailkeeper-drill-20261015T104500Z' }));
  return { ...report, drill: DRILL, trails, calls: report.calls.map((call) => ({ ...call, eventName })) };
});

const WINDOW: ChangeWindow = {
  id: 'c5a3f6d2',
  kind: 'trail',
  name: 'org-audit-trail',
  actor: 'arn:aws:iam::123456789012:role/Deploy',
  reason: 'CHG-4711',
  from: Date.parse('2026-09-02T14:00:00Z'),
  until: Date.parse('2026-09-02T16:00:00Z'),
};

const windowNews = (now: string) => ({
  window: WINDOW,
  opener: 'role trailkeeper-window, session alice',
  home,
  config: { mode: 'enforce', runbook: 'docs/runbook' } as const,
  now: Date.parse(now),
});

/** What a change window has had told. */
export const WINDOWED: readonly Report[] = [
  openedReport(windowNews('2026-09-02T14:00:09Z')),
  {
    ...reportAt('redirected-and-restored', '2026-09-02T14:20:03Z'),
    severity: 'low',
    verdict: 'whole',
    window: toldChangeWindow(WINDOW, 'used'),
  },
  endedReport(windowNews('2026-09-02T16:03:11Z'), {
    changes: ['2026-09-02T14:20:00Z UpdateTrail by role Deploy, session bob'],
    putBack: ['S3KeyPrefix'],
    left: [],
    isClosed: false,
  }),
];

/** Every hour of the quarter with its dozen of sweeps, but for five hours in October. */
export function sweptHours(
  missing: readonly number[] = [0, 1, 2, 3, 4].map((hour) => FROM + 50 * DAY + hour * HOUR),
) {
  const hours = Array.from({ length: (UNTIL - FROM) / HOUR }, (_, index) => FROM + index * HOUR);
  return hours.filter((at) => !missing.includes(at)).map((at) => ({ at, sum: 12 }));
}

/** CloudTrail's record of a call on the trail, as the Event history shows it. */
export const recordAt = (eventName: string, eventTime: string, detail: object = {}): unknown =>
  eventOf(
    eventName,
    { name: 'org-audit-trail' },
    { eventTime, eventID: `${eventName} ${eventTime}`, ...detail },
  ).detail;

/** All that was read of the quarter. */
export function sourcesOf(changed: Partial<Sources> = {}): Sources {
  return {
    stage: 'prod',
    account: '123456789012',
    region: 'us-east-1',
    period: { from: FROM, until: UNTIL },
    madeAt: UNTIL + 9 * HOUR,
    declared: ['org-audit-trail', 'data-trail'],
    ledgers: [ledgerOf(chained([...QUARTER, ...DRILLED, ...WINDOWED]))],
    metrics: {
      known: {
        hours: {
          SweepFinished: sweptHours(),
          LedgerUnavailable: [{ at: FROM + 50 * DAY, sum: 3 }],
          AlertsUnsent: [],
          MessagesParked: [],
        },
        sweepSeconds: { known: 300 },
      },
    },
    history: {
      known: {
        read: { from: FROM + 9 * HOUR, until: UNTIL },
        records: [
          recordAt('UpdateTrail', '2026-09-18T22:41:04Z'),
          recordAt('UpdateTrail', '2026-09-18T22:41:08Z', { requestID: 'of the guard' }),
          recordAt('DeleteTrail', '2026-10-04T03:12:41Z'),
          recordAt('StopLogging', '2026-11-20T23:47:09Z'),
          recordAt('StopLogging', '2026-11-20T23:48:00Z', { errorCode: 'AccessDenied' }),
          recordAt('AddTags', '2026-11-24T10:00:00Z'),
        ],
        told: [
          'UpdateTrail 2026-09-18T22:41:04Z',
          'DeleteTrail 2026-10-04T03:12:41Z',
          'StopLogging 2026-11-20T23:47:09Z',
        ],
        own: ['of the guard'],
      },
    },
    commits: {
      known: [
        {
          id: '4f2a9c1d7e6b5a40312233445566778899aabbcc',
          at: '2026-08-12T09:14:00Z',
          author: 'Alice',
          subject: 'feat: guard the data trail',
        },
        {
          id: '9b8c7d6e5f4a39281706f5e4d3c2b1a09f8e7d6c',
          at: '2026-09-03T08:21:00Z',
          author: 'Alice',
          subject: 'feat: validate log files (CHG-4711)',
        },
      ],
    },
    ...changed,
  };
}
