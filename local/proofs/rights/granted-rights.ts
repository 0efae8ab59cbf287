import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { RoleAction } from '../../aws/iam/access.ts';
import { type Context, decide, glob, readPolicy, type Statement } from '../../aws/iam/iam.ts';
import { type Deployment, readTemplate } from '../../aws/stack/template.ts';

/** One action on one resource that a role's policy allows, and on what conditions. */
export interface GrantedRight {
  /** Logical id of the role that has it. */
  readonly role: string;
  readonly sid: string;
  readonly action: string;
  readonly resource: string;
  readonly conditions: Statement['conditions'];
}

/** All that a deployed role may do. */
export interface Grant {
  readonly statements: readonly Statement[];
  readonly rights: readonly GrantedRight[];
}

const policy = z.object({
  PolicyDocument: z.looseObject({ Statement: z.array(z.looseObject({ Sid: z.string() })) }),
});
const role = z.object({ Policies: z.array(policy) });
const beside = policy.extend({ Roles: z.array(z.string()).default([]) });

/** Logical ids of the functions' roles. */
export const ROLES = ['HealRole', 'WatchRole', 'TellRole'];

/** The policies of a role of the compiled package in `directory`, as CloudFormation would resolve them there. */
export function readGrant(directory: string, deployment: Deployment, logicalId = 'HealRole'): Grant {
  const text = readFileSync(join(directory, 'cloudformation-template-update-stack.json'), 'utf8');
  const template = readTemplate(JSON.parse(text), deployment);
  const attached = template
    .resources('AWS::IAM::ManagedPolicy')
    .map((id) => template.read(id, beside))
    .filter(({ Roles }) => Roles.includes(template.reference(logicalId)));
  const documents = [...template.read(logicalId, role).Policies, ...attached].map(
    ({ PolicyDocument }) => PolicyDocument,
  );
  const named = documents.flatMap((document) => {
    const statements = readPolicy(document, logicalId);
    return statements.map((statement, index) => ({ sid: document.Statement[index]?.Sid ?? '', statement }));
  });
  return {
    statements: named.map(({ statement }) => statement),
    rights: named.flatMap(({ sid, statement: { actions, resources, conditions } }) =>
      actions.flatMap((action) =>
        resources.map((resource) => ({ role: logicalId, sid, action, resource, conditions })),
      ),
    ),
  };
}

/** The values of the condition keys with which a right may be used. */
export function contextOf({ conditions }: GrantedRight): Context {
  return Object.fromEntries(conditions.map(({ key, values: [value = ''] }) => [key, value]));
}

/** Whether the role may do it. */
export function allows({ statements }: Grant, action: string, resource: string, context: Context): boolean {
  return decide(statements, { action, resource, context }) === 'allowed';
}

/**
 * The narrowest right of its role that covers a use: the one whose resource is spelled longest. So a right that reaches further
 * counts as used only by what nothing narrower allows.
 */
export function rightBehind(
  rights: readonly GrantedRight[],
  { role, action, resource }: Pick<RoleAction, 'role' | 'action' | 'resource'>,
): GrantedRight | undefined {
  const [narrowest] = rights
    .filter(
      (right) => role.includes(right.role) && right.action === action && glob(right.resource).test(resource),
    )
    .toSorted((one, other) => other.resource.length - one.resource.length);
  return narrowest;
}

/** A right in one line, without where it is deployed: role, statement, action and resource. */
export function nameOf({ role, sid, action, resource }: GrantedRight): string {
  return `${role} ${sid} ${action} ${resource.split(':').slice(5).join(':') || resource}`;
}
