import { ORDEALS } from '../../local/drill/ordeals.ts';
import { onVirtualRange } from '../local/drill/on-range.ts';

/** `dark` is every attack again, which test/local/drill has one by one. */
const OTHERS = ORDEALS.filter(({ name }) => name !== 'dark');

// The package itself undergoes them in npm start.
test.each(OTHERS.map((ordeal) => [ordeal.name, ordeal] as const))(
  'the ordeal %s is survived in virtual time',
  (_, { run }) =>
    onVirtualRange('drill', async (range) => {
      const { survived, outcome } = await run(range);
      // The outcome says what is wrong where something is.
      expect({ survived, outcome }).toEqual({ survived: true, outcome });
    }),
);

test('every ordeal has a name of its own', () => {
  const names = ORDEALS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
