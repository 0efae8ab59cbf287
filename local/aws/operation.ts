import type { Operation, RecordForm, Request } from './iam/call.ts';
import type { Decision, Right } from './iam/iam.ts';
import { AwsError } from './wire/aws-error.ts';

/** What all operations of a service have in common. */
export interface Service {
  /** In actions, as in `kms:DisableKey`; its records are of `kms.amazonaws.com` unless `recorded` says otherwise. */
  readonly prefix: string;
  /** How it says no. */
  readonly denied: { readonly name: string; readonly status: number };
  /** HTTP status by the name of an error; 400 where none is given. */
  readonly statuses: Readonly<Record<string, number>>;
  /** For all its changing operations, what a record has beside its source. */
  readonly recorded?: Partial<RecordForm>;
}

/** One operation of a service. */
export interface Row {
  readonly name: string;
  /** How its calls are recorded, beside what its service says; undefined: it only reads. */
  readonly changes?: Partial<RecordForm>;
  /** Undefined: as the operation is called. */
  readonly action?: string;
  /** What it works on, with the policies and conditions to judge the caller by. */
  readonly on: (request: Request) => readonly Omit<Right, 'action'>[];
  /** What it needs beside that. */
  readonly alsoNeeds?: (request: Request) => readonly Right[];
  readonly run: (request: Request) => object | Promise<object>;
}

/** How AWS words a refusal. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
export function refusal(request: Request, { action, resource }: Right, decision: Decision): string {
  return (
    `User: ${request.principal.arn} is not authorized to perform: ${action} on resource: ${resource} ` +
    (decision === 'explicitly denied'
      ? 'with an explicit deny in a policy'
      : `because no policy allows the ${action} action`)
  );
}

/** The operations of a service, from what each has of its own. */
export function operationsOf(service: Service, rows: readonly Row[]): readonly Operation[] {
  const { prefix, denied, statuses } = service;
  return rows.map(({ name, changes, action = name, on, alsoNeeds, run }) => ({
    name,
    mutating: changes !== undefined,
    ...(changes && {
      recorded: { eventSource: `${prefix}.amazonaws.com`, ...service.recorded, ...changes },
    }),
    perSecond: undefined,
    rights: (request) => [
      ...on(request).map((right) => ({ action: `${prefix}:${action}`, ...right })),
      ...(alsoNeeds?.(request) ?? []),
    ],
    denial: (request, right, decision) =>
      new AwsError(denied.name, refusal(request, right, decision), denied.status),
    failure: (fault) => new AwsError(fault, `${fault} was injected into ${name}.`, statuses[fault]),
    run,
  }));
}

/** HTTP status of the errors that most services have in common. @see https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html */
export const SERVER_FAULTS: Readonly<Record<string, number>> = {
  InternalException: 500,
  InternalFailure: 500,
  InternalServerException: 500,
  InternalServiceFault: 500,
  ServiceException: 500,
  ServiceUnavailable: 503,
};

/** The right to hand a role to a service. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html */
export function passRole(roleArn: unknown, service: string): readonly Right[] {
  if (typeof roleArn !== 'string' || roleArn === '') return [];
  const context = { 'iam:PassedToService': service };
  return [{ action: 'iam:PassRole', resource: roleArn, context }];
}
