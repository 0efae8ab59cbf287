import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';

/** Both are configured by the POWERTOOLS_ variables of the environment. */
export const logger = new Logger();

/**
 * Metrics as lines of the log, which CloudWatch reads.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format.html
 */
export const metrics = new Metrics({ defaultDimensions: { stage: process.env['STAGE'] ?? 'unknown' } });
