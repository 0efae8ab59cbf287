import { undergo } from '../../../local/drill/ordeal.ts';
import { ORDEALS } from '../../../local/drill/ordeals.ts';
import { packageOf } from '../../packages/packages.ts';

/** `dark` is every attack again, which test/drill.test.ts has one by one. */
const OTHERS = ORDEALS.filter(({ name }) => name !== 'dark');

test.each(OTHERS.map((ordeal) => [ordeal.name, ordeal] as const))(
  'the ordeal %s is survived',
  async (_, ordeal) => {
    const { survived, outcome } = await undergo(ordeal, { directory: packageOf('drill'), latencyMs: 0 });
    // The outcome says what is wrong where something is.
    expect({ survived, outcome }).toEqual({ survived: true, outcome });
  },
);

test('every ordeal has a name of its own', () => {
  const names = ORDEALS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
