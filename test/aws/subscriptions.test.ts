import {
  CreateTopicCommand,
  DeleteTopicCommand,
  SetSubscriptionAttributesCommand,
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { liveSubscriptions } from '../../src/aws/subscriptions.ts';
import { type DeclaredResource, loopKind } from '../../src/kinds/resource.ts';
import { subscription } from '../../src/kinds/subscription/subscription.ts';
import { asText } from '../../src/foreign/values.ts';
import { emptyAws } from '../local/aws/signed-in.ts';

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:trailkeeper-drill-alerts';
const fields = {
  PendingConfirmation: false,
  FilterPolicy: null,
  RawMessageDelivery: null,
  RedrivePolicy: null,
};
const guarded = (name: string): DeclaredResource => ({
  kind: 'subscription',
  name,
  purpose: 'guard',
  watch: 'enforce',
  trails: [],
  fields,
});
const byMail = guarded(`${TOPIC} email alice@example.com`);
const byQueue = guarded(`${TOPIC} sqs arn:aws:sqs:us-east-1:123456789012:alerts`);
const anybody: DeclaredResource = { ...guarded(TOPIC), fields: { PendingConfirmation: false } };

async function surroundings() {
  const { aws, as } = emptyAws();
  const port = liveSubscriptions(new SNSClient(as('guard')));
  const mallory = new SNSClient(as('mallory'));
  await mallory.send(new CreateTopicCommand({ Name: 'trailkeeper-drill-alerts' }));
  const kind = loopKind(subscription, { partition: 'aws', region: aws.region, account: aws.account });
  const heal = async (declared: DeclaredResource) => {
    const plan = kind.plan(declared, await port.observe(declared.name));
    for (const repair of plan) await port.repair(repair);
    return {
      plan: plan.map(({ kind: call }) => call),
      drift: kind.drift(declared, await port.observe(declared.name)).map(({ field }) => field),
    };
  };
  const arnOf = async ({ name }: DeclaredResource) =>
    asText((await port.observe(name)).state['SubscriptionArn']) ?? '';
  return { aws, port, mallory, heal, arnOf };
}

test('a subscription is asked for again, and its filters go', async () => {
  const { mallory, heal, arnOf } = await surroundings();
  expect(await heal(byQueue)).toEqual({ plan: ['Subscribe'], drift: [] });
  expect(await heal(byQueue)).toEqual({ plan: [], drift: [] });
  await mallory.send(
    new SetSubscriptionAttributesCommand({
      SubscriptionArn: await arnOf(byQueue),
      AttributeName: 'FilterPolicy',
      AttributeValue: '{"severity":["none"]}',
    }),
  );
  expect(await heal(byQueue)).toEqual({ plan: ['SetSubscriptionAttributes'], drift: [] });
  await mallory.send(new UnsubscribeCommand({ SubscriptionArn: await arnOf(byQueue) }));
  expect(await heal(byQueue)).toEqual({ plan: ['Subscribe'], drift: [] });
});

test('a subscription by mail is asked for once, and told until somebody has confirmed it', async () => {
  const { heal } = await surroundings();
  expect(await heal(byMail)).toEqual({ plan: ['Subscribe'], drift: ['PendingConfirmation'] });
  expect(await heal(byMail)).toEqual({ plan: [], drift: ['PendingConfirmation'] });
});

test('a topic is told of as long as nobody who has confirmed listens to it', async () => {
  const { mallory, heal } = await surroundings();
  expect(await heal(anybody)).toEqual({ plan: [], drift: ['PendingConfirmation'] });
  await heal(byMail);
  expect(await heal(anybody)).toEqual({ plan: [], drift: ['PendingConfirmation'] });
  await mallory.send(
    new SubscribeCommand({
      TopicArn: TOPIC,
      Protocol: 'sqs',
      Endpoint: 'arn:aws:sqs:us-east-1:123456789012:a',
    }),
  );
  expect(await heal(anybody)).toEqual({ plan: [], drift: [] });
});

test('of a topic that is gone nothing can be subscribed to, and what cannot be read is named', async () => {
  const { aws, port, mallory, heal } = await surroundings();
  await heal(byQueue);
  aws.fail('GetSubscriptionAttributes', 'AuthorizationError');
  expect(Object.keys((await port.observe(byQueue.name)).unread)).toContain('FilterPolicy');
  await mallory.send(new DeleteTopicCommand({ TopicArn: TOPIC }));
  expect((await port.observe(byQueue.name)).standing).toBe('missing');
});
