import { Lambda } from '@aws-sdk/client-lambda';
import { SQS } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { inVirtualTime } from '../../../../local/drill/virtual-time.ts';
import { refusal, underAttack } from '../guard-under-attack.ts';
import { allow, arnOf, clientOf, deploy, lambdaFunction, role } from '../small-stack.ts';

const FunctionName = 'trailkeeper-drill-tell';
const queueArn = (name: string) => `arn:aws:sqs:us-east-1:123456789012:trailkeeper-drill-${name}.fifo`;
const source = 'lambda.amazonaws.com';

/** The mapping of the deployed package. */
async function mappingOf(lambda: Lambda): Promise<string> {
  const { EventSourceMappings } = await lambda.listEventSourceMappings({ FunctionName });
  return EventSourceMappings?.[0]?.UUID ?? '';
}

test('a disabled mapping keeps what heal has to tell untold, until it is enabled again', async () => {
  await underAttack(async ({ aws, mallory, isGuarded, recorded }) => {
    const lambda = new Lambda(mallory);
    const UUID = await mappingOf(lambda);
    await lambda.updateEventSourceMapping({ UUID, Enabled: false });
    await expect(lambda.getEventSourceMapping({ UUID })).resolves.toMatchObject({
      State: 'Disabled',
      BatchSize: 5,
      EventSourceArn: queueArn('passes'),
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    await expect(isGuarded()).resolves.toBe(true);
    expect(aws.messages).toEqual([]);
    await lambda.updateEventSourceMapping({ UUID, Enabled: true });
    await aws.idle();
    expect(aws.messages[0]?.subject).toContain('mallory');
    expect(recorded().map(([from, name, request]) => [from, name, request])).toEqual(
      [false, true].map((enabled) => [source, 'UpdateEventSourceMapping20150331', { uUID: UUID, enabled }]),
    );
  });
});

test('a deleted mapping reads no more; another one reads what has waited', async () => {
  await underAttack(async ({ aws, mallory, isGuarded }) => {
    const lambda = new Lambda(mallory);
    const UUID = await mappingOf(lambda);
    await lambda.deleteEventSourceMapping({ UUID });
    await isGuarded();
    expect([aws.messages, await mappingOf(lambda)]).toEqual([[], '']);
    await expect(refusal(lambda.getEventSourceMapping({ UUID }))).resolves.toContain(
      'ResourceNotFoundException',
    );
    await lambda.createEventSourceMapping({
      FunctionName,
      EventSourceArn: queueArn('passes'),
      BatchSize: 5,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    await aws.idle();
    expect(aws.messages[0]?.subject).toContain('mallory');
  });
});

test('a mapping reads a queue that was deleted and created again', async () => {
  await inVirtualTime(async () => {
    const bodies: string[] = [];
    const aws = deploy(
      {
        Reports: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'reports' } },
        TellRole: role('tell', allow('sqs:*', arnOf('Reports'))),
        Tell: lambdaFunction('tell', 'TellRole'),
        Reading: {
          Type: 'AWS::Lambda::EventSourceMapping',
          Properties: { EventSourceArn: arnOf('Reports'), FunctionName: { Ref: 'Tell' } },
        },
      },
      () => (event) => {
        bodies.push(...(event as SQSEvent).Records.map(({ body }) => body));
        return Promise.resolve();
      },
      { recreationDelayMs: 0 },
    );
    const sqs = new SQS(clientOf(aws));
    const QueueUrl = 'https://sqs.us-east-1.amazonaws.com/123456789012/reports';
    await sqs.deleteQueue({ QueueUrl });
    await sqs.createQueue({ QueueName: 'reports' });
    await sqs.sendMessage({ QueueUrl, MessageBody: 'a' });
    await aws.idle();
    expect(bodies).toEqual(['a']);
  });
});

test('a message waits for a function that was deleted, and no other is lost for it', async () => {
  await underAttack(async ({ aws, mallory, isGuarded }) => {
    await new Lambda(mallory).deleteFunction({ FunctionName });
    await expect(isGuarded()).resolves.toBe(true);
    expect(aws.messages).toEqual([]);
    expect(aws.problems.filter((text) => text.includes('messages wait'))).toEqual([
      `arn:aws:lambda:us-east-1:123456789012:function:${FunctionName} is not there: messages wait`,
    ]);
    const { Attributes } = await new SQS(mallory).getQueueAttributes({
      QueueUrl: 'https://sqs.us-east-1.amazonaws.com/123456789012/trailkeeper-drill-passes.fifo',
      AttributeNames: ['ApproximateNumberOfMessages'],
    });
    expect(Number(Attributes?.ApproximateNumberOfMessages)).toBeGreaterThan(0);
  });
});

test.each<[string, (lambda: Lambda) => Promise<unknown>, string]>([
  [
    'a second mapping of a queue',
    (lambda) => lambda.createEventSourceMapping({ FunctionName, EventSourceArn: queueArn('passes') }),
    'ResourceConflictException',
  ],
  [
    'a queue that the role may not read',
    (lambda) => lambda.createEventSourceMapping({ FunctionName, EventSourceArn: queueArn('parked') }),
    'may not sqs:ReceiveMessage',
  ],
  [
    'a mapping that is not there',
    (lambda) => lambda.updateEventSourceMapping({ UUID: 'other', Enabled: false }),
    'ResourceNotFoundException',
  ],
])('%s is refused', async (_case, call, message) => {
  await underAttack(async ({ mallory }) => {
    await expect(refusal(call(new Lambda(mallory)))).resolves.toContain(message);
  });
});
