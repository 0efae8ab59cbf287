import { setImmediate as nextTurn } from 'node:timers/promises';
import { withGlobal } from '@sinonjs/fake-timers';
import { isRealWorkUnderWay } from '../aws/wire/real-work.ts';

/** So many real ms may pass without a timer, for a file may be read meanwhile: it finds a hang, not a slow machine. */
const MOST_REAL_MS = 60_000;

/**
 * Runs something in a time that passes only while all wait for it: an hour is over in as long as its work takes. Timers,
 * dates and `performance.now()` of this process are virtual until it settles, so that only one runs at once. What it waits for must
 * come from timers: no network, no other process.
 */
export async function inVirtualTime<T>(run: () => Promise<T>, mostRealMs = MOST_REAL_MS): Promise<T> {
  // Taken before it is faked.
  const realNow = performance.now.bind(performance);
  const clock = withGlobal(globalThis).install({
    now: Date.now(),
    shouldClearNativeTimers: true,
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
  });
  // Node.js waits for 1 ms at least: whoever waits for a fraction of one waits in vain where time stands still.
  const { setTimeout: wait } = globalThis;
  globalThis.setTimeout = ((act: () => void, ms = 0) => wait(act, Math.max(1, Math.ceil(ms)))) as typeof wait;
  try {
    let settled = false;
    const isSettled = () => settled;
    const result = run().finally(() => {
      settled = true;
    });
    // A rejection is the caller's, who gets `result`.
    result.catch(() => undefined);
    for (;;) {
      // Work that follows from an answer may take some turns of the event loop: time stands still for it.
      const limit = realNow() + mostRealMs;
      for (let quiet = 0; quiet < 8 && realNow() < limit; quiet = isRealWorkUnderWay() ? 0 : quiet + 1)
        await nextTurn();
      while (clock.countTimers() === 0 && !isSettled() && realNow() < limit) await nextTurn();
      if (isSettled()) return await result;
      if (clock.countTimers() === 0) throw new Error('In virtual time nothing is left to wait for');
      await clock.nextAsync();
    }
  } finally {
    clock.uninstall();
  }
}
