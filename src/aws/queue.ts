import type { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { gzipSync } from 'node:zlib';
import { COMPRESSED } from '../incident/pass.ts';
import type { Home } from '../kinds/home.ts';
import { callPatiently, endpointOf } from './signed.ts';

/** A FIFO queue, as its sender sees it. */
export interface Queue {
  /** Puts one message behind those that are there. `id` makes it one message, however often it is sent within 5 minutes. */
  send(text: string, id: string): Promise<void>;
}

/** SQS takes 256 KiB in all regions. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const MOST_BYTES = 250_000;

/** All messages are of one group: they are told in order. */
const GROUP = 'passes';

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
export function queueUrl(home: Home, name: string, endpoint?: string): string {
  return `${endpointOf('sqs', home, endpoint)}/${home.account}/${name}`;
}

/**
 * A lean way to one queue, see {@link callPatiently}. Rejects with the name of SQS's error when every try failed.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html
 */
export function leanQueue(
  client: CloudTrailClient,
  url: string,
  sleep: (ms: number) => Promise<void>,
): Queue {
  const sqs = {
    service: 'sqs',
    url: `${new URL(url).origin}/`,
    target: 'AmazonSQS',
    contentType: 'application/x-amz-json-1.0',
  } as const;
  return {
    send: async (text, id) => {
      const message = {
        QueueUrl: url,
        MessageBody: bodyOf(text),
        MessageGroupId: GROUP,
        MessageDeduplicationId: id,
      };
      await callPatiently(client, sqs, 'SendMessage', message, sleep);
    },
  };
}
