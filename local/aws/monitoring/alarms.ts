import { z } from 'zod';
import type { Operation, Request } from '../iam/call.ts';
import { operationsOf, type Row, SERVER_FAULTS } from '../operation.ts';
import type { Template } from '../stack/template.ts';
import { AwsError } from '../wire/aws-error.ts';
import { type Fields, readRequest } from '../wire/request-shape.ts';

/** An alarm of CloudWatch, as PutMetricAlarm takes it. It is kept, and never rings. */
export type Alarm = z.output<typeof alarmShape>;

/** A dashboard: its name, and its body as it was put. */
export interface Dashboard {
  readonly name: string;
  readonly body: string;
}

/** CloudWatch's alarms and dashboards of one account. */
export interface AlarmService {
  readonly operations: readonly Operation[];
  /** What is there now. */
  readonly state: () => ReadonlyMap<string, unknown>;
  readonly add: (region: string, alarms: readonly Alarm[], dashboards: readonly Dashboard[]) => void;
}

const actions = z.array(z.string()).max(5).default([]);
const alarmShape = z.object({
  AlarmName: z.string().min(1).max(255),
  AlarmDescription: z.string().max(1024).optional(),
  ActionsEnabled: z.boolean().default(true),
  OKActions: actions,
  AlarmActions: actions,
  InsufficientDataActions: actions,
  MetricName: z.string().optional(),
  Namespace: z.string().optional(),
  Statistic: z.string().optional(),
  ExtendedStatistic: z.string().optional(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
  Period: z.coerce.number().optional(),
  Unit: z.string().optional(),
  EvaluationPeriods: z.coerce.number().min(1),
  DatapointsToAlarm: z.coerce.number().min(1).optional(),
  Threshold: z.coerce.number().optional(),
  ComparisonOperator: z.string(),
  TreatMissingData: z.string().optional(),
  EvaluateLowSampleCountPercentile: z.string().optional(),
  Metrics: z.array(z.record(z.string(), z.unknown())).optional(),
  ThresholdMetricId: z.string().optional(),
});

/** Reads an alarm. */
export function readAlarm(template: Template, id: string): Alarm {
  const named = z.object({ ...alarmShape.shape, AlarmName: z.string().default(template.reference(id)) });
  const alarm = template.read(id, named);
  // A template's numbers may be texts.
  return { ...alarm, ...(alarm.Metrics && { Metrics: alarm.Metrics.map(withNumbers) }) };
}

function withNumbers(metric: Fields): Fields {
  const stat = z.looseObject({ MetricStat: z.looseObject({ Period: z.coerce.number() }) }).safeParse(metric);
  return stat.success ? stat.data : metric;
}

/** Reads a dashboard. */
export function readDashboard(template: Template, id: string): Dashboard {
  const properties = z.object({ DashboardName: z.string(), DashboardBody: z.string() });
  const { DashboardName: name, DashboardBody: body } = template.read(id, properties);
  return { name, body };
}

const dashboardRequest = z.object({
  DashboardName: z.string().regex(/^[\w-]{1,255}$/),
  DashboardBody: z.string(),
});
const listed = z.array(z.string()).optional();
const describeRequest = z.object({ AlarmNames: listed, AlarmNamePrefix: z.string().optional() });
const namesRequest = z.object({ AlarmNames: z.array(z.string()).max(100) });
const dashboardsRequest = z.object({ DashboardNames: z.array(z.string()) });

interface LiveAlarm {
  readonly alarm: Alarm;
  readonly changed: Date;
}

/**
 * No alarms, no dashboards. They are state only: nothing here counts metrics, and nothing rings.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Operations.html
 */
export function alarmService({
  account,
  partition,
}: {
  readonly account: string;
  readonly partition: string;
}): AlarmService {
  const alarms = new Map<string, LiveAlarm>();
  const dashboards = new Map<string, Dashboard & { readonly modified: Date }>();

  const alarmArn = (region: string, name: string) =>
    `arn:${partition}:cloudwatch:${region}:${account}:alarm:${name}`;
  const dashboardArn = (name: unknown) => `arn:${partition}:cloudwatch::${account}:dashboard/${String(name)}`;
  const read = <S extends z.ZodType>(schema: S, { input }: Request) =>
    readRequest(schema, input, 'ValidationError');
  const onAlarms = (request: Request) =>
    read(namesRequest, request).AlarmNames.map((name) => alarmArn(request.region, name));
  const on = (request: Request) => onAlarms(request).map((resource) => ({ resource }));
  const onDashboard = ({ input }: Request) => [{ resource: dashboardArn(input['DashboardName']) }];

  const described = (arn: string, { alarm, changed }: LiveAlarm) => ({
    AlarmArn: arn,
    ...alarm,
    StateValue: 'INSUFFICIENT_DATA',
    StateReason: 'Unchecked: Initial alarm creation',
    StateUpdatedTimestamp: changed.getTime() / 1000,
    AlarmConfigurationUpdatedTimestamp: changed.getTime() / 1000,
  });
  const setActions = (request: Request, ActionsEnabled: boolean) => {
    for (const arn of onAlarms(request)) {
      const found = alarms.get(arn);
      if (found) alarms.set(arn, { alarm: { ...found.alarm, ActionsEnabled }, changed: new Date() });
    }
    return {};
  };
  const dashboardNamed = (name: unknown) => {
    const found = dashboards.get(String(name));
    if (found) return found;
    throw new AwsError('DashboardNotFoundError', `Dashboard ${String(name)} does not exist`, 404);
  };

  const rows: readonly Row[] = [
    {
      name: 'DescribeAlarms',
      on: (request) => {
        const { AlarmNames: names = ['*'] } = read(describeRequest, request);
        return names.map((name) => ({ resource: alarmArn(request.region, name) }));
      },
      run: (request) => {
        const { AlarmNames: names, AlarmNamePrefix: prefix = '' } = read(describeRequest, request);
        const found = [...alarms].filter(
          ([arn, { alarm }]) =>
            arn === alarmArn(request.region, alarm.AlarmName) &&
            alarm.AlarmName.startsWith(prefix) &&
            (names?.includes(alarm.AlarmName) ?? true),
        );
        return { MetricAlarms: found.map(([arn, live]) => described(arn, live)), CompositeAlarms: [] };
      },
    },
    {
      name: 'PutMetricAlarm',
      on: ({ region, input }) => [{ resource: alarmArn(region, String(input['AlarmName'])) }],
      changes: {},
      run: (request) => {
        const alarm = read(alarmShape, request);
        alarms.set(alarmArn(request.region, alarm.AlarmName), { alarm, changed: new Date() });
        return {};
      },
    },
    { name: 'EnableAlarmActions', on, changes: {}, run: (request) => setActions(request, true) },
    { name: 'DisableAlarmActions', on, changes: {}, run: (request) => setActions(request, false) },
    {
      name: 'DeleteAlarms',
      on,
      changes: {},
      run: (request) => {
        const missing = onAlarms(request).find((arn) => !alarms.has(arn));
        if (missing !== undefined) throw new AwsError('ResourceNotFound', `${missing} does not exist`, 404);
        for (const arn of onAlarms(request)) alarms.delete(arn);
        return {};
      },
    },
    {
      name: 'GetDashboard',
      on: onDashboard,
      run: ({ input }) => {
        const { name, body } = dashboardNamed(input['DashboardName']);
        return { DashboardArn: dashboardArn(name), DashboardBody: body, DashboardName: name };
      },
    },
    {
      name: 'PutDashboard',
      on: onDashboard,
      changes: {},
      run: (request) => {
        const { DashboardName: name, DashboardBody: body } = read(dashboardRequest, request);
        try {
          z.looseObject({ widgets: z.array(z.unknown()) }).parse(JSON.parse(body));
        } catch (cause) {
          throw new AwsError('DashboardInvalidInputError', `The dashboard body is invalid: ${String(cause)}`);
        }
        dashboards.set(name, { name, body, modified: new Date() });
        return { DashboardValidationMessages: [] };
      },
    },
    {
      name: 'DeleteDashboards',
      on: (request) =>
        read(dashboardsRequest, request).DashboardNames.map((name) => ({ resource: dashboardArn(name) })),
      changes: {},
      run: (request) => {
        const { DashboardNames: names } = read(dashboardsRequest, request);
        names.forEach(dashboardNamed);
        for (const name of names) dashboards.delete(name);
        return {};
      },
    },
  ];

  return {
    operations: operationsOf(
      {
        prefix: 'cloudwatch',
        denied: { name: 'AccessDenied', status: 403 },
        statuses: SERVER_FAULTS,
        recorded: { eventSource: 'monitoring.amazonaws.com' },
      },
      rows,
    ),
    state: () => new Map<string, unknown>([...alarms, ...dashboards]),
    add: (region, addedAlarms, addedDashboards) => {
      const now = new Date();
      for (const alarm of addedAlarms) alarms.set(alarmArn(region, alarm.AlarmName), { alarm, changed: now });
      for (const dashboard of addedDashboards)
        dashboards.set(dashboard.name, { ...dashboard, modified: now });
    },
  };
}
