import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

const metrics = new Metrics({ defaultDimensions: { stage: process.env['STAGE'] ?? 'unknown' } });

/**
 * Tells CloudWatch, by a line of the log, that a sweep has finished; the stack's alarm goes off when this stays away.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format.html
 */
export function beat(): void {
  metrics.addMetric('SweepFinished', MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
}
