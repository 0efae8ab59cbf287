import { markdownTable, plural } from '../../table.ts';
import type { Percentiles } from '../statistics.ts';
import type { Scenario } from './scenarios.ts';
import type { Bill, Summary } from './summary.ts';

const seconds = (ms: number): string => (ms / 1000).toFixed(ms < 10_000 ? 2 : 1);

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

const count = (value: number): string => value.toLocaleString('en-US');

const dollars = (value: number): string => `$${value.toFixed(4)}`;

const spread = ({ count: n, p50, p90, p99, max }: Percentiles): string[] =>
  n === 0 ? ['-', '-', '-', '-'] : [p50, p90, p99, max].map(seconds);

/** A scenario in a few words. */
export function nameOf(scenario: Scenario): string {
  if (scenario.kind === 'war')
    return `war, ${scenario.minutes} min, a blow every ${seconds(scenario.pauseMs)} s`;
  if (scenario.kind === 'flood')
    return `${scenario.calls} calls${scenario.isRefused ? ', refused,' : ''} in ${scenario.minutes} min`;
  return `${count(scenario.accounts)} accounts x ${plural(scenario.trailsEach, 'trail')}`;
}

type Organisation = Extract<Summary, { speed: unknown }>;
type War = Extract<Summary, { silences: unknown }>;

function speedTable(summaries: readonly Organisation[]): string {
  const head = [
    'seconds since delivery',
    'strike',
    'trails',
    ...['logging p50', 'p90', 'p99', 'max'],
    ...['whole p50', 'p90', 'p99', 'max'],
  ];
  const rows = summaries.flatMap(({ scenario, speed }) =>
    Object.entries(speed).map(([strike, { toLogging, toWhole }]) => [
      nameOf(scenario),
      strike,
      count(toWhole.count),
      ...spread(toLogging),
      ...spread(toWhole),
    ]),
  );
  return markdownTable(head, rows);
}

function warTable(summaries: readonly War[]): string {
  const head = [
    'tug of war',
    'logging',
    'whole',
    'silences',
    'silent s p50',
    'p90',
    'p99',
    'max',
    'after a sweep',
  ];
  const rows = summaries.map(({ scenario, logging, whole, silences, brokenAfterSweep }) => [
    nameOf(scenario),
    percent(logging),
    percent(whole),
    count(silences.count),
    ...spread(silences),
    brokenAfterSweep.length === 0 ? 'whole' : brokenAfterSweep.join(', '),
  ]);
  return markdownTable(head, rows);
}

const BILL: readonly (readonly [what: string, of: (bill: Bill) => string])[] = [
  ["Mallory's calls that changed a trail", ({ attacks }) => count(attacks)],
  ["Mallory's calls throttled", ({ attacksThrottled }) => count(attacksThrottled)],
  ["Mallory's calls refused", ({ attacksRefused }) => count(attacksRefused)],
  ["guard's calls to CloudTrail", ({ calls }) => count(calls)],
  ['of them changes made', ({ writes }) => count(writes)],
  ['of them throttled', ({ throttled }) => count(throttled)],
  ['messages from heal and watch to tell', ({ messages }) => count(messages)],
  [
    'reads / writes of the table',
    ({ tableReads, tableWrites }) => `${count(tableReads)} / ${count(tableWrites)}`,
  ],
  ['invocations', ({ invocations }) => count(invocations)],
  ['of them cold', ({ coldStarts }) => count(coldStarts)],
  ['of them failed', ({ failures }) => count(failures)],
  ['billed seconds, p50 / max', ({ billedMs }) => `${seconds(billedMs.p50)} / ${seconds(billedMs.max)}`],
  ['GB-seconds', (bill) => count(Math.round(bill.gigabyteSeconds))],
  ['alerts', ({ alerts }) => count(alerts)],
  ['of them on refused calls', ({ alertsOfAttempts }) => count(alertsOfAttempts)],
  ['most alerts in a second, all accounts', ({ mostAlertsInASecond }) => count(mostAlertsInASecond)],
  ['most alerts in a minute, all accounts', ({ mostAlertsInAMinute }) => count(mostAlertsInAMinute)],
  ['problems (dead-letter queue)', ({ problems }) => count(problems.length)],
  ['Lambda', (bill) => dollars(bill.dollars.lambda)],
  ['SNS, e-mail, KMS', (bill) => dollars(bill.dollars.sns)],
  ['queue', (bill) => dollars(bill.dollars.queue)],
  ['table', (bill) => dollars(bill.dollars.ledger)],
  ["CloudTrail, further copies of the guard's calls", (bill) => dollars(bill.dollars.cloudTrail)],
  ['all', (bill) => dollars(bill.dollars.all)],
];

const peakOf = (summary: Summary): string =>
  count('speed' in summary ? summary.alertsInASecond.max : summary.bill.mostAlertsInASecond);

const concurrencyOf = (summary: Summary): string =>
  count('speed' in summary ? summary.concurrency.max : summary.concurrency);

function billTable(summaries: readonly Summary[]): string {
  const rows = BILL.map(([what, of]) => [what, ...summaries.map(({ bill }) => of(bill))]);
  const perAccount = [
    ['most invocations at once in one account', ...summaries.map(concurrencyOf)],
    ['most alerts in a second in one account', ...summaries.map(peakOf)],
  ];
  return markdownTable(
    ['what', ...summaries.map(({ scenario }) => nameOf(scenario))],
    [...rows, ...perAccount],
  );
}

function wholeness({ scenario, accountsBrokenAfterEvents, accountsBrokenAfterSweep }: Organisation): string {
  return `${nameOf(scenario)}: ${count(accountsBrokenAfterEvents)} not whole by events alone, ${count(accountsBrokenAfterSweep)} not whole after a sweep.`;
}

/** All results as Markdown. */
export function tables(summaries: readonly Summary[]): string {
  const organisations = summaries.filter((each): each is Organisation => 'speed' in each);
  const wars = summaries.filter((each): each is War => 'silences' in each);
  return [
    speedTable(organisations),
    organisations.map(wholeness).join('\n'),
    warTable(wars),
    billTable(summaries),
  ].join('\n\n');
}
