/** The time, passed in. `now` is in ms since the epoch, `sleep` takes ms. */
export interface Clock {
  now(): number;
  sleep(ms: number): Promise<void>;
}
