import { once } from '../../src/aws/lazy.ts';

test('it is made when it is first asked for, and once', () => {
  let made = 0;
  const ask = once(() => ++made);
  expect(made).toBe(0);

  expect([ask(), ask(), made]).toEqual([1, 1, 1]);
});

test('nothing is made once, too', () => {
  let made = 0;
  const ask = once(() => void (made += 1));
  ask();
  ask();

  expect(made).toBe(1);
});
