import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  type IAMClient,
  NoSuchEntityException,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import type { Port } from '../kinds/kind.ts';
import type { ResourceShape } from '../kinds/resource.ts';
import { commandSender, resourcePort } from './resource-port.ts';

/** The repairs of a role, by the API's names. */
const COMMANDS = {
  CreateRole: CreateRoleCommand,
  UpdateAssumeRolePolicy: UpdateAssumeRolePolicyCommand,
  PutRolePolicy: PutRolePolicyCommand,
  DeleteRolePolicy: DeleteRolePolicyCommand,
  AttachRolePolicy: AttachRolePolicyCommand,
  DetachRolePolicy: DetachRolePolicyCommand,
  PutRolePermissionsBoundary: PutRolePermissionsBoundaryCommand,
  DeleteRolePermissionsBoundary: DeleteRolePermissionsBoundaryCommand,
};

/** IAM shows policies encoded as in a URL. https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html */
export const decoded = (document: string | undefined) => document && decodeURIComponent(document);

/** One inline policy of a role; one that has gone since it was listed is none. */
async function inlinePolicy(client: IAMClient, RoleName: string, PolicyName: string) {
  try {
    const { PolicyDocument } = await client.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    return [[PolicyName, decoded(PolicyDocument)] as const];
  } catch (error) {
    if (error instanceof NoSuchEntityException) return [];
    throw error;
  }
}

/** The roles of this account. https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html */
export function liveRoles(client: IAMClient): Port<ResourceShape> {
  return resourcePort({
    missing: ['NoSuchEntityException', 'NoSuchEntity'],
    readings: (RoleName) => [
      {
        fields: ['Path', 'AssumeRolePolicyDocument', 'PermissionsBoundary'],
        read: async () => {
          const { Role } = await client.send(new GetRoleCommand({ RoleName }));
          return {
            Path: Role?.Path,
            AssumeRolePolicyDocument: decoded(Role?.AssumeRolePolicyDocument),
            PermissionsBoundary: Role?.PermissionsBoundary?.PermissionsBoundaryArn,
          };
        },
      },
      {
        fields: ['Policies'],
        read: async () => {
          const names = [];
          for await (const page of paginateListRolePolicies({ client }, { RoleName }))
            names.push(...(page.PolicyNames ?? []));
          const policies = await Promise.all(names.map((name) => inlinePolicy(client, RoleName, name)));
          return { Policies: Object.fromEntries(policies.flat()) };
        },
      },
      {
        fields: ['AttachedPolicies'],
        read: async () => {
          const arns = [];
          for await (const page of paginateListAttachedRolePolicies({ client }, { RoleName }))
            arns.push(...(page.AttachedPolicies ?? []).flatMap(({ PolicyArn }) => PolicyArn ?? []));
          return { AttachedPolicies: arns };
        },
      },
    ],
    send: commandSender(client, COMMANDS),
  });
}
