/** How repeated measurements of one thing lie, in their unit. */
export interface Spread {
  readonly min: number;
  readonly lowerQuartile: number;
  readonly median: number;
  readonly upperQuartile: number;
  readonly count: number;
}

const inOrder = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b);

function quantile(sorted: readonly number[], share: number): number {
  const position = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(position)], sorted[Math.ceil(position)]];
  if (below === undefined || above === undefined) throw new Error('nothing was measured');
  return below + (above - below) * (position % 1);
}

/** The spread of measurements; a quantile between two of them is interpolated. Throws an Error where there are none. */
export function spreadOf(measurements: readonly number[]): Spread {
  const sorted = inOrder(measurements);
  return {
    min: quantile(sorted, 0),
    lowerQuartile: quantile(sorted, 0.25),
    median: quantile(sorted, 0.5),
    upperQuartile: quantile(sorted, 0.75),
    count: sorted.length,
  };
}

/** The middle one of measurements. */
export const medianOf = (measurements: readonly number[]): number => spreadOf(measurements).median;

/** How durations or sizes lie. All are 0 where nothing was measured: look at `count`. */
export interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** Percentiles by nearest rank: each is a value that was measured. */
export function percentiles(values: readonly number[]): Percentiles {
  const sorted = inOrder(values);
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { count: sorted.length, p50: rank(0.5), p90: rank(0.9), p99: rank(0.99), max: rank(1) };
}

/** The most instants, in ms, that fall within any window of so many ms. */
export function mostWithin(instants: readonly number[], windowMs: number): number {
  const sorted = inOrder(instants);
  let first = 0;
  return sorted.reduce((most, at, index) => {
    while ((sorted[first] ?? at) <= at - windowMs) first += 1;
    return Math.max(most, index - first + 1);
  }, 0);
}
