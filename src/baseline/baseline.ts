import type { Trail } from '../kinds/trail/schema.ts';

/** One resource as the file declares it: its name, how it is watched, and whatever fields are declared. */
export interface Declaration {
  readonly Name: string;
  readonly watch: 'enforce' | 'alert';
  readonly exact?: boolean | undefined;
  readonly [field: string]: unknown;
}

/** What the trails deliver through, as far as it is declared. */
export interface DeliveryPath {
  readonly Buckets?: readonly Declaration[] | undefined;
  readonly Keys?: readonly Declaration[] | undefined;
  readonly LogGroups?: readonly Declaration[] | undefined;
  readonly Roles?: readonly Declaration[] | undefined;
  readonly Topics?: readonly Declaration[] | undefined;
  /** What could not be declared, and why. */
  readonly NotWatched?: readonly { readonly Name: string; readonly Reason: string }[] | undefined;
}

/** The declared state of every guarded trail of one account and Region, and of what they deliver through. */
export interface Baseline {
  readonly Account: string;
  /** The account's name for people. */
  readonly AccountAlias?: string | undefined;
  readonly Region: string;
  readonly Trails: readonly Trail[];
  readonly DeliveryPath?: DeliveryPath | undefined;
}
