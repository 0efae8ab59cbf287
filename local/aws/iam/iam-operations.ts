import { AwsError } from '../wire/aws-error.ts';
import type { AttachedPolicies } from './attached-policies.ts';
import type { Operation, Request } from './call.ts';
import type { Statement } from './iam.ts';
import type { IamKind, Principals } from './principal.ts';

/** Managed policies on one. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MOST_POLICIES = 10;

/** Roles that belong to a service or to IAM Identity Center. */
const UNMODIFIABLE = /:role\/(?:aws-service-role|aws-reserved)\//;

/** What IAM knows beside the callers. */
interface Iam {
  readonly account: string;
  readonly partition: string;
  /** What a managed policy of the account says. */
  readonly managed: (arn: string) => readonly Statement[] | undefined;
}

const missing = (what: string) => new AwsError('NoSuchEntityException', `${what} cannot be found.`, 404);

/**
 * IAM's calls that put a managed policy on whoever has signed in, and take it off. They throw `NoSuchEntityException` for
 * others and for what is not there, and what IAM answers when there are too many, and for the roles of services.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html
 */
export function iamOperations(
  { account, partition, managed }: Iam,
  principals: Pick<Principals, 'iamArnOf'>,
  attached: AttachedPolicies,
): readonly Operation[] {
  const attach = (iamArn: string, arn: string) => {
    if (UNMODIFIABLE.test(iamArn))
      throw new AwsError(
        'UnmodifiableEntityException',
        `Cannot perform the operation on the protected ${iamArn}`,
      );
    const statements = managed(arn);
    if (!statements) throw missing(`Policy ${arn}`);
    const all = new Map(attached.get(iamArn)).set(arn, statements);
    if (all.size > MOST_POLICIES)
      throw new AwsError(
        'LimitExceededException',
        `Cannot exceed quota for PoliciesPerRole: ${MOST_POLICIES}`,
        409,
      );
    attached.set(iamArn, all);
  };
  const detach = (iamArn: string, arn: string) => {
    const all = new Map(attached.get(iamArn));
    if (!all.delete(arn)) throw missing(`Policy ${arn} on ${iamArn}`);
    attached.set(iamArn, all);
  };
  const operation = (verb: string, kind: IamKind, run: (iamArn: string, arn: string) => void): Operation => {
    const name = `${verb}${kind}Policy`;
    const nameOf = ({ input }: Request) => String(input[`${kind}Name`]);
    return {
      name,
      mutating: false,
      perSecond: undefined,
      rights: (request) => {
        const withoutPath = `arn:${partition}:iam::${account}:${kind.toLowerCase()}/${nameOf(request)}`;
        const resource = principals.iamArnOf(kind, nameOf(request)) ?? withoutPath;
        const context = { 'iam:PolicyARN': String(request.input['PolicyArn']) };
        return [{ action: `iam:${name}`, resource, context }];
      },
      denial: ({ principal }, { action, resource }, decision) =>
        new AwsError(
          'AccessDenied',
          `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource} ` +
            (decision === 'explicitly denied'
              ? 'with an explicit deny in an identity-based policy'
              : `because no identity-based policy allows the ${action} action`),
          403,
        ),
      failure: (fault) => new AwsError(fault, `${fault} was injected into ${name}.`, serverFaults[fault]),
      run: (request) => {
        const iamArn = principals.iamArnOf(kind, nameOf(request));
        if (!iamArn) throw missing(`The ${kind.toLowerCase()} with name ${nameOf(request)}`);
        run(iamArn, String(request.input['PolicyArn']));
        return {};
      },
    };
  };
  return (['User', 'Role'] as const).flatMap((kind) => [
    operation('Attach', kind, attach),
    operation('Detach', kind, detach),
  ]);
}

const serverFaults: Readonly<Record<string, number>> = {
  ServiceFailureException: 500,
  ServiceUnavailable: 503,
};
