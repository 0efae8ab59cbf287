import { inVirtualTime } from '../../../../local/drill/virtual-time.ts';
import { allow, arnOf, deploy, lambdaFunction, role } from '../small-stack.ts';

type Resources = Parameters<typeof deploy>[0];

const target = (more: object = {}) => ({
  Arn: arnOf('Tell'),
  RoleArn: arnOf('SweepRole'),
  Input: '{"sweep":"<aws.scheduler.schedule-arn>"}',
  DeadLetterConfig: { Arn: arnOf('Undelivered') },
  ...more,
});
const toQueue = { Arn: arnOf('Work'), SqsParameters: { MessageGroupId: 'sweep' } };

const schedule = (Target: object, more: object = {}) => ({
  Type: 'AWS::Scheduler::Schedule',
  Properties: {
    Name: 'sweep',
    ScheduleExpression: 'rate(5 minutes)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target,
    ...more,
  },
});

const sending = (queue: string) => allow('sqs:SendMessage', arnOf(queue));
const everything = [allow('lambda:InvokeFunction', arnOf('Tell')), sending('Work'), sending('Undelivered')];

const stack = (resources: object, statements: unknown = everything): Resources => ({
  Tell: lambdaFunction('tell', 'TellRole'),
  TellRole: role('tell', []),
  SweepRole: role('sweep', statements, 'scheduler'),
  Work: {
    Type: 'AWS::SQS::Queue',
    Properties: { QueueName: 'work.fifo', FifoQueue: true, ContentBasedDeduplication: true },
  },
  Plain: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } },
  Undelivered: { Type: 'AWS::SQS::Queue', Properties: {} },
  ...resources,
});

/** Runs all schedules once; gives what the function got, and the codes of what was left in the dead-letter queue. */
async function run(resources: Resources, of?: 'rules' | 'schedules') {
  return inVirtualTime(async () => {
    const events: unknown[] = [];
    const aws = deploy(resources, () => (event) => {
      events.push(event);
      return Promise.resolve();
    });
    aws.runSchedules(of);
    await aws.idle();
    return { aws, events, codes: aws.queued.map(({ attributes }) => attributes['ERROR_CODE']) };
  });
}

test('a schedule calls a function with its input, and what it knows of itself', async () => {
  const { aws, events } = await run(stack({ Sweep: schedule(target()) }));
  expect(events).toEqual([{ sweep: 'arn:aws:scheduler:us-east-1:123456789012:schedule/default/sweep' }]);
  expect(aws.problems).toEqual([]);
  expect(aws.usedActions()).toContainEqual(expect.objectContaining({ action: 'lambda:InvokeFunction' }));
});

test.each<[string, object, 'rules' | 'schedules' | undefined, number]>([
  ['that is disabled', schedule(target(), { State: 'DISABLED' }), undefined, 0],
  ['of another service', schedule(target()), 'rules', 0],
  ['of the service that is asked for', schedule(target()), 'schedules', 1],
])('a schedule %s runs or not', async (_case, Sweep, of, count) => {
  const { events } = await run(stack({ Sweep }), of);
  expect(events).toHaveLength(count);
});

/** A function that reads the queue, so that what is in it comes to light. */
const reader = {
  TellRole: role(
    'tell',
    allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], arnOf('Work')),
  ),
  Reading: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: { EventSourceArn: arnOf('Work'), FunctionName: arnOf('Tell') },
  },
};
const received = (body: unknown) => ({
  Records: [
    expect.objectContaining({
      body,
      attributes: expect.objectContaining({ MessageGroupId: 'sweep' }) as unknown,
    }),
  ],
});

