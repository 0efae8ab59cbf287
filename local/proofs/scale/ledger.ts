import type { AwsWithoutNetwork } from '../../aws/embedded-aws.ts';
import { MALLORY } from './account.ts';
import type { Span } from './chronicle.ts';
import type { Run } from './cost.ts';

/** What an account has seen, as little as is needed to count it. */
export interface Ledger {
  /** Mallory's calls that changed a trail, those that were throttled, and those refused for another reason. */
  readonly attacks: number;
  readonly attacksThrottled: number;
  readonly attacksRefused: number;
  /** All calls of the guard to CloudTrail, those of them that changed a trail, and those that were throttled. */
  readonly calls: number;
  readonly writes: number;
  readonly throttled: number;
  /** Invocations of the guard, in ms of the clock in force, and how many of them were cold, or failed. */
  readonly runs: readonly Run[];
  readonly coldStarts: number;
  readonly failures: number;
  /** When an alert was published, in ms of the clock in force. */
  readonly alerts: readonly number[];
  /** Those of them that tell of a call that CloudTrail refused. */
  readonly alertsOfAttempts: number;
  /** What one function has handed to the other, and the calls to the table. */
  readonly messages: number;
  readonly tableReads: number;
  readonly tableWrites: number;
  /** Events that ended in a dead-letter queue, and whatever else went wrong in the plumbing. */
  readonly problems: readonly string[];
}

const THROTTLED = 'ThrottlingException';

/** What the guard calls beside CloudTrail. */
const TABLE_READS = ['GetItem', 'BatchGetItem', 'Query', 'Scan'];
const TABLE_WRITES = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'];
const OTHERS = ['Publish', 'SendMessage', ...TABLE_READS, ...TABLE_WRITES];

/** The roles of the functions, by what the names of their sessions end with. */
const GUARD = /-(?:heal|tell|watch)$/;

/** MB, as serverless.yml has them. */
const megabytesOf = (functionName: string): number => (functionName.endsWith('-tell') ? 512 : 1769);

/** Takes the logs of an account and empties them, so that an hour of war needs no more memory than a minute. */
export function drain(aws: AwsWithoutNetwork): Ledger {
  const calls = aws.calls.filter(({ operation }) => !OTHERS.includes(operation));
  const countOf = (operations: readonly string[]) =>
    aws.calls.filter(({ operation, error }) => operations.includes(operation) && !error).length;
  const hers = calls.filter(({ principal, mutating }) => mutating && principal.endsWith(`/${MALLORY}`));
  const guards = calls.filter(({ principal }) => GUARD.test(principal));
  const publishing = aws.calls.filter(({ operation, error }) => operation === 'Publish' && !error);
  const throttledOf = (all: typeof calls) => all.filter(({ error }) => error === THROTTLED).length;
  const ledger = {
    attacks: hers.filter(({ error }) => error === undefined).length,
    attacksThrottled: throttledOf(hers),
    attacksRefused: hers.filter(({ error }) => error !== undefined && error !== THROTTLED).length,
    calls: guards.length,
    writes: guards.filter(({ mutating, error }) => mutating && error === undefined).length,
    throttled: throttledOf(guards),
    runs: aws.invocations.map(({ startedAt, duration, functionName }) => ({
      from: startedAt,
      until: startedAt + duration,
      megabytes: megabytesOf(functionName),
    })),
    messages: countOf(['SendMessage']),
    tableReads: countOf(TABLE_READS),
    tableWrites: countOf(TABLE_WRITES),
    coldStarts: aws.invocations.filter(({ coldStart }) => coldStart).length,
    failures: aws.invocations.filter(({ error }) => error !== undefined).length,
    alerts: publishing.map(({ until }) => until),
    alertsOfAttempts: aws.messages.filter(({ attributes }) => attributes['verdict'] === 'refused').length,
    problems: [...aws.problems, ...aws.queued.map(({ queueArn }) => `an event ended in ${queueArn}`)],
  };
  aws.forget();
  return ledger;
}

const sum = (ledgers: readonly Ledger[], of: (ledger: Ledger) => number): number =>
  ledgers.reduce((total, ledger) => total + of(ledger), 0);

/** Several ledgers as one. */
export function total(ledgers: readonly Ledger[]): Ledger {
  return {
    attacks: sum(ledgers, ({ attacks }) => attacks),
    attacksThrottled: sum(ledgers, ({ attacksThrottled }) => attacksThrottled),
    attacksRefused: sum(ledgers, ({ attacksRefused }) => attacksRefused),
    calls: sum(ledgers, ({ calls }) => calls),
    writes: sum(ledgers, ({ writes }) => writes),
    throttled: sum(ledgers, ({ throttled }) => throttled),
    runs: ledgers.flatMap(({ runs }) => runs),
    coldStarts: sum(ledgers, ({ coldStarts }) => coldStarts),
    failures: sum(ledgers, ({ failures }) => failures),
    alerts: ledgers.flatMap(({ alerts }) => alerts),
    alertsOfAttempts: sum(ledgers, ({ alertsOfAttempts }) => alertsOfAttempts),
    messages: sum(ledgers, ({ messages }) => messages),
    tableReads: sum(ledgers, ({ tableReads }) => tableReads),
    tableWrites: sum(ledgers, ({ tableWrites }) => tableWrites),
    problems: ledgers.flatMap(({ problems }) => problems),
  };
}

/** The same with all times counted from a moment. */
export function since(moment: number, ledger: Ledger): Ledger {
  return {
    ...ledger,
    runs: ledger.runs.map((run) => ({ ...run, from: run.from - moment, until: run.until - moment })),
    alerts: ledger.alerts.map((at) => at - moment),
  };
}

/** The most invocations that ran at one moment: what Lambda counts as concurrency. */
export function concurrency(runs: readonly Span[]): number {
  const edges = runs.flatMap(({ from, until }) => [[from, 1] as const, [until, -1] as const]);
  const inOrder = edges.toSorted(([a, up], [b, down]) => a - b || up - down);
  let running = 0;
  return inOrder.reduce((most, [, step]) => Math.max(most, (running += step)), 0);
}
