import type { Hour, Period } from './sources.ts';

const HOUR = 3_600_000;

/** One counted stretch must hold so many sweeps that one more or less at its edges is no miss. */
const SWEEPS_IN_A_STRETCH = 12;

/** A stretch in which fewer sweeps finished than were due. Times are ISO 8601, UTC. */
export interface ShortStretch {
  readonly from: string;
  readonly until: string;
  readonly due: number;
  readonly run: number;
}

/** Sweeps that were due, and that finished. */
export interface Sweeps {
  readonly everySeconds: number;
  readonly due: number;
  readonly run: number;
  /** Those due that did not finish, over all short stretches. */
  readonly missed: number;
  /** Stretches that follow each other are one. */
  readonly short: readonly ShortStretch[];
}

/**
 * Counts sweeps hour by hour, or in longer stretches where they are rare. Only whole stretches within the period count. One fewer than due is
 * no miss, for a sweep may finish a second before the hour or after.
 */
export function sweepsOf(hours: readonly Hour[], everySeconds: number, { from, until }: Period): Sweeps {
  const length = Math.ceil((SWEEPS_IN_A_STRETCH * everySeconds * 1000) / HOUR) * HOUR;
  const due = Math.floor(length / 1000 / everySeconds);
  const start = Math.ceil(from / HOUR) * HOUR;
  const sums = new Map<number, number>();
  for (const { at, sum } of hours) {
    const index = Math.floor((at - start) / length);
    sums.set(index, (sums.get(index) ?? 0) + sum);
  }
  const count = Math.max(0, Math.floor((until - start) / length));
  const short: ShortStretch[] = [];
  let [run, missed] = [0, 0];
  for (let index = 0; index < count; index += 1) {
    const done = sums.get(index) ?? 0;
    run += done;
    if (done >= due - 1) continue;
    missed += due - done;
    const began = new Date(start + index * length).toISOString();
    const until = new Date(start + (index + 1) * length).toISOString();
    const before = short.at(-1)?.until === began ? short.pop() : undefined;
    short.push({
      from: before?.from ?? began,
      until,
      due: (before?.due ?? 0) + due,
      run: (before?.run ?? 0) + done,
    });
  }
  return { everySeconds, due: due * count, run, missed, short };
}
