import { SQS } from '@aws-sdk/client-sqs';
import type { AwsWithoutNetwork } from '../../../../local/aws/embedded-aws.ts';
import { delay } from '../../../../local/aws/wire/delay.ts';
import { inVirtualTime } from '../../../../local/drill/virtual-time.ts';
import { refusal, underAttack } from '../guard-under-attack.ts';
import { arnOf, clientOf, deploy } from '../small-stack.ts';

const QueueUrl = 'https://sqs.us-east-1.amazonaws.com/123456789012/reports';
const QueueArn = 'arn:aws:sqs:us-east-1:123456789012:reports';

const resources = {
  Reports: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'reports', VisibilityTimeout: 60 } },
  Parked: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'parked' } },
  Policy: {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: {
      Queues: [{ Ref: 'Parked' }],
      PolicyDocument: {
        Statement: { Effect: 'Deny', Principal: '*', Action: 'sqs:DeleteQueue', Resource: arnOf('Parked') },
      },
    },
  },
};

function onQueues(use: (sqs: SQS, aws: AwsWithoutNetwork) => Promise<void>): Promise<void> {
  return inVirtualTime(async () => {
    const aws = deploy(resources);
    await use(new SQS(clientOf(aws)), aws);
  });
}

const redrive = (target: string, maxReceiveCount: number) =>
  JSON.stringify({ deadLetterTargetArn: `arn:aws:sqs:us-east-1:123456789012:${target}`, maxReceiveCount });

test('attributes count from the moment that they are set', async () => {
  await onQueues(async (sqs, aws) => {
    await sqs.setQueueAttributes({
      QueueUrl,
      Attributes: { VisibilityTimeout: '5', RedrivePolicy: redrive('parked', 1) },
    });
    await sqs.sendMessage({ QueueUrl, MessageBody: 'a' });
    await sqs.receiveMessage({ QueueUrl });
    await delay(5001);
    const { Messages = [] } = await sqs.receiveMessage({ QueueUrl });
    expect([Messages, aws.queued.map(({ body }) => body)]).toEqual([[], ['a']]);
    const { Attributes } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ['All'] });
    expect(Attributes).toMatchObject({
      QueueArn,
      VisibilityTimeout: '5',
      RedrivePolicy: redrive('parked', 1),
      MessageRetentionPeriod: '345600',
    });
    expect(
      aws
        .history()
        .map(({ eventSource, eventName, requestParameters }) => [eventSource, eventName, requestParameters]),
    ).toEqual([
      [
        'sqs.amazonaws.com',
        'SetQueueAttributes',
        {
          queueUrl: QueueUrl,
          attributes: { VisibilityTimeout: '5', RedrivePolicy: redrive('parked', 1) },
        },
      ],
    ]);
  });
});

test('a policy that is set binds, and an empty one binds nobody', async () => {
  await onQueues(async (sqs) => {
    const Policy = JSON.stringify({
      Statement: { Effect: 'Deny', Principal: '*', Action: 'sqs:SendMessage', Resource: QueueArn },
    });
    const send = () => refusal(sqs.sendMessage({ QueueUrl, MessageBody: 'a' }));
    await sqs.setQueueAttributes({ QueueUrl, Attributes: { Policy } });
    await expect(send()).resolves.toContain('AccessDenied');
    await sqs.setQueueAttributes({ QueueUrl, Attributes: { Policy: '' } });
    await expect(send()).resolves.toBe('not refused');
  });
});

test('a deleted queue is gone with what was in it, and its name is free after a minute', async () => {
  await onQueues(async (sqs, aws) => {
    await sqs.sendMessage({ QueueUrl, MessageBody: 'a' });
    await sqs.deleteQueue({ QueueUrl });
    await expect(refusal(sqs.getQueueUrl({ QueueName: 'reports' }))).resolves.toContain('QueueDoesNotExist');
    await expect(refusal(sqs.createQueue({ QueueName: 'reports' }))).resolves.toContain(
      'QueueDeletedRecently: You must wait 60 seconds',
    );
    await delay(60_000);
    await expect(
      sqs.createQueue({ QueueName: 'reports', Attributes: { VisibilityTimeout: '60' } }),
    ).resolves.toMatchObject({ QueueUrl });
    const { Messages = [] } = await sqs.receiveMessage({ QueueUrl });
    expect(Messages).toEqual([]);
    expect(aws.history().map(({ eventName, errorCode }) => [eventName, errorCode])).toEqual([
      ['DeleteQueue', undefined],
      ['CreateQueue', 'QueueDeletedRecently'],
      ['CreateQueue', undefined],
    ]);
  });
});

test('creating a queue anew gives the one that is there, unless it is to be another', async () => {
  await onQueues(async (sqs) => {
    const create = (VisibilityTimeout: string) =>
      sqs.createQueue({ QueueName: 'reports', Attributes: { VisibilityTimeout } });
    await expect(create('60')).resolves.toMatchObject({ QueueUrl });
    await expect(refusal(create('61'))).resolves.toContain(
      'A queue already exists with the same name and a different value for attribute VisibilityTimeout',
    );
  });
});

test.each<[string, (sqs: SQS) => Promise<unknown>, string]>([
  [
    'what the policy of a queue denies',
    (sqs) => sqs.deleteQueue({ QueueUrl: QueueUrl.replace('reports', 'parked') }),
    'is not authorized to perform: sqs:DeleteQueue on resource: arn:aws:sqs:us-east-1:123456789012:parked with an explicit deny',
  ],
  [
    'an attribute out of its range',
    (sqs) => sqs.setQueueAttributes({ QueueUrl, Attributes: { VisibilityTimeout: '43201' } }),
    'InvalidAttributeValue',
  ],
  [
    'a FIFO queue under another name',
    (sqs) => sqs.createQueue({ QueueName: 'other', Attributes: { FifoQueue: 'true' } }),
    'InvalidAttributeValue',
  ],
])('%s is refused', async (_case, call, message) => {
  await onQueues(async (sqs) => {
    await expect(refusal(call(sqs))).resolves.toContain(message);
  });
});

test('the queue between heal and tell does not let itself be deleted, but by what CloudFormation calls', async () => {
  await underAttack(async ({ mallory }) => {
    const passes = QueueUrl.replace('reports', 'trailkeeper-drill-passes.fifo');
    const sqs = new SQS(mallory);
    for (const call of [
      sqs.deleteQueue({ QueueUrl: passes }),
      sqs.purgeQueue({ QueueUrl: passes }),
      sqs.setQueueAttributes({ QueueUrl: passes, Attributes: { Policy: '' } }),
    ])
      await expect(refusal(call)).resolves.toContain('with an explicit deny');
  });
});
