import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Home } from '../kinds/home.ts';
import type { Port } from '../kinds/kind.ts';
import type { ResourceShape } from '../kinds/resource.ts';
import { queueUrl } from './queue.ts';
import { commandSender, resourcePort } from './resource-port.ts';

/** The attributes that are compared, in the API's names. */
const FIELDS = [
  'Policy',
  'FifoQueue',
  'ContentBasedDeduplication',
  'RedrivePolicy',
  'RedriveAllowPolicy',
  'MessageRetentionPeriod',
  'VisibilityTimeout',
  'DelaySeconds',
  'MaximumMessageSize',
  'KmsMasterKeyId',
  'SqsManagedSseEnabled',
];

/**
 * The queues of this account and Region. The client must not take a queue's URL for its endpoint.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html
 */
export function liveQueues(client: SQSClient, home: Home): Port<ResourceShape> {
  return resourcePort({
    missing: ['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue'],
    readings: (name) => [
      {
        fields: FIELDS,
        read: async () => {
          const { Attributes } = await client.send(
            new GetQueueAttributesCommand({ QueueUrl: queueUrl(home, name), AttributeNames: ['All'] }),
          );
          return { ...Attributes };
        },
      },
    ],
    send: commandSender(client, {
      CreateQueue: CreateQueueCommand,
      SetQueueAttributes: SetQueueAttributesCommand,
    }),
  });
}
