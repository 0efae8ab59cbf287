/** For a while one principal may have one resource otherwise than declared. Times are in ms since the epoch, by AWS's clock. */
export interface ChangeWindow {
  /** The id that AWS gave to the grant. */
  readonly id: string;
  /** `trail`, or one of the kinds in `kinds.ts`. */
  readonly kind: string;
  /** A trail's name, or a resource's as it is declared. */
  readonly name: string;
  /** ARN of an IAM user or role, with a `*` at its end if need be. */
  readonly actor: string;
  /** The ticket, as whoever opened it wrote it. */
  readonly reason: string;
  readonly from: number;
  readonly until: number;
}
