import type { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { SignatureV4 } from '@smithy/signature-v4';
import { gzipSync } from 'node:zlib';
import { COMPRESSED } from '../incident/pass.ts';
import type { Home } from '../kinds/home.ts';

/** A FIFO queue, as its sender sees it. */
export interface Queue {
  /** Puts one message behind those that are there. `id` makes it one message, however often it is sent within 5 minutes. */
  send(text: string, id: string): Promise<void>;
}

/** SQS takes 256 KiB in all regions. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const MOST_BYTES = 250_000;

/** All messages are of one group: they are told in order. */
const GROUP = 'passes';

/** Waits before each try but the first, in ms. */
const PAUSES = [100, 400, 1500];

/** What the SDK's handler of requests answers. */
interface Handled {
  readonly response: { readonly statusCode: number; readonly body: AsyncIterable<Uint8Array> };
}

/**
 * Characters that SQS does not take.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html#API_SendMessage_RequestSyntax
 */
const UNTAKEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

function bodyOf(text: string): string {
  const isTaken = Buffer.byteLength(text) <= MOST_BYTES && !UNTAKEN.test(text);
  return isTaken ? text : COMPRESSED + gzipSync(text).toString('base64');
}

/** Whether a text fits into one message, compressed where it is long. */
export function fitsMessage(text: string): boolean {
  return Buffer.byteLength(bodyOf(text)) <= MOST_BYTES;
}

/**
 * The address of a queue by its name.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
 */
export function queueUrl({ partition, region, account }: Home, name: string, endpoint?: string): string {
  const suffix = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  return `${endpoint ?? `https://sqs.${region}.${suffix}`}/${account}/${name}`;
}

/**
 * A lean way to one queue: SQS by the parts of the SDK that the CloudTrail client brings along, for a client of its own would be paid for
 * at each cold start. Rejects with the name of SQS's error when every try failed.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html
 */
export function leanQueue(
  client: CloudTrailClient,
  url: string,
  sleep: (ms: number) => Promise<void>,
): Queue {
  const { config } = client;
  const { protocol, hostname, port, origin } = new URL(url);
  const call = async (body: string): Promise<void> => {
    const region = await config.region();
    const signer = new SignatureV4({
      service: 'sqs',
      region,
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
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'AmazonSQS.SendMessage',
        'content-length': String(Buffer.byteLength(body)),
      },
      body,
    };
    const signed = await signer.sign(request as never);
    const { response } = (await config.requestHandler.handle(signed as never)) as Handled;
    let said = '';
    for await (const chunk of response.body) said += Buffer.from(chunk).toString();
    if (response.statusCode === 200) return;
    const { __type: type = `HTTP ${response.statusCode}`, message = said } = parsed(said);
    throw Object.assign(new Error(message), { name: type.split('#').at(-1) });
  };
  return {
    send: async (text, id) => {
      const message = {
        QueueUrl: url,
        MessageBody: bodyOf(text),
        MessageGroupId: GROUP,
        MessageDeduplicationId: id,
      };
      const body = JSON.stringify(message);
      for (const pause of PAUSES) {
        try {
          await call(body);
          return;
        } catch {
          // The last try says what is wrong.
          await sleep(pause);
        }
      }
      await call(body);
    },
  };
}

function parsed(text: string): { __type?: string; message?: string } {
  try {
    return JSON.parse(text) as { __type?: string; message?: string };
  } catch {
    return {};
  }
}
