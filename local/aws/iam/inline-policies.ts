import type { Statement } from './iam.ts';

interface InlinePolicy {
  /** Characters, white space not counted. */
  readonly size: number;
  readonly statements: readonly Statement[];
}

/** The inline policies that users and roles were given by calls, by the ARN of each. */
export type InlinePolicies = Map<string, ReadonlyMap<string, InlinePolicy>>;

/** What they say of one user or role. */
export function statementsOn(policies: InlinePolicies, iamArn: string | undefined): readonly Statement[] {
  return [...(policies.get(iamArn ?? '')?.values() ?? [])].flatMap(({ statements }) => statements);
}
