import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { failuresOf } from '../../../../local/aws/lambda/event-source.ts';
import type { Handler, Load } from '../../../../local/aws/lambda/in-this-process.ts';
import { delay } from '../../../../local/aws/wire/delay.ts';
import { inVirtualTime } from '../../../../local/drill/virtual-time.ts';
import { allow, arnOf, clientOf, deploy, lambdaFunction, role } from '../small-stack.ts';

const QueueUrl = 'https://sqs.us-east-1.amazonaws.com/123456789012/reports.fifo';

const reading = allow(
  ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
  arnOf('Reports'),
);

const stack = (
  mapping: object = {},
  queue: object = {},
  statement: unknown = reading,
  more: object = {},
) => ({
  Reports: {
    Type: 'AWS::SQS::Queue',
    Properties: {
      QueueName: 'reports.fifo',
      FifoQueue: true,
      ContentBasedDeduplication: true,
      VisibilityTimeout: 60,
      RedrivePolicy: { deadLetterTargetArn: arnOf('Parked'), maxReceiveCount: 3 },
      ...queue,
    },
  },
  Parked: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } },
  TellRole: role('tell', statement),
  Tell: lambdaFunction('tell', 'TellRole', more),
  Reading: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: {
      EventSourceArn: arnOf('Reports'),
      FunctionName: { Ref: 'Tell' },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ...mapping,
    },
  },
});

/** Deploys a function with this handler in virtual time, sends `group:body` texts one after the other, and waits until all is quiet. */
async function send(
  texts: readonly string[],
  handler: (bodies: readonly string[], event: SQSEvent) => unknown,
  resources = stack(),
  redeliveryDelayMs?: number,
) {
  return inVirtualTime(async () => {
    const startedAt = Date.now();
    const batches: (readonly [second: number, bodies: string])[] = [];
    const load: Load = (): Handler => async (event) => {
      const sent = event as SQSEvent;
      const bodies = sent.Records.map(({ body }) => body);
      batches.push([Math.floor((Date.now() - startedAt) / 1000), bodies.join(' ')]);
      await delay(100);
      return handler(bodies, sent);
    };
    const aws = deploy(resources, load, {
      latencyMs: 20,
      ...(redeliveryDelayMs !== undefined && { redeliveryDelayMs }),
    });
    const alice = new SQSClient(clientOf(aws));
    for (const text of texts) {
      const [MessageGroupId, MessageBody] = text.split(':');
      await alice.send(new SendMessageCommand({ QueueUrl, MessageGroupId, MessageBody }));
    }
    await aws.idle();
    const parked = aws.queued.map(({ body }) => String(body));
    return { aws, batches, parked };
  });
}

const failing =
  (...failed: readonly string[]) =>
  (_bodies: readonly string[], { Records }: SQSEvent) => ({
    batchItemFailures: Records.filter(({ body }) => failed.includes(body)).map(({ messageId }) => ({
      itemIdentifier: messageId,
    })),
  });

test('a function gets the messages of a group in order, those that came meanwhile together', async () => {
  const { batches } = await send(['a:one', 'a:two', 'a:three'], failing());
  expect(batches.map(([, bodies]) => bodies)).toEqual(['one', 'two three']);
});

test('groups do not wait for each other', async () => {
  const { batches } = await send(['a:one', 'b:two', 'a:three'], failing());
  expect(batches.map(([, bodies]) => bodies)).toEqual(['one', 'two', 'three']);
});

test('a batch holds no more than its size', async () => {
  const { batches } = await send(['a:1', 'a:2', 'a:3', 'a:4'], failing(), stack({ BatchSize: 2 }));
  expect(batches.map(([, bodies]) => bodies)).toEqual(['1', '2 3', '4']);
});

test('what the function reports comes again when it is visible, the rest is deleted', async () => {
  let failed = false;
  const { batches, parked } = await send(['a:1', 'a:2', 'a:3'], (bodies, event) => {
    const fails = bodies.includes('2') && !failed;
    failed ||= fails;
    return failing(...(fails ? ['2', '3'] : []))(bodies, event);
  });
  expect(batches).toEqual([
    [0, '1'],
    [0, '2 3'],
    [60, '2 3'],
  ]);
  expect(parked).toEqual([]);
});

test('as on AWS, what stands behind a failure and is not reported is gone', async () => {
  const { batches } = await send(['a:1', 'a:2', 'a:3'], failing('2'));
  expect(batches.map(([, bodies]) => bodies)).toEqual(['1', '2 3', '2', '2']);
});

test('what fails as often as it may is parked, and those behind it come through', async () => {
  const { batches, parked } = await send(['a:1', 'a:2'], failing('1'));
  expect(batches).toEqual([
    [0, '1'],
    [60, '1 2'],
    [120, '1'],
  ]);
  expect(parked).toEqual(['1']);
});

test('a function that fails gets all of its batch again', async () => {
  const { batches, parked } = await send(['a:1'], () => {
    throw new Error('told to fail');
  });
  expect(batches).toEqual([
    [0, '1'],
    [60, '1'],
    [120, '1'],
  ]);
  expect(parked).toEqual(['1']);
});

