import {
  GetSubscriptionAttributesCommand,
  NotFoundException,
  paginateListSubscriptionsByTopic,
  SetSubscriptionAttributesCommand,
  type SNSClient,
  SubscribeCommand,
  type Subscription,
} from '@aws-sdk/client-sns';
import { lazy } from './lazy.ts';
import type { Port } from '../kinds/kind.ts';
import type { ResourceShape } from '../kinds/resource.ts';
import { partsOf } from '../kinds/subscription/subscription.ts';
import { commandSender, resourcePort } from './resource-port.ts';

/** SNS shows an ARN only of those that are confirmed. https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html */
const isConfirmed = ({ SubscriptionArn }: Subscription): boolean =>
  SubscriptionArn?.startsWith('arn:') === true;

/** The subscription of a name; of a topic's name alone, one that is confirmed, or an unconfirmed one of nobody. */
async function find(client: SNSClient, name: string): Promise<Subscription> {
  const [TopicArn, protocol, endpoint] = partsOf(name);
  const all: Subscription[] = [];
  for await (const page of paginateListSubscriptionsByTopic({ client }, { TopicArn }))
    all.push(...(page.Subscriptions ?? []));
  const meant = all.filter(
    ({ Protocol, Endpoint, SubscriptionArn }) =>
      SubscriptionArn !== 'Deleted' &&
      (protocol === undefined || (Protocol === protocol && Endpoint === endpoint)),
  );
  const found = meant.find(isConfirmed) ?? meant[0] ?? (protocol === undefined ? {} : undefined);
  if (found) return found;
  throw new NotFoundException({ message: 'There is no such subscription', $metadata: {} });
}

/** The subscriptions of the topics of this Region. https://docs.aws.amazon.com/sns/latest/api/API_Operations.html */
export function liveSubscriptions(client: SNSClient): Port<ResourceShape> {
  return resourcePort({
    missing: ['NotFoundException', 'NotFound'],
    readings: (name) => {
      const found = lazy(() => find(client, name));
      return [
        {
          fields: ['PendingConfirmation', 'SubscriptionArn'],
          read: async () => {
            const each = await found();
            return isConfirmed(each)
              ? { PendingConfirmation: 'false', SubscriptionArn: each.SubscriptionArn }
              : { PendingConfirmation: 'true' };
          },
        },
        {
          fields: [
            'FilterPolicy',
            'FilterPolicyScope',
            'RawMessageDelivery',
            'RedrivePolicy',
            'DeliveryPolicy',
          ],
          read: async () => {
            const each = await found();
            if (!isConfirmed(each)) return {};
            const { SubscriptionArn } = each;
            const { Attributes } = await client.send(
              new GetSubscriptionAttributesCommand({ SubscriptionArn }),
            );
            return { ...Attributes };
          },
        },
      ];
    },
    send: commandSender(client, {
      Subscribe: SubscribeCommand,
      SetSubscriptionAttributes: SetSubscriptionAttributesCommand,
    }),
  });
}
