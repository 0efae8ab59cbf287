import type { Measurements } from './measurements.ts';
import type { Restoration } from './restoration.ts';
import { medianOf, type Spread } from '../statistics.ts';

/** One line of the result. */
export interface Row {
  readonly what: string;
  readonly value: string;
  readonly comparedWith: string;
  readonly ratio: string;
  readonly bar: string;
  /** Whether the bar is met; undefined where none is set, or what it needs is not installed. */
  readonly holds: boolean | undefined;
}

/** Ms as people read them. */
export const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;

/** Bytes, in kB or MB of a thousand each. */
export const bytes = (value: number): string =>
  value < 1_000_000 ? `${Math.round(value / 1000)} kB` : `${(value / 1_000_000).toFixed(0)} MB`;

/** How many times as long as the other something takes, by their medians. */
export const timesAsLong = (one: Spread, other: Spread): number => one.median / other.median;

/** The bars. Each is a ratio of medians within one run. */
export const BARS = { sameSettings: 1.1, pluginDefaults: 0.7, bareClient: 1.1, python: 0.5 } as const;

function compared(what: string, [one, other]: readonly [Spread, Spread], name: string, bar?: number): Row {
  const ratio = timesAsLong(one, other);
  return {
    what,
    value: ms(one.median),
    comparedWith: `${name}: ${ms(other.median)}`,
    ratio: ratio.toFixed(2),
    bar: bar === undefined ? '' : `at most ${bar}`,
    holds: bar === undefined ? undefined : ratio <= bar,
  };
}

function alone(what: string, value: string, comparedWith = ''): Row {
  return { what, value, comparedWith, ratio: '', bar: '', holds: undefined };
}

function againstPython({ trailkeeper, python }: Measurements['restarts']): Row {
  const what = 'process start until StartLogging leaves';
  if (python) return compared(what, [trailkeeper, python], 'Python, boto3, nothing else', BARS.python);
  return alone(what, ms(trailkeeper.median), 'Python with boto3 is not found');
}

/** The longest chain of calls: until logging is on after a stop, after a deletion, until anything else is undone. */
export function longestTrips(restorations: readonly Restoration[]): readonly number[] {
  const begunBy = (call: string) => restorations.filter(({ attack }) => attack.calls[0] === call);
  const longest = (trips: readonly (number | undefined)[]) =>
    Math.max(0, ...trips.filter((count) => count !== undefined));
  const untouched = restorations.filter(
    ({ tripsToLogging, repairs }) => tripsToLogging === undefined && repairs === 1,
  );
  return [
    longest(begunBy('StopLogging').map(({ tripsToLogging }) => tripsToLogging)),
    longest(begunBy('DeleteTrail').map(({ tripsToLogging }) => tripsToLogging)),
    longest(untouched.map(({ tripsToWhole }) => tripsToWhole)),
  ];
}

/** StartLogging; CreateTrail and StartLogging; one reading and one repair. */
const FEWEST_TRIPS: readonly number[] = [1, 2, 2];

function trips(restorations: readonly Restoration[]): Row {
  const longest = longestTrips(restorations);
  return {
    what: 'round trips: logging after a stop · after a deletion · any other repair made',
    value: longest.join(' · '),
    comparedWith: 'the fewest that there can be',
    ratio: '',
    bar: FEWEST_TRIPS.join(' · '),
    holds: longest.every((count, index) => count > 0 && count <= (FEWEST_TRIPS[index] ?? 0)),
  };
}

/** The result in few lines, each with its bar where one is set. */
export function rowsOf({ imports, restarts, restorations, latencyMs, heal, size }: Measurements): Row[] {
  const { trailkeeper, same, defaults, node } = imports;
  const undone = medianOf(restorations.map((each) => each.ms));
  return [
    compared(
      'import of the packaged handler',
      [trailkeeper.inProcess, same.inProcess],
      'the two bare SDK clients, same settings',
      BARS.sameSettings,
    ),
    compared(
      'the same',
      [trailkeeper.inProcess, defaults.inProcess],
      "the two bare SDK clients, bundler plugin's defaults",
      BARS.pluginDefaults,
    ),
    compared(
      'CPU time of that import',
      [trailkeeper.cpu, same.cpu],
      'the two bare SDK clients, same settings',
    ),
    compared('its whole process', [trailkeeper.wall, node.wall], 'bare Node.js'),
    againstPython(restarts),
    compared(
      'the same',
      [restarts.trailkeeper, restarts.same],
      'Node.js, bare SDK client, nothing else',
      BARS.bareClient,
    ),
    trips(restorations),
    alone(
      `whole again, warm, ${latencyMs} ms per call and none for computing, median of ${restorations.length} attacks`,
      ms(undone),
    ),
    alone(
      `a cold heal of a stopped trail, ${latencyMs} ms per call, process start to end`,
      `${ms(heal.wallMs.median)}, CPU ${ms(heal.cpuMs.median)}`,
    ),
    alone(
      'package · peak memory of a cold heal',
      `${bytes(size.zipped)} zipped, ${bytes(size.unpacked)} · ${bytes(heal.peakBytes.median)}`,
    ),
  ];
}
