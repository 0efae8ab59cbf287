import { randomUUID } from 'node:crypto';
import type { Operation, Reply, Request } from './iam/call.ts';
import type { Principals } from './iam/principal.ts';
import type { Activity } from './wire/activity.ts';
import { AwsError } from './wire/aws-error.ts';
import type { Answered, Asked, Endpoint } from './wire/exchange.ts';
import { answerJson } from './wire/json-protocol.ts';
import type { Protocol } from './wire/protocol.ts';

/** What the endpoint needs to turn requests into calls. */
export interface Backend {
  readonly activity: Activity;
  readonly principals: Principals;
  /** By the service's name in the scope of a credential. */
  readonly services: ReadonlyMap<string, Protocol>;
  readonly perform: (operation: Operation, request: Request) => Promise<Reply>;
}

/**
 * Hands each request to the service that it is signed for, which has a protocol of its own. The caller is found by the
 * access key of the `Authorization` header, the Region in its credential scope; signatures are not checked.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
 */
export function endpoint(backend: Backend): Endpoint {
  return (asked) => backend.activity.track(serve(backend, asked));
}

async function serve(backend: Backend, asked: Asked): Promise<Answered | undefined> {
  const { headers } = asked;
  let answer: Protocol['answer'] = answerJson;
  try {
    const { region, accessKeyId, service } = credentialScope(String(headers['authorization']));
    const protocol = backend.services.get(service);
    if (!protocol)
      throw new AwsError('UnknownOperationException', `Not a service of the embedded AWS: ${service}`);
    answer = protocol.answer;
    const { operation, input } = protocol.read(asked);
    const principal = backend.principals.byAccessKey(accessKeyId);
    const userAgent = String(headers['user-agent'] ?? '');
    const request = { input, principal, region, userAgent, after: answeredBefore(headers) };
    const reply = await backend.perform(operation, request);
    return reply.outcome && answer(operation.name, reply.outcome, reply.requestId);
  } catch (error) {
    if (error instanceof AwsError) return answer('', { error }, randomUUID());
    throw error;
  }
}

/** What a container of the embedded Lambda tells of itself. */
function answeredBefore({ 'x-answered-before': ids }: Asked['headers']): readonly string[] | undefined {
  return typeof ids === 'string' ? ids.split(',').filter(Boolean) : undefined;
}

function credentialScope(authorization: string) {
  const [, accessKeyId, region, service] =
    /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\//.exec(authorization) ?? [];
  if (accessKeyId !== undefined && region !== undefined && service !== undefined)
    return { accessKeyId, region, service };
  throw new AwsError('MissingAuthenticationTokenException', 'Request is missing Authentication Token');
}
