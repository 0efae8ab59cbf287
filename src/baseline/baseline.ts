import type { Trail } from '../kinds/trail/schema.ts';

/** The declared state of every guarded trail of one account and Region. */
export interface Baseline {
  readonly Account: string;
  /** The account's name for people. */
  readonly AccountAlias?: string | undefined;
  readonly Region: string;
  readonly Trails: readonly Trail[];
}
