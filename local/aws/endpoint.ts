import { z } from 'zod';
import type { Activity } from './wire/activity.ts';
import { AwsError } from './wire/aws-error.ts';
import type { Operation, Reply, Request } from './iam/call.ts';
import { operationOf } from './cloudtrail/cloudtrail.ts';
import type { Principals } from './iam/principal.ts';
import type { Answered, Asked, Endpoint } from './wire/exchange.ts';
import { queryAnswer, queryError, readQuery } from './wire/query-protocol.ts';
import type { Fields } from './wire/request-shape.ts';

/** What the endpoint needs to turn requests into calls. */
export interface Backend {
  readonly activity: Activity;
  readonly principals: Principals;
  readonly cloudTrail: ReadonlyMap<string, Operation>;
  /** By their target. */
  readonly others: ReadonlyMap<string, Operation>;
  /** Operations of SNS and IAM, which speak AWS Query. */
  readonly query: ReadonlyMap<string, Operation>;
  readonly perform: (operation: Operation, request: Request) => Promise<Reply>;
}

/**
 * Speaks AWS JSON 1.1 for CloudTrail and EventBridge, REST JSON for Security Hub, and AWS Query for SNS and IAM. The
 * caller is found by the access key of the `Authorization` header, the Region in its credential scope; signatures are not
 * checked.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
 */
export function endpoint(backend: Backend): Endpoint {
  return (asked) => backend.activity.track(serve(backend, asked));
}

async function serve(backend: Backend, { headers, body }: Asked): Promise<Answered | undefined> {
  const target = targetOf(headers);
  const answer = typeof target === 'string' ? answerJson : answerQuery;
  try {
    const { region, accessKeyId } = credentialScope(String(headers['authorization']));
    const { operation, input } =
      typeof target === 'string' ? jsonCall(backend, target, body) : queryCall(backend, body);
    const principal = backend.principals.byAccessKey(accessKeyId);
    const userAgent = String(headers['user-agent'] ?? '');
    const request = { input, principal, region, userAgent, after: answeredBefore(headers) };
    const reply = await backend.perform(operation, request);
    return reply.outcome && answer(operation.name, reply.outcome, reply.requestId);
  } catch (error) {
    if (error instanceof AwsError) return answer('', { error }, '');
    throw error;
  }
}

/** What a container of the embedded Lambda tells of itself. */
function answeredBefore({ 'x-answered-before': ids }: Asked['headers']): readonly string[] | undefined {
  return typeof ids === 'string' ? ids.split(',').filter(Boolean) : undefined;
}

/** REST has none: what is signed for Security Hub is taken for the one operation of it that there is. */
function targetOf(headers: Asked['headers']): string | undefined {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return target;
  const isForSecurityHub = String(headers['authorization']).includes('/securityhub/aws4_request');
  return isForSecurityHub ? 'SecurityHub.BatchImportFindings' : undefined;
}

type Outcome = NonNullable<Reply['outcome']>;

function answerJson(_name: string, outcome: Outcome, requestId: string): Answered {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': requestId };
  if ('output' in outcome) return { status: 200, headers, body: JSON.stringify(outcome.output) };
  const { name, message, status } = outcome.error;
  return { status, headers, body: JSON.stringify({ __type: name, message }) };
}

function answerQuery(name: string, outcome: Outcome, requestId: string): Answered {
  const headers = { 'content-type': 'text/xml', 'x-amzn-requestid': requestId };
  if ('output' in outcome)
    return { status: 200, headers, body: queryAnswer(name, outcome.output, requestId) };
  return { status: outcome.error.status, headers, body: queryError(outcome.error, requestId) };
}

function jsonCall({ cloudTrail, others }: Backend, target: string, body: string) {
  const operation = cloudTrail.get(operationOf(target) ?? '') ?? others.get(target);
  if (!operation)
    throw new AwsError('UnknownOperationException', `Not an operation of the embedded AWS: ${target}`);
  return { operation, input: fieldsOf(body) };
}

function queryCall({ query }: Backend, body: string) {
  const { Action: action, ...input } = readQuery(body);
  const operation = query.get(String(action));
  if (!operation)
    throw new AwsError('InvalidAction', `Not an operation of the embedded AWS: ${String(action)}`);
  return { operation, input };
}

function fieldsOf(body: string): Fields {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(body === '' ? '{}' : body));
  } catch (cause) {
    throw new AwsError('SerializationException', `The body is not a JSON object: ${String(cause)}`);
  }
}

function credentialScope(authorization: string) {
  const [, accessKeyId, region] = /Credential=([^/]+)\/\d+\/([^/]+)\//.exec(authorization) ?? [];
  if (accessKeyId !== undefined && region !== undefined) return { accessKeyId, region };
  throw new AwsError('MissingAuthenticationTokenException', 'Request is missing Authentication Token');
}
