import { z } from 'zod';
import { orNone, resource } from '../resource-schema.ts';
import { matching } from '../schema-rules.ts';

const filter = {
  filterName: z.string().min(1).max(512),
  filterPattern: z.string().default(''),
  applyOnTransformedLogs: z.boolean().optional(),
  fieldSelectionCriteria: z.string().optional(),
};

const subscriptionFilter = z.strictObject({
  ...filter,
  destinationArn: z.string(),
  roleArn: z.string().optional(),
  distribution: z.enum(['Random', 'ByLogStream']).optional(),
  emitSystemFields: z.array(z.string()).optional(),
});

const metricFilter = z.strictObject({
  ...filter,
  metricTransformations: z.array(
    z.strictObject({
      metricName: z.string(),
      metricNamespace: z.string(),
      metricValue: z.string(),
      defaultValue: z.number().optional(),
      dimensions: z.record(z.string(), z.string()).optional(),
      unit: z.string().optional(),
    }),
  ),
  emitSystemFieldDimensions: z.array(z.string()).optional(),
});

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const RETENTIONS = [
  ...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557],
  ...[2922, 3288, 3653],
];

/** A log group by the names of CloudWatch Logs. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html */
export const logGroupSchema = resource(
  matching(
    /^[\w./#-]{1,512}$/,
    'is not the name of a log group: give what stands behind log-group: in its ARN, without :*',
  ),
  {
    logGroupClass: z.string().optional(),
    retentionInDays: orNone(
      z.number().refine((days) => RETENTIONS.includes(days), `is none of ${RETENTIONS.join(', ')}`),
    ).describe('null: nothing in it expires. Left out: it is not guarded.'),
    kmsKeyId: orNone(matching(/^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, 'is not the ARN of a key')),
    deletionProtectionEnabled: z.boolean().optional(),
    dataProtectionStatus: orNone(z.enum(['ACTIVATED', 'ARCHIVED', 'DELETED', 'DISABLED'])),
    inheritedProperties: orNone(z.array(z.string())),
    subscriptionFilters: z.array(subscriptionFilter).optional(),
    metricFilters: z.array(metricFilter).optional(),
  },
);
