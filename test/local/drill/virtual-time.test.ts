import { delay } from '../../../local/aws/wire/delay.ts';
import { inVirtualTime } from '../../../local/drill/virtual-time.ts';

const HOUR = 3_600_000;

test('an hour passes in the time that its work takes, on every clock', async () => {
  const passed = await inVirtualTime(async () => {
    const [date, mark] = [Date.now(), performance.now()];
    await delay(HOUR);
    return [Date.now() - date, performance.now() - mark];
  });
  expect(passed).toEqual([HOUR, HOUR]);
});

test('what waits less is over first, and a fraction of a millisecond is waited for', async () => {
  const order: string[] = [];
  await inVirtualTime(async () => {
    const each = async (ms: number, name: string) => delay(ms).then(() => order.push(name));
    await Promise.all([each(2000, 'third'), each(0.4, 'first'), each(1000, 'second')]);
  });
  expect(order).toEqual(['first', 'second', 'third']);
});

test('the real clocks are back afterwards, also when it fails', async () => {
  const real = [setTimeout, Date];
  const failing = inVirtualTime(async () => {
    await delay(1);
    throw new Error('it failed');
  });
  await expect(failing).rejects.toThrow('it failed');
  expect([setTimeout, Date]).toEqual(real);
});

test('what waits for nothing that time brings is told so', async () => {
  const forever = inVirtualTime(() => new Promise(() => undefined), 50);
  await expect(forever).rejects.toThrow('In virtual time nothing is left to wait for');
});
