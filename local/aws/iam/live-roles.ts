import type { Access } from './access.ts';
import { readPolicy, type Statement } from './iam.ts';
import { uniqueId } from './principal.ts';
import type { Role } from './roles.ts';

/** A role as it is now. */
export interface LiveRole {
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** JSON, as it was sent. */
  readonly trust: string;
  /** JSON by the policies' names. */
  readonly inline: ReadonlyMap<string, string>;
  /** By their ARNs. */
  readonly managed: ReadonlyMap<string, readonly Statement[]>;
  /** ARN of the managed policy that bounds it. */
  readonly boundary?: string | undefined;
}

/** The roles of an account, as they are now. */
export interface RoleStore {
  readonly named: (name: string) => LiveRole | undefined;
  /** A role that was there, even if it is gone by now; by its ARN. */
  readonly find: (arn: string) => LiveRole | 'gone' | undefined;
  /** What is there now. */
  readonly state: () => ReadonlyMap<string, unknown>;
  readonly create: (role: Pick<LiveRole, 'name' | 'path' | 'arn' | 'trust' | 'boundary'>) => LiveRole;
  /** Takes roles of a deployed stack over. */
  readonly add: (roles: readonly Role[]) => void;
  /** Lets each role do what its managed policies say now. */
  readonly renew: () => void;
  /** Changes a role; what it may do changes with it. */
  readonly set: (role: LiveRole) => void;
  readonly remove: (role: LiveRole) => void;
}

/** A role as it is handed to a service. */
export interface PassedRole extends Pick<Role, 'name' | 'arn'> {
  /** The services that may assume it. */
  readonly services: readonly string[];
}

/** Looks roles up for services that are handed their ARNs. */
export const passedRoles =
  (roles: Pick<RoleStore, 'find'>) =>
  (arn: string): PassedRole | undefined => {
    const role = roles.find(arn);
    if (!role || role === 'gone') return undefined;
    const { name, trust } = role;
    return { name, arn, services: readPolicy(JSON.parse(trust), name).flatMap(({ services }) => services) };
  };

/** What a role's own policies say. */
export function statementsOf({ inline, managed }: LiveRole): readonly Statement[] {
  return [
    ...[...inline].flatMap(([name, text]) => readPolicy(JSON.parse(text), name)),
    ...[...managed.values()].flat(),
  ];
}

/** No roles; of those that stacks deploy, `access` judges the callers. */
export function roleStore(
  access: Pick<Access, 'addRoles' | 'removeRole'>,
  managed: (arn: string) => readonly Statement[] | undefined,
): RoleStore {
  const roles = new Map<string, LiveRole | 'gone'>();
  const deployed = new Map<string, Role>();
  const named = (name: string) =>
    [...roles.values()].find((role): role is LiveRole => role !== 'gone' && role.name === name);
  const created = (role: Pick<LiveRole, 'name' | 'path' | 'arn' | 'trust' | 'boundary'>): LiveRole => ({
    ...role,
    id: uniqueId('AROA'),
    createdAt: Date.now(),
    inline: new Map(),
    managed: new Map(),
  });
  const set = (role: LiveRole) => {
    roles.set(role.arn, role);
    const of = deployed.get(role.arn);
    if (!of) return;
    const services = readPolicy(JSON.parse(role.trust), role.name).flatMap((each) => each.services);
    const bounds = role.boundary === undefined ? undefined : managed(role.boundary);
    access.addRoles([
      { ...of, services, statements: statementsOf(role), ...(bounds && { boundary: bounds }) },
    ]);
  };
  return {
    named,
    find: (arn) => roles.get(arn),
    state: () => roles,
    create: (role) => {
      const made = created(role);
      roles.set(made.arn, made);
      return made;
    },
    add: (added) => {
      for (const role of added) {
        const { name, arn, trust, inline, managed: attached } = role;
        const texts = [...inline].map(([policy, document]) => [policy, JSON.stringify(document)] as const);
        const made = created({ name, arn, path: '/', trust: JSON.stringify(trust), boundary: undefined });
        roles.set(arn, { ...made, inline: new Map(texts), managed: attached });
        deployed.set(arn, role);
      }
    },
    renew: () => {
      for (const role of roles.values())
        if (role !== 'gone')
          set({
            ...role,
            managed: new Map([...role.managed].map(([arn, said]) => [arn, managed(arn) ?? said])),
          });
    },
    set,
    remove: ({ arn }) => {
      roles.set(arn, 'gone');
      if (deployed.delete(arn)) access.removeRole(arn);
    },
  };
}
