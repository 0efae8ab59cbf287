import { asText, asTexts } from '../../foreign/values.ts';
import { readPolicy } from '../policy.ts';
import { letsService } from '../policy-effect.ts';
import { policyField } from '../policy-field.ts';
import type { DeclaredResource, ResourceKind, ResourceRepair } from '../resource.ts';
import { arePoliciesAsGood, otherPolicies, policyRepairs } from './inline-policies.ts';

function repair(
  { name }: DeclaredResource,
  kind: string,
  sets: ResourceRepair['sets'],
  input: ResourceRepair['input'] = sets,
): ResourceRepair {
  return { kind, name, input: { RoleName: name, ...input }, sets };
}

const TRUST = 'AssumeRolePolicyDocument';

/** A list without some of its items. */
const but = (list: readonly string[], others: readonly string[]): string[] =>
  list.filter((each) => !others.includes(each));

/**
 * Roles: CloudTrail assumes one to deliver to a log group.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html
 */
export const role: ResourceKind = {
  noun: 'role',
  source: 'iam.amazonaws.com',
  arn: ({ name, fields }, { partition, account }) =>
    `arn:${partition}:iam::${account}:role${asText(fields['Path']) ?? '/'}${name}`,
  tamperings: {
    CreateRole: { deed: 'created', story: 'was created', part: 'all', harm: 'minor' },
    DeleteRole: { deed: 'deleted', story: 'was DELETED', part: 'all', harm: 'delayed' },
    UpdateRole: { deed: 'changed', story: 'was changed', part: 'all', harm: 'minor' },
    UpdateAssumeRolePolicy: {
      deed: 'trust changed',
      story: 'had its TRUST POLICY changed',
      part: TRUST,
      harm: 'delayed',
    },
    PutRolePolicy: {
      deed: 'inline policy changed',
      story: 'had an INLINE POLICY changed',
      part: 'Policies',
      harm: 'delayed',
    },
    DeleteRolePolicy: {
      deed: 'inline policy deleted',
      story: 'had an INLINE POLICY deleted',
      part: 'Policies',
      harm: 'delayed',
    },
    AttachRolePolicy: {
      deed: 'policy attached',
      story: 'had a POLICY attached',
      part: 'AttachedPolicies',
      harm: 'delayed',
    },
    DetachRolePolicy: {
      deed: 'policy detached',
      story: 'had a POLICY detached',
      part: 'AttachedPolicies',
      harm: 'delayed',
    },
    PutRolePermissionsBoundary: {
      deed: 'permissions boundary changed',
      story: 'had its PERMISSIONS BOUNDARY changed',
      part: 'PermissionsBoundary',
      harm: 'delayed',
    },
    DeleteRolePermissionsBoundary: {
      deed: 'permissions boundary deleted',
      story: 'had its PERMISSIONS BOUNDARY deleted',
      part: 'PermissionsBoundary',
      harm: 'minor',
    },
  },
  naming: ['roleName'],
  create: (resource) => {
    const { Path, PermissionsBoundary } = resource.fields;
    const trust = readPolicy(resource.fields[TRUST]);
    // Without whom it trusts there is no role to make.
    if (!trust || trust.isUnreadable) return undefined;
    const made = repair(resource, 'CreateRole', {
      [TRUST]: JSON.stringify({ Version: '2012-10-17', ...trust }),
      ...(asText(Path) && { Path }),
      ...(asText(PermissionsBoundary) && { PermissionsBoundary }),
    });
    return { ...made, founds: true };
  },
  fields: {
    // A path is for ever.
    Path: { harm: 'minor' },
    [TRUST]: policyField({
      field: TRUST,
      harm: 'delayed',
      changing: [],
      // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
      most: 8192,
      write: (resource, text) =>
        repair(resource, 'UpdateAssumeRolePolicy', { [TRUST]: text }, { PolicyDocument: text }),
      isSound: (policy, { trails }, { account }) =>
        trails.length === 0 ||
        letsService(policy, 'cloudtrail.amazonaws.com', 'sts:AssumeRole', undefined, {
          'aws:sourceaccount': account,
        }),
    }),
    PermissionsBoundary: {
      mayBeAbsent: true,
      harm: 'delayed',
      repair: (resource) => {
        const PermissionsBoundary = resource.fields['PermissionsBoundary'];
        return asText(PermissionsBoundary)
          ? [repair(resource, 'PutRolePermissionsBoundary', { PermissionsBoundary })]
          : [repair(resource, 'DeleteRolePermissionsBoundary', { PermissionsBoundary: undefined }, {})];
      },
    },
    Policies: {
      harm: 'delayed',
      isAsGood: (declared, found, { exact = false }, home) => arePoliciesAsGood(declared, found, exact, home),
      repair: (resource, { state }, home) => policyRepairs(resource, state['Policies'], home),
      remarks: (declared, found, { exact = false }, home) =>
        otherPolicies(declared, found, exact, home).map((name) => `it also has the inline policy ${name}`),
    },
    AttachedPolicies: {
      harm: 'delayed',
      // What an attached policy denies does not show: none may be there that is not declared.
      repair: (resource, { state }) => {
        const [wanted, found] = [resource.fields['AttachedPolicies'], state['AttachedPolicies']].map(asTexts);
        let list = found ?? [];
        const detached = but(list, wanted ?? []).map((PolicyArn) => {
          list = but(list, [PolicyArn]);
          return repair(resource, 'DetachRolePolicy', { AttachedPolicies: list }, { PolicyArn });
        });
        const attached = but(wanted ?? [], found ?? []).map((PolicyArn) => {
          list = [...list, PolicyArn];
          return repair(resource, 'AttachRolePolicy', { AttachedPolicies: list }, { PolicyArn });
        });
        return [...detached, ...attached];
      },
    },
  },
};
