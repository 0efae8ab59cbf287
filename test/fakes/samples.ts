import type { Baseline } from '../../src/baseline/baseline.ts';
import type { EventSelector } from '../../src/kinds/trail/selector-schema.ts';
import type { Trail } from '../../src/kinds/trail/schema.ts';
import type { Config } from '../../src/config/config.ts';
import type { Field } from '../../src/kinds/trail/fields.ts';
import type { Home } from '../../src/kinds/home.ts';
import type { ObservedTrail, TrailState } from '../../src/kinds/trail/observed.ts';

/** Where the guard of these tests runs. */
export const home: Home = { partition: 'aws', region: 'us-east-1', account: '123456789012' };

/** The selectors that CloudTrail gives to a trail when nobody chose any. */
export const allManagementEvents: EventSelector = {
  ReadWriteType: 'All',
  IncludeManagementEvents: true,
  DataResources: [],
  ExcludeManagementEventSources: [],
};

/** A declaration in which nothing is left out: every destination, advanced selectors, Insights, tags, aggregation. */
export const orgAuditTrail: Trail = {
  Name: 'org-audit-trail',
  IsLogging: true,
  S3BucketName: 'audit-logs-123456789012',
  S3KeyPrefix: 'prod',
  SnsTopicName: 'arn:aws:sns:us-east-1:123456789012:log-files',
  IncludeGlobalServiceEvents: true,
  IsMultiRegionTrail: true,
  EnableLogFileValidation: true,
  CloudWatchLogsLogGroupArn: 'arn:aws:logs:us-east-1:123456789012:log-group:trail:*',
  CloudWatchLogsRoleArn: 'arn:aws:iam::123456789012:role/trail-to-logs',
  KmsKeyId: 'arn:aws:kms:us-east-1:123456789012:key/1b2c3d4e-0000-4000-8000-000000000001',
  IsOrganizationTrail: false,
  RecursiveLogging: true,
  AdvancedEventSelectors: [
    { Name: 'Management events', FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] },
    {
      Name: 'Writes to the ledger',
      FieldSelectors: [
        { Field: 'eventCategory', Equals: ['Data'] },
        { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
        { Field: 'resources.ARN', StartsWith: ['arn:aws:s3:::ledger/', 'arn:aws:s3:::ledger-archive/'] },
        { Field: 'readOnly', Equals: ['false'] },
      ],
    },
  ],
  InsightSelectors: [
    { InsightType: 'ApiCallRateInsight', EventCategories: ['Management'] },
    { InsightType: 'ApiErrorRateInsight', EventCategories: ['Management', 'Data'] },
  ],
  AggregationConfigurations: [{ EventCategory: 'Data', Templates: ['API_ACTIVITY', 'RESOURCE_ACCESS'] }],
  TagsList: [
    { Key: 'team', Value: 'security' },
    { Key: 'critical', Value: '' },
  ],
};

/** The other dialect of selectors, and no destination but the bucket. */
export const dataTrail: Trail = {
  Name: 'data-trail',
  IsLogging: true,
  S3BucketName: 'data-logs-123456789012',
  IncludeGlobalServiceEvents: false,
  IsMultiRegionTrail: false,
  EnableLogFileValidation: false,
  IsOrganizationTrail: false,
  RecursiveLogging: true,
  EventSelectors: [
    {
      ReadWriteType: 'WriteOnly',
      IncludeManagementEvents: true,
      DataResources: [
        { Type: 'AWS::S3::Object', Values: ['arn:aws:s3:::ledger/', 'arn:aws:s3:::payroll/'] },
        { Type: 'AWS::Lambda::Function', Values: ['arn:aws:lambda'] },
      ],
      ExcludeManagementEventSources: ['kms.amazonaws.com'],
    },
  ],
  InsightSelectors: [],
  AggregationConfigurations: [],
  TagsList: [],
};

export function baselineOf(...Trails: Trail[]): Baseline {
  return { Account: home.account, Region: home.region, Trails };
}

export const enforcing: Config = {
  mode: 'enforce',
  guardUndeclared: true,
  rebuildUndeclared: true,
  sweepMinutes: 5,
  runbook: 'docs/runbook',
  evidenceDays: 365,
  containment: { after: 3, withinMinutes: 10, exempt: [] },
};

