/** How repeated measurements of one thing lie, in their unit. */
export interface Spread {
  readonly min: number;
  readonly lowerQuartile: number;
  readonly median: number;
  readonly upperQuartile: number;
  readonly count: number;
}

function quantile(sorted: readonly number[], share: number): number {
  const position = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(position)], sorted[Math.ceil(position)]];
  if (below === undefined || above === undefined) throw new Error('nothing was measured');
  return below + (above - below) * (position % 1);
}

/** The spread of measurements; a quantile between two of them is interpolated. Throws an Error where there are none. */
export function spreadOf(measurements: readonly number[]): Spread {
  const sorted = measurements.toSorted((a, b) => a - b);
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
