import type { Statement } from './iam.ts';

/** Who calls, as far as the policies of an organisation tell callers apart. */
export interface OrganizationCaller {
  readonly account: string;
  /** ARN of the user or role; none where an AWS service acts for itself, or nobody has signed in. */
  readonly iamArn?: string;
  readonly isService?: boolean;
}

/** The member accounts of the organisation, and the account that a resource is in. */
export interface Membership {
  readonly memberAccounts: readonly string[];
  readonly resourceAccount: string;
}

const isServiceLinked = ({ iamArn = '' }: OrganizationCaller) => iamArn.includes(':role/aws-service-role/');

/**
 * The service control policies that bind a caller: those of its own account, unless that is the management account. Neither
 * service-linked roles nor services that act for themselves are bound.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
 */
export function serviceControls(
  policy: readonly Statement[],
  caller: OrganizationCaller,
  { memberAccounts }: Membership,
): readonly Statement[] {
  const isBound = memberAccounts.includes(caller.account) && caller.iamArn !== undefined;
  return isBound && !isServiceLinked(caller) ? policy : [];
}

/**
 * The resource control policies that bind a caller: those of the resource's account, whoever calls, unless that is the
 * management account. Service-linked roles are not bound; services are, where a statement does not spare them.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
 */
export function resourceControls(
  policy: readonly Statement[],
  caller: OrganizationCaller,
  { memberAccounts, resourceAccount }: Membership,
): readonly Statement[] {
  return memberAccounts.includes(resourceAccount) && !isServiceLinked(caller) ? policy : [];
}
