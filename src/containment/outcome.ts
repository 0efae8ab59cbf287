/** What became of a containment. */
export interface Outcome {
  /** ARN of the IAM user or role, or the name of whoever has none. */
  readonly principal: string;
  readonly result: 'contained' | 'refused' | 'exempt';
  /** Why, in one line. */
  readonly reason: string;
  /** The command that takes it back. */
  readonly undo?: string;
}
