import { CloudWatch, type PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch';
import { refusal, underAttack } from '../guard-under-attack.ts';

const AlarmName = 'trailkeeper-drill-heal-silent';
const DashboardName = 'trailkeeper-drill-us-east-1';
const source = 'monitoring.amazonaws.com';

const described = async (cloudWatch: CloudWatch) =>
  (await cloudWatch.describeAlarms({ AlarmNames: [AlarmName] })).MetricAlarms?.[0];

test('alarms and their actions are switched off and on, deleted, and put back', async () => {
  await underAttack(async ({ mallory, recorded }) => {
    const cloudWatch = new CloudWatch(mallory);
    const before = await described(cloudWatch);
    expect(before).toMatchObject({
      AlarmArn: `arn:aws:cloudwatch:us-east-1:123456789012:alarm:${AlarmName}`,
      ActionsEnabled: true,
      AlarmActions: ['arn:aws:sns:us-east-1:123456789012:trailkeeper-drill-alerts'],
      EvaluationPeriods: 3,
      Threshold: 1,
      Metrics: [
        { Id: 'counted', MetricStat: { Period: 300, Stat: 'Sum' } },
        { Id: 'heartbeat', Expression: 'FILL(counted, 0)' },
      ],
    });
    await cloudWatch.disableAlarmActions({ AlarmNames: [AlarmName] });
    await expect(described(cloudWatch)).resolves.toMatchObject({ ActionsEnabled: false });
    await cloudWatch.enableAlarmActions({ AlarmNames: [AlarmName] });
    await expect(described(cloudWatch)).resolves.toMatchObject({ ActionsEnabled: true });
    await cloudWatch.deleteAlarms({ AlarmNames: [AlarmName] });
    await expect(described(cloudWatch)).resolves.toBeUndefined();
    await cloudWatch.putMetricAlarm(before as PutMetricAlarmCommandInput);
    await expect(described(cloudWatch)).resolves.toMatchObject({
      Metrics: before?.Metrics,
      AlarmActions: before?.AlarmActions,
      DatapointsToAlarm: 3,
    });
    const named = { alarmNames: [AlarmName] };
    expect(recorded().map(([from, name, request]) => [from, name, request])).toEqual([
      [source, 'DisableAlarmActions', named],
      [source, 'EnableAlarmActions', named],
      [source, 'DeleteAlarms', named],
      [source, 'PutMetricAlarm', expect.objectContaining({ alarmName: AlarmName, threshold: 1 })],
    ]);
  });
});

test('alarms are found by what their names begin with', async () => {
  await underAttack(async ({ mallory }) => {
    const cloudWatch = new CloudWatch(mallory);
    const { MetricAlarms } = await cloudWatch.describeAlarms({ AlarmNamePrefix: 'trailkeeper-drill-heal-' });
    expect(MetricAlarms?.map((alarm) => alarm.AlarmName)).toEqual([AlarmName]);
  });
});

test('the dashboard is read, put, and deleted', async () => {
  await underAttack(async ({ mallory, recorded }) => {
    const cloudWatch = new CloudWatch(mallory);
    const { DashboardBody } = await cloudWatch.getDashboard({ DashboardName });
    expect(JSON.parse(DashboardBody ?? '')).toMatchObject({ widgets: expect.any(Array) as unknown[] });
    await cloudWatch.putDashboard({ DashboardName, DashboardBody: '{"widgets":[]}' });
    await expect(cloudWatch.getDashboard({ DashboardName })).resolves.toMatchObject({
      DashboardBody: '{"widgets":[]}',
    });
    await cloudWatch.deleteDashboards({ DashboardNames: [DashboardName] });
    await expect(refusal(cloudWatch.getDashboard({ DashboardName }))).resolves.toContain('does not exist');
    expect(recorded().map(([, name]) => name)).toEqual(['PutDashboard', 'DeleteDashboards']);
  });
});

test.each<[string, (cloudWatch: CloudWatch) => Promise<unknown>, string]>([
  [
    'deleting an alarm that is not there',
    (cloudWatch) => cloudWatch.deleteAlarms({ AlarmNames: ['other'] }),
    'ResourceNotFound',
  ],
  [
    'a dashboard that is none',
    (cloudWatch) => cloudWatch.putDashboard({ DashboardName, DashboardBody: '[]' }),
    'DashboardInvalidInputError',
  ],
])('%s is refused', async (_case, call, message) => {
  await underAttack(async ({ mallory }) => {
    await expect(refusal(call(new CloudWatch(mallory)))).resolves.toContain(message);
  });
});
