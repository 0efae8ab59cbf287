import { z } from 'zod';
import { orNone, policy, resource } from '../resource-schema.ts';
import { matching } from '../schema-rules.ts';

const policyArn = matching(/^arn:[a-z-]+:iam::(?:aws|\d{12}):policy\/[!-~]+$/, 'is not the ARN of a policy');

/** A role by the names of IAM. https://docs.aws.amazon.com/IAM/latest/APIReference/API_Role.html */
export const roleSchema = resource(
  matching(/^[\w+=,.@-]{1,64}$/, 'is not the name of a role: give what stands last in its ARN'),
  {
    Path: matching(/^\/(?:[!-~]+\/)?$/, 'is not a path: it begins and ends with /').optional(),
    AssumeRolePolicyDocument: policy.optional().describe('Whom it trusts. Left out: it cannot be made anew.'),
    Policies: z.record(z.string(), policy).optional().describe('Its inline policies, by their names.'),
    AttachedPolicies: z.array(policyArn).optional().describe('ARNs; any other goes.'),
    PermissionsBoundary: orNone(policyArn),
  },
);
