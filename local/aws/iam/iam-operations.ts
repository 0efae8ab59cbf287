import { z } from 'zod';
import { lowerCamel } from '../cloudtrail/cloudtrail-record.ts';
import { operationsOf, type Row } from '../operation.ts';
import { AwsError } from '../wire/aws-error.ts';
import { readRequest } from '../wire/request-shape.ts';
import type { AttachedPolicies } from './attached-policies.ts';
import type { Operation, Request } from './call.ts';
import { readSentPolicy, type Statement } from './iam.ts';
import { encoded } from './encoded.ts';
import type { LiveRole, RoleStore } from './live-roles.ts';
import type { ManagedPolicies } from './managed-policies.ts';
import type { IamKind, Principals } from './principal.ts';
import { MOST_INLINE } from './roles.ts';

/** Managed policies on one. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MOST_POLICIES = 10;

/** Roles that belong to a service or to IAM Identity Center. */
const UNMODIFIABLE = /:role\/(?:aws-service-role|aws-reserved)\//;

/** What IAM knows beside roles. */
interface Iam {
  readonly account: string;
  readonly partition: string;
  readonly managed: ManagedPolicies;
  readonly roles: RoleStore;
  readonly principals: Pick<Principals, 'iamArnOf'>;
  /** Of users and roles that are known by their callers alone. */
  readonly attached: AttachedPolicies;
}

const missing = (what: string) => new AwsError('NoSuchEntityException', `${what} cannot be found.`, 404);
const malformed = 'MalformedPolicyDocumentException';
const named = z.object({ RoleName: z.string().regex(/^[\w+=,.@-]{1,64}$/) });
const inline = named.extend({ PolicyName: z.string().min(1) });
const document = z.object({ PolicyDocument: z.string() });

/**
 * IAM's calls on roles and managed policies, and those that put a managed policy on whoever has signed in, and take it off. They throw
 * `NoSuchEntityException` for what is not there, and what IAM answers when there are too many, and for the roles of
 * services.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html
 */
