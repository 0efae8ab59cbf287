import type {
  AdvancedFieldSelector,
  CloudTrail,
  EventSelector,
  UpdateTrailCommandInput,
} from '@aws-sdk/client-cloudtrail';
import { AUDIT_TRAIL, DATA_TRAIL } from '../estate.ts';
import type { Attack } from './attack.ts';

const arn = (name: string): string => `arn:aws:cloudtrail:us-east-1:123456789012:trail/${name}`;

const ATTACKERS_KEY = 'arn:aws:kms:us-east-1:111122223333:key/66666666-6666-4666-8666-666666666666';

function update(
  name: string,
  effect: string,
  change: Partial<UpdateTrailCommandInput>,
  trail = AUDIT_TRAIL,
): Attack {
  return {
    name,
    effect,
    calls: ['UpdateTrail'],
    strike: ({ cloudTrail }) => cloudTrail.updateTrail({ Name: trail, ...change }),
  };
}

function basic(name: string, effect: string, selector: EventSelector): Attack {
  const complete: EventSelector = {
    ReadWriteType: 'All',
    IncludeManagementEvents: true,
    DataResources: [],
    ...selector,
  };
  return {
    name,
    effect,
    calls: ['PutEventSelectors'],
    strike: ({ cloudTrail }) =>
      cloudTrail.putEventSelectors({ TrailName: DATA_TRAIL, EventSelectors: [complete] }),
  };
}

function advanced(name: string, effect: string, ...selectors: readonly AdvancedFieldSelector[][]): Attack {
  const AdvancedEventSelectors = selectors.map((FieldSelectors) => ({ FieldSelectors }));
  return {
    name,
    effect,
    calls: ['PutEventSelectors'],
    strike: ({ cloudTrail }) =>
      cloudTrail.putEventSelectors({ TrailName: AUDIT_TRAIL, AdvancedEventSelectors }),
  };
}

