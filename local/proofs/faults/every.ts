import { KIND_NAMES, KINDS } from './kinds.ts';
import { CALM, type Trouble } from './trouble.ts';

/** A trouble, and the row of the table in which it counts. */
export interface Entry {
  readonly row: string;
  readonly trouble: Trouble;
}

/** What can become of the events of one attack; a trail raises several. Times in ms. */
const DELIVERIES: Readonly<Record<string, Partial<Trouble>>> = {
  'events as usual': {},
  'events twice at once': { arrivals: [[0, 0]] },
  'events twice, apart': { arrivals: [[0, 1000]] },
  'events reversed': { arrivals: [[300], [200], [100], [0]] },
  'events beside a sweep': { sweepAt: 0 },
  'events after a sweep': { arrivals: [[60_000]], sweepAt: 0 },
  'events lost': { arrivals: [[]] },
  'events lost, history late': { arrivals: [[]], historyDelayMs: 900_000 },
  'quotas in force': { throttle: true },
  'quotas, events twice at once': { throttle: true, arrivals: [[0, 0]] },
};

/** An attack with every delivery of its events. */
export function everyDelivery(attack: string): Entry[] {
  return Object.entries(DELIVERIES).map(([row, delivery]) => ({
    row,
    trouble: { ...CALM, attacks: [attack], ...delivery },
  }));
}

/** By what an attack is healed: by its events, or in the dark by a sweep alone. */
const SCENARIOS: Readonly<Record<string, Partial<Trouble>>> = {
  event: {},
  sweep: { arrivals: [[]], sweepAt: 0 },
};

/** An attack healed by its events, and healed by a sweep, with nothing going wrong yet. */
export function everyScenario(attack: string): Entry[] {
  return Object.entries(SCENARIOS).map(([row, means]) => ({
    row,
    trouble: { ...CALM, attacks: [attack], ...means },
  }));
}

/**
 * A scenario with every kind of fault at every one of the calls that its healing takes, in order: once, and lasting from
 * the first call of an operation on.
 */
export function everyFault({ row, trouble }: Entry, calls: readonly string[]): Entry[] {
  return KIND_NAMES.flatMap((kind) =>
    calls.flatMap((operation, call) => {
      if (KINDS[kind](operation) === undefined) return [];
      const entry = (length: string, lasting: { lasting?: true }): Entry => ({
        row: `${row}: ${kind}${length}`,
        trouble: { ...trouble, mishaps: [{ call, kind, ...lasting }] },
      });
      const isFirst = calls.indexOf(operation) === call;
      return [entry('', {}), ...(isFirst ? [entry(', lasting', { lasting: true })] : [])];
    }),
  );
}
