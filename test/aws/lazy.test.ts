import { lazy } from '../../src/aws/lazy.ts';

test('it is made when it is first asked for, and lazy', () => {
  let made = 0;
  const ask = lazy(() => ++made);
  expect(made).toBe(0);

  expect([ask(), ask(), made]).toEqual([1, 1, 1]);
});

test('nothing is made lazy, too', () => {
  let made = 0;
  const ask = lazy(() => void (made += 1));
  ask();
  ask();

  expect(made).toBe(1);
});
