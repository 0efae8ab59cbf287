import { z } from 'zod';
import type { Statement } from './iam.ts';
import { readPolicy } from './iam.ts';
import type { Template } from '../stack/template.ts';

/** A role of a deployed template with all policies attached to it. */
export interface Role {
  readonly name: string;
  readonly arn: string;
  /** The services that may assume it. */
  readonly services: readonly string[];
  readonly statements: readonly Statement[];
}

const document = z.unknown();
const roleProperties = z.object({
  AssumeRolePolicyDocument: document,
  Policies: z.array(z.object({ PolicyName: z.string(), PolicyDocument: document })).default([]),
  ManagedPolicyArns: z.array(z.string()).default([]),
  PermissionsBoundary: z.undefined('PermissionsBoundary is not supported by the embedded AWS'),
});
const policyProperties = z.object({ PolicyDocument: document, Roles: z.array(z.string()).default([]) });

/** @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaBasicExecutionRole.html */
const basicExecution = {
  Statement: {
    Effect: 'Allow',
    Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
    Resource: '*',
  },
};

/**
 * All roles of a template: inline policies, `AWS::IAM::Policy` and `AWS::IAM::ManagedPolicy`. Throws an Error naming the
 * resource for managed policies that are not in the template, other than AWSLambdaBasicExecutionRole.
 */
export function readRoles(template: Template): readonly Role[] {
  const policies = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].flatMap((type) =>
    template.resources(type).map((id) => ({
      id,
      arn: type === 'AWS::IAM::ManagedPolicy' ? template.reference(id) : undefined,
      ...template.read(id, policyProperties),
    })),
  );
  return template.resources('AWS::IAM::Role').map((id) => {
    const name = template.reference(id);
    const properties = template.read(id, roleProperties);
    const attached = policies.filter(
      ({ arn, Roles }) =>
        Roles.includes(name) || (arn !== undefined && properties.ManagedPolicyArns.includes(arn)),
    );
    const foreign = properties.ManagedPolicyArns.filter(
      (arn) => !policies.some((policy) => policy.arn === arn),
    );
    return {
      name,
      arn: template.attribute(id, 'Arn'),
      services: readPolicy(properties.AssumeRolePolicyDocument, id).flatMap(
        (statement) => statement.services,
      ),
      statements: [
        ...properties.Policies.flatMap((policy) =>
          readPolicy(policy.PolicyDocument, `${id} ${policy.PolicyName}`),
        ),
        ...attached.flatMap((policy) => readPolicy(policy.PolicyDocument, policy.id)),
        ...foreign.flatMap((arn) => awsManaged(arn, id)),
      ],
    };
  });
}

/** What the managed policies of a template say, by their ARNs. */
export function readManagedPolicies(template: Template): ReadonlyMap<string, readonly Statement[]> {
  return new Map(
    template
      .resources('AWS::IAM::ManagedPolicy')
      .map((id) => [
        template.reference(id),
        readPolicy(template.read(id, policyProperties).PolicyDocument, id),
      ]),
  );
}

function awsManaged(arn: string, where: string): readonly Statement[] {
  if (arn.endsWith(':policy/service-role/AWSLambdaBasicExecutionRole'))
    return readPolicy(basicExecution, arn);
  throw new Error(`${where}: the managed policy ${arn} is not known to the embedded AWS`);
}
