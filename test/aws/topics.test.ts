import { DeleteTopicCommand, SetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import { liveTopics } from '../../src/aws/topics.ts';
import { topic } from '../../src/kinds/topic/topic.ts';
import { type DeclaredResource, loopKind } from '../../src/kinds/resource.ts';
import { emptyAws } from '../local/aws/signed-in.ts';

const ARN = 'arn:aws:sns:us-east-1:123456789012:audit-log-files';
const publish = {
  Effect: 'Allow',
  Principal: { Service: 'cloudtrail.amazonaws.com' },
  Action: 'SNS:Publish',
  Resource: ARN,
};
const Policy = { Version: '2012-10-17', Statement: [publish] };

const declared: DeclaredResource = {
  kind: 'topic',
  name: ARN,
  purpose: 'delivery',
  watch: 'enforce',
  trails: ['org-audit-trail'],
  fields: { Policy, KmsMasterKeyId: null },
};

test('a topic is made anew, and its policy comes back', async () => {
  const { aws, as } = emptyAws();
  const port = liveTopics(new SNSClient(as('guard')));
  const alice = new SNSClient(as('alice'));
  const kind = loopKind(topic, { partition: 'aws', region: aws.region, account: aws.account });
  const heal = async () => {
    const plan = kind.plan(declared, await port.observe(ARN));
    for (const repair of plan) await port.repair(repair);
    return { plan: plan.map(({ kind: call }) => call), drift: kind.drift(declared, await port.observe(ARN)) };
  };
  expect(await port.observe(ARN)).toEqual({ name: ARN, standing: 'missing', state: {}, unread: {} });
  expect(await heal()).toEqual({ plan: ['CreateTopic'], drift: [] });
  const deny = { ...publish, Effect: 'Deny', Principal: '*' };
  await alice.send(
    new SetTopicAttributesCommand({
      TopicArn: ARN,
      AttributeName: 'Policy',
      AttributeValue: JSON.stringify({ ...Policy, Statement: [deny] }),
    }),
  );
  expect(await heal()).toEqual({ plan: ['SetTopicAttributes'], drift: [] });
  await alice.send(new DeleteTopicCommand({ TopicArn: ARN }));
  expect((await heal()).drift).toEqual([]);
  aws.fail('GetTopicAttributes', 'AuthorizationError');
  const { standing, unread } = await port.observe(ARN);
  expect(standing).toBe('here');
  expect(Object.keys(unread)).toEqual(['Policy', 'KmsMasterKeyId', 'DeliveryPolicy']);
});
