import {
  type CloudWatchClient,
  DescribeAlarmsCommand,
  type MetricDataQuery,
  paginateGetMetricData,
} from '@aws-sdk/client-cloudwatch';
import {
  EVIDENCE_METRICS,
  type EvidenceMetric,
  type Hour,
  type Known,
  type Period,
} from '../evidence/sources.ts';

const HOUR_S = 3600;

/**
 * The sums of the guard's own metrics over each hour of a period. Rejects with CloudWatch's error.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 */
export async function metricHours(
  client: CloudWatchClient,
  dimensions: Readonly<Record<'service' | 'stage', string>>,
  { from, until }: Period,
): Promise<Record<EvidenceMetric, Hour[]>> {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const MetricDataQueries = EVIDENCE_METRICS.map((MetricName, index): MetricDataQuery => ({
    Id: `m${index}`,
    MetricStat: { Metric: { Namespace: 'Trailkeeper', MetricName, Dimensions }, Period: HOUR_S, Stat: 'Sum' },
  }));
  const hour = HOUR_S * 1000;
  const pages = paginateGetMetricData(
    { client },
    {
      MetricDataQueries,
      StartTime: new Date(Math.floor(from / hour) * hour),
      EndTime: new Date(Math.ceil(until / hour) * hour),
      ScanBy: 'TimestampAscending',
    },
  );
  const found: Record<EvidenceMetric, Hour[]> = {
    SweepFinished: [],
    LedgerUnavailable: [],
    AlertsUnsent: [],
    MessagesParked: [],
  };
  for await (const { MetricDataResults = [] } of pages)
    for (const { Id, Timestamps = [], Values = [] } of MetricDataResults) {
      const metric = EVIDENCE_METRICS.find((_, index) => Id === `m${index}`);
      if (metric)
        found[metric].push(...Timestamps.map((at, index) => ({ at: at.getTime(), sum: Values[index] ?? 0 })));
    }
  return found;
}

/** From one sweep to the next in seconds, as the alarm that waits for them is deployed. Rejects with CloudWatch's error. */
export async function sweepSeconds(client: CloudWatchClient, name: string): Promise<Known<number>> {
  const alarm = `${name}-missing-sweeps`;
  const { MetricAlarms = [] } = await client.send(new DescribeAlarmsCommand({ AlarmNames: [alarm] }));
  const counted = MetricAlarms[0]?.Metrics?.find(({ Id }) => Id === 'counted');
  const period = counted?.MetricStat?.Period;
  return period === undefined ? { fault: `the alarm ${alarm} is not there to say it` } : { known: period };
}
