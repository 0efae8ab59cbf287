import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StopLoggingCommand, UpdateTrailCommand } from '@aws-sdk/client-cloudtrail';
import { z } from 'zod';
import { readTemplate } from '../../local/aws/stack/template.ts';
import { functionOf } from '../../local/drill/drill.ts';
import { AUDIT_TRAIL } from '../../local/drill/estate.ts';
import { METRICS } from '../../src/incident/metrics.ts';
import { onRange, sweep } from '../local/drill/on-range.ts';
import { packageOf } from '../packages/packages.ts';
import { partsOf } from '../packages/parts-of.ts';
import { home } from '../fakes/samples.ts';

const NAMESPACE = 'Trailkeeper';

const line = z.tuple([z.string(), z.string()], z.unknown());

const widget = z.object({
  type: z.enum(['metric', 'alarm', 'log']),
  x: z.int().min(0),
  y: z.int().min(0),
  width: z.int().min(1),
  height: z.int().min(1),
  properties: z.looseObject({
    title: z.string(),
    region: z.literal(home.region).optional(),
    metrics: z.array(line).optional(),
    alarms: z.array(z.string()).optional(),
    query: z.string().optional(),
  }),
});

const body = z.string().transform((json) => z.object({ widgets: z.array(widget) }).parse(JSON.parse(json)));

const properties = z.object({ DashboardName: z.string(), DashboardBody: body });

function templateOf() {
  const file = join(packageOf('drill'), 'cloudformation-template-update-stack.json');
  const place = { ...home, stackName: 'trailkeeper-drill', parameters: {} };
  return readTemplate(JSON.parse(readFileSync(file, 'utf8')), place);
}

const dashboard = () => templateOf().read('Dashboard', properties);
const widgets = () => dashboard().DashboardBody.widgets;
const lines = () => widgets().flatMap(({ properties: { metrics = [] } }) => metrics);

/** A metric as one comparable text: namespace, name, and the dimensions in the order of their names. */
function identity(namespace: string, name: string, dimensions: Readonly<Record<string, unknown>>): string {
  return [
    namespace,
    name,
    ...Object.keys(dimensions)
      .sort()
      .map((each) => `${each}=${String(dimensions[each])}`),
  ].join(' ');
}

function shownBy([namespace, name, ...rest]: z.infer<typeof line>): string {
  const pairs = rest.slice(0, -1) as string[];
  const dimensions = Object.fromEntries(
    pairs.flatMap((key, index) => (index % 2 === 0 ? [[key, pairs[index + 1]]] : [])),
  ) as Record<string, string>;
  return identity(namespace, name, dimensions);
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
const embedded = z.looseObject({
  _aws: z.object({
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string(), Unit: z.string() })),
      }),
    ),
  }),
});

interface Emitted {
  readonly identity: string;
  readonly unit: string;
}

function emittedBy(log: unknown): Emitted[] {
  const read = embedded.safeParse(log);
  if (!read.success) return [];
  const values = read.data as Readonly<Record<string, unknown>>;
  return read.data._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) =>
      Metrics.map(({ Name, Unit }) => ({
        identity: identity(Namespace, Name, Object.fromEntries(names.map((each) => [each, values[each]]))),
        unit: Unit,
      })),
    ),
  );
}

function jsonIn(text: string): unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
}

/** As the queue of passes would hand it over to tell, were it there: only heal and the schedule can send to it. */
const messageOf = (text: string) => ({
  Records: [
    { messageId: 'message', body: text, attributes: { MessageGroupId: 'passes' }, eventSource: 'aws:sqs' },
  ],
});

/** All that the packaged functions log while all happens to them that they measure. */
async function logsOfABadDay(): Promise<unknown[]> {
  let logs: unknown[] = [];
  await onRange('drill', async (range) => {
    const { aws, mallory, stack } = range;
    aws.fail('StopLogging', 'AccessDeniedException');
    await expect(mallory.send(new StopLoggingCommand({ Name: AUDIT_TRAIL }))).rejects.toThrow();
    await aws.idle();
    await mallory.send(new StopLoggingCommand({ Name: AUDIT_TRAIL }));
    await aws.idle();
    aws.muteEventBridge(true);
    await mallory.send(new UpdateTrailCommand({ Name: AUDIT_TRAIL, EnableLogFileValidation: false }));
    aws.muteEventBridge(false);
    aws.fail('UpdateTrail', 'AccessDeniedException');
    aws.fail('Publish', 'NotFoundException');
    await sweep(range);
    await sweep(range);
    aws.fail('BatchGetItem', 'ResourceNotFoundException');
    await sweep(range);
    await aws.invoke(functionOf(stack, 'tell').name, messageOf('no pass'));
    logs = aws.invocations.flatMap((invocation) => invocation.logs.flatMap(jsonIn));
  });
  return logs;
}

