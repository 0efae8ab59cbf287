import { AwsError } from '../wire/aws-error.ts';
import type { Operation, RecordForm, Request } from './call.ts';
import type { Right, Statement } from './iam.ts';

/** What all operations of one service have in common. */
export interface ServiceForm {
  /** What its actions begin with: `events` of `events:PutRule`. */
  readonly prefix: string;
  /** As CloudTrail names it: `events.amazonaws.com`. */
  readonly eventSource: string;
  /** The name and status of its refusal of what a caller has no right to. */
  readonly denial: readonly [name: string, status: number];
}

/** An operation, with what is its own. */
export interface OperationForm {
  /** ARNs of what the caller needs the action of the operation's name on. */
  readonly on: (request: Request) => string | readonly string[];
  /** What the resource's own policy says, where it has one. */
  readonly policy?: (request: Request) => readonly Statement[];
  /** Other rights that it needs: to pass a role, say. */
  readonly more?: (request: Request) => readonly Right[];
  /** How CloudTrail writes it down; undefined for what changes nothing. */
  readonly recorded?: Omit<RecordForm, 'eventSource'>;
  readonly run: (request: Request) => object | Promise<object>;
}

/** The operations of a service, each judged by IAM on the resources that it is about. */
export function serviceOperations(
  { prefix, eventSource, denial: [name, status] }: ServiceForm,
  forms: Readonly<Record<string, OperationForm>>,
): readonly Operation[] {
  return Object.entries(forms).map(([operation, { on, policy, more, recorded, run }]) => ({
    name: operation,
    mutating: false,
    ...(recorded && { recorded: { eventSource, ...recorded } }),
    perSecond: undefined,
    rights: (request) => [
      ...[on(request)].flat().map((resource) => ({
        action: `${prefix}:${operation}`,
        resource,
        ...(policy && { policy: policy(request) }),
      })),
      ...(more?.(request) ?? []),
    ],
    denial: ({ principal }, { action, resource }, decision) =>
      new AwsError(
        name,
        `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource} ` +
          (decision === 'explicitly denied'
            ? 'with an explicit deny in an identity-based policy'
            : `because no identity-based policy allows the ${action} action`),
        status,
      ),
    failure: (fault) =>
      new AwsError(fault, `${fault} was injected into ${operation}.`, SERVER_FAULTS.test(fault) ? 500 : 400),
    run,
  }));
}

const SERVER_FAULTS = /^(?:Internal|Service(?:Exception|Unavailable|Failure))/;

/** The right to hand a role to a service. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html */
export function passRole(roleArn: unknown, service: string): readonly Right[] {
  if (typeof roleArn !== 'string' || roleArn === '') return [];
  const context = { 'iam:PassedToService': service };
  return [{ action: 'iam:PassRole', resource: roleArn, context }];
}
