import type { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { SignatureV4 } from '@smithy/signature-v4';

/** One operation of a service that speaks AWS JSON. */
export interface LeanService {
  /** As signatures name it: `sqs`. */
  readonly name: string;
  /** Before the name of the operation: `AmazonSQS`. */
  readonly target: string;
  readonly contentType: 'application/x-amz-json-1.0' | 'application/x-amz-json-1.1';
  /** Its endpoint. */
  readonly url: string;
}

/** What the SDK's handler of requests answers. */
interface Handled {
  readonly response: { readonly statusCode: number; readonly body: AsyncIterable<Uint8Array> };
}

/** Waits before each try but the first, in ms. */
const PAUSES = [100, 400, 1500];

function parsed(text: string): { __type?: string; message?: string } {
  try {
    return JSON.parse(text) as { __type?: string; message?: string };
  } catch {
    return {};
  }
}

/**
 * Calls a service by the parts of the SDK that the CloudTrail client brings along, for a client of its own would be paid for at each cold
 * start. Rejects with the name of the service's error when every try failed.
 */
export async function leanCall(
  { config }: CloudTrailClient,
  service: LeanService,
  operation: string,
  input: object,
  sleep: (ms: number) => Promise<void>,
): Promise<unknown> {
  const { protocol, hostname, port, origin } = new URL(service.url);
  const body = JSON.stringify(input);
  const call = async (): Promise<unknown> => {
    const signer = new SignatureV4({
      service: service.name,
      region: await config.region(),
      credentials: config.credentials,
      sha256: config.sha256,
    });
    const request = {
      method: 'POST',
      protocol,
      hostname,
      ...(port && { port: Number(port) }),
      path: '/',
      query: {},
      headers: {
        host: new URL(origin).host,
        'content-type': service.contentType,
        'x-amz-target': `${service.target}.${operation}`,
        'content-length': String(Buffer.byteLength(body)),
      },
      body,
    };
    const signed = await signer.sign(request as never);
    const { response } = (await config.requestHandler.handle(signed as never)) as Handled;
    let said = '';
    for await (const chunk of response.body) said += Buffer.from(chunk).toString();
    if (response.statusCode === 200) return JSON.parse(said);
    const { __type: type = `HTTP ${response.statusCode}`, message = said } = parsed(said);
    throw Object.assign(new Error(message), { name: type.split('#').at(-1) });
  };
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
