import { Scheduler, type UpdateScheduleCommandInput } from '@aws-sdk/client-scheduler';
import { inVirtualTime } from '../../../../local/drill/virtual-time.ts';
import { refusal } from '../guard-under-attack.ts';
import { allow, arnOf, clientOf, deploy, lambdaFunction, role } from '../small-stack.ts';

const Name = 'sweep';
const arn = `arn:aws:scheduler:us-east-1:123456789012:schedule/default/${Name}`;
const tell = 'arn:aws:lambda:us-east-1:123456789012:function:tell';
const RoleArn = 'arn:aws:iam::123456789012:role/sweep';
const source = 'scheduler.amazonaws.com';

const resources = {
  Tell: lambdaFunction('tell', 'TellRole'),
  TellRole: role('tell', []),
  SweepRole: role('sweep', [allow('lambda:InvokeFunction', arnOf('Tell'))], 'scheduler'),
  Sweep: {
    Type: 'AWS::Scheduler::Schedule',
    Properties: {
      Name,
      ScheduleExpression: 'rate(5 minutes)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: arnOf('Tell'),
        RoleArn: arnOf('SweepRole'),
        Input: '{"sweep":1}',
        RetryPolicy: { MaximumRetryAttempts: 20 },
      },
    },
  },
};

const sweep: UpdateScheduleCommandInput = {
  Name,
  ScheduleExpression: 'rate(5 minutes)',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: { Arn: tell, RoleArn, Input: '{"sweep":2}' },
};
const recordOf = (more: object = {}) => ({
  name: Name,
  scheduleExpression: 'rate(5 minutes)',
  flexibleTimeWindow: { mode: 'OFF' },
  target: { arn: tell, roleArn: RoleArn, input: '{"sweep":2}' },
  clientToken: expect.any(String) as string,
  ...more,
});

type Calls = (scheduler: Scheduler) => Promise<unknown>;

/** Makes calls, runs all schedules once, and gives what the function got. */
async function run(calls: Calls) {
  return inVirtualTime(async () => {
    const events: unknown[] = [];
    const aws = deploy(resources, () => (event) => {
      events.push(event);
      return Promise.resolve();
    });
    await calls(new Scheduler(clientOf(aws)));
    aws.runSchedules();
    await aws.idle();
    const records = aws
      .history()
      .map(({ eventSource, eventName, requestParameters, responseElements }) => [
        eventSource,
        eventName,
        requestParameters,
        responseElements,
      ]);
    return { events, records };
  });
}

test.each<[string, Calls, unknown[], unknown[]]>([
  ['left alone', () => Promise.resolve(), [{ sweep: 1 }], []],
  [
    'disabled',
    (scheduler) => scheduler.updateSchedule({ ...sweep, State: 'DISABLED' }),
    [],
    [[source, 'UpdateSchedule', recordOf({ state: 'DISABLED' }), { scheduleArn: arn }]],
  ],
  [
    'deleted',
    (scheduler) => scheduler.deleteSchedule({ Name }),
    [],
    [[source, 'DeleteSchedule', expect.objectContaining({ name: Name }), null]],
  ],
  [
    'deleted and created again',
    async (scheduler) => {
      await scheduler.deleteSchedule({ Name });
      await scheduler.createSchedule(sweep);
    },
    [{ sweep: 2 }],
    [
      [source, 'DeleteSchedule', expect.objectContaining({ name: Name }), null],
      [source, 'CreateSchedule', recordOf(), { scheduleArn: arn }],
    ],
  ],
])('a schedule that is %s runs as it is now', async (_case, calls, events, records) => {
  await expect(run(calls)).resolves.toEqual({ events, records });
});

test('a schedule is described as the template has it; an update keeps nothing that it leaves out', async () => {
  await run(async (scheduler) => {
    await expect(scheduler.getSchedule({ Name, GroupName: 'default' })).resolves.toMatchObject({
      Arn: arn,
      State: 'ENABLED',
      GroupName: 'default',
      ScheduleExpression: 'rate(5 minutes)',
      Target: { Arn: tell, RoleArn, Input: '{"sweep":1}', RetryPolicy: { MaximumRetryAttempts: 20 } },
    });
    await scheduler.updateSchedule(sweep);
    const { Target } = await scheduler.getSchedule({ Name });
    expect(Target).toEqual(sweep.Target);
  });
});

test.each<[string, Calls, string]>([
  [
    'a schedule that is not there',
    (scheduler) => scheduler.updateSchedule({ ...sweep, Name: 'other' }),
    'ResourceNotFoundException: Schedule other does not exist.',
  ],
  [
    'a schedule that is there already',
    (scheduler) => scheduler.createSchedule(sweep),
    'ConflictException: Schedule sweep already exists.',
  ],
  [
    'a role that the scheduler may not assume',
    (scheduler) =>
      scheduler.updateSchedule({
        ...sweep,
        Target: { Arn: tell, Input: '{}', RoleArn: 'arn:aws:iam::123456789012:role/tell' },
      }),
    'ValidationException: The execution role you provide must allow AWS EventBridge Scheduler to assume the role.',
  ],
])('%s is refused', async (_case, call, message) => {
  await run(async (scheduler) => {
    await expect(refusal(call(scheduler))).resolves.toBe(message);
  });
});
