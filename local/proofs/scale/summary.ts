import { lengthOf } from './chronicle.ts';
import { cost, gigabyteSeconds } from './cost.ts';
import { concurrency, type Ledger, total } from './ledger.ts';
import type { Outcome } from './organisation.ts';
import { mostWithin, type Percentiles, percentiles } from '../statistics.ts';
import type { FloodScenario, OrganisationScenario, Result, WarScenario } from './scenarios.ts';
import { STRIKES } from './strikes.ts';
import type { WarResult } from './war.ts';

/** What was used, and what it costs in US dollars. */
export interface Bill extends Omit<Ledger, 'runs' | 'alerts'> {
  readonly invocations: number;
  readonly billedMs: Percentiles;
  readonly gigabyteSeconds: number;
  readonly alerts: number;
  readonly mostAlertsInASecond: number;
  readonly mostAlertsInAMinute: number;
  readonly dollars: ReturnType<typeof cost>;
}

/** How fast the trails came back, in ms. */
export interface Speed {
  readonly toLogging: Percentiles;
  readonly toWhole: Percentiles;
}

/** A scenario in numbers. */
export type Summary =
  | {
      readonly scenario: OrganisationScenario;
      readonly speed: Readonly<Record<string, Speed>>;
      /** The most invocations at one moment in one account: what Lambda's quota is held against. */
      readonly concurrency: Percentiles;
      /** The most alerts of one account in any second: what SNS's limit for e-mail is held against. */
      readonly alertsInASecond: Percentiles;
      readonly accountsBrokenAfterEvents: number;
      readonly accountsBrokenAfterSweep: number;
      readonly bill: Bill;
    }
  | {
      readonly scenario: WarScenario | FloodScenario;
      readonly logging: number;
      readonly whole: number;
      readonly silences: Percentiles;
      readonly drifts: Percentiles;
      readonly concurrency: number;
      readonly brokenAfterEvents: readonly string[];
      readonly brokenAfterSweep: readonly string[];
      readonly bill: Bill;
    };

function billOf({ runs, alerts, ...counts }: Ledger, copies: number): Bill {
  return {
    ...counts,
    invocations: runs.length,
    billedMs: percentiles(runs.map((run) => Math.ceil(lengthOf(run)))),
    gigabyteSeconds: gigabyteSeconds(runs),
    alerts: alerts.length,
    mostAlertsInASecond: mostWithin(alerts, 1000),
    mostAlertsInAMinute: mostWithin(alerts, 60_000),
    dollars: cost({ ...counts, runs, alerts: alerts.length, copies }),
  };
}

const speedOf = (outcomes: readonly Outcome[]): Speed => ({
  toLogging: percentiles(outcomes.flatMap(({ msToLogging }) => msToLogging)),
  toWhole: percentiles(outcomes.flatMap(({ msToWhole }) => msToWhole)),
});

function ofOrganisation(scenario: OrganisationScenario, outcomes: readonly Outcome[]): Summary {
  const each = Object.keys(STRIKES).map(
    (name) => [name, speedOf(outcomes.filter(({ strike }) => strike === name))] as const,
  );
  return {
    scenario,
    speed: Object.fromEntries([...each, ['all', speedOf(outcomes)]]),
    concurrency: percentiles(outcomes.map(({ ledger }) => concurrency(ledger.runs))),
    alertsInASecond: percentiles(outcomes.map(({ ledger }) => mostWithin(ledger.alerts, 1000))),
    accountsBrokenAfterEvents: outcomes.filter((one) => one.brokenAfterEvents.length > 0).length,
    accountsBrokenAfterSweep: outcomes.filter((one) => one.brokenAfterSweep.length > 0).length,
    bill: billOf(total(outcomes.map(({ ledger }) => ledger)), scenario.trailsEach),
  };
}

function ofWar(
  scenario: WarScenario | FloodScenario,
  { ledger, silences, drifts, ...shares }: WarResult,
): Summary {
  return {
    scenario,
    ...shares,
    silences: percentiles(silences),
    drifts: percentiles(drifts),
    concurrency: concurrency(ledger.runs),
    bill: billOf(ledger, 1),
  };
}

/** The numbers of a result. */
export function summaryOf(result: Result): Summary {
  return 'war' in result
    ? ofWar(result.scenario, result.war)
    : ofOrganisation(result.scenario, result.outcomes);
}

/** Whether everything was whole in the end, and was told in few messages where that is asked. */
export function held(summary: Summary): boolean {
  if ('speed' in summary) return summary.accountsBrokenAfterSweep === 0;
  const { scenario, bill, brokenAfterSweep } = summary;
  const isTold = scenario.kind === 'war' || (bill.alerts > 0 && bill.alerts <= scenario.mostMessages);
  return isTold && brokenAfterSweep.length === 0;
}
