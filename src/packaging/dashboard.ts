import type { Metric } from '../incident/metrics.ts';

/** A widget without its place. */
interface Widget {
  readonly type: 'metric' | 'alarm' | 'log';
  readonly properties: object;
}

/** What is drawn of a metric: its namespace, name and dimensions, and then how. */
type Line = readonly [...string[], { readonly label: string; readonly stat: string }];

/** The alarms of the stack, by their logical ids. */
const ALARMS = [
  'MissingSweepsAlarm',
  'HealSilentAlarm',
  'TellSilentAlarm',
  'ScheduleSilentAlarm',
  'AlertsUnsentAlarm',
  'AlertsUndeliveredAlarm',
  'AlertsUnheardAlarm',
  'PassesWaitingAlarm',
  'ParkedAlarm',
  'LedgerUnavailableAlarm',
  'LedgerFailingAlarm',
  'TellErrorsAlarm',
  'FunctionErrorsAlarm',
  'FunctionThrottlesAlarm',
  'FailedInvocationsAlarm',
  'UndeliveredEventsAlarm',
];

/** The latest lines of the log of what was told that tell of more than a sweep that found all well. */
const LATEST_INCIDENTS = [
  "SOURCE '${TellLogGroup}'",
  'filter message = "incident" and (ispresent(calls.0.eventName) or verdict != "whole")',
  'fields @timestamp, severity, verdict, calls.0.eventName, calls.0.trail.Name, calls.0.actor.name, calls.0.sourceIp',
  'sort @timestamp desc',
  'limit 20',
].join('\n| ');

const region = '${AWS::Region}';

const COLUMNS = 24;
const HEIGHT = 6;

/** Rows from top to bottom, the widgets of each as wide as one another. */
function laidOut(rows: readonly (readonly Widget[])[]): object[] {
  return rows.flatMap((widgets, row) => {
    const width = COLUMNS / widgets.length;
    return widgets.map((widget, column) => ({
      ...widget,
      x: column * width,
      y: row * HEIGHT,
      width,
      height: HEIGHT,
    }));
  });
}

function graph(title: string, metrics: readonly Line[], looks: object = {}): Widget {
  return {
    type: 'metric',
    properties: { title, metrics, region, period: 300, view: 'timeSeries', ...looks },
  };
}

const stacked = { stacked: true };

/**
 * What the dashboard shows of a stage, as CloudWatch reads it once Fn::Sub has filled in the names that only CloudFormation
 * knows. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
export function dashboard(service: string, stage: string): { readonly widgets: readonly object[] } {
  const own = (metric: Metric, label: string, stat = 'Sum'): Line => [
    'Trailkeeper',
    metric,
    'service',
    service,
    'stage',
    stage,
    { label, stat },
  ];
  const ofFunction = (name: 'Heal' | 'Tell', metric: string, label: string, stat = 'Sum'): Line => [
    'AWS/Lambda',
    metric,
    'FunctionName',
    `\${${name}LambdaFunction}`,
    { label, stat },
  ];
  const waitingIn = (queue: string, label: string): Line => [
    'AWS/SQS',
    'ApproximateNumberOfMessagesVisible',
    'QueueName',
    `\${${queue}.QueueName}`,
    { label, stat: 'Maximum' },
  ];
  const ofTopic = (metric: string, label: string): Line => [
    'AWS/SNS',
    metric,
    'TopicName',
    '${AlertTopic.TopicName}',
    { label, stat: 'Sum' },
  ];
  const alarms = ALARMS.map((alarm) => `\${${alarm}.Arn}`);
  return {
    widgets: laidOut([
      [
        { type: 'alarm', properties: { title: 'Alarms', alarms } },
        graph('Sweeps finished', [own('SweepFinished', 'sweeps')]),
      ],
      [
        graph(
          'Tamperings',
          [own('Tamperings', 'tamperings'), own('AttemptsRefused', 'refused attempts')],
          stacked,
        ),
        graph('Repairs', [own('Repairs', 'done'), own('RepairsRefused', 'refused')], stacked),
        graph('Not as declared', [own('TrailsBroken', 'trails', 'Maximum')]),
      ],
      [
        graph('Time to detect', [
          own('SecondsToDetect', 'median', 'p50'),
          own('SecondsToDetect', 'longest', 'Maximum'),
        ]),
        graph('Time to heal', [
          own('SecondsToHeal', 'median', 'p50'),
          own('SecondsToHeal', 'longest', 'Maximum'),
        ]),
        graph('Time without logging', [
          own('SecondsBlind', 'together'),
          own('SecondsBlind', 'longest', 'Maximum'),
        ]),
      ],
      [
        graph('Functions', [
          ofFunction('Heal', 'Errors', 'heal: errors'),
          ofFunction('Heal', 'Throttles', 'heal: throttles'),
          ofFunction('Tell', 'Errors', 'tell: errors'),
        ]),
        graph('Duration of heal', [
          ofFunction('Heal', 'Duration', 'median', 'p50'),
          ofFunction('Heal', 'Duration', 'longest', 'Maximum'),
        ]),
        graph('What waits in the queues', [
          waitingIn('FailedInvocations', 'failed three times'),
          waitingIn('UndeliveredEvents', 'not handed over'),
          waitingIn('Passes', 'to be told'),
          waitingIn('Parked', 'parked'),
        ]),
        graph('Alerts', [
          ofTopic('NumberOfMessagesPublished', 'published'),
          ofTopic('NumberOfNotificationsFailed', 'not delivered'),
          own('AlertsUnsent', 'not sent', 'Maximum'),
          own('LedgerUnavailable', 'without the ledger'),
          own('MessagesParked', 'parked'),
        ]),
      ],
      [
        {
          type: 'log',
          properties: { title: 'Latest incidents', query: LATEST_INCIDENTS, region, view: 'table' },
        },
      ],
    ]),
  };
}
