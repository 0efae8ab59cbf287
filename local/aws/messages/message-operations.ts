import { z } from 'zod';
import type { Request } from '../iam/call.ts';
import { AwsError } from '../wire/aws-error.ts';
import { delay } from '../wire/delay.ts';
import { readRequest } from '../wire/request-shape.ts';
import { md5, type QueueMessage, type QueueMessages } from './queue-messages.ts';
import type { Queue } from './queues.ts';

/** A queue with what is in it. */
export interface LiveQueue extends Queue {
  readonly messages: QueueMessages;
}

const attribute = z.object({
  DataType: z.string().min(1),
  StringValue: z.string().optional(),
  BinaryValue: z.string().optional(),
});
const message = z.object({
  MessageBody: z.string().min(1),
  MessageAttributes: z.record(z.string(), attribute).default({}),
  MessageGroupId: z.string().max(128).optional(),
  MessageDeduplicationId: z.string().max(128).optional(),
});
const handle = z.object({ ReceiptHandle: z.string().min(1) });
const visibility = handle.extend({ VisibilityTimeout: z.number().min(0).max(43_200) });
const names = z.array(z.string()).default([]);
const receive = z.object({
  MaxNumberOfMessages: z.number().min(1).max(10).default(1),
  VisibilityTimeout: z.number().min(0).max(43_200).optional(),
  WaitTimeSeconds: z.number().min(0).max(20).default(0),
  AttributeNames: names,
  MessageSystemAttributeNames: names,
  MessageAttributeNames: names,
});

/** Carries an operation on a queue out; throws its AwsError. */
type Run = (queue: LiveQueue, input: unknown, request: Request) => object | Promise<object>;

const single =
  <S extends z.ZodType>(
    schema: S,
    run: (queue: LiveQueue, input: z.output<S>, request: Request) => object | Promise<object>,
  ): Run =>
  (queue, input, request) =>
    run(queue, readRequest(schema, input, 'InvalidParameterValue'), request);

