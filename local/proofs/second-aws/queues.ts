import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { failuresOf } from '../../aws/lambda/event-source.ts';
import type { DeployedMapping } from './deployed-guard.ts';
import { EMULATOR_CREDENTIALS, REGION } from './raw.ts';
import type { Outcome } from './runtime-api.ts';

/** What a function made of one batch. */
export interface Batch {
  readonly event: unknown;
  readonly outcome: Outcome;
  /** How many of its messages stay in the queue. */
  readonly left: number;
}

/** The queues of an endpoint. */
export interface Queues {
  /** Sends a message as EventBridge does: a FIFO queue tells duplicates by their content. */
  readonly send: (arn: string, text: string, groupId: string | undefined) => Promise<void>;
  /**
   * Hands what can be received from a queue to a function, batch by batch, and deletes what it does not fail on. Gives what
   * came of each batch. One at a time for a queue of one message group.
   */
  readonly drain: (
    mapping: DeployedMapping,
    invoke: (event: unknown) => Promise<Outcome>,
  ) => Promise<readonly Batch[]>;
  /** How many messages a queue holds, the invisible ones included. */
  readonly count: (arn: string) => Promise<number>;
  readonly close: () => void;
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-fifo-queue-message-event */
function eventOf(arn: string, messages: readonly Message[]): object {
  return {
    Records: messages.map(({ MessageId, ReceiptHandle, Body, Attributes, MD5OfBody }) => ({
      messageId: MessageId,
      receiptHandle: ReceiptHandle,
      body: Body,
      attributes: Attributes,
      messageAttributes: {},
      md5OfBody: MD5OfBody,
      eventSource: 'aws:sqs',
      eventSourceARN: arn,
      awsRegion: REGION,
    })),
  };
}

/** Opens SQS at an endpoint, to do what EventBridge and Lambda do with queues and many an emulator does not. */
export function openQueues(endpoint: string): Queues {
  const sqs = new SQSClient({ endpoint, region: REGION, credentials: EMULATOR_CREDENTIALS });
  const urlOf = (arn: string) => `${endpoint}/${arn.split(':').slice(-2).join('/')}`;

  const handle = async (
    { EventSourceArn: arn, FunctionResponseTypes }: DeployedMapping,
    messages: readonly Message[],
    invoke: (event: unknown) => Promise<Outcome>,
  ): Promise<Batch> => {
    const event = eventOf(arn, messages);
    const outcome = await invoke(event);
    const failed = failuresOf(
      messages.map(({ MessageId = '' }) => ({ messageId: MessageId })),
      'error' in outcome
        ? { error: { errorType: 'Unhandled', errorMessage: outcome.error, trace: [] } }
        : outcome,
      FunctionResponseTypes.includes('ReportBatchItemFailures'),
    );
    for (const { MessageId = '', ReceiptHandle } of messages)
      if (!failed.has(MessageId))
        await sqs.send(new DeleteMessageCommand({ QueueUrl: urlOf(arn), ReceiptHandle }));
    return { event, outcome, left: failed.size };
  };

  return {
    send: async (arn, MessageBody, MessageGroupId) => {
      await sqs.send(new SendMessageCommand({ QueueUrl: urlOf(arn), MessageBody, MessageGroupId }));
    },
    drain: async (mapping, invoke) => {
      const take = async () => {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({
            QueueUrl: urlOf(mapping.EventSourceArn),
            MaxNumberOfMessages: mapping.BatchSize,
            MessageSystemAttributeNames: ['All'],
          }),
        );
        return Messages;
      };
      const batches: Batch[] = [];
      for (let messages = await take(); messages.length > 0; messages = await take())
        batches.push(await handle(mapping, messages, invoke));
      return batches;
    },
    count: async (arn) => {
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl: urlOf(arn),
          AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
        }),
      );
      return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
    },
    close: () => {
      sqs.destroy();
    },
  };
}
