import type { DeclaredResource, ResourceKind } from '../resource.ts';

const TRUSTED = 'cloudtrail.amazonaws.com';

/**
 * The organisation over the account, as far as it holds a hand over trails: who belongs to it, what it trusts CloudTrail with, and the policies
 * that prevent. No function may change it, or read it: its calls are told, in us-east-1, where CloudTrail records them.
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_security_incident-response.html
 */
export const organization: ResourceKind = {
  noun: 'organization',
  source: 'organizations.amazonaws.com',
  arn: () => 'arn:aws:organizations::*:organization/*',
  tamperings: {
    LeaveOrganization: {
      deed: 'left',
      story:
        'was LEFT by the account: its trails of the organization are gone, and nothing that the organization prevents is prevented here',
      part: 'membership',
      harm: 'lost',
    },
    RemoveAccountFromOrganization: {
      deed: 'account removed',
      story: 'had an ACCOUNT REMOVED: the trails of the organization are gone there',
      part: 'membership',
      harm: 'lost',
    },
    DisableAWSServiceAccess: {
      deed: 'access of CloudTrail ended',
      story: 'no longer TRUSTS CloudTrail: trails of the organization can be neither made nor changed',
      part: 'trusted access',
      harm: 'lost',
    },
    DeregisterDelegatedAdministrator: {
      deed: 'administrator of CloudTrail removed',
      story: 'lost its delegated administrator for CloudTrail',
      part: 'delegated administrator',
      harm: 'delayed',
    },
    DisablePolicyType: {
      deed: 'policies switched off',
      story: 'had a type of its POLICIES SWITCHED OFF: they prevent nothing',
      part: 'policies',
      harm: 'exposed',
    },
    DetachPolicy: {
      deed: 'policy detached',
      story: 'had a policy DETACHED: what it prevented can be done',
      part: 'policies',
      harm: 'exposed',
    },
    UpdatePolicy: {
      deed: 'policy changed',
      story: 'had a policy CHANGED: what it prevented may be done',
      part: 'policies',
      harm: 'exposed',
    },
    DeletePolicy: {
      deed: 'policy deleted',
      story: 'had a policy DELETED',
      part: 'policies',
      harm: 'exposed',
    },
  },
  naming: ['servicePrincipal', 'policyId'],
  isOnlyOne: true,
  names: ({ fields }) => [TRUSTED, ...(fields['Policies'] as readonly string[])],
  fields: {},
  todo: 'ask who did it; only people can undo it, in the management account',
};

/** The organisation, and those of its policies that are to stay as they are, by their ids. */
export function organizationWith(policies: readonly string[]): DeclaredResource {
  return {
    kind: 'organization',
    name: 'of this account',
    purpose: 'delivery',
    watch: 'alert',
    trails: [],
    fields: { Policies: policies },
  };
}
