import { PublishCommand, SNSClient, type SNSClientConfig } from '@aws-sdk/client-sns';
import type { Alert, Outlet } from '../alert/alert.ts';
import { chatNotification } from '../alert/chat.ts';
import type { Home } from '../kinds/home.ts';
import { PATIENCE } from './timeouts.ts';

/** SNS, tried long enough to outlast a throttle: the SDK waits longer before each try, up to 20 s. */
export function snsClient(config: SNSClientConfig = {}): SNSClient {
  return new SNSClient({ maxAttempts: 5, requestHandler: PATIENCE, ...config });
}

/** The ARN of a topic of the account and Region of the guard. */
export function topicArn({ partition, region, account }: Home, topicName: string): string {
  return `arn:${partition}:sns:${region}:${account}:${topicName}`;
}

function messageAttributes({ attributes }: Alert) {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
  );
}

/** The topic of the given name in the account and Region of the guard: mail, text message and JSON. */
export function topicOutlet(client: () => SNSClient, home: Home, topicName: string): Outlet {
  return topicAt(client, topicArn(home, topicName), `topic ${topicName}`);
}

/** A topic of any account in the Region of the guard, likewise. */
export function topicAt(client: () => SNSClient, TopicArn: string, name = `topic ${TopicArn}`): Outlet {
  return {
    name,
    publish: async (alert) => {
      await client().send(
        new PublishCommand({
          TopicArn,
          Subject: alert.subject,
          Message: JSON.stringify(alert.bodies),
          MessageStructure: 'json',
          MessageAttributes: messageAttributes(alert),
        }),
      );
    },
  };
}

/** The topic of the given name, to which Amazon Q Developer in chat applications subscribes: it shows nothing else. */
export function chatOutlet(client: () => SNSClient, home: Home, topicName: string): Outlet {
  return {
    name: `chat topic ${topicName}`,
    publish: async (alert) => {
      await client().send(
        new PublishCommand({
          TopicArn: topicArn(home, topicName),
          Message: JSON.stringify(chatNotification(alert.report)),
          MessageAttributes: messageAttributes(alert),
        }),
      );
    },
  };
}
