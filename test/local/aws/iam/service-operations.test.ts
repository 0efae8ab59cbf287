import { CloudFormation } from '@aws-sdk/client-cloudformation';
import { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { EventBridge } from '@aws-sdk/client-eventbridge';
import { Lambda } from '@aws-sdk/client-lambda';
import { Scheduler } from '@aws-sdk/client-scheduler';
import { SQS } from '@aws-sdk/client-sqs';
import { assumedRole } from '../../../../local/aws/iam/principal.ts';
import { inVirtualTime } from '../../../../local/drill/virtual-time.ts';
import { refusal } from '../guard-under-attack.ts';
import { allow, arnOf, clientOf, deploy, lambdaFunction, role } from '../small-stack.ts';

const at = (service: string, resource: string) => `arn:aws:${service}:us-east-1:123456789012:${resource}`;
const roleArn = 'arn:aws:iam::123456789012:role/heal';
const QueueUrl = 'https://sqs.us-east-1.amazonaws.com/123456789012/work';

const stack = (statements: unknown) => ({
  HealRole: role('heal', statements),
  Heal: lambdaFunction('heal', 'HealRole'),
  Work: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'work' } },
  Look: {
    Type: 'AWS::Events::Rule',
    Properties: {
      Name: 'look',
      ScheduleExpression: 'rate(1 day)',
      Targets: [{ Id: '1', Arn: arnOf('Heal') }],
    },
  },
});

type Connection = ReturnType<typeof clientOf>;

/** Deploys the stack, and lets somebody who has the function's role make a call. */
function asHeal(call: (connection: Connection) => Promise<unknown>, statements: unknown = []) {
  return inVirtualTime(async () => {
    const aws = deploy(stack(statements));
    const userIdentity = assumedRole(aws.account, 'heal', 'thief');
    const said = await refusal(call(clientOf(aws, { userIdentity, role: roleArn })));
    return { said, records: aws.history() };
  });
}

const heal = { FunctionName: 'heal' };
const rule = at('events', 'rule/look');
const fn = at('lambda', 'function:heal');

