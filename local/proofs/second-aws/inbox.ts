import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { ACCOUNT, EMULATOR_CREDENTIALS, REGION } from './raw.ts';

const QUEUE = 'trailkeeper-alerts-read-here';

const notification = z.object({ Subject: z.string().default(''), Message: z.string() });

/** An alert, as a queue gets it. */
export interface Alert {
  readonly subject: string;
  readonly body: string;
}

/** A queue that is subscribed to the alert topic. */
export interface Inbox {
  /** Takes what has arrived out of the queue. */
  readonly read: () => Promise<Alert[]>;
  readonly close: () => Promise<void>;
}

/** Subscribes a queue to a topic of the endpoint's. */
export async function subscribe(endpoint: string, topic: string): Promise<Inbox> {
  const config = { endpoint, region: REGION, credentials: EMULATOR_CREDENTIALS };
  const [sqs, sns] = [new SQSClient(config), new SNSClient(config)];
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: QUEUE }));
  await sns.send(
    new SubscribeCommand({
      TopicArn: `arn:aws:sns:${REGION}:${ACCOUNT}:${topic}`,
      Protocol: 'sqs',
      Endpoint: `arn:aws:sqs:${REGION}:${ACCOUNT}:${QUEUE}`,
    }),
  );
  const take = async (): Promise<Alert[]> => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    for (const { ReceiptHandle } of Messages)
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    return Messages.map(({ Body = '' }) => {
      const { Subject, Message } = notification.parse(JSON.parse(Body));
      return { subject: Subject, body: Message };
    });
  };
  return {
    read: async () => {
      const alerts: Alert[] = [];
      for (let more = await take(); more.length > 0; more = await take()) alerts.push(...more);
      return alerts;
    },
    close: async () => {
      await sqs.send(new DeleteQueueCommand({ QueueUrl }));
      sqs.destroy();
      sns.destroy();
    },
  };
}
