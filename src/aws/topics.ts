import {
  CreateTopicCommand,
  GetTopicAttributesCommand,
  SetTopicAttributesCommand,
  type SNSClient,
} from '@aws-sdk/client-sns';
import type { Port } from '../kinds/kind.ts';
import type { ResourceShape } from '../kinds/resource.ts';
import { commandSender, resourcePort } from './resource-port.ts';

/** The topics of this Region. https://docs.aws.amazon.com/sns/latest/api/API_Operations.html */
export function liveTopics(client: SNSClient): Port<ResourceShape> {
  return resourcePort({
    missing: ['NotFoundException', 'NotFound'],
    readings: (TopicArn) => [
      {
        fields: ['Policy', 'KmsMasterKeyId', 'DeliveryPolicy'],
        read: async () => {
          const { Attributes } = await client.send(new GetTopicAttributesCommand({ TopicArn }));
          return { ...Attributes };
        },
      },
    ],
    send: commandSender(client, {
      CreateTopic: CreateTopicCommand,
      SetTopicAttributes: SetTopicAttributesCommand,
    }),
  });
}