/** Each entry has an outcome of its own. @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const batch =
  (run: Run): Run =>
  async (queue, input, request) => {
    const { Entries } = readRequest(
      z.object({ Entries: z.array(z.looseObject({ Id: z.string() })) }),
      input,
      'InvalidParameterValue',
    );
    if (Entries.length === 0) throw new AwsError('EmptyBatchRequest', 'There should be at least one entry.');
    if (Entries.length > 10)
      throw new AwsError('TooManyEntriesInBatchRequest', `Maximum number of entries per request are 10.`);
    if (new Set(Entries.map(({ Id }) => Id)).size < Entries.length)
      throw new AwsError('BatchEntryIdsNotDistinct', 'Two or more batch entries have the same Id.');
    const outcomes: { Successful: object[]; Failed: object[] } = { Successful: [], Failed: [] };
    for (const entry of Entries) {
      try {
        outcomes.Successful.push({ Id: entry.Id, ...(await run(queue, entry, request)) });
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        const { name, message: Message, status } = error;
        outcomes.Failed.push({ Id: entry.Id, Code: name, Message, SenderFault: status < 500 });
      }
    }
    return outcomes;
  };

const send = single(message, (queue, input, { principal }) => {
  checkSize(queue, input);
  const { messageId, sequenceNumber } = queue.messages.send({
    body: input.MessageBody,
    attributes: input.MessageAttributes,
    groupId: input.MessageGroupId,
    deduplicationId: input.MessageDeduplicationId,
    senderId: principal.userIdentity.principalId ?? principal.arn,
  });
  return {
    MessageId: messageId,
    MD5OfMessageBody: md5(input.MessageBody),
    ...(queue.behaviour.isFifo && { SequenceNumber: sequenceNumber }),
  };
});

const remove = single(handle, ({ messages }, { ReceiptHandle }) => {
  messages.remove(ReceiptHandle);
  return {};
});

const changeVisibility = single(visibility, ({ messages }, { ReceiptHandle, VisibilityTimeout }) => {
  messages.changeVisibility(ReceiptHandle, VisibilityTimeout * 1000);
  return {};
});

const receiveMessages = single(receive, async ({ messages }, input) => {
  const until = Date.now() + input.WaitTimeSeconds * 1000;
  const take = () =>
    messages.receive(
      input.MaxNumberOfMessages,
      input.VisibilityTimeout === undefined ? undefined : input.VisibilityTimeout * 1000,
    );
  let taken = take();
  while (taken.length === 0 && Date.now() < until) {
    const woken = new AbortController();
    const forget = messages.onChange(() => {
      woken.abort();
    });
    await delay(Math.min(until - Date.now(), messages.untilVisible() ?? Infinity), woken.signal);
    forget();
    taken = take();
  }
  const wants = (asked: readonly string[]) => (name: string) => asked.includes('All') || asked.includes(name);
  const system = wants([...input.AttributeNames, ...input.MessageSystemAttributeNames]);
  const own = wants(input.MessageAttributeNames);
  return {
    Messages: taken.map((each) => ({
      MessageId: each.messageId,
      ReceiptHandle: each.receiptHandle,
      Body: each.body,
      MD5OfBody: md5(each.body),
      Attributes: Object.fromEntries(Object.entries(systemAttributes(each)).filter(([name]) => system(name))),
      MessageAttributes: Object.fromEntries(Object.entries(each.attributes).filter(([name]) => own(name))),
    })),
  };
});

const attributes = single(z.object({ AttributeNames: names }), ({ messages, ...queue }, input) => {
  const all = messages.all();
  const invisible = all.filter(({ visibleAt }) => visibleAt > Date.now());
  const delayed = invisible.filter(({ receivedHere }) => receivedHere === 0).length;
  const values = {
    ...queue.attributes,
    ApproximateNumberOfMessages: String(all.length - invisible.length),
    ApproximateNumberOfMessagesNotVisible: String(invisible.length - delayed),
    ApproximateNumberOfMessagesDelayed: String(delayed),
  };
  const asked = input.AttributeNames;
  return {
    Attributes: Object.fromEntries(
      Object.entries(values).filter(([name]) => asked.includes('All') || asked.includes(name)),
    ),
  };
});

/** Name, the action it needs, the actions on the queue's key, and what it does. Batches need the action of one. */
export const MESSAGE_OPERATIONS: readonly (readonly [
  name: string,
  action: string,
  onKey: readonly string[],
  run: Run,
])[] = [
  ['SendMessage', 'SendMessage', ['GenerateDataKey', 'Decrypt'], send],
  ['SendMessageBatch', 'SendMessage', ['GenerateDataKey', 'Decrypt'], batch(send)],
  ['ReceiveMessage', 'ReceiveMessage', ['Decrypt'], receiveMessages],
  ['DeleteMessage', 'DeleteMessage', [], remove],
  ['DeleteMessageBatch', 'DeleteMessage', [], batch(remove)],
  ['ChangeMessageVisibility', 'ChangeMessageVisibility', [], changeVisibility],
  ['ChangeMessageVisibilityBatch', 'ChangeMessageVisibility', [], batch(changeVisibility)],
  ['GetQueueAttributes', 'GetQueueAttributes', [], attributes],
  ['GetQueueUrl', 'GetQueueUrl', [], ({ url }) => ({ QueueUrl: url })],
];

/** The attributes that SQS itself gives a message. */
export function systemAttributes(received: QueueMessage): Record<string, string> {
  const { groupId, deduplicationId, firstReceivedAt } = received;
  return {
    ApproximateReceiveCount: String(received.receiveCount),
    SentTimestamp: String(received.sentAt),
    SenderId: received.senderId,
    ApproximateFirstReceiveTimestamp: String(firstReceivedAt),
    ...(groupId !== undefined && { MessageGroupId: groupId, SequenceNumber: received.sequenceNumber }),
    ...(deduplicationId !== undefined && { MessageDeduplicationId: deduplicationId }),
  };
}

function checkSize({ attributes: { MaximumMessageSize } }: Queue, sent: z.output<typeof message>): void {
  const parts = Object.entries(sent.MessageAttributes).flatMap(([name, each]) => [
    name,
    each.DataType,
    each.StringValue ?? each.BinaryValue ?? '',
  ]);
  const bytes = [sent.MessageBody, ...parts].reduce((sum, part) => sum + Buffer.byteLength(part), 0);
  if (bytes > Number(MaximumMessageSize))
    throw new AwsError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${MaximumMessageSize ?? ''} bytes.`,
    );
}
