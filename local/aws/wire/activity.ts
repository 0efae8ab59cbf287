/** Counts work in flight, so that a test can wait until nothing more will happen by itself. */
export interface Activity {
  /** Counts `work` as in flight until it settles; its outcome is passed on. */
  readonly track: <T>(work: Promise<T>) => Promise<T>;
  /** Resolves when nothing is in flight; work that starts other work must track it before it settles itself. */
  readonly idle: () => Promise<void>;
}

/** A fresh counter with nothing in flight. */
export function trackActivity(): Activity {
  let inFlight = 0;
  let waiting: (() => void)[] = [];

  const settled = () => {
    inFlight -= 1;
    if (inFlight > 0) return;
    const resolvers = waiting;
    waiting = [];
    for (const resolve of resolvers) resolve();
  };

  return {
    track: (work) => {
      inFlight += 1;
      return work.finally(settled);
    },
    idle: async () => {
      do {
        if (inFlight > 0) {
          await new Promise<void>((resolve) => {
            waiting.push(resolve);
          });
        }
        // A client may have an answer in hand and be about to ask again: give its turn of the event loop a chance.
        await new Promise((resolve) => setImmediate(resolve));
      } while (inFlight > 0);
    },
  };
}
