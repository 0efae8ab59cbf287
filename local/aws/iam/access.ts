import type { Decision, Right, Statement } from './iam.ts';
import { decide, glob } from './iam.ts';
import type { Role } from './roles.ts';

/** One action of one role. */
export interface RoleAction {
  /** ARN of the role. */
  readonly role: string;
  readonly action: string;
  readonly resource: string;
}

/** Judges deployed roles, and remembers what they used their rights for. */
export interface Access {
  /** Adds roles, or changes them. */
  readonly addRoles: (roles: readonly Role[]) => void;
  readonly removeRole: (arn: string) => void;
  /**
   * Judges by the role's statements and by `more` of them; an allowed right counts as used. Without a role the caller is an
   * administrator and is not remembered.
   */
  readonly judge: (role: string | undefined, right: Right, more?: readonly Statement[]) => Decision;
  /** Each (role, action, resource) that was needed and allowed, once. */
  readonly usedActions: () => readonly RoleAction[];
  /** Each (role, action, resource) that was asked for, and that no statement allowed, once. */
  readonly refusedActions: () => readonly RoleAction[];
  /** Each (role, action, resource) that the policies allow, as they are written, wildcards included. */
  readonly allowedActions: () => readonly RoleAction[];
  /** Those of the allowed that nothing used so far needed. */
  readonly unusedActions: () => readonly RoleAction[];
}

const ADMINISTRATOR: Statement = {
  effect: 'Allow',
  actions: ['*'],
  resources: ['*'],
  services: [],
  principals: [],
  conditions: [],
};

/** No roles, nothing used. */
export function accessControl(): Access {
  const roles = new Map<string, Role>();
  const used = new Map<string, RoleAction>();
  const refused = new Map<string, RoleAction>();
  const allowedActions = () =>
    [...roles.values()].flatMap((role) =>
      role.statements
        .filter(({ effect }) => effect === 'Allow')
        .flatMap(({ actions, resources }) =>
          actions.flatMap((action) => resources.map((resource) => ({ role: role.arn, action, resource }))),
        ),
    );

  return {
    addRoles: (added) => {
      for (const role of added) roles.set(role.arn, role);
    },
    removeRole: (arn) => void roles.delete(arn),
    judge: (role, right, more = []) => {
      if (role === undefined) return decide([ADMINISTRATOR, ...more], right);
      const { statements = [], boundary } = roles.get(role) ?? {};
      const granted = decide([...statements, ...more], right);
      // https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
      const decision = granted === 'allowed' && boundary ? decide(boundary, right) : granted;
      const { action, resource } = right;
      const noted = { allowed: used, denied: refused, 'explicitly denied': undefined }[decision];
      noted?.set([role, action, resource].join(' '), { role, action, resource });
      return decision;
    },
    usedActions: () => [...used.values()],
    refusedActions: () => [...refused.values()],
    allowedActions,
    unusedActions: () =>
      allowedActions().filter((allowed) => ![...used.values()].some((action) => covers(allowed, action))),
  };
}

function covers(allowed: RoleAction, used: RoleAction): boolean {
  return (
    allowed.role === used.role &&
    glob(allowed.action.toLowerCase()).test(used.action.toLowerCase()) &&
    glob(allowed.resource).test(used.resource)
  );
}