/** Whether a line of the log has a field, as Logs Insights spells it: `calls.0.eventName`. */
function hasField(log: unknown, path: string): boolean {
  const value = path
    .split('.')
    .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], log);
  return value !== undefined;
}

describe('what the packaged functions log on a bad day', () => {
  let logs: unknown[];
  let emitted: Emitted[];

  beforeAll(async () => {
    logs = await logsOfABadDay();
    emitted = logs.flatMap(emittedBy);
  });

  test('is every metric that there is, in its unit', () => {
    const dimensions = { service: 'trailkeeper', stage: 'drill' };
    const known = Object.keys(METRICS).map((name) => ({
      identity: identity(NAMESPACE, name, dimensions),
      unit: name.startsWith('Seconds') ? 'Seconds' : 'Count',
    }));
    expect(new Set(emitted.map((each) => JSON.stringify(each)))).toEqual(
      new Set(known.map((each) => JSON.stringify(each))),
    );
  });

  test('is all that the dashboard shows of it', () => {
    const shown = lines()
      .filter(([namespace]) => namespace === NAMESPACE)
      .map(shownBy);
    expect(new Set(shown)).toEqual(new Set(emitted.map((each) => each.identity)));
  });

  test('is what its alarms look at', () => {
    const alarm = z.object({
      Namespace: z.string(),
      MetricName: z.string(),
      Dimensions: z.array(z.object({ Name: z.string(), Value: z.string() })),
    });
    const { Namespace, MetricName, Dimensions } = templateOf().read('AlertsUnsentAlarm', alarm);
    const dimensions = Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]));
    expect(emitted.map((each) => each.identity)).toContain(identity(Namespace, MetricName, dimensions));
  });

  test('has the fields that the list of the latest incidents asks for', () => {
    const [query = ''] = widgets().flatMap((each) => each.properties.query ?? []);
    const asked = /fields (.*)/.exec(query)?.[1]?.split(', ') ?? [];
    const told = logs.filter((log) => hasField(log, 'calls.0.eventName'));
    expect(asked.length).toBeGreaterThan(5);
    expect(
      asked.filter((field) => !field.startsWith('@') && !told.some((log) => hasField(log, field))),
    ).toEqual([]);
    expect(told.every((log) => (log as { message?: unknown }).message === 'incident')).toBe(true);
  });
});

describe('the dashboard', () => {
  test('is named for its stage and Region, and can be left out', async () => {
    expect(dashboard().DashboardName).toBe('trailkeeper-drill-us-east-1');
    expect(await partsOf({})).toHaveProperty('Resources.Dashboard');
    expect(await partsOf({ params: { dashboard: 'false' } })).not.toHaveProperty('Resources.Dashboard');
  });

  test('shows every alarm of the stack', () => {
    const template = templateOf();
    const arns = template.resources('AWS::CloudWatch::Alarm').map((id) => template.attribute(id, 'Arn'));
    const shown = widgets().flatMap(({ properties: { alarms = [] } }) => alarms);
    expect(shown.toSorted()).toEqual(arns.toSorted());
  });

  test('shows what AWS measures of these functions, these queues and this topic', () => {
    const template = templateOf();
    const dimensions = lines().flatMap(([namespace, , name, value]) =>
      namespace === NAMESPACE ? [] : [[namespace, name, value].join(' ')],
    );
    expect([...new Set(dimensions)].sort()).toEqual(
      [
        `AWS/Lambda FunctionName ${template.reference('HealLambdaFunction')}`,
        `AWS/Lambda FunctionName ${template.reference('TellLambdaFunction')}`,
        `AWS/SNS TopicName ${template.attribute('AlertTopic', 'TopicName')}`,
        ...['FailedInvocations', 'Parked', 'Passes', 'UndeliveredEvents'].map(
          (queue) => `AWS/SQS QueueName ${template.attribute(queue, 'QueueName')}`,
        ),
      ].sort(),
    );
  });

  test('asks the log of the function that tells', () => {
    const [query = ''] = widgets().flatMap((each) => each.properties.query ?? []);
    expect(query).toContain(`SOURCE '${templateOf().reference('TellLogGroup')}'`);
  });

  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
  test('fits in 24 columns, and no widget covers another', () => {
    const cells = widgets().flatMap(({ x, y, width, height }) =>
      Array.from({ length: width * height }, (_, cell) => [x + (cell % width), y + Math.floor(cell / width)]),
    );
    expect(new Set(cells.map(String)).size).toBe(cells.length);
    expect(Math.max(...cells.map(([x = 0]) => x))).toBe(23);
    expect(cells).toHaveLength(24 * (Math.max(...cells.map(([, y = 0]) => y)) + 1));
  });

  // https://aws.amazon.com/cloudwatch/pricing/
  test('shows no more metrics than a free dashboard has', () => {
    expect(new Set(lines().map(shownBy)).size).toBeLessThanOrEqual(50);
  });
});
