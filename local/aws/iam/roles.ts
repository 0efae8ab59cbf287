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
  /** What all its policies say. */
  readonly statements: readonly Statement[];
  readonly trust: unknown;
  /** Its inline policies, by name. */
  readonly inline: ReadonlyMap<string, unknown>;
  /** Its managed policies, by ARN. */
  readonly managed: ReadonlyMap<string, readonly Statement[]>;
  /** What it may do at most; undefined: nothing bounds it. */
  readonly boundary?: readonly Statement[];
}

const document = z.unknown();

/** Characters of all policies within a role, and of one beside it. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const MOST_INLINE = 10_240;
export const MOST_MANAGED = 6144;

/** White space in texts is none that IAM leaves out: they are counted as they are written most briefly. */
function checkSize(documents: readonly unknown[], most: number, what: string): void {
  const size = documents.reduce<number>((sum, each) => sum + JSON.stringify(each).length, 0);
  if (size > most) throw new Error(`${what} would have ${size} characters, and IAM takes ${most}`);
}

const roleProperties = z.object({
  AssumeRolePolicyDocument: document,
  Policies: z.array(z.object({ PolicyName: z.string(), PolicyDocument: document })).default([]),
  ManagedPolicyArns: z.array(z.string()).default([]),
  PermissionsBoundary: z.undefined('PermissionsBoundary is not supported by the embedded AWS'),
});
const policyProperties = z.object({
  PolicyName: z.string().optional(),
  PolicyDocument: document,
  Roles: z.array(z.string()).default([]),
});

const statement = (Effect: 'Allow' | 'Deny', Action: unknown = '*') => ({
  Statement: { Effect, Action, Resource: '*' },
});

/** @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html */
const AWS_MANAGED: Readonly<Record<string, object>> = {
  'service-role/AWSLambdaBasicExecutionRole': statement('Allow', [
    'logs:CreateLogGroup',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
  ]),
  AdministratorAccess: statement('Allow'),
  AWSDenyAll: statement('Deny'),
};

/** What a managed policy of AWS's own says, if it is one of the few that are known here. */
export function awsManaged(arn: string): readonly Statement[] | undefined {
  const [, name = ''] = /^arn:aws[\w-]*:iam::aws:policy\/(.+)$/.exec(arn) ?? [];
  const policy = AWS_MANAGED[name];
  return policy && readPolicy(policy, arn);
}

/**
 * All roles of a template: inline policies, `AWS::IAM::Policy` and `AWS::IAM::ManagedPolicy`. Throws an Error naming the
 * resource for managed policies that are neither in the template nor among AWS's that are known here.
 */
export function readRoles(template: Template): readonly Role[] {
  const policies = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].flatMap((type) =>
    template.resources(type).map((id) => ({
      id,
      arn: type === 'AWS::IAM::ManagedPolicy' ? template.reference(id) : undefined,
      ...template.read(id, policyProperties),
    })),
  );
  for (const { id, arn, PolicyDocument } of policies)
    if (arn !== undefined) checkSize([PolicyDocument], MOST_MANAGED, `The policy ${id}`);
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
    const inline = new Map([
      ...properties.Policies.map(({ PolicyName, PolicyDocument }) => [PolicyName, PolicyDocument] as const),
      ...attached
        .filter(({ arn }) => arn === undefined)
        .map((policy) => [policy.PolicyName ?? policy.id, policy.PolicyDocument] as const),
    ]);
    checkSize([...inline.values()], MOST_INLINE, `The policies within ${id}`);
    const managed = new Map([
      ...attached.flatMap(({ arn, id: policyId, PolicyDocument }) =>
        arn === undefined ? [] : [[arn, readPolicy(PolicyDocument, policyId)] as const],
      ),
      ...foreign.map((arn) => {
        const statements = awsManaged(arn);
        if (!statements) throw new Error(`${id}: the managed policy ${arn} is not known to the embedded AWS`);
        return [arn, statements] as const;
      }),
    ]);
    return {
      name,
      arn: template.attribute(id, 'Arn'),
      trust: properties.AssumeRolePolicyDocument,
      services: readPolicy(properties.AssumeRolePolicyDocument, id).flatMap(
        (statement) => statement.services,
      ),
      inline,
      managed,
      statements: [
        ...[...inline].flatMap(([policy, document]) => readPolicy(document, `${id} ${policy}`)),
        ...[...managed.values()].flat(),
      ],
    };
  });
}

/** What the managed policies of a template say, by their ARNs. */
export function readManagedPolicies(template: Template): ReadonlyMap<string, string> {
  return new Map(
    template
      .resources('AWS::IAM::ManagedPolicy')
      .map((id) => [
        template.reference(id),
        JSON.stringify(template.read(id, policyProperties).PolicyDocument),
      ]),
  );
}
