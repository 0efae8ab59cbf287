/** How measured values are spread. Each figure is a value that was measured: the nearest rank, nothing in between. */
export interface Spread {
  readonly count: number;
  readonly median: number;
  readonly p95: number;
  readonly worst: number;
}

/** The spread of some values; undefined where there is none. */
export function spreadOf(values: readonly number[]): Spread | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? NaN;
  if (sorted.length === 0) return undefined;
  return { count: sorted.length, median: rank(0.5), p95: rank(0.95), worst: rank(1) };
}
