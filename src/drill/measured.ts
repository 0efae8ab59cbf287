import type { Blow } from './plan.ts';
import type { Answers } from './questions.ts';

/** What one blow came to. Seconds are counted from CloudTrail's answer to the call; undefined: not seen in time. */
export interface Measured {
  readonly blow: Blow['name'];
  readonly call: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Until the guard began to look, by an event of EventBridge. */
  readonly toEvent?: number;
  /** Until a reading first showed the trail otherwise than struck, and as declared in every field. */
  readonly toFirstRepair?: number;
  readonly toWhole?: number;
  /** Until SNS had taken the alert, by the ledger. */
  readonly toAlert?: number;
  /** Until LookupEvents showed the call. */
  readonly toHistory?: number;
  /** Of the alert. */
  readonly subject?: string;
}

/** What a drill came to. */
export interface Drilled {
  readonly stage: string;
  readonly account: string;
  readonly region: string;
  readonly trail: string;
  /** How often the trail was read, in seconds: no time is more exact than that. */
  readonly resolution: number;
  readonly blows: readonly Measured[];
  /** What was answered of docs/measure-on-aws.md, where it was asked. */
  readonly answers?: Answers;
  /** What could not be taken away again. */
  readonly left: readonly string[];
}

/** What is wrong with what a blow came to. A call that the history has not shown yet is no fault of the guard's. */
export function faultsOf({ toEvent, toWhole, toAlert, subject }: Measured): string[] {
  return [
    ...(toEvent === undefined ? ['no event came'] : []),
    ...(toWhole === undefined ? ['NOT restored'] : []),
    ...(toAlert === undefined ? ['NOT told'] : []),
    ...(subject !== undefined && !subject.includes('] DRILL ') ? ['not told as a drill'] : []),
  ];
}

/** Whether every blow was mended and told, and nothing is left. */
export function isPassed({ blows, left }: Drilled, expected: number): boolean {
  const isMended = blows.every(({ toWhole, toAlert }) => toWhole !== undefined && toAlert !== undefined);
  return blows.length === expected && isMended && blows.flatMap(faultsOf).length === 0 && left.length === 0;
}

const COLUMNS: readonly (readonly [title: string, of: (measured: Measured) => number | undefined])[] = [
  ['event', ({ toEvent }) => toEvent],
  ['first repair', ({ toFirstRepair }) => toFirstRepair],
  ['whole', ({ toWhole }) => toWhole],
  ['alert taken', ({ toAlert }) => toAlert],
  ['in the history', ({ toHistory }) => toHistory],
];

/** A table for the terminal, a line each. */
export function tableOf({ blows, resolution }: Drilled): string[] {
  const head = ['', ...COLUMNS.map(([title]) => title), ''];
  const rows = blows.map((measured) => [
    measured.blow,
    ...COLUMNS.map(([, of]) => {
      const seconds = of(measured);
      return seconds === undefined ? '–' : `${seconds.toFixed(1)} s`;
    }),
    faultsOf(measured).join(', '),
  ]);
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length)),
  );
  const lines = [head, ...rows].map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  return [
    ...lines,
    `Seconds from CloudTrail's answer to each call. The trail was read every ${resolution} s.`,
    'The Event history was asked once all blows were over: it shows a call by then at the latest.',
  ];
}
