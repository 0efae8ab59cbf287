import { PublishCommand, SNSClient, type SNSClientConfig } from '@aws-sdk/client-sns';
import type { Alert } from '../report.ts';
import type { Home } from '../trail.ts';
import { PATIENCE } from './patience.ts';

/** Where alerts go. */
export interface Alerts {
  /** Sends one alert; rejects with SNS's error when every try failed. */
  publish(alert: Alert): Promise<void>;
}

/** SNS, tried long enough to outlast a throttle: the SDK waits longer before each try, up to 20 s. */
export function snsClient(config: SNSClientConfig = {}): SNSClient {
  return new SNSClient({ maxAttempts: 5, requestHandler: PATIENCE, ...config });
}

/** The topic of the given name in the account and Region of the guard. */
export function topicAlerts(
  client: SNSClient,
  { partition, region, account }: Home,
  topicName: string,
): Alerts {
  const TopicArn = `arn:${partition}:sns:${region}:${account}:${topicName}`;
  return {
    publish: async ({ subject, body, attributes }) => {
      const MessageAttributes = Object.fromEntries(
        Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
      );
      await client.send(new PublishCommand({ TopicArn, Subject: subject, Message: body, MessageAttributes }));
    },
  };
}
