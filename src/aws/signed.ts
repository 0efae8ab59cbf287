import type { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { SignatureV4 } from '@smithy/signature-v4';
import { asRecord, asText } from '../foreign/values.ts';
import type { Home } from '../kinds/home.ts';

/** A request to a service that speaks JSON. */
export interface SignedRequest {
  /** As requests are signed for it: `sqs`. */
  readonly service: string;
  readonly url: string;
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

/** What a service has answered to a request that it took. */
export interface SignedAnswer {
  readonly requestId: string | undefined;
  readonly output: Readonly<Record<string, unknown>>;
}

/** What the SDK's handler of requests answers. */
interface Handled {
  readonly response: {
    readonly statusCode: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: AsyncIterable<Uint8Array>;
  };
}

/** The address of a service here. https://docs.aws.amazon.com/general/latest/gr/rande.html */
export function endpointOf(service: string, { partition, region }: Home, endpoint?: string): string {
  return (
    endpoint ??
    `https://${service}.${region}.${partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'}`
  );
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    return asRecord(JSON.parse(text));
  } catch {
    return {};
  }
}

/** By these headers the services tell the name of an error, and the id of a request. */
const ERROR_TYPE = 'x-amzn-errortype';
const REQUEST_ID = 'x-amzn-requestid';

/**
 * Sends requests to other services by the parts of the SDK that the CloudTrail client brings along: a client of its own for each would be
 * paid for at each cold start. Rejects with the service's name of its error.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signedRequests({
  config,
}: CloudTrailClient): (request: SignedRequest) => Promise<SignedAnswer> {
  return async ({ service, url, method, headers = {}, body }) => {
    const { protocol, hostname, port, host, pathname, searchParams } = new URL(url);
    const text = body === undefined ? '' : JSON.stringify(body);
    const signer = new SignatureV4({
      service,
      region: await config.region(),
      credentials: config.credentials,
      sha256: config.sha256,
    });
    const request = {
      method,
      protocol,
      hostname,
      ...(port && { port: Number(port) }),
      path: pathname,
      query: Object.fromEntries(searchParams),
      headers: {
        host,
        ...(text !== '' && {
          'content-type': 'application/json',
          'content-length': String(Buffer.byteLength(text)),
        }),
        ...headers,
      },
      ...(text !== '' && { body: text }),
    };
    const signed = await signer.sign(request as never);
    const { response } = (await config.requestHandler.handle(signed as never)) as Handled;
    let said = '';
    for await (const chunk of response.body) said += Buffer.from(chunk).toString();
    const told = Object.fromEntries(
      Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const output = parsed(said);
    const requestId = told[REQUEST_ID];
    if (response.statusCode < 300) return { requestId, output };
    const type = told[ERROR_TYPE]?.split(':')[0] ?? asText(output['__type']) ?? `HTTP ${response.statusCode}`;
    const message = asText(output['message']) ?? asText(output['Message']) ?? said;
    throw Object.assign(new Error(message), { name: type.split('#').at(-1) ?? type, requestId });
  };
}

/** One operation of a service that speaks AWS JSON by targets. */
export interface TargetedService extends Pick<SignedRequest, 'service' | 'url'> {
  /** Before the name of the operation: `AmazonSQS`. */
  readonly target: string;
  readonly contentType: 'application/x-amz-json-1.0' | 'application/x-amz-json-1.1';
}

/** Waits before each try but the first, in ms. */
const PAUSES = [100, 400, 1500];

/** Calls a service, and again where it fails. Rejects with the service's name of its error when every try failed. */
export async function callPatiently(
  client: CloudTrailClient,
  { target, contentType, ...where }: TargetedService,
  operation: string,
  body: object,
  sleep: (ms: number) => Promise<void>,
): Promise<SignedAnswer> {
  const send = signedRequests(client);
  const headers = { 'content-type': contentType, 'x-amz-target': `${target}.${operation}` };
  const call = () => send({ ...where, method: 'POST', headers, body });
  for (const pause of PAUSES) {
    try {
      return await call();
    } catch {
      // The last try says what is wrong.
      await sleep(pause);
    }
  }
  return call();
}
