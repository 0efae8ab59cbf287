import {
  type CloudTrailClient,
  CreateTrailCommand,
  PutEventConfigurationCommand,
  PutEventSelectorsCommand,
  PutInsightSelectorsCommand,
  StartLoggingCommand,
} from '@aws-sdk/client-cloudtrail';

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

const management = { Field: 'eventCategory', Equals: ['Management'] };
const data = { Field: 'eventCategory', Equals: ['Data'] };

async function auditTrail(alice: CloudTrailClient): Promise<void> {
  await alice.send(
    new CreateTrailCommand({
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
    }),
  );
  await alice.send(new StartLoggingCommand({ Name: AUDIT_TRAIL }));
  await alice.send(
    new PutEventSelectorsCommand({
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
    }),
  );
  await alice.send(
    new PutInsightSelectorsCommand({
      TrailName: AUDIT_TRAIL,
      InsightSelectors: [
        { InsightType: 'ApiCallRateInsight', EventCategories: ['Management'] },
        { InsightType: 'ApiErrorRateInsight', EventCategories: ['Management', 'Data'] },
      ],
    }),
  );
  await alice.send(
    new PutEventConfigurationCommand({
      TrailName: AUDIT_TRAIL,
      AggregationConfigurations: [{ EventCategory: 'Data', Templates: ['API_ACTIVITY', 'USER_ACTIONS'] }],
    }),
  );
}

async function dataTrail(alice: CloudTrailClient): Promise<void> {
  await alice.send(
    new CreateTrailCommand({
      Name: DATA_TRAIL,
      S3BucketName: DESTINATIONS.bucket,
      IncludeGlobalServiceEvents: true,
      IsMultiRegionTrail: false,
      EnableLogFileValidation: true,
    }),
  );
  await alice.send(new StartLoggingCommand({ Name: DATA_TRAIL }));
  await alice.send(
    new PutEventSelectorsCommand({
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
    }),
  );
}

/** Sets up what is worth guarding: two trails that between them have every field, and lack every field. */
export async function setUpTrails(alice: CloudTrailClient): Promise<void> {
  await auditTrail(alice);
  await dataTrail(alice);
}
