import { z } from 'zod';
import { AwsError } from '../wire/aws-error.ts';
import type { Operation, Request } from './call.ts';
import { readPolicy, type Statement } from './iam.ts';
import type { InlinePolicies } from './inline-policies.ts';
import type { IamKind, Principals } from './principal.ts';
import { type Fields, readRequest } from '../wire/request-shape.ts';

/** All inline policies of one together. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MOST_CHARACTERS = { User: 2048, Role: 10_240 };

/** Roles that belong to a service or to IAM Identity Center. */
const UNMODIFIABLE = /:role\/(?:aws-service-role|aws-reserved)\//;

const policyRequest = z.object({
  PolicyName: z.string().regex(/^[\w+=,.@-]{1,128}$/, 'PolicyName is not valid'),
  PolicyDocument: z.string().min(1, 'PolicyDocument is required'),
});

function statementsOf(document: string, where: string): readonly Statement[] {
  try {
    return readPolicy(JSON.parse(document), where);
  } catch (cause) {
    throw new AwsError('MalformedPolicyDocumentException', String(cause));
  }
}

function putPolicy(policies: InlinePolicies, kind: IamKind, iamArn: string, input: Fields): void {
  const { PolicyName, PolicyDocument } = readRequest(policyRequest, input, 'ValidationException');
  if (UNMODIFIABLE.test(iamArn))
    throw new AwsError(
      'UnmodifiableEntityException',
      `Cannot perform the operation on the protected ${iamArn}`,
    );
  const policy = {
    size: PolicyDocument.replace(/\s/g, '').length,
    statements: statementsOf(PolicyDocument, PolicyName),
  };
  const all = new Map(policies.get(iamArn)).set(PolicyName, policy);
  const size = [...all.values()].reduce((sum, each) => sum + each.size, 0);
  if (size > MOST_CHARACTERS[kind])
    throw new AwsError(
      'LimitExceededException',
      `Maximum policy size of ${MOST_CHARACTERS[kind]} bytes exceeded for ${iamArn}`,
      409,
    );
  policies.set(iamArn, all);
}

/**
 * IAM's PutRolePolicy and PutUserPolicy on whoever has signed in. They throw `NoSuchEntityException` for others, and what
 * IAM answers to a document it cannot read, to one that is too long, and to the roles of services.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
 */
export function iamOperations(
  { account, partition }: { readonly account: string; readonly partition: string },
  principals: Pick<Principals, 'iamArnOf'>,
  policies: InlinePolicies,
): readonly Operation[] {
  return (['User', 'Role'] as const).map((kind) => {
    const nameOf = ({ input }: Request) => String(input[`${kind}Name`]);
    const operation = `Put${kind}Policy`;
    return {
      name: operation,
      mutating: false,
      perSecond: undefined,
      rights: (request) => {
        const withoutPath = `arn:${partition}:iam::${account}:${kind.toLowerCase()}/${nameOf(request)}`;
        const resource = principals.iamArnOf(kind, nameOf(request)) ?? withoutPath;
        return [{ action: `iam:${operation}`, resource }];
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
      failure: (fault) =>
        new AwsError(fault, `${fault} was injected into ${operation}.`, serverFaults[fault]),
      run: (request) => {
        const iamArn = principals.iamArnOf(kind, nameOf(request));
        if (!iamArn)
          throw new AwsError(
            'NoSuchEntityException',
            `The ${kind.toLowerCase()} with name ${nameOf(request)} cannot be found.`,
            404,
          );
        putPolicy(policies, kind, iamArn, request.input);
        return {};
      },
    };
  });
}

const serverFaults: Readonly<Record<string, number>> = {
  ServiceFailureException: 500,
  ServiceUnavailable: 503,
};
