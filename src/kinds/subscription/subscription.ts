import { asText } from '../../foreign/values.ts';
import {
  type DeclaredResource,
  type FieldRule,
  isEqual,
  type ResourceKind,
  type ResourceRepair,
} from '../resource.ts';

/** The parts of its name: `<topic ARN> <protocol> <endpoint>`; of the topic alone where anybody's will do. */
export function partsOf(name: string): readonly [topic: string, protocol?: string, endpoint?: string] {
  const [topic = '', protocol, ...endpoint] = name.split(' ');
  return protocol === undefined ? [topic] : [topic, protocol, endpoint.join(' ')];
}

/** Somebody has to confirm these. https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html */
const CONFIRMED_BY_PEOPLE = ['email', 'email-json', 'http', 'https'];

/** Attributes are texts. */
function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function readJson(value: unknown): unknown {
  try {
    return JSON.parse(textOf(value) || '{}');
  } catch {
    return value;
  }
}

/** What is attached to it and can be set; SNS takes nothing for `{}`. https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html */
function attribute(name: string, none: string): Pick<FieldRule, 'mayBeAbsent' | 'isAsGood' | 'repair'> {
  return {
    mayBeAbsent: true,
    isAsGood: (declared, found) =>
      isEqual(readJson(textOf(declared) || none), readJson(textOf(found) || none)),
    repair: ({ name: subscription, fields }, { state }) => {
      const SubscriptionArn = asText(state['SubscriptionArn']);
      const AttributeValue = textOf(fields[name]) || none;
      // Until it is confirmed it has no ARN that SNS shows.
      if (SubscriptionArn === undefined) return [];
      return [
        {
          kind: 'SetSubscriptionAttributes',
          name: subscription,
          input: { SubscriptionArn, AttributeName: name, AttributeValue },
          sets: { [name]: AttributeValue },
        },
      ];
    },
  };
}

const ATTRIBUTES = [
  'FilterPolicy',
  'FilterPolicyScope',
  'RawMessageDelivery',
  'RedrivePolicy',
  'DeliveryPolicy',
];

/** SNS sends whoever it is for a message to confirm it: asked for only where there is none, it is sent at most once in the two days after which SNS forgets it. */
function subscribe({ name, fields }: DeclaredResource): ResourceRepair | undefined {
  const [TopicArn, Protocol, Endpoint] = partsOf(name);
  if (Protocol === undefined) return undefined;
  const Attributes = Object.fromEntries(
    ATTRIBUTES.flatMap((key) => (textOf(fields[key]) ? [[key, textOf(fields[key])] as const] : [])),
  );
  return {
    kind: 'Subscribe',
    name,
    input: { TopicArn, Protocol, Endpoint, Attributes },
    sets: { ...Attributes, PendingConfirmation: String(CONFIRMED_BY_PEOPLE.includes(Protocol)) },
    founds: true,
  };
}

/**
 * Subscriptions of SNS: by them people hear. One that nobody has confirmed, and a topic that nobody listens to, can only be told: a
 * confirmation is for people to give. https://docs.aws.amazon.com/sns/latest/dg/sns-create-subscribe-endpoint-to-topic.html
 */
export const subscription: ResourceKind = {
  noun: 'subscription',
  source: 'sns.amazonaws.com',
  arn: ({ name }) => partsOf(name)[0],
  tamperings: {
    Subscribe: { deed: 'added', story: 'was added', part: 'all', harm: 'minor' },
    Unsubscribe: { deed: 'taken off', story: 'was TAKEN OFF', part: 'all', harm: 'lost' },
    SetSubscriptionAttributes: {
      deed: 'changed',
      story: 'had an ATTRIBUTE changed',
      part: 'all',
      harm: 'lost',
    },
  },
  naming: ['topicArn', 'subscriptionArn'],
  names: ({ name }) => [partsOf(name)[0]],
  // Which of a topic's subscriptions an ARN names is known to SNS alone.
  prefixes: ({ name }) => [`${partsOf(name)[0]}:`],
  create: subscribe,
  fields: {
    PendingConfirmation: {
      harm: 'lost',
      todo: 'subscribe somebody to the topic, and confirm it by the link in the mail that AWS sends: until then nobody hears of anything',
      isAsGood: (declared, found) => textOf(declared) === textOf(found),
    },
    FilterPolicyScope: { harm: 'lost', ...attribute('FilterPolicyScope', 'MessageAttributes') },
    FilterPolicy: { harm: 'lost', ...attribute('FilterPolicy', '{}') },
    RawMessageDelivery: { harm: 'delayed', ...attribute('RawMessageDelivery', 'false') },
    RedrivePolicy: { harm: 'delayed', ...attribute('RedrivePolicy', '{}') },
    DeliveryPolicy: { harm: 'delayed', ...attribute('DeliveryPolicy', '{}') },
  },
};