const MANAGEMENT: AdvancedFieldSelector = { Field: 'eventCategory', Equals: ['Management'] };
const LEDGER: AdvancedFieldSelector[] = [
  { Field: 'eventCategory', Equals: ['Data'] },
  { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
];

async function deleteAndCreateWeak(cloudTrail: CloudTrail): Promise<void> {
  await cloudTrail.deleteTrail({ Name: AUDIT_TRAIL });
  await cloudTrail.createTrail({ Name: AUDIT_TRAIL, S3BucketName: 'mallory-bucket' });
}

async function stopAndStart(cloudTrail: CloudTrail): Promise<void> {
  await cloudTrail.stopLogging({ Name: AUDIT_TRAIL });
  await cloudTrail.startLogging({ Name: AUDIT_TRAIL });
}

async function everythingAtOnce(cloudTrail: CloudTrail): Promise<void> {
  await Promise.all([
    cloudTrail.updateTrail({ Name: AUDIT_TRAIL, S3BucketName: 'mallory-bucket', KmsKeyId: '' }),
    cloudTrail.putInsightSelectors({ TrailName: AUDIT_TRAIL, InsightSelectors: [] }),
    cloudTrail.stopLogging({ Name: DATA_TRAIL }),
  ]);
  await cloudTrail.stopLogging({ Name: arn(AUDIT_TRAIL) });
}

/**
 * The known attacks on a trail by its own API, and the variants that other guards miss. Silent ones leave IsLogging true.
 * Each returns when CloudTrail has answered the last call.
 */
export const TRAIL_ATTACKS: readonly Attack[] = [
  {
    name: 'stop',
    effect: 'logging off',
    calls: ['StopLogging'],
    strike: ({ cloudTrail }) => cloudTrail.stopLogging({ Name: AUDIT_TRAIL }),
  },
  {
    name: 'stop-by-arn',
    effect: 'logging off, named by ARN',
    calls: ['StopLogging'],
    strike: ({ cloudTrail }) => cloudTrail.stopLogging({ Name: arn(AUDIT_TRAIL) }),
  },
  {
    name: 'delete',
    effect: 'trail gone',
    calls: ['DeleteTrail'],
    strike: ({ cloudTrail }) => cloudTrail.deleteTrail({ Name: AUDIT_TRAIL }),
  },
  update('one-region', 'every other Region dark', { IsMultiRegionTrail: false, IsOrganizationTrail: false }),
  update('no-global-events', 'IAM and STS dark', { IncludeGlobalServiceEvents: false }, DATA_TRAIL),
  update('other-bucket', "bucket -> Mallory's", { S3BucketName: 'mallory-bucket' }),
  update('other-prefix', 'off the path that the SIEM reads', { S3KeyPrefix: 'elsewhere' }),
  update('other-key', "encrypted with Mallory's key", { KmsKeyId: ATTACKERS_KEY }),
  update('no-key', 'encryption off', { KmsKeyId: '' }),
  update(
    'added-key',
    "unreadable: Mallory's key, where there was none",
    { KmsKeyId: ATTACKERS_KEY },
    DATA_TRAIL,
  ),
  update('no-validation', 'digest chain broken', { EnableLogFileValidation: false }),
  update('no-log-group', 'CloudWatch alarms dark', {
    CloudWatchLogsLogGroupArn: '',
    CloudWatchLogsRoleArn: '',
  }),
  update('other-log-group', 'events -> a log group nobody watches', {
    CloudWatchLogsLogGroupArn: 'arn:aws:logs:us-east-1:123456789012:log-group:nobody-looks:*',
    CloudWatchLogsRoleArn: 'arn:aws:iam::123456789012:role/MalloryToCloudWatchLogs',
  }),
  update('no-topic', 'consumers of log files deaf', { SnsTopicName: '' }),
  update(
    'added-topic',
    "each delivery told to Mallory's topic",
    { SnsTopicName: 'mallory-topic' },
    DATA_TRAIL,
  ),
  update('no-organization', 'every member account dark', { IsOrganizationTrail: false }),
  update('no-recursive-logging', 'its own deliveries unrecorded', { RecursiveLogging: false }),
  basic('no-management-events', 'management events off', { IncludeManagementEvents: false }),
  basic('read-only', 'writes unrecorded', { ReadWriteType: 'ReadOnly' }),
  basic('write-only', 'reads unrecorded', { ReadWriteType: 'WriteOnly' }),
  basic('exclude-kms', 'KMS and RDS Data API dark', {
    ExcludeManagementEventSources: ['kms.amazonaws.com', 'rdsdata.amazonaws.com'],
  }),
  basic('no-data-events', 'S3 and Lambda data events off', {}),
  advanced('advanced-no-management', 'management events off, advanced dialect', LEDGER),
  advanced('advanced-read-only', 'writes unrecorded, advanced dialect', [
    MANAGEMENT,
    { Field: 'readOnly', Equals: ['true'] },
  ]),
  advanced('advanced-exclude-kms', 'KMS dark, advanced dialect', [
    MANAGEMENT,
    { Field: 'eventSource', NotEquals: ['kms.amazonaws.com'] },
  ]),
  advanced(
    'exclude-myself',
    "Mallory's data events vanish",
    [MANAGEMENT],
    [
      ...LEDGER,
      { Field: 'userIdentity.arn', NotStartsWith: ['arn:aws:sts::123456789012:assumed-role/Admin/mallory'] },
    ],
  ),
  {
    name: 'switch-dialect',
    effect: 'basic selectors over the advanced ones',
    calls: ['PutEventSelectors'],
    strike: ({ cloudTrail }) =>
      cloudTrail.putEventSelectors({
        TrailName: AUDIT_TRAIL,
        EventSelectors: [{ ReadWriteType: 'All', IncludeManagementEvents: true, DataResources: [] }],
      }),
  },
  {
    name: 'no-insights',
    effect: 'anomaly detection off',
    calls: ['PutInsightSelectors'],
    strike: ({ cloudTrail }) =>
      cloudTrail.putInsightSelectors({ TrailName: AUDIT_TRAIL, InsightSelectors: [] }),
  },
  {
    name: 'no-aggregation',
    effect: 'data events no longer aggregated',
    calls: ['PutEventConfiguration'],
    strike: ({ cloudTrail }) =>
      cloudTrail.putEventConfiguration({ TrailName: AUDIT_TRAIL, AggregationConfigurations: [] }),
  },
  {
    name: 'untag',
    effect: 'tags gone, and policies that go by them',
    calls: ['RemoveTags'],
    strike: ({ cloudTrail }) =>
      cloudTrail.removeTags({ ResourceId: arn(AUDIT_TRAIL), TagsList: [{ Key: 'owner' }] }),
  },
  {
    name: 'retag',
    effect: 'tag overwritten, another added',
    calls: ['AddTags'],
    strike: ({ cloudTrail }) =>
      cloudTrail.addTags({
        ResourceId: arn(AUDIT_TRAIL),
        TagsList: [
          { Key: 'owner', Value: 'mallory' },
          { Key: 'protected', Value: 'false' },
        ],
      }),
  },
  {
    name: 'flip',
    effect: 'off and on again: a gap',
    calls: ['StopLogging'],
    strike: ({ cloudTrail }) => stopAndStart(cloudTrail),
  },
  {
    name: 'delete-and-recreate',
    effect: "same name, weak, Mallory's bucket",
    calls: ['DeleteTrail', 'CreateTrail'],
    strike: ({ cloudTrail }) => deleteAndCreateWeak(cloudTrail),
  },
  {
    name: 'everything-at-once',
    effect: 'bucket, key, Insights, then both trails off',
    calls: ['UpdateTrail', 'PutInsightSelectors', 'StopLogging', 'StopLogging'],
    strike: ({ cloudTrail }) => everythingAtOnce(cloudTrail),
  },
];
