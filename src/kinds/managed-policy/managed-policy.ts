import { samePolicy } from '../policy.ts';
import type { ResourceKind } from '../resource.ts';

const DOCUMENT = 'PolicyDocument';

/**
 * Managed policies of the account: a role that has one may do what its default version says. Nobody puts one back but people: whoever
 * may write what a function of the guard may do, may do everything.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html
 */
export const managedPolicy: ResourceKind = {
  noun: 'managed policy',
  source: 'iam.amazonaws.com',
  arn: ({ name }) => name,
  tamperings: {
    CreatePolicyVersion: {
      deed: 'version added',
      story: 'was given another VERSION',
      part: DOCUMENT,
      harm: 'lost',
    },
    SetDefaultPolicyVersion: {
      deed: 'version changed',
      story: 'had its VERSION changed',
      part: DOCUMENT,
      harm: 'lost',
    },
    DeletePolicy: { deed: 'deleted', story: 'was DELETED', part: 'all', harm: 'lost' },
    DeletePolicyVersion: {
      deed: 'version deleted',
      story: 'lost a version that was not in force',
      part: DOCUMENT,
      harm: 'minor',
    },
  },
  naming: ['policyArn'],
  command: () => 'npx serverless deploy --force, from the commit that is deployed',
  fields: {
    [DOCUMENT]: {
      harm: 'lost',
      isAsGood: samePolicy,
      todo: 'aws iam set-default-policy-version, to the version before; see who else may change policies',
    },
  },
};
