type Values<Contenders> = NonNullable<Contenders[keyof Contenders]>;

/** For each contender, something of its own. */
type ForEach<Contenders, Own> = { readonly [Name in keyof Contenders]: Own };

/**
 * Measures every contender once a round, in turn, so that what disturbs the machine disturbs all of them alike; each
 * round begins with another one. A first round is not counted: it brings their files into the system's cache.
 */
export async function interleave<Contenders extends object, Measurement>(
  contenders: Contenders,
  rounds: number,
  measure: (contender: Values<Contenders>) => Promise<Measurement>,
): Promise<ForEach<Contenders, readonly Measurement[]>> {
  const all = Object.entries(contenders) as [string, Values<Contenders>][];
  const taken: Record<string, Measurement[]> = Object.fromEntries(all.map(([name]) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    const first = round % all.length;
    for (const [name, contender] of [...all.slice(first), ...all.slice(0, first)]) {
      const measurement = await measure(contender);
      if (round > 0) taken[name]?.push(measurement);
    }
  }
  return taken as ForEach<Contenders, readonly Measurement[]>;
}

/** Sums up what was measured of each contender. */
export function sumUp<Taken extends object, Sum>(
  taken: Taken,
  sum: (measurements: Values<Taken>) => Sum,
): ForEach<Taken, Sum> {
  const entries = Object.entries(taken) as [string, Values<Taken>][];
  return Object.fromEntries(entries.map(([name, each]) => [name, sum(each)])) as ForEach<Taken, Sum>;
}