test.each<[action: string, resource: string, call: (connection: Connection) => Promise<unknown>]>([
  ['events:DescribeRule', rule, (by) => new EventBridge(by).describeRule({ Name: 'look' })],
  ['events:ListTargetsByRule', rule, (by) => new EventBridge(by).listTargetsByRule({ Rule: 'look' })],
  ['events:DisableRule', rule, (by) => new EventBridge(by).disableRule({ Name: 'look' })],
  ['events:EnableRule', rule, (by) => new EventBridge(by).enableRule({ Name: 'look' })],
  ['events:DeleteRule', rule, (by) => new EventBridge(by).deleteRule({ Name: 'look' })],
  [
    'events:PutRule',
    rule,
    (by) => new EventBridge(by).putRule({ Name: 'look', ScheduleExpression: 'rate(1 day)' }),
  ],
  [
    'events:PutTargets',
    rule,
    (by) => new EventBridge(by).putTargets({ Rule: 'look', Targets: [{ Id: '1', Arn: fn }] }),
  ],
  ['events:RemoveTargets', rule, (by) => new EventBridge(by).removeTargets({ Rule: 'look', Ids: ['1'] })],
  [
    'scheduler:DeleteSchedule',
    at('scheduler', 'schedule/mine/sweep'),
    (by) => new Scheduler(by).deleteSchedule({ Name: 'sweep', GroupName: 'mine' }),
  ],
  ['lambda:GetFunction', fn, (by) => new Lambda(by).getFunction(heal)],
  [
    'lambda:GetFunctionConfiguration',
    fn,
    (by) => new Lambda(by).getFunctionConfiguration({ FunctionName: fn }),
  ],
  ['lambda:UpdateFunctionConfiguration', fn, (by) => new Lambda(by).updateFunctionConfiguration(heal)],
  [
    'lambda:UpdateFunctionCode',
    fn,
    (by) => new Lambda(by).updateFunctionCode({ ...heal, ZipFile: new Uint8Array([1]) }),
  ],
  ['lambda:DeleteFunction', fn, (by) => new Lambda(by).deleteFunction(heal)],
  ['lambda:GetPolicy', fn, (by) => new Lambda(by).getPolicy(heal)],
  ['lambda:RemovePermission', fn, (by) => new Lambda(by).removePermission({ ...heal, StatementId: 'a' })],
  [
    'lambda:PutFunctionConcurrency',
    fn,
    (by) => new Lambda(by).putFunctionConcurrency({ ...heal, ReservedConcurrentExecutions: 0 }),
  ],
  ['lambda:DeleteFunctionConcurrency', fn, (by) => new Lambda(by).deleteFunctionConcurrency(heal)],
  ['lambda:PutFunctionEventInvokeConfig', fn, (by) => new Lambda(by).putFunctionEventInvokeConfig(heal)],
  ['lambda:ListEventSourceMappings', '*', (by) => new Lambda(by).listEventSourceMappings(heal)],
  [
    'lambda:UpdateEventSourceMapping',
    at('lambda', 'event-source-mapping:a'),
    (by) => new Lambda(by).updateEventSourceMapping({ UUID: 'a' }),
  ],
  [
    'sqs:SetQueueAttributes',
    at('sqs', 'work'),
    (by) => new SQS(by).setQueueAttributes({ QueueUrl, Attributes: {} }),
  ],
  ['sqs:DeleteQueue', at('sqs', 'work'), (by) => new SQS(by).deleteQueue({ QueueUrl })],
  ['sqs:CreateQueue', at('sqs', 'more'), (by) => new SQS(by).createQueue({ QueueName: 'more' })],
  ['cloudwatch:DescribeAlarms', at('cloudwatch', 'alarm:*'), (by) => new CloudWatch(by).describeAlarms({})],
  [
    'cloudwatch:DeleteAlarms',
    at('cloudwatch', 'alarm:a'),
    (by) => new CloudWatch(by).deleteAlarms({ AlarmNames: ['a'] }),
  ],
  [
    'cloudwatch:GetDashboard',
    'arn:aws:cloudwatch::123456789012:dashboard/a',
    (by) => new CloudWatch(by).getDashboard({ DashboardName: 'a' }),
  ],
  ['cloudformation:DescribeStacks', '*', (by) => new CloudFormation(by).describeStacks({})],
])('%s needs a right on %s', async (action, resource, call) => {
  const { said } = await asHeal(call);
  expect(said).toMatch(/^AccessDenied/);
  expect(said).toContain(`is not authorized to perform: ${action} on resource: ${resource} because`);
  await expect(asHeal(call, allow(action, resource))).resolves.not.toMatchObject({
    said: expect.stringContaining('is not authorized') as string,
  });
});

test.each<[string, unknown, string]>([
  ['may not', [], 'iam:PassRole'],
  [
    'may, to another service',
    allow('iam:PassRole', roleArn, {
      Condition: { StringEquals: { 'iam:PassedToService': 'events.amazonaws.com' } },
    }),
    'iam:PassRole',
  ],
  [
    'may, to Lambda',
    allow('iam:PassRole', roleArn, {
      Condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } },
    }),
    'not refused',
  ],
])('who changes the role of a function and %s pass it', async (_case, more, expected) => {
  const { said } = await asHeal(
    (by) => new Lambda(by).updateFunctionConfiguration({ ...heal, Role: roleArn }),
    [allow('lambda:UpdateFunctionConfiguration', fn), more].flat(),
  );
  expect(said).toContain(expected);
});

test('a call without the right is recorded as denied, and its request is not told', async () => {
  const { records } = await asHeal((by) => new Lambda(by).deleteFunction(heal));
  expect(records).toEqual([
    expect.objectContaining({
      eventSource: 'lambda.amazonaws.com',
      eventName: 'DeleteFunction20150331',
      errorCode: 'AccessDenied',
      requestParameters: null,
    }),
  ]);
});
