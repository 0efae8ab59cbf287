import type { Intruder } from '../intruder.ts';

/** One known way to blind a trail or its guard: what Mallory calls, and what she gains. */
export interface Attack {
  readonly name: string;
  readonly effect: string;
  /** The calls that raise events which the rules match, in order. */
  readonly calls: readonly string[];
  readonly strike: (mallory: Intruder) => Promise<unknown>;
  /** Of the guard one function may be dead, so that only a sweep of the other undoes it. */
  readonly needsSweep?: true;
  /** What no guard can undo, and what its mail therefore says to people; nothing where no mail can leave. */
  readonly stays?: { readonly fields: RegExp; readonly told?: RegExp };
}
