import type { Statement } from './iam.ts';

/** The managed policies that users and roles were given by calls: what each says, by its ARN, by the ARN of whom it is on. */
export type AttachedPolicies = Map<string, ReadonlyMap<string, readonly Statement[]>>;

/** What they say of one user or role. */
export function statementsOn(policies: AttachedPolicies, iamArn: string | undefined): readonly Statement[] {
  return [...(policies.get(iamArn ?? '')?.values() ?? [])].flat();
}
