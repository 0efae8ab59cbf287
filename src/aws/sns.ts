import { PublishCommand, SNSClient, type SNSClientConfig } from '@aws-sdk/client-sns';
import type { Outlet } from '../alert.ts';
import type { Home } from '../trail.ts';
import { PATIENCE } from './patience.ts';

/** SNS, tried long enough to outlast a throttle: the SDK waits longer before each try, up to 20 s. */
export function snsClient(config: SNSClientConfig = {}): SNSClient {
  return new SNSClient({ maxAttempts: 5, requestHandler: PATIENCE, ...config });
}

/** The topic of the given name in the account and Region of the guard. */
export function topicOutlet(
  client: SNSClient,
  { partition, region, account }: Home,
  topicName: string,
): Outlet {
  const TopicArn = `arn:${partition}:sns:${region}:${account}:${topicName}`;
  return {
    name: `topic ${topicName}`,
    publish: async ({ subject, bodies, attributes }) => {
      const MessageAttributes = Object.fromEntries(
        Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
      );
      const Message = JSON.stringify(bodies);
      await client.send(
        new PublishCommand({
          TopicArn,
          Subject: subject,
          Message,
          MessageStructure: 'json',
          MessageAttributes,
        }),
      );
    },
  };
}