test('who is in a hurry need not wait for the visibility timeout', async () => {
  const { batches } = await send(['a:1'], failing('1'), stack(), 5000);
  expect(batches.map(([second]) => second)).toEqual([0, 5, 10]);
});

test('what no filter matches is deleted unread', async () => {
  const FilterCriteria = { Filters: [{ Pattern: '{"body":["b"]}' }, { Pattern: '{"body":["d"]}' }] };
  const { batches, parked, aws } = await send(
    ['1:a', '1:b', '1:c', '1:d'],
    () => undefined,
    stack({ FilterCriteria }),
  );
  expect(batches.flatMap(([, bodies]) => bodies.split(' '))).toEqual(['b', 'd']);
  expect([parked, aws.problems]).toEqual([[], []]);
});

test('without a dead-letter queue a message comes until it is too old', async () => {
  const { batches, aws } = await send(
    ['a:1'],
    failing('1'),
    stack({}, { RedrivePolicy: undefined, MessageRetentionPeriod: 300 }),
  );
  expect(batches.map(([second]) => second)).toEqual([0, 60, 120, 180, 240]);
  expect(aws.problems).toEqual([expect.stringContaining('older than the retention')]);
});

test('a function whose reserved concurrency is 0 gets nothing, and its messages are parked', async () => {
  const { batches, parked } = await send(
    ['a:1'],
    failing(),
    stack({}, {}, reading, { ReservedConcurrentExecutions: 0 }),
  );
  expect(batches).toEqual([]);
  expect(parked).toEqual(['1']);
});

test('a mapping that is not enabled leaves the messages alone', async () => {
  const { batches } = await send(['a:1'], failing(), stack({ Enabled: false }));
  expect(batches).toEqual([]);
});

test('a record is as SQS has it', async () => {
  let seen: SQSEvent | undefined;
  await send(['a:one'], (_bodies, event) => {
    seen = event;
  });
  expect(seen?.Records).toEqual([
    {
      messageId: expect.any(String) as unknown,
      receiptHandle: expect.any(String) as unknown,
      body: 'one',
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: expect.stringMatching(/^\d{13}$/) as unknown,
        ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/) as unknown,
        SenderId: expect.stringMatching(/^AROA.*:alice$/) as unknown,
        MessageGroupId: 'a',
        SequenceNumber: '00000000000000000001',
        MessageDeduplicationId: '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed',
      },
      messageAttributes: {},
      md5OfBody: 'f97c5d29941bfb1b2fdab0874906ab82',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:reports.fifo',
      awsRegion: 'us-east-1',
    },
  ]);
});

const item = (itemIdentifier: unknown) => ({ batchItemFailures: [{ itemIdentifier }] });

test.each<[string, unknown, readonly string[]]>([
  ['nothing', undefined, []],
  ['null', null, []],
  ['an empty text', '', []],
  ['no list', {}, []],
  ['null for a list', { batchItemFailures: null }, []],
  ['an empty list', { batchItemFailures: [] }, []],
  ['one of them', item('b'), ['b']],
  ['a text', 'done', ['a', 'b']],
  ['an empty id', item(''), ['a', 'b']],
  ['null for an id', item(null), ['a', 'b']],
  ['another name for the id', { batchItemFailures: [{ messageId: 'a' }] }, ['a', 'b']],
  ['an id that is not in the batch', item('c'), ['a', 'b']],
])('a report of %s', (_case, result, failed) => {
  const batch = [{ messageId: 'a' }, { messageId: 'b' }];
  expect([...failuresOf(batch, { result }, true)]).toEqual(failed);
});

test('without ReportBatchItemFailures a result says nothing', () => {
  expect(failuresOf([{ messageId: 'a' }], { result: item('a') }, false)).toEqual(new Set());
});

test.each<[string, ReturnType<typeof stack>, string]>([
  [
    'a role that may not delete',
    stack({}, {}, allow(['sqs:ReceiveMessage', 'sqs:GetQueueAttributes'], arnOf('Reports'))),
    'tell may not sqs:DeleteMessage',
  ],
  [
    'a visibility timeout that is too short',
    stack({}, { VisibilityTimeout: 9 }),
    'shorter than the timeout of tell',
  ],
  ['a batch that is too large', stack({ BatchSize: 11 }), 'BatchSize'],
  [
    'another source',
    stack({ EventSourceArn: 'arn:aws:kinesis:us-east-1:123456789012:stream/a' }),
    'Only queues',
  ],
  [
    'a queue that is not there',
    stack({ EventSourceArn: 'arn:aws:sqs:us-east-1:123456789012:a' }),
    'Reading: no arn',
  ],
  ['a function that is not there', stack({ FunctionName: 'other' }), 'Reading: no other'],
])('%s is refused when deploying', (_case, resources, message) => {
  expect(() => deploy(resources)).toThrow(message);
});
