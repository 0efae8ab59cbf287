import type { Clients } from '../clients.ts';

/** One known way to blind a trail: what Mallory calls, and what she gains. */
export interface Attack {
  readonly name: string;
  readonly effect: string;
  /** The calls that raise events which the rules match, in order. */
  readonly calls: readonly string[];
  readonly strike: (mallory: Clients) => Promise<unknown>;
  /** What no guard can undo, and what its mail therefore says to people. */
  readonly stays?: { readonly fields: RegExp; readonly told: RegExp };
}
