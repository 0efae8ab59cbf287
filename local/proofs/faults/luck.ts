/**
 * Lets something draw the same lots each time that it runs: how long the SDK waits before it tries again is left to
 * chance, and a trouble must come to the same end when it is replayed. Chance is this process's, so that only one runs at once.
 */
export async function withFixedLuck<T>(run: () => Promise<T>): Promise<T> {
  const { random } = Math;
  let lot = 1;
  // The generator of Park and Miller.
  Math.random = () => (lot = (lot * 16_807) % 2_147_483_647) / 2_147_483_647;
  try {
    return await run();
  } finally {
    Math.random = random;
  }
}
