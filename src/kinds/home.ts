/** The account, Region and partition that this function guards: its own. */
export interface Home {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}