/** The reading of a trail that is as declared, but for the given state. */
export function observed(
  { Name, ...declared }: Trail,
  state: TrailState = {},
  reading: Partial<Omit<ObservedTrail, 'state'>> = {},
): ObservedTrail {
  return {
    Name,
    standing: 'homed',
    state: { ...declared, ...state },
    unread: {},
    deliveryErrors: [],
    ...reading,
  };
}

/** The same reading, in which nothing is said about a field. */
export function silentAbout(field: Field, reading: ObservedTrail): ObservedTrail {
  const said = Object.entries(reading.state).filter(([other]) => other !== field);
  return { ...reading, state: Object.fromEntries(said) };
}

export const missing = (Name: string): ObservedTrail => ({
  Name,
  standing: 'missing',
  state: {},
  unread: {},
  deliveryErrors: [],
});

type Fields = Readonly<Record<string, unknown>>;

export const mallory: Fields = {
  type: 'AssumedRole',
  principalId: 'AROAEXAMPLE:mallory',
  arn: 'arn:aws:sts::123456789012:assumed-role/Admin/mallory',
  accountId: '123456789012',
  accessKeyId: 'ASIAEXAMPLE7QF2',
  sessionContext: {
    sessionIssuer: {
      type: 'Role',
      principalId: 'AROAEXAMPLE',
      arn: 'arn:aws:iam::123456789012:role/Admin',
      accountId: '123456789012',
      userName: 'Admin',
    },
    attributes: { creationDate: '2026-11-20T23:00:00Z', mfaAuthenticated: 'false' },
  },
};

/** The role of the guard itself, whoever uses it. */
export const guardRole: Fields = {
  type: 'AssumedRole',
  principalId: 'AROAGUARD:trailkeeper-prod-heal',
  arn: 'arn:aws:sts::123456789012:assumed-role/trailkeeper-prod-heal/trailkeeper-prod-heal',
  accountId: '123456789012',
  accessKeyId: 'ASIAGUARDEXAMPLE',
  sessionContext: {
    sessionIssuer: {
      type: 'Role',
      principalId: 'AROAGUARD',
      arn: 'arn:aws:iam::123456789012:role/trailkeeper-prod-heal',
      accountId: '123456789012',
      userName: 'trailkeeper-prod-heal',
    },
    attributes: { creationDate: '2026-11-20T23:00:00Z', mfaAuthenticated: 'false' },
  },
};

/** When the calls of these tests were made. */
export const EVENT_TIME = '2026-11-20T23:47:12Z';

/** A CloudTrail record as EventBridge delivers it: Mallory's, unless `detail` says otherwise. */
export function eventOf(
  eventName: string,
  requestParameters: unknown,
  detail: Fields = {},
  envelope: Fields = {},
) {
  return {
    version: '0',
    id: '3c9a1f4e-0000-4000-8000-00000000000a',
    'detail-type': 'AWS API Call via CloudTrail',
    source: 'aws.cloudtrail',
    account: home.account,
    time: EVENT_TIME,
    region: home.region,
    resources: [],
    detail: {
      eventVersion: '1.11',
      userIdentity: mallory,
      eventTime: EVENT_TIME,
      eventSource: 'cloudtrail.amazonaws.com',
      eventName,
      awsRegion: home.region,
      sourceIPAddress: '198.51.100.7',
      userAgent: 'aws-cli/2.31.0',
      requestParameters,
      responseElements: null,
      requestID: '5b1d2f3a-0000-4000-8000-00000000000b',
      eventID: 'c2a89408-340a-42f0-8ace-75d9f5769393',
      readOnly: false,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: home.account,
      eventCategory: 'Management',
      ...detail,
    },
    ...envelope,
  };
}

/** Somebody stopped the trail. */
export const stopLogging = (name = orgAuditTrail.Name, detail: Fields = {}) =>
  eventOf('StopLogging', { name }, detail);

/** Somebody deleted the trail. */
export const deleteTrail = (name = orgAuditTrail.Name, detail: Fields = {}) =>
  eventOf('DeleteTrail', { name }, detail);
