import type { Clients } from './clients.ts';

/** The organisation's trail, in the advanced dialect, with everything that a trail can have. */
export const AUDIT_TRAIL = 'org-audit-trail';

/** A second trail in the basic dialect, with as little as a trail can have: what an intruder adds must go again. */
export const DATA_TRAIL = 'payments-data-trail';

/** The bucket, key, topic, log group and role that Alice's trails deliver to. */
export const DESTINATIONS = {
  bucket: 'example-org-audit-logs',
  key: 'arn:aws:kms:us-east-1:123456789012:key/0b1c2d3e-4f56-4789-8abc-def012345678',
  topic: 'arn:aws:sns:us-east-1:123456789012:audit-log-files',
  logGroup: 'arn:aws:logs:us-east-1:123456789012:log-group:org-audit-trail:*',
  logsRole: 'arn:aws:iam::123456789012:role/CloudTrailToCloudWatchLogs',
} as const;

/** What people name there: alias, log group, role and its policy, filters. */
export const DELIVERY_NAMES = {
  alias: 'alias/org-audit-logs',
  logGroup: 'org-audit-trail',
  role: 'CloudTrailToCloudWatchLogs',
  rolePolicy: 'DeliverToLogGroup',
  metricFilter: 'root-account-usage',
  subscriptionFilter: 'to-siem',
} as const;

const management = { Field: 'eventCategory', Equals: ['Management'] };
const data = { Field: 'eventCategory', Equals: ['Data'] };

async function auditTrail({ cloudTrail }: Pick<Clients, 'cloudTrail'>): Promise<void> {
  await cloudTrail.createTrail({
    Name: AUDIT_TRAIL,
    S3BucketName: DESTINATIONS.bucket,
    S3KeyPrefix: 'trails',
    SnsTopicName: DESTINATIONS.topic,
    IncludeGlobalServiceEvents: true,
    IsMultiRegionTrail: true,
    EnableLogFileValidation: true,
    CloudWatchLogsLogGroupArn: DESTINATIONS.logGroup,
    CloudWatchLogsRoleArn: DESTINATIONS.logsRole,
    KmsKeyId: DESTINATIONS.key,
    IsOrganizationTrail: true,
    TagsList: [
      { Key: 'data-classification', Value: 'restricted' },
      { Key: 'owner', Value: 'security' },
    ],
  });
  await cloudTrail.startLogging({ Name: AUDIT_TRAIL });
  await cloudTrail.putEventSelectors({
    TrailName: AUDIT_TRAIL,
    AdvancedEventSelectors: [
      { Name: 'All management events', FieldSelectors: [management] },
      {
        Name: 'Writes to the ledger',
        FieldSelectors: [
          data,
          { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
          { Field: 'resources.ARN', StartsWith: ['arn:aws:s3:::example-ledger/'] },
          { Field: 'readOnly', Equals: ['false'] },
        ],
      },
    ],
  });
  await cloudTrail.putInsightSelectors({
    TrailName: AUDIT_TRAIL,
    InsightSelectors: [
      { InsightType: 'ApiCallRateInsight', EventCategories: ['Management'] },
      { InsightType: 'ApiErrorRateInsight', EventCategories: ['Management', 'Data'] },
    ],
  });
  await cloudTrail.putEventConfiguration({
    TrailName: AUDIT_TRAIL,
    AggregationConfigurations: [{ EventCategory: 'Data', Templates: ['API_ACTIVITY', 'USER_ACTIONS'] }],
  });
}

async function dataTrail({ cloudTrail }: Pick<Clients, 'cloudTrail'>): Promise<void> {
  await cloudTrail.createTrail({
    Name: DATA_TRAIL,
    S3BucketName: DESTINATIONS.bucket,
    IncludeGlobalServiceEvents: true,
    IsMultiRegionTrail: false,
    EnableLogFileValidation: true,
  });
  await cloudTrail.startLogging({ Name: DATA_TRAIL });
  await cloudTrail.putEventSelectors({
    TrailName: DATA_TRAIL,
    EventSelectors: [
      {
        ReadWriteType: 'All',
        IncludeManagementEvents: true,
        DataResources: [
          { Type: 'AWS::S3::Object', Values: ['arn:aws:s3:::example-payments/'] },
          { Type: 'AWS::Lambda::Function', Values: ['arn:aws:lambda'] },
        ],
        ExcludeManagementEventSources: [],
      },
    ],
  });
}

/** Sets up what is worth guarding: two trails that between them have every field, and lack every field. */
export async function setUpTrails(alice: Pick<Clients, 'cloudTrail'>): Promise<void> {
  await auditTrail(alice);
  await dataTrail(alice);
}
