import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListTopicsCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { emptyAws } from '../signed-in.ts';

const TopicArn = 'arn:aws:sns:us-east-1:123456789012:audit-log-files';
const queue = 'arn:aws:sqs:us-east-1:123456789012:siem';
const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'cloudtrail.amazonaws.com' },
      Action: 'SNS:Publish',
      Resource: TopicArn,
    },
  ],
});

async function withTopic() {
  const all = emptyAws();
  const sns = new SNSClient(all.as('alice'));
  await sns.send(new CreateTopicCommand({ Name: 'audit-log-files' }));
  await all.aws.idle();
  const attributes = async () => (await sns.send(new GetTopicAttributesCommand({ TopicArn }))).Attributes;
  return { ...all, sns, attributes };
}

test('a topic has the policy of its owner until it is given another', async () => {
  const { sns, attributes } = await withTopic();
  expect((await attributes())?.['Policy']).toContain('AWS:SourceOwner');
  await sns.send(
    new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue: policy }),
  );
  await sns.send(
    new SetTopicAttributesCommand({
      TopicArn,
      AttributeName: 'KmsMasterKeyId',
      AttributeValue: 'alias/aws/sns',
    }),
  );
  expect(await attributes()).toMatchObject({
    TopicArn,
    Owner: '123456789012',
    Policy: policy,
    KmsMasterKeyId: 'alias/aws/sns',
  });
  await sns.send(
    new SetTopicAttributesCommand({ TopicArn, AttributeName: 'KmsMasterKeyId', AttributeValue: '' }),
  );
  expect(await attributes()).not.toHaveProperty('KmsMasterKeyId');
});

test('a topic is created once, listed, and gone when it is deleted', async () => {
  const { aws, sns, attributes } = await withTopic();
  const again = await sns.send(new CreateTopicCommand({ Name: 'audit-log-files' }));
  expect(again.TopicArn).toBe(TopicArn);
  await expect(
    sns.send(new CreateTopicCommand({ Name: 'audit-log-files', Attributes: { DisplayName: 'other' } })),
  ).rejects.toMatchObject({ name: 'InvalidParameterException' });
  expect((await sns.send(new ListTopicsCommand())).Topics).toEqual([{ TopicArn }]);
  await sns.send(new PublishCommand({ TopicArn, Message: 'here' }));
  await sns.send(new DeleteTopicCommand({ TopicArn }));
  await sns.send(new DeleteTopicCommand({ TopicArn }));
  await expect(attributes()).rejects.toMatchObject({ name: 'NotFoundException' });
  await expect(sns.send(new PublishCommand({ TopicArn, Message: 'gone' }))).rejects.toMatchObject({
    name: 'NotFoundException',
  });
  expect(aws.messages).toMatchObject([{ message: 'here' }]);
});

test('queues are subscribed at once, people once they have confirmed it', async () => {
  const { sns, attributes } = await withTopic();
  const subscribe = async (Protocol: string, Endpoint: string) =>
    (await sns.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint }))).SubscriptionArn;
  const SubscriptionArn = await subscribe('sqs', queue);
  expect(await subscribe('sqs', queue)).toBe(SubscriptionArn);
  expect(await subscribe('email', 'security@example.com')).toBe('pending confirmation');
  const listed = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
  expect(listed.Subscriptions).toMatchObject([
    { SubscriptionArn, Protocol: 'sqs', Endpoint: queue, TopicArn },
    { SubscriptionArn: 'PendingConfirmation', Protocol: 'email' },
  ]);
  expect(await attributes()).toMatchObject({ SubscriptionsConfirmed: '1', SubscriptionsPending: '1' });
});

test('a subscription has attributes, and an end', async () => {
  const { sns } = await withTopic();
  const { SubscriptionArn } = await sns.send(
    new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queue }),
  );
  const FilterPolicy = '{"severity":["critical"]}';
  await sns.send(
    new SetSubscriptionAttributesCommand({
      SubscriptionArn,
      AttributeName: 'FilterPolicy',
      AttributeValue: FilterPolicy,
    }),
  );
  const { Attributes } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
  expect(Attributes).toMatchObject({ FilterPolicy, PendingConfirmation: 'false', Protocol: 'sqs' });
  await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
  await expect(sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }))).rejects.toMatchObject({
    name: 'NotFoundException',
  });
});

test.each<[string, object, string]>([
  [
    'a topic that is not there',
    new GetTopicAttributesCommand({ TopicArn: `${TopicArn}-2` }),
    'NotFoundException',
  ],
  [
    'an attribute that no topic has',
    new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Colour', AttributeValue: 'red' }),
    'InvalidParameterException',
  ],
  [
    'a policy that is no JSON',
    new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue: '{' }),
    'InvalidParameterException',
  ],
])('%s is refused', async (_, command, name) => {
  const { sns } = await withTopic();
  await expect(sns.send(command as never)).rejects.toMatchObject({ name });
});

test('a role may do what the policy of the topic lets it do, and no more', async () => {
  const { as, sns } = await withTopic();
  const arn = 'arn:aws:iam::123456789012:role/Security';
  const guard = new SNSClient(as('guard', { role: arn }));
  const publish = () => guard.send(new PublishCommand({ TopicArn, Message: 'x' }));
  await expect(publish()).rejects.toMatchObject({ name: 'AuthorizationErrorException' });
  const AttributeValue = JSON.stringify({
    Statement: [{ Effect: 'Allow', Principal: { AWS: arn }, Action: 'sns:Publish', Resource: TopicArn }],
  });
  await sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue }));
  await publish();
  await expect(guard.send(new DeleteTopicCommand({ TopicArn }))).rejects.toMatchObject({
    name: 'AuthorizationErrorException',
  });
});

test.each<[string, object, object]>([
  [
    'SetTopicAttributes',
    new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue: policy }),
    { topicArn: TopicArn, attributeName: 'Policy', attributeValue: policy },
  ],
  ['DeleteTopic', new DeleteTopicCommand({ TopicArn }), { topicArn: TopicArn }],
  [
    'Subscribe',
    new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queue }),
    { topicArn: TopicArn, protocol: 'sqs', endpoint: queue },
  ],
])('%s stands in the Event history and comes to the bus', async (eventName, command, requestParameters) => {
  const { aws, sns, recorded } = await withTopic();
  await sns.send(command as never);
  await aws.idle();
  const { record, isDelivered } = recorded(eventName);
  expect(record).toMatchObject({ eventSource: 'sns.amazonaws.com', requestParameters });
  expect(isDelivered).toBe(true);
});
