import fc from 'fast-check';
import { TRAIL_ATTACKS } from '../../drill/attacks/trails.ts';
import { KIND_NAMES } from './kinds.ts';
import type { Mishap, Trouble } from './trouble.ts';

const moment = fc.constantFrom(0, 20, 100, 1000, 10_000, 90_000);

const mishap: fc.Arbitrary<Mishap> = fc.record(
  {
    call: fc.nat({ max: 60 }),
    kind: fc.constantFrom(...KIND_NAMES),
    lasting: fc.constant(true as const),
  },
  { requiredKeys: ['call', 'kind'] },
);

/** Any trouble: up to three attacks, whose events arrive somehow, and up to four calls that go wrong. */
export const anyTrouble: fc.Arbitrary<Trouble> = fc.record(
  {
    attacks: fc.array(fc.constantFrom(...TRAIL_ATTACKS.map(({ name }) => name)), {
      minLength: 1,
      maxLength: 3,
    }),
    arrivals: fc.array(fc.array(moment, { maxLength: 3 }), { minLength: 1, maxLength: 4 }),
    sweepAt: moment,
    mishaps: fc.array(mishap, { maxLength: 4 }),
    latencyMs: fc.constantFrom(20, 0, 300),
    throttle: fc.boolean(),
    historyDelayMs: fc.constantFrom(0, 60_000, 900_000),
  },
  { requiredKeys: ['attacks', 'arrivals', 'mishaps', 'latencyMs', 'throttle', 'historyDelayMs'] },
);
