import type { MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import type { MetricValue, Metric } from '../incident/metrics.ts';

/** What an invocation leaves in the log and in CloudWatch's metrics. */
export interface Journal {
  /** Keeps one line for the log. */
  readonly note: (line: object) => void;
  /** Keeps one value of a metric; its name says its unit, where it is no count. */
  readonly measure: (metric: Metric, value: number) => void;
}

/**
 * A journal and the middleware that writes it once the work is over, done or failed. The logger and the metrics are loaded
 * then: no attack waits for them.
 */
export function createJournal(): Journal & MiddlewareObj {
  const lines: object[] = [];
  const values: MetricValue[] = [];
  const write = async ({ context }: { readonly context: Context }): Promise<void> => {
    if (lines.length + values.length === 0) return;
    const { logger, metrics } = await import('./powertools.ts');
    logger.addContext(context);
    for (const line of lines.splice(0)) logger.info('incident', { ...line });
    for (const [metric, value] of values.splice(0)) {
      metrics.addMetric(metric, metric.startsWith('Seconds') ? 'Seconds' : 'Count', value);
    }
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  };
  return {
    note: (line) => void lines.push(line),
    measure: (metric, value) => void values.push([metric, value]),
    after: write,
    onError: write,
  };
}
