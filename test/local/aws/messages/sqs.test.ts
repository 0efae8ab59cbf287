import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { assumedRole } from '../../../../local/aws/iam/principal.ts';
import { delay } from '../../../../local/aws/wire/delay.ts';
import { inVirtualTime } from '../../../../local/drill/virtual-time.ts';
import { allow, arnOf, clientOf, deploy, lambdaFunction, role } from '../small-stack.ts';

const QueueUrl = 'https://sqs.us-east-1.amazonaws.com/123456789012/reports.fifo';
const MessageGroupId = 'trail';

const queues = {
  Reports: {
    Type: 'AWS::SQS::Queue',
    Properties: {
      QueueName: 'reports.fifo',
      FifoQueue: true,
      ContentBasedDeduplication: true,
      VisibilityTimeout: 60,
      RedrivePolicy: { deadLetterTargetArn: arnOf('Parked'), maxReceiveCount: 1 },
      KmsMasterKeyId: { Ref: 'Key' },
    },
  },
  Parked: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } },
  Key: { Type: 'AWS::KMS::Key', Properties: {} },
};

const denyAll = {
  Type: 'AWS::SQS::QueuePolicy',
  Properties: {
    Queues: [{ Ref: 'Reports' }],
    PolicyDocument: {
      Statement: {
        Effect: 'Deny',
        Principal: '*',
        Action: 'sqs:SendMessage',
        Resource: '*',
        Condition: { ArnNotEquals: { 'aws:PrincipalArn': arnOf('TellRole') } },
      },
    },
  },
};

/** The queues, a function with these rights, and clients of Alice and of that function's role. */
function setUp(statements: unknown = [], more: Parameters<typeof deploy>[0] = {}) {
  const aws = deploy({
    ...queues,
    TellRole: role('tell', statements),
    Tell: lambdaFunction('tell', 'TellRole'),
    ...more,
  });
  const alice = new SQSClient(clientOf(aws));
  const asFunction = {
    userIdentity: assumedRole(aws.account, 'tell', 'tell'),
    role: `arn:aws:iam::${aws.account}:role/tell`,
  };
  return { aws, alice, tell: new SQSClient(clientOf(aws, asFunction)) };
}

test('a message goes in and out, with its attributes, and is deleted', async () => {
  const { alice } = setUp();
  const MessageAttributes = { version: { DataType: 'String', StringValue: '1' } };
  const sent = await alice.send(
    new SendMessageCommand({ QueueUrl, MessageGroupId, MessageBody: 'told', MessageAttributes }),
  );
  const { Messages = [] } = await alice.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    }),
  );
  expect(Messages).toEqual([
    expect.objectContaining({
      MessageId: sent.MessageId,
      Body: 'told',
      MessageAttributes,
      Attributes: expect.objectContaining({
        ApproximateReceiveCount: '1',
        MessageGroupId,
        SequenceNumber: sent.SequenceNumber,
      }) as unknown,
    }),
  ]);
  await alice.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages[0]?.ReceiptHandle }));
  const { Attributes } = await alice.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
  );
  expect(Attributes).toMatchObject({
    ApproximateNumberOfMessages: '0',
    ApproximateNumberOfMessagesNotVisible: '0',
    FifoQueue: 'true',
    VisibilityTimeout: '60',
  });
});

test('a batch tells of each entry what came of it', async () => {
  const { alice } = setUp();
  const entry = (Id: string, group = {}) => ({ Id, MessageBody: Id, ...group });
  const sent = await alice.send(
    new SendMessageBatchCommand({ QueueUrl, Entries: [entry('a', { MessageGroupId }), entry('b')] }),
  );
  expect(sent.Successful?.map(({ Id }) => Id)).toEqual(['a']);
  expect(sent.Failed).toMatchObject([{ Id: 'b', Code: 'MissingParameter', SenderFault: true }]);
  const { Messages = [] } = await alice.send(new ReceiveMessageCommand({ QueueUrl }));
  const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
  const deleted = await alice.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  expect(deleted.Successful).toEqual([{ Id: '0' }]);
});

