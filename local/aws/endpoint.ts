import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { z } from 'zod';
import type { Activity } from './activity.ts';
import { AwsError } from './aws-error.ts';
import type { Operation, Reply, Request } from './call.ts';
import { operationOf } from './cloudtrail.ts';
import type { Principals } from './principal.ts';
import { queryAnswer, queryError, readQuery } from './query-protocol.ts';
import type { Fields } from './request-shape.ts';

/** What the endpoint needs to turn HTTP into calls. */
export interface Backend {
  readonly activity: Activity;
  readonly principals: Principals;
  readonly cloudTrail: ReadonlyMap<string, Operation>;
  readonly sns: ReadonlyMap<string, Operation>;
  readonly perform: (operation: Operation, request: Request) => Promise<Reply>;
}

/**
 * An HTTP server, not yet listening, that speaks AWS JSON 1.1 for CloudTrail and AWS Query for SNS. The caller is found
 * by the access key of the `Authorization` header, the Region in its credential scope; signatures are not checked.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
 */
export function endpoint(backend: Backend): Server {
  const server = createServer((request, response) => {
    void backend.activity.track(
      serve(backend, request, response).catch((error: unknown) => {
        response.writeHead(500).end(String(error));
      }),
    );
  });
  // Clients keep their connections longer than Node's five seconds; closing one under a request looks like a fault.
  server.keepAliveTimeout = 60_000;
  return server;
}

async function serve(backend: Backend, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await textOf(request);
  const target = request.headers['x-amz-target'];
  const respond = typeof target === 'string' ? answerJson : answerQuery;
  try {
    const { region, accessKeyId } = credentialScope(request.headers.authorization);
    const { operation, input } =
      typeof target === 'string' ? jsonCall(backend, target, body) : queryCall(backend, body);
    const principal = backend.principals.byAccessKey(accessKeyId);
    const userAgent = request.headers['user-agent'] ?? '';
    const reply = await backend.perform(operation, { input, principal, region, userAgent });
    if (reply.outcome === undefined) request.socket.destroy();
    else respond(response, operation.name, reply.outcome, reply.requestId);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    respond(response, '', { error }, '');
  }
}

type Outcome = NonNullable<Reply['outcome']>;

function answerJson(response: ServerResponse, _name: string, outcome: Outcome, requestId: string): void {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': requestId };
  if ('output' in outcome) response.writeHead(200, headers).end(JSON.stringify(outcome.output));
  else {
    const { name, message, status } = outcome.error;
    response.writeHead(status, headers).end(JSON.stringify({ __type: name, message }));
  }
}

function answerQuery(response: ServerResponse, name: string, outcome: Outcome, requestId: string): void {
  const headers = { 'content-type': 'text/xml', 'x-amzn-requestid': requestId };
  if ('output' in outcome) response.writeHead(200, headers).end(queryAnswer(name, outcome.output, requestId));
  else response.writeHead(outcome.error.status, headers).end(queryError(outcome.error, requestId));
}

function jsonCall({ cloudTrail }: Backend, target: string, body: string) {
  const operation = cloudTrail.get(operationOf(target) ?? '');
  if (!operation)
    throw new AwsError('UnknownOperationException', `Not an operation of the embedded AWS: ${target}`);
  return { operation, input: fieldsOf(body) };
}

function queryCall({ sns }: Backend, body: string) {
  const { Action: action, ...input } = readQuery(body);
  const operation = sns.get(String(action));
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

function credentialScope(authorization: string | undefined) {
  const [, accessKeyId, region] = /Credential=([^/]+)\/\d+\/([^/]+)\//.exec(authorization ?? '') ?? [];
  if (accessKeyId !== undefined && region !== undefined) return { accessKeyId, region };
  throw new AwsError('MissingAuthenticationTokenException', 'Request is missing Authentication Token');
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString();
}
