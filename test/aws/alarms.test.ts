import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DeleteDashboardsCommand,
  DisableAlarmActionsCommand,
  PutDashboardCommand,
  PutMetricAlarmCommand,
} from '@aws-sdk/client-cloudwatch';
import { liveAlarms } from '../../src/aws/alarms.ts';
import { liveDashboards } from '../../src/aws/dashboards.ts';
import { alarm } from '../../src/kinds/alarm/alarm.ts';
import { dashboard } from '../../src/kinds/dashboard/dashboard.ts';
import { type DeclaredResource, loopKind, type ResourceKind } from '../../src/kinds/resource.ts';
import { emptyAws } from '../local/aws/signed-in.ts';

const own = { purpose: 'guard', watch: 'enforce', trails: [] } as const;
const NAME = 'trailkeeper-drill-missing-sweeps';
const TOPIC = 'arn:aws:sns:us-east-1:123456789012:trailkeeper-drill-alerts';
const silent: DeclaredResource = {
  ...own,
  kind: 'alarm',
  name: NAME,
  fields: {
    ActionsEnabled: null,
    AlarmActions: [TOPIC],
    OKActions: null,
    Metrics: [
      {
        Id: 'counted',
        ReturnData: false,
        MetricStat: {
          Period: '300',
          Stat: 'Sum',
          Metric: { Namespace: 'Trailkeeper', MetricName: 'SweepFinished' },
        },
      },
      { Id: 'heartbeat', Expression: 'FILL(counted, 0)' },
    ],
    EvaluationPeriods: 3,
    Threshold: 1,
    ComparisonOperator: 'LessThanThreshold',
    TreatMissingData: 'breaching',
  },
};
const shown: DeclaredResource = {
  ...own,
  kind: 'dashboard',
  name: 'trailkeeper-drill-us-east-1',
  fields: { DashboardBody: '{"widgets":[{"type":"text","properties":{"markdown":"whole"}}]}' },
};

function surroundings(kindOf: ResourceKind, declared: DeclaredResource, ports: typeof liveAlarms) {
  const { aws, as, recorded } = emptyAws();
  const port = ports(new CloudWatchClient(as('guard')));
  const mallory = new CloudWatchClient(as('mallory'));
  const kind = loopKind(kindOf, { partition: 'aws', region: aws.region, account: aws.account });
  const heal = async () => {
    const plan = kind.plan(declared, await port.observe(declared.name));
    for (const repair of plan) await port.repair(repair);
    return {
      plan: plan.map(({ kind: call }) => call),
      drift: kind.drift(declared, await port.observe(declared.name)),
    };
  };
  return { aws, port, mallory, heal, recorded };
}

test('an alarm is made anew, and comes back from each blow', async () => {
  const { aws, port, mallory, heal, recorded } = surroundings(alarm, silent, liveAlarms);
  expect(await port.observe(NAME)).toEqual({ name: NAME, standing: 'missing', state: {}, unread: {} });
  expect(await heal()).toEqual({ plan: ['PutMetricAlarm'], drift: [] });
  expect(await heal()).toEqual({ plan: [], drift: [] });
  await mallory.send(new DisableAlarmActionsCommand({ AlarmNames: [NAME] }));
  expect(recorded('DisableAlarmActions').record?.requestParameters).toEqual({ alarmNames: [NAME] });
  expect(await heal()).toEqual({ plan: ['EnableAlarmActions'], drift: [] });
  await mallory.send(
    new PutMetricAlarmCommand({
      AlarmName: NAME,
      Namespace: 'Mallory',
      MetricName: 'Calm',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanThreshold',
    }),
  );
  expect(await heal()).toEqual({ plan: ['PutMetricAlarm'], drift: [] });
  await mallory.send(new DeleteAlarmsCommand({ AlarmNames: [NAME] }));
  expect(await heal()).toEqual({ plan: ['PutMetricAlarm'], drift: [] });
  aws.fail('DescribeAlarms', 'AccessDenied');
  const { standing, unread } = await port.observe(NAME);
  expect(standing).toBe('here');
  expect(Object.keys(unread)).toContain('AlarmActions');
});

test('a dashboard is made anew, and comes back from each blow', async () => {
  const { mallory, heal } = surroundings(dashboard, shown, liveDashboards);
  const { name } = shown;
  expect(await heal()).toEqual({ plan: ['PutDashboard'], drift: [] });
  expect(await heal()).toEqual({ plan: [], drift: [] });
  await mallory.send(new PutDashboardCommand({ DashboardName: name, DashboardBody: '{"widgets":[]}' }));
  expect(await heal()).toEqual({ plan: ['PutDashboard'], drift: [] });
  await mallory.send(new DeleteDashboardsCommand({ DashboardNames: [name] }));
  expect(await heal()).toEqual({ plan: ['PutDashboard'], drift: [] });
});
