import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { randomUUID } from 'node:crypto';
import { type Case, NOT_REFUSED } from './case.ts';
import { RESOURCES } from './stack.ts';

const api = (name: string) =>
  `https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_${name}.html`;
const guide = (name: string) =>
  `https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/${name}.html`;

/** The FIFO queue of the cases, which tells duplicates by their content where no id is given. */
interface Fifo {
  /** Sends a text to the message group of this case. */
  readonly send: (text: string, more?: Partial<SendMessageCommandInput>) => Promise<string | undefined>;
  /** Receives so many at most. */
  readonly take: (most?: number) => Promise<readonly Message[]>;
  readonly remove: (message: Message | undefined) => Promise<void>;
  readonly client: SQSClient;
  readonly QueueUrl: string | undefined;
}

/** Runs on a queue that holds nothing, with texts that no other case has sent, and leaves nothing in it. */
function onQueue(
  promise: Omit<Case, 'service' | 'run'>,
  run: (queue: Fifo, text: string) => Promise<unknown>,
): Case {
  return {
    ...promise,
    service: 'SQS',
    run: async (connect) => {
      const client = connect(SQSClient);
      const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: RESOURCES.queue }));
      const MessageGroupId = randomUUID();
      const taken: Message[] = [];
      const remove = async (message: Message | undefined) => {
        await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
      };
      const take = async (most = 10) => {
        const { Messages = [] } = await client.send(
          new ReceiveMessageCommand({
            QueueUrl,
            MaxNumberOfMessages: most,
            MessageSystemAttributeNames: ['All'],
          }),
        );
        taken.push(...Messages);
        return Messages;
      };
      const send = async (text: string, more: Partial<SendMessageCommandInput> = {}) => {
        const sent = await client.send(
          new SendMessageCommand({ QueueUrl, MessageBody: text, MessageGroupId, ...more }),
        );
        return sent.SequenceNumber;
      };
      try {
        return await run({ client, QueueUrl, send, take, remove }, randomUUID());
      } finally {
        do for (const message of taken.splice(0)) await remove(message);
        while ((await take()).length > 0);
      }
    },
  };
}

const bodies = (messages: readonly Message[], text: string) =>
  messages.map(({ Body = '' }) => Body.replace(text, 'text'));

/** What of SendMessage, ReceiveMessage, DeleteMessage and GetQueueAttributes lies between heal and tell. */
export const QUEUE_CASES: readonly Case[] = [
  onQueue(
    {
      operation: 'SendMessage',
      what: 'each message has a sequence number of its own',
      documented: true,
      page: guide('FIFO-key-terms'),
    },
    async ({ send }, text) => {
      const numbers = [await send(`${text} 1`), await send(`${text} 2`)];
      return numbers[0] !== numbers[1] && numbers.every((number) => /^\d+$/.test(number ?? ''));
    },
  ),
  onQueue(
    {
      operation: 'SendMessage',
      what: 'the same text twice is one message',
      documented: ['text'],
      page: api('SendMessage'),
    },
    async ({ send, take }, text) => {
      await send(text);
      await send(text);
      return bodies(await take(), text);
    },
  ),
  onQueue(
    {
      operation: 'SendMessage',
      what: 'the same deduplication id twice is one message, whatever its text',
      documented: ['text 1'],
      page: api('SendMessage'),
    },
    async ({ send, take }, text) => {
      await send(`${text} 1`, { MessageDeduplicationId: text });
      await send(`${text} 2`, { MessageDeduplicationId: text });
      return bodies(await take(), text);
    },
  ),
  onQueue(
    {
      operation: 'SendMessage',
      what: 'the same text with two deduplication ids is two messages',
      documented: ['text', 'text'],
      page: api('SendMessage'),
    },
    async ({ send, take }, text) => {
      await send(text, { MessageDeduplicationId: `${text}-1` });
      await send(text, { MessageDeduplicationId: `${text}-2` });
      return bodies(await take(), text);
    },
  ),
  onQueue(
    {
      operation: 'SendMessage',
      what: 'a duplicate of a message that was received and deleted',
      documented: [],
      page: guide('FIFO-key-terms'),
    },
    async ({ send, take, remove }, text) => {
      await send(text);
      await remove((await take())[0]);
      await send(text);
      return bodies(await take(), text);
    },
  ),
  onQueue(
    {
      operation: 'SendMessage',
      what: 'without a message group, to a FIFO queue, it fails',
      documented: 'refused',
      page: api('SendMessage'),
    },
    ({ send }, text) =>
      send(text, { MessageGroupId: undefined }).then(
        () => NOT_REFUSED,
        () => 'refused',
      ),
  ),
  onQueue(
    {
      operation: 'SendMessage',
      what: 'no such queue',
      documented: 'QueueDoesNotExist',
      page: api('SendMessage'),
    },
    async ({ send, QueueUrl = '' }, text) => {
      await send(text, { QueueUrl: QueueUrl.replace(RESOURCES.queue, 'no-such-queue.fifo') });
      return NOT_REFUSED;
    },
  ),
  onQueue(
    {
      operation: 'ReceiveMessage',
      what: 'a group in the order in which it was sent',
      documented: ['text 1', 'text 2', 'text 3'],
      page: guide('FIFO-queues-understanding-logic'),
    },
    async ({ send, take }, text) => {
      for (const each of [1, 2, 3]) await send(`${text} ${each}`);
      return bodies(await take(), text);
    },
  ),
  onQueue(
    {
      operation: 'ReceiveMessage',
      what: 'nothing more of a group while one of it is in flight',
      documented: [],
      page: guide('FIFO-queues-understanding-logic'),
    },
    async ({ send, take }, text) => {
      await send(`${text} 1`);
      await send(`${text} 2`);
      await take(1);
      return bodies(await take(), text);
    },
  ),
  onQueue(
    {
      operation: 'ReceiveMessage',
      what: 'tells how often a message was received',
      documented: '1',
      page: api('ReceiveMessage'),
    },
    async ({ send, take }, text) => {
      await send(text);
      return (await take())[0]?.Attributes?.ApproximateReceiveCount;
    },
  ),
  onQueue(
    {
      operation: 'DeleteMessage',
      what: 'lets the next of the group be received',
      documented: ['text 2'],
      page: guide('FIFO-queues-understanding-logic'),
    },
    async ({ send, take, remove }, text) => {
      await send(`${text} 1`);
      await send(`${text} 2`);
      await remove((await take(1))[0]);
      return bodies(await take(), text);
    },
  ),
  onQueue(
    {
      operation: 'GetQueueAttributes',
      what: 'counts what is in flight apart',
      documented: { ApproximateNumberOfMessages: '1', ApproximateNumberOfMessagesNotVisible: '1' },
      page: api('GetQueueAttributes'),
    },
    async ({ client, QueueUrl, send, take }, text) => {
      await send(`${text} 1`);
      await send(`${text} 2`);
      await take(1);
      const { Attributes } = await client.send(
        new GetQueueAttributesCommand({
          QueueUrl,
          AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
        }),
      );
      return Attributes;
    },
  ),
];
