import { type Trial, undergoAll } from '../../../local/drill/ordeal.ts';
import { ORDEALS } from '../../../local/drill/ordeals.ts';
import { packageOf } from '../../packages/packages.ts';

/** `dark` is every attack again, which drill.test.ts has one by one. */
const OTHERS = ORDEALS.filter(({ name }) => name !== 'dark');

let trials: Promise<Trial>[];

beforeAll(() => {
  trials = undergoAll(OTHERS, { directory: packageOf('drill'), latencyMs: 0 });
});

test.each(OTHERS.map(({ name }, index) => [name, index] as const))(
  'the ordeal %s is survived',
  async (_, index) => {
    // The outcome says what is wrong where something is.
    const trial = await trials[index];
    expect(trial).toEqual({ ...trial, survived: true });
  },
);

test('every ordeal has a name of its own', () => {
  const names = ORDEALS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
