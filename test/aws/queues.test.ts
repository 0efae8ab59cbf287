import { DeleteQueueCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { EmbeddedAwsOptions } from '../../local/aws/embedded-aws.ts';
import { queueUrl } from '../../src/aws/queue.ts';
import { liveQueues } from '../../src/aws/queues.ts';
import { queue } from '../../src/kinds/queue/queue.ts';
import { type DeclaredResource, loopKind } from '../../src/kinds/resource.ts';
import { emptyAws } from '../local/aws/signed-in.ts';

const NAME = 'trailkeeper-drill-passes.fifo';
const ARN = `arn:aws:sqs:us-east-1:123456789012:${NAME}`;
const send = {
  Sid: 'Schedule',
  Effect: 'Allow',
  Principal: { Service: 'events.amazonaws.com' },
  Action: 'sqs:SendMessage',
  Resource: ARN,
};
const Policy = { Version: '2012-10-17', Statement: [send] };

const declared: DeclaredResource = {
  kind: 'queue',
  name: NAME,
  purpose: 'guard',
  watch: 'enforce',
  trails: [],
  fields: {
    Policy,
    FifoQueue: true,
    ContentBasedDeduplication: true,
    RedrivePolicy: { deadLetterTargetArn: ARN.replace('passes', 'parked'), maxReceiveCount: 1000 },
    MessageRetentionPeriod: 1209600,
    VisibilityTimeout: 360,
    DelaySeconds: null,
    MaximumMessageSize: null,
    KmsMasterKeyId: null,
    SqsManagedSseEnabled: true,
  },
};

function surroundings(options: EmbeddedAwsOptions = {}) {
  const { aws, as } = emptyAws(options);
  const home = { partition: 'aws', region: aws.region, account: aws.account };
  const port = liveQueues(new SQSClient({ ...as('guard'), useQueueUrlAsEndpoint: false }), home);
  const mallory = new SQSClient({ ...as('mallory'), useQueueUrlAsEndpoint: false });
  const kind = loopKind(queue, home);
  const heal = async () => {
    const plan = kind.plan(declared, await port.observe(NAME));
    for (const repair of plan) await port.repair(repair);
    return {
      plan: plan.map(({ kind: call }) => call),
      drift: kind.drift(declared, await port.observe(NAME)),
    };
  };
  return { aws, port, kind, mallory, heal, QueueUrl: queueUrl(home, NAME) };
}

test('a queue is made anew, and comes back from each blow', async () => {
  const { port, mallory, heal, QueueUrl } = surroundings({ recreationDelayMs: 0 });
  expect(await port.observe(NAME)).toEqual({ name: NAME, standing: 'missing', state: {}, unread: {} });
  const made = ['CreateQueue', 'SetQueueAttributes', 'SetQueueAttributes'];
  expect(await heal()).toEqual({ plan: made, drift: [] });
  expect(await heal()).toEqual({ plan: [], drift: [] });
  const deny = JSON.stringify({ ...Policy, Statement: [{ ...send, Effect: 'Deny', Principal: '*' }] });
  for (const Attributes of [
    { Policy: deny },
    { RedrivePolicy: '' },
    { MessageRetentionPeriod: '60' },
    { MaximumMessageSize: '1024' },
    { DelaySeconds: '900' },
  ]) {
    await mallory.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
    expect(await heal()).toEqual({ plan: ['SetQueueAttributes'], drift: [] });
  }
  await mallory.send(new DeleteQueueCommand({ QueueUrl }));
  expect(await heal()).toEqual({ plan: made, drift: [] });
});

test('the name of a queue that was deleted cannot be taken again at once', async () => {
  const { port, kind, mallory, heal, QueueUrl } = surroundings();
  await heal();
  await mallory.send(new DeleteQueueCommand({ QueueUrl }));
  const founding = kind.plan(declared, await port.observe(NAME)).slice(0, 1);
  const [ended] = await Promise.allSettled(founding.map((repair) => port.repair(repair)));
  expect(ended).toMatchObject({ status: 'rejected', reason: { name: 'QueueDeletedRecently' } });
});

test('a queue that cannot be read is not taken for a missing one', async () => {
  const { aws, port, heal } = surroundings();
  await heal();
  aws.fail('GetQueueAttributes', 'AccessDenied');
  const { standing, unread } = await port.observe(NAME);
  expect(standing).toBe('here');
  expect(Object.keys(unread)).toContain('Policy');
});