export function iamOperations({
  account,
  partition,
  managed,
  roles,
  principals,
  attached,
}: Iam): readonly Operation[] {
  const read = <S extends z.ZodType>(schema: S, { input }: Request) =>
    readRequest(schema, input, 'ValidationException');
  const existing = (request: Request): LiveRole => {
    const { RoleName } = read(named, request);
    const role = roles.named(RoleName);
    if (!role) throw missing(`The role with name ${RoleName}`);
    return role;
  };
  const changeable = (request: Request): LiveRole => {
    const role = existing(request);
    refuseUnmodifiable(role.arn);
    return role;
  };
  const policyOf = (arn: string): readonly Statement[] => {
    const statements = managed.find(arn);
    if (!statements) throw missing(`Policy ${arn}`);
    return statements;
  };
  const arnOf = (kind: IamKind, name: string) =>
    (kind === 'Role' ? roles.named(name)?.arn : undefined) ?? principals.iamArnOf(kind, name);
  const onNamed =
    (kind: IamKind) =>
    ({ input }: Request) => {
      const name = String(input[`${kind}Name`]);
      const withoutPath = `arn:${partition}:iam::${account}:${kind.toLowerCase()}/${name}`;
      const policy = input['PolicyArn'];
      const context = {
        'aws:ResourceAccount': account,
        ...(typeof policy === 'string' && { 'iam:PolicyARN': policy }),
      };
      return [{ resource: arnOf(kind, name) ?? withoutPath, context }];
    };
  const on = onNamed('Role');

  /** What managed policies whoever has that ARN has, and how to change them. */
  const holder = (kind: IamKind, name: string) => {
    const role = kind === 'Role' ? roles.named(name) : undefined;
    if (role)
      return {
        arn: role.arn,
        held: role.managed,
        keep: (held: LiveRole['managed']) => {
          roles.set({ ...role, managed: held });
        },
      };
    const arn = principals.iamArnOf(kind, name);
    if (arn === undefined) throw missing(`The ${kind.toLowerCase()} with name ${name}`);
    return {
      arn,
      held: attached.get(arn) ?? new Map<string, readonly Statement[]>(),
      keep: (held: LiveRole['managed']) => void attached.set(arn, held),
    };
  };
  const ofManaged = (kind: IamKind): readonly Row[] => [
    {
      name: `Attach${kind}Policy`,
      changes: {},
      on: onNamed(kind),
      run: ({ input }) => {
        const policy = String(input['PolicyArn']);
        const { arn, held, keep } = holder(kind, String(input[`${kind}Name`]));
        refuseUnmodifiable(arn);
        const all = new Map(held).set(policy, policyOf(policy));
        if (all.size > MOST_POLICIES)
          throw new AwsError(
            'LimitExceededException',
            `Cannot exceed quota for PoliciesPerRole: ${MOST_POLICIES}`,
            409,
          );
        keep(all);
        return {};
      },
    },
    {
      name: `Detach${kind}Policy`,
      changes: {},
      on: onNamed(kind),
      run: ({ input }) => {
        const policy = String(input['PolicyArn']);
        const { arn, held, keep } = holder(kind, String(input[`${kind}Name`]));
        const all = new Map(held);
        if (!all.delete(policy)) throw missing(`Policy ${policy} on ${arn}`);
        keep(all);
        return {};
      },
    },
  ];

  const described = (role: LiveRole) => ({
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: new Date(role.createdAt).toISOString(),
    AssumeRolePolicyDocument: encoded(role.trust),
    MaxSessionDuration: 3600,
    ...(role.boundary !== undefined && {
      PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: role.boundary },
    }),
  });

  const ofRoles: readonly Row[] = [
    {
      name: 'CreateRole',
      changes: { responseElements: lowerCamel },
      on,
      run: (request) => {
        const given = read(
          named.extend({
            Path: z.string().default('/'),
            AssumeRolePolicyDocument: z.string(),
            PermissionsBoundary: z.string().optional(),
          }),
          request,
        );
        if (roles.named(given.RoleName))
          throw new AwsError(
            'EntityAlreadyExistsException',
            `Role with name ${given.RoleName} already exists.`,
            409,
          );
        readSentPolicy(given.AssumeRolePolicyDocument, malformed);
        if (given.PermissionsBoundary !== undefined) policyOf(given.PermissionsBoundary);
        const role = roles.create({
          name: given.RoleName,
          path: given.Path,
          arn: `arn:${partition}:iam::${account}:role${given.Path}${given.RoleName}`,
          trust: given.AssumeRolePolicyDocument,
          boundary: given.PermissionsBoundary,
        });
        return { Role: described(role) };
      },
    },
    {
      name: 'DeleteRole',
      changes: {},
      on,
      run: (request) => {
        const role = changeable(request);
        if (role.managed.size + role.inline.size > 0)
          throw new AwsError(
            'DeleteConflictException',
            'Cannot delete entity, must remove policies first.',
            409,
          );
        roles.remove(role);
        return {};
      },
    },
    { name: 'GetRole', on, run: (request) => ({ Role: described(existing(request)) }) },
    {
      name: 'UpdateAssumeRolePolicy',
      changes: {},
      on,
      run: (request) => {
        const role = changeable(request);
        const { PolicyDocument: trust } = read(document, request);
        readSentPolicy(trust, malformed);
        roles.set({ ...role, trust });
        return {};
      },
    },
    {
      name: 'PutRolePolicy',
      changes: {},
      on,
      run: (request) => {
        const role = changeable(request);
        const { PolicyName, PolicyDocument } = read(inline.extend(document.shape), request);
        readSentPolicy(PolicyDocument, malformed);
        const changed = new Map(role.inline).set(PolicyName, PolicyDocument);
        const size = [...changed.values()].join('').replace(/\s/g, '').length;
        if (size > MOST_INLINE)
          throw new AwsError(
            'LimitExceededException',
            `Maximum policy size of ${MOST_INLINE} bytes exceeded for role ${role.name}`,
            409,
          );
        roles.set({ ...role, inline: changed });
        return {};
      },
    },
    {
      name: 'DeleteRolePolicy',
      changes: {},
      on,
      run: (request) => {
        const role = changeable(request);
        const { PolicyName } = read(inline, request);
        const changed = new Map(role.inline);
        if (!changed.delete(PolicyName)) throw missing(`The role policy with name ${PolicyName}`);
        roles.set({ ...role, inline: changed });
        return {};
      },
    },
    {
      name: 'GetRolePolicy',
      on,
      run: (request) => {
        const { name, inline: policies } = existing(request);
        const { PolicyName } = read(inline, request);
        const text = policies.get(PolicyName);
        if (text === undefined) throw missing(`The role policy with name ${PolicyName}`);
        return { RoleName: name, PolicyName, PolicyDocument: encoded(text) };
      },
    },
    {
      name: 'ListRolePolicies',
      on,
      run: (request) => ({ PolicyNames: [...existing(request).inline.keys()], IsTruncated: false }),
    },
    {
      name: 'ListAttachedRolePolicies',
      on,
      run: (request) => {
        const { held } = holder('Role', read(named, request).RoleName);
        return {
          AttachedPolicies: [...held.keys()].map((arn) => ({
            PolicyName: arn.split('/').at(-1),
            PolicyArn: arn,
          })),
          IsTruncated: false,
        };
      },
    },
    {
      name: 'PutRolePermissionsBoundary',
      changes: {},
      on,
      run: (request) => {
        const role = changeable(request);
        const { PermissionsBoundary: boundary } = read(
          z.object({ PermissionsBoundary: z.string() }),
          request,
        );
        policyOf(boundary);
        roles.set({ ...role, boundary });
        return {};
      },
    },
    {
      name: 'DeleteRolePermissionsBoundary',
      changes: {},
      on,
      run: (request) => {
        roles.set({ ...changeable(request), boundary: undefined });
        return {};
      },
    },
  ];

  return operationsOf(
    {
      prefix: 'iam',
      denied: { name: 'AccessDenied', status: 403 },
      statuses: { ServiceFailureException: 500, ServiceUnavailable: 503 },
      // https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html
      recorded: { awsRegion: 'us-east-1' },
    },
    [...ofRoles, ...ofManaged('Role'), ...ofManaged('User'), ...managed.rows(roles)],
  );
}

function refuseUnmodifiable(arn: string): void {
  if (UNMODIFIABLE.test(arn))
    throw new AwsError('UnmodifiableEntityException', `Cannot perform the operation on the protected ${arn}`);
}