const rule = (Targets: object) => ({
  Type: 'AWS::Events::Rule',
  Properties: { ScheduleExpression: 'rate(5 minutes)', Targets: [Targets] },
});
const letIn = (sourceRule: string, queue = 'Work') => ({
  Type: 'AWS::SQS::QueuePolicy',
  Properties: {
    Queues: [{ Ref: queue }],
    PolicyDocument: {
      Statement: allow('sqs:SendMessage', arnOf(queue), {
        Principal: { Service: 'events.amazonaws.com' },
        Condition: { ArnEquals: { 'aws:SourceArn': arnOf(sourceRule) } },
      }),
    },
  },
});
const ruleTarget = { Id: 'work', ...toQueue, DeadLetterConfig: { Arn: arnOf('Undelivered') } };

test.each<[string, object, unknown]>([
  ['a schedule', { Sweep: schedule(target({ ...toQueue, Input: '{ "a": 1 }' })) }, '{ "a": 1 }'],
  [
    'a rule that is let in',
    { Sweep: rule(ruleTarget), In: letIn('Sweep') },
    expect.stringContaining('"detail-type":"Scheduled Event"'),
  ],
])('%s puts a message into a queue, as it stands', async (_case, resources, body) => {
  const { aws, events } = await run(stack({ ...reader, ...resources }));
  expect(events).toEqual([received(body)]);
  expect(aws.problems).toEqual([]);
});

test.each<[string, Resources, readonly string[]]>([
  [
    'a schedule whose role may not invoke',
    stack({ Sweep: schedule(target()) }, [sending('Undelivered')]),
    ['NO_PERMISSIONS'],
  ],
  [
    'a schedule of a function that is not there',
    stack({ Sweep: schedule(target({ Arn: 'arn:aws:lambda:us-east-1:123456789012:function:gone' })) }, [
      allow('lambda:InvokeFunction', '*'),
      sending('Undelivered'),
    ]),
    ['NO_RESOURCE'],
  ],
  [
    'a schedule of a FIFO queue without a message group',
    stack({ Sweep: schedule(target({ Arn: arnOf('Work') })) }),
    ['MissingParameter'],
  ],
  [
    'a schedule of a FIFO queue that does not deduplicate by content',
    stack({ Sweep: schedule(target({ ...toQueue, Arn: arnOf('Plain') })) }, [
      sending('Plain'),
      sending('Undelivered'),
    ]),
    ['InvalidParameterValue'],
  ],
  ['a schedule whose role may do nothing', stack({ Sweep: schedule(target()) }, []), []],
  [
    'a rule that the queue does not let in',
    stack({ Sweep: rule(ruleTarget), Out: letIn('Sweep', 'Undelivered') }),
    ['NO_PERMISSIONS'],
  ],
])(
  '%s is told; where it may, it leaves the event in the dead-letter queue',
  async (_case, resources, left) => {
    const { aws, events, codes } = await run(resources);
    expect(events).toEqual([]);
    expect(codes).toEqual(left);
    expect(aws.problems).toHaveLength(left.length === 0 ? 2 : 1);
  },
);

test.each<[string, Resources, string]>([
  ['no input', stack({ Sweep: schedule(target({ Input: undefined })) }), 'Input is needed'],
  [
    'a universal target',
    stack({ Sweep: schedule(target({ Arn: 'arn:aws:scheduler:::aws-sdk:sqs:sendMessage' })) }),
    'Only functions',
  ],
  [
    'a role of another service',
    stack({ Sweep: schedule(target({ RoleArn: arnOf('TellRole') })) }),
    'may not assume',
  ],
])('a schedule with %s is refused when deploying', (_case, resources, message) => {
  expect(() => deploy(resources)).toThrow(message);
});

test('a queue keeps only one of two messages alike within five minutes, and so loses a sweep', async () => {
  await inVirtualTime(async () => {
    const bodies: unknown[] = [];
    const Sweep = schedule(target({ ...toQueue, Input: '{}' }));
    const aws = deploy(stack({ ...reader, Sweep }), () => (event) => {
      bodies.push(event);
      return Promise.resolve();
    });
    for (const times of [1, 2]) {
      aws.runSchedules();
      await aws.idle();
      expect([times, bodies.length]).toEqual([times, 1]);
    }
  });
});
