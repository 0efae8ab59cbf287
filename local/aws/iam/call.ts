import { randomUUID } from 'node:crypto';
import type { Access } from './access.ts';
import { AwsError } from '../wire/aws-error.ts';
import { delay } from '../wire/delay.ts';
import type { Faults } from '../wire/faults.ts';
import { type AttachedPolicies, statementsOn } from './attached-policies.ts';
import { decide, type Decision, type Right, statementsFor, statementsForAccountOf } from './iam.ts';
import type { Principal } from './principal.ts';
import type { Fields } from '../wire/request-shape.ts';
import type { Throttle } from '../wire/throttle.ts';

/** One API call as the embedded AWS saw it. */
export interface Call {
  readonly operation: string;
  /** ARN of the caller. */
  readonly principal: string;
  readonly region: string;
  /** When it arrived and when its answer left, in milliseconds of `performance.now()`. */
  readonly at: number;
  readonly until: number;
  readonly requestId: string;
  /** Request ids of the answers that its sender had when it sent this call; undefined where it does not say so. */
  readonly after: readonly string[] | undefined;
  /** Whether the operation changes a trail. */
  readonly mutating: boolean;
  /** Name of the error answered, or `reset` / `lost` for a broken connection. */
  readonly error?: string;
  readonly input: Fields;
}

/** A call on its way in. */
export interface Request {
  readonly input: Fields;
  readonly principal: Principal;
  readonly region: string;
  readonly userAgent: string;
  readonly after: readonly string[] | undefined;
}

/** How CloudTrail writes down the calls of an operation. */
export interface RecordForm {
  /** Such as `s3.amazonaws.com`. */
  readonly eventSource: string;
  /** Undefined: as the operation is called. */
  readonly eventName?: string;
  /** Whether the account's history has it; undefined: all calls. */
  readonly isOurs?: (request: Request) => boolean;
  /** Where a global service records all calls; undefined: in the Region of the call. */
  readonly awsRegion?: string;
  /** Undefined: the request, its names in lower camel case. */
  readonly requestParameters?: (input: Fields) => unknown;
  /** Undefined: null. */
  readonly responseElements?: (output: unknown, input: Fields) => unknown;
  /** Undefined: the record has none. */
  readonly resources?: (call: Pick<Request, 'input' | 'region'>) => readonly RecordedResource[];
}

/** A resource as a record names it; undefined: it is of the account itself. */
export interface RecordedResource {
  readonly type: string;
  readonly ARN: string;
  readonly accountId?: string;
}

/** An API operation of any service. */
export interface Operation {
  readonly name: string;
  readonly mutating: boolean;
  /** Undefined: the Event history does not keep it. Reads are left out of it here. */
  readonly recorded?: RecordForm;
  /** Quota in calls per second; none if undefined. */
  readonly perSecond: number | undefined;
  /** All that the caller must be allowed. */
  readonly rights: (request: Request) => readonly Right[];
  /** The service's own way to say no. */
  readonly denial: (request: Request, right: Right, decision: Decision) => AwsError;
  /** The error that stands for an injected fault's name. */
  readonly failure: (fault: string) => AwsError;
  readonly run: (request: Request) => object | Promise<object>;
}

/** What the caller gets: an answer, an error, or (undefined) a broken connection. */
export interface Reply {
  readonly requestId: string;
  readonly outcome: { readonly output: object } | { readonly error: AwsError } | undefined;
}

/**
 * Told of each call that reaches its service, before it is carried out; what it gives is told what came of it, the answer
 * lost or not.
 */
export type Witness = (
  operation: Operation,
  request: Request,
) => (requestId: string, outcome: NonNullable<Reply['outcome']>) => void;

/** What all calls go through. */
export interface Gate {
  readonly access: Access;
  readonly attachedPolicies: AttachedPolicies;
  readonly faults: Faults;
  /** Undefined: no quotas. */
  readonly throttle: Throttle | undefined;
  /** Milliseconds of network, half on the way in, half on the way out. */
  readonly latencyMs: number;
  readonly witness: Witness;
  readonly calls: Call[];
  /** Ends all containers. */
  readonly kill: () => Promise<void>;
}

const LONGER_THAN_ANYONE_WAITS_MS = 30_000;

/** Takes one call through authorisation, quotas, faults and its operation, and writes it into the call log. */
export async function perform(gate: Gate, operation: Operation, request: Request): Promise<Reply> {
  const at = performance.now();
  const requestId = randomUUID();
  const log = (error: string | undefined) => {
    const { name, mutating } = operation;
    const { principal, region, after, input } = request;
    const spent = { at, until: performance.now() };
    gate.calls.push({
      operation: name,
      principal: principal.arn,
      region,
      ...spent,
      requestId,
      after,
      mutating,
      ...(error !== undefined && { error }),
      input,
    });
  };

  if (gate.latencyMs > 0) await delay(gate.latencyMs / 2);
  const fault = gate.faults.take(operation.name, request.principal.role !== undefined);
  if (fault === 'killed') await gate.kill();
  if (fault === 'hung') await delay(LONGER_THAN_ANYONE_WAITS_MS);
  if (fault === 'reset' || fault === 'killed' || fault === 'hung') {
    log(fault);
    return { requestId, outcome: undefined };
  }
  const testify = gate.witness(operation, request);
  const outcome = await attempt(gate, operation, request, fault);
  testify(requestId, outcome);
  if (gate.latencyMs > 0) await delay(gate.latencyMs / 2);
  const isLost = fault === 'lost' || fault === 'killed-after';
  log(isLost ? fault : 'error' in outcome ? outcome.error.name : undefined);
  if (fault === 'killed-after') await gate.kill();
  return { requestId, outcome: isLost ? undefined : outcome };
}

function judge({ access, attachedPolicies }: Gate, principal: Principal, right: Right): Decision {
  const { arn, role, iamArn, issuedAt, sourceFunction } = principal;
  const context = {
    ...right.context,
    // The loopback stands for HTTPS.
    'aws:SecureTransport': 'true',
    'aws:PrincipalArn': iamArn ?? arn,
    'aws:PrincipalIsAWSService': 'false',
    ...(issuedAt !== undefined && { 'aws:TokenIssueTime': issuedAt }),
    ...(sourceFunction !== undefined && { 'lambda:SourceFunctionArn': sourceFunction }),
  };
  if (right.isPolicyDecisive) {
    const said = decide(statementsForAccountOf(right.policy ?? [], principal), { ...right, context });
    if (said !== 'allowed') return said;
  }
  return access.judge(role, { ...right, context }, [
    ...statementsOn(attachedPolicies, iamArn),
    ...statementsFor(right.policy ?? [], principal),
  ]);
}

async function attempt(gate: Gate, operation: Operation, request: Request, fault: string | undefined) {
  try {
    for (const right of operation.rights(request)) {
      const decision = judge(gate, request.principal, right);
      if (decision !== 'allowed') throw operation.denial(request, right, decision);
    }
    if (operation.perSecond !== undefined) {
      gate.throttle?.(`${request.region} ${operation.name}`, operation.perSecond);
    }
    if (fault !== undefined && fault !== 'lost' && fault !== 'killed-after') throw operation.failure(fault);
    return { output: await operation.run(request) };
  } catch (error) {
    if (error instanceof AwsError) return { error };
    throw error;
  }
}