test('what was received once too often is parked, in the order of its group', async () => {
  const { aws, alice } = setUp();
  for (const MessageBody of ['{"n":1}', '{"n":2}'])
    await alice.send(new SendMessageCommand({ QueueUrl, MessageGroupId, MessageBody }));
  const { Messages = [] } = await alice.send(new ReceiveMessageCommand({ QueueUrl }));
  const [{ ReceiptHandle } = {}] = Messages;
  await alice.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
  const second = await alice.send(new ReceiveMessageCommand({ QueueUrl }));
  expect(second.Messages).toMatchObject([{ Body: '{"n":2}' }]);
  expect(aws.queued).toMatchObject([{ body: { n: 1 }, attributes: { MessageGroupId } }]);
});

test('a receive that waits is answered as soon as a message comes', async () => {
  await inVirtualTime(async () => {
    const { alice } = setUp();
    const startedAt = Date.now();
    const receiving = alice.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    await delay(7000);
    await alice.send(new SendMessageCommand({ QueueUrl, MessageGroupId, MessageBody: 'late' }));
    await expect(receiving).resolves.toMatchObject({ Messages: [{ Body: 'late' }] });
    expect(Date.now() - startedAt).toBeLessThan(8000);
    const nothing = await alice
      .send(new ReceiveMessageCommand({ QueueUrl: QueueUrl.replace('reports', 'none') }))
      .catch((error: unknown) => error);
    expect(nothing).toHaveProperty('name', 'QueueDoesNotExist');
  });
});

const onKey = allow(['kms:GenerateDataKey', 'kms:Decrypt'], arnOf('Key'));
const sending = allow('sqs:SendMessage', arnOf('Reports'));

test.each<[string, unknown, Parameters<typeof deploy>[0], string | undefined]>([
  ['the right to send and the rights on the key', [sending, onKey], {}, undefined],
  ['no right to send', [onKey], {}, 'AccessDeniedException'],
  ['no right on the key', [sending], {}, 'KmsAccessDenied'],
  ['a queue that denies all others', [sending, onKey], { Policy: denyAll }, undefined],
])('a role with %s', async (_case, statements, more, refusal) => {
  const { tell } = setUp(statements, more);
  const sent = await tell
    .send(new SendMessageCommand({ QueueUrl, MessageGroupId, MessageBody: 'told' }))
    .then(
      () => undefined,
      (error: unknown) => (error as Error).name,
    );
  expect(sent).toBe(refusal);
});

test('a queue that denies all but one role denies an administrator', async () => {
  const { alice } = setUp([], { Policy: denyAll });
  await expect(
    alice.send(new SendMessageCommand({ QueueUrl, MessageGroupId, MessageBody: 'forged' })),
  ).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test('the URL of a queue is found by its name', async () => {
  const { alice } = setUp();
  await expect(alice.send(new GetQueueUrlCommand({ QueueName: 'reports.fifo' }))).resolves.toMatchObject({
    QueueUrl,
  });
});

test.each<[string, object, string]>([
  [
    'a FIFO queue without its suffix',
    { QueueName: 'reports', FifoQueue: true },
    'not the name of a FIFO queue',
  ],
  [
    'a FIFO queue whose dead letters go to another sort',
    {
      FifoQueue: true,
      RedrivePolicy: {
        deadLetterTargetArn: 'arn:aws:sqs:us-east-1:123456789012:parked',
        maxReceiveCount: 3,
      },
    },
    'not the name of a FIFO queue',
  ],
  ['a timeout of more than 12 hours', { VisibilityTimeout: 43_201 }, 'VisibilityTimeout'],
])('%s is refused when deploying', (_case, Properties, message) => {
  expect(() => deploy({ Reports: { Type: 'AWS::SQS::Queue', Properties } })).toThrow(message);
});
