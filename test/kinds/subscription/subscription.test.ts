import { isCallOf, isNamedIn, knownCall } from '../../../src/kinds/kinds.ts';
import {
  type DeclaredResource,
  harmOf,
  loopKind,
  type ObservedResource,
} from '../../../src/kinds/resource.ts';
import { subscription } from '../../../src/kinds/subscription/subscription.ts';

const HOME = { partition: 'aws', region: 'us-east-1', account: '111122223333' };
const TOPIC = 'arn:aws:sns:us-east-1:111122223333:trailkeeper-drill-alerts';
const NAME = `${TOPIC} email alice@example.com`;
const ARN = `${TOPIC}:0b1c2d3e-4f56-4789-8abc-def012345678`;

const declared: DeclaredResource = {
  kind: 'subscription',
  name: NAME,
  purpose: 'guard',
  watch: 'enforce',
  trails: [],
  fields: {
    PendingConfirmation: false,
    FilterPolicy: null,
    FilterPolicyScope: null,
    RawMessageDelivery: null,
    RedrivePolicy: null,
  },
};
const toQueue: DeclaredResource = {
  ...declared,
  name: `${TOPIC} sqs arn:aws:sqs:us-east-1:111122223333:alerts`,
  fields: {
    PendingConfirmation: false,
    FilterPolicy: { severity: ['critical'] },
    RawMessageDelivery: 'true',
  },
};

const live = (changes: Record<string, unknown> = {}): ObservedResource => ({
  name: NAME,
  standing: 'here',
  unread: {},
  state: { PendingConfirmation: 'false', SubscriptionArn: ARN, RawMessageDelivery: 'false', ...changes },
});
const gone: ObservedResource = { name: NAME, standing: 'missing', unread: {}, state: {} };

const kind = loopKind(subscription, HOME);
const mended = (observed: ObservedResource, resource = declared) =>
  kind.plan(resource, observed).reduce((seen, repair) => kind.after(repair, seen), observed);

test('a subscription as declared has no drift', () => {
  expect(kind.drift(declared, live())).toEqual([]);
});

test.each<[string, Record<string, unknown>, string, string]>([
  ['hears but of what never comes', { FilterPolicy: '{"severity":["none"]}' }, '{}', 'lost'],
  ['filters by the body', { FilterPolicyScope: 'MessageBody' }, 'MessageAttributes', 'lost'],
  ['gets raw messages', { RawMessageDelivery: 'true' }, 'false', 'delayed'],
  ['leaves what failed elsewhere', { RedrivePolicy: '{"deadLetterTargetArn":"x"}' }, '{}', 'delayed'],
])('one that %s is put back: %#', (_what, changes, AttributeValue, harm) => {
  const [drift] = kind.drift(declared, live(changes));
  expect(drift && harmOf(subscription, drift, HOME)).toBe(harm);
  expect(kind.plan(declared, live(changes))).toMatchObject([
    {
      kind: 'SetSubscriptionAttributes',
      input: { SubscriptionArn: ARN, AttributeName: Object.keys(changes)[0], AttributeValue },
    },
  ]);
  expect(kind.drift(declared, mended(live(changes)))).toEqual([]);
});

test('one that is gone is asked for again, and is not whole before somebody has confirmed it', () => {
  expect(kind.plan(declared, gone)).toMatchObject([
    {
      kind: 'Subscribe',
      founds: true,
      input: { TopicArn: TOPIC, Protocol: 'email', Endpoint: 'alice@example.com', Attributes: {} },
    },
  ]);
  expect(kind.drift(declared, mended(gone)).map(({ field }) => field)).toEqual(['PendingConfirmation']);
});

test('one that nobody has to confirm is whole at once', () => {
  expect(kind.plan(toQueue, gone)).toMatchObject([
    { kind: 'Subscribe', input: { Attributes: { FilterPolicy: '{"severity":["critical"]}' } } },
  ]);
  expect(kind.drift(toQueue, mended(gone, toQueue))).toEqual([]);
});

test('one that waits to be confirmed is told, and no second mail is sent', () => {
  const pending: ObservedResource = { ...live(), state: { PendingConfirmation: 'true' } };
  const drift = kind.drift(declared, pending);
  expect(drift).toEqual([{ field: 'PendingConfirmation', declared: false, found: 'true' }]);
  expect(kind.plan(declared, pending)).toEqual([]);
});

test('a topic that nobody listens to is told, and nobody is subscribed', () => {
  const anybody: DeclaredResource = { ...declared, name: TOPIC, fields: { PendingConfirmation: false } };
  const nobody: ObservedResource = { ...live(), name: TOPIC, state: { PendingConfirmation: 'true' } };
  expect(kind.drift(anybody, nobody).map(({ field }) => field)).toEqual(['PendingConfirmation']);
  expect(kind.plan(anybody, nobody)).toEqual([]);
  expect(kind.plan(anybody, { ...gone, name: TOPIC })).toEqual([]);
});

test.each([
  ['Unsubscribe', { subscriptionArn: ARN }, true],
  ['SetSubscriptionAttributes', { subscriptionArn: ARN, attributeName: 'FilterPolicy' }, true],
  ['Subscribe', { topicArn: TOPIC, protocol: 'email' }, true],
  ['Unsubscribe', { subscriptionArn: `${TOPIC}-2:0b1c2d3e-4f56-4789-8abc-def012345678` }, false],
])(
  'a call of %s with %p is about the subscription, and about its topic: %p',
  (eventName, request, expected) => {
    const call = knownCall('sns.amazonaws.com', eventName);
    expect(
      ['subscription', 'topic'].map((each) => isCallOf(each, { kind: call?.kind ?? '', eventName })),
    ).toEqual([true, true]);
    expect(isNamedIn(request, declared, HOME)).toBe(expected);
  },
);

test('to change a topic is no call on its subscriptions', () => {
  expect(isCallOf('subscription', { kind: 'topic', eventName: 'DeleteTopic' })).toBe(false);
  expect(isCallOf('subscription', { kind: 'trail', eventName: 'Unsubscribe' })).toBe(false);
});
