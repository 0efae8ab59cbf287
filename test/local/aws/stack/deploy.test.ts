import type { GuardTemplate } from '../lambda/guard-package.ts';
import { guarded, logging, stop } from '../cloudtrail/guarded-trail.ts';

test('a stopped trail is restarted by the deployed guard, whose own call comes back to it and ends there', async () => {
  const { aws, mallory, deploy } = await guarded({}, (template) => {
    template.Resources.HealLambdaFunction.Properties['ReservedConcurrentExecutions'] = 1;
  });
  deploy();
  await mallory.send(stop);
  await aws.idle();

  expect(logging(aws)).toEqual([true]);
  expect(aws.problems).toEqual([]);
  expect(aws.invocations.map(({ result, error }) => error ?? result)).toEqual(['restarted', 'whole']);
  expect(aws.invocations.map(({ coldStart }) => coldStart)).toEqual([true, false]);
  expect(aws.invocations.map(({ logs }) => logs[0])).toEqual([
    'invocation 1 of guard-heal',
    'invocation 2 of guard-heal',
  ]);
  expect(aws.messages).toEqual([
    expect.objectContaining({ subject: 'restarted', message: 'org-audit-trail' }),
  ]);
  const [, , , restart] = aws.history();
  expect(restart).toMatchObject({
    eventName: 'StartLogging',
    userIdentity: { arn: 'arn:aws:sts::123456789012:assumed-role/guard-heal-role/guard-heal' },
  });
});

test('a scheduled rule invokes its target once each time the schedules run', async () => {
  const { aws, deploy } = await guarded();
  deploy();
  aws.runSchedules();
  await aws.idle();
  expect(aws.invocations.map(({ event }) => event)).toEqual([
    expect.objectContaining({ 'detail-type': 'Scheduled Event', source: 'aws.events', detail: {} }),
  ]);
});

test.each<[string, Record<string, string>, (template: GuardTemplate) => void, number]>([
  ['a rule whose condition does not hold', { Sweep: 'off' }, () => undefined, 0],
  [
    'a rule whose permission is for another rule',
    {},
    (t) => {
      t.Resources.SweepPermission.Properties.SourceArn = { 'Fn::GetAtt': ['Tampering', 'Arn'] };
    },
    0,
  ],
])('%s invokes nothing', async (_case, parameters, change, count) => {
  const { aws, deploy } = await guarded({}, change);
  deploy(parameters);
  aws.runSchedules();
  await aws.idle();
  expect(aws.invocations).toHaveLength(count);
});

test('a target that does not let EventBridge in gets nothing; the event goes to its dead-letter queue', async () => {
  const { aws, mallory, deploy } = await guarded({}, (template) => {
    template.Resources.TamperingPermission.Properties.SourceArn =
      'arn:aws:events:us-east-1:123456789012:rule/other';
  });
  deploy();
  await mallory.send(stop);
  await aws.idle();
  expect(logging(aws)).toEqual([false]);
  expect(aws.queued).toMatchObject([{ attributes: { ERROR_CODE: 'NO_PERMISSIONS' } }]);
  expect(aws.queued[0]?.queueArn).toMatch(/^arn:aws:sqs:us-east-1:123456789012:.*Undelivered/);
  expect(aws.problems).toHaveLength(1);
});

test('a failing function is tried again, then a record goes to the on-failure destination', async () => {
  const { aws, deploy } = await guarded({}, (template) => {
    template.Resources.Tampering.Properties['Targets'] = [
      { Id: 'heal', Arn: { 'Fn::GetAtt': ['HealLambdaFunction', 'Arn'] }, Input: '{"fail":true}' },
    ];
  });
  deploy();
  aws.putEvent({
    version: '0',
    id: '1',
    source: 'aws.cloudtrail',
    'detail-type': 'AWS API Call via CloudTrail',
    account: aws.account,
    region: aws.region,
    time: '2026-11-20T00:00:00Z',
    resources: [],
    detail: { eventName: 'StopLogging' },
  });
  await aws.idle();
  expect(aws.invocations.map(({ attempt, error }) => [attempt, error?.errorType])).toEqual([
    [1, 'TypeError'],
    [2, 'TypeError'],
  ]);
  expect(new Set(aws.invocations.map(({ requestId }) => requestId)).size).toBe(1);
  expect(aws.queued).toMatchObject([
    { body: { requestPayload: { fail: true }, responsePayload: { errorMessage: 'told to fail' } } },
  ]);
});

test('rights that the role lacks are denied, to the function and to the destination of its failures', async () => {
  const { aws, deploy } = await guarded({}, (template) => {
    template.Resources.HealRole.Properties.Policies = [];
  });
  deploy();
  await expect(aws.invoke('guard-heal', {})).rejects.toThrow(
    'AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/guard-heal-role/guard-heal is not authorized to ' +
      'perform: cloudtrail:GetTrailStatus on resource: arn:aws:cloudtrail:us-east-1:123456789012:trail/org-audit-trail',
  );
  aws.runSchedules();
  await aws.idle();
  expect(aws.queued).toEqual([]);
  expect(aws.problems).toEqual([expect.stringContaining('guard-heal-role may not sqs:SendMessage')]);
});

test('used and allowed actions can be compared', async () => {
  const { aws, mallory, deploy } = await guarded();
  deploy();
  await mallory.send(stop);
  await aws.idle();
  const actions = (list: readonly { action: string }[]) =>
    [...new Set(list.map(({ action }) => action))].toSorted();
  expect(actions(aws.usedActions())).toEqual([
    'cloudtrail:GetTrailStatus',
    'cloudtrail:StartLogging',
    'kms:Decrypt',
    'kms:GenerateDataKey',
    'sns:Publish',
  ]);
  expect(actions(aws.allowedActions())).toEqual([...actions(aws.usedActions()), 'sqs:SendMessage']);
  expect(actions(aws.unusedActions())).toEqual(['sqs:SendMessage']);
});

test.each<[string, (template: GuardTemplate) => void, string]>([
  [
    'an expression that cannot be resolved',
    (t) => {
      t.Resources.HealLambdaFunction.Properties['Environment'] = {
        Variables: { A: { 'Fn::ImportValue': 'b' } },
      };
    },
    'HealLambdaFunction.Environment.Variables.A: cannot resolve {"Fn::ImportValue":"b"}',
  ],
  [
    'a condition operator that is not judged here',
    (t) => {
      t.Resources.HealRole.Properties.Policies[0]?.PolicyDocument.Statement.push({
        Effect: 'Allow',
        Action: 'sns:*',
        Resource: '*',
        Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } },
      });
    },
    'unsupported condition operator IpAddress',
  ],
  [
    'a transformed input',
    (t) => {
      t.Resources.Tampering.Properties['Targets'] = [{ Id: 'a', Arn: 'b', InputPath: '$.detail' }];
    },
    'InputPath',
  ],
])('%s is refused when deploying', async (_case, change, message) => {
  const { deploy } = await guarded({}, change);
  expect(() => deploy()).toThrow(message);
});
