import { TRAIL_ATTACKS } from '../../local/drill/attacks/trails.ts';
import type { Call } from './organization.ts';

const region = (service: string, resource: string) => `arn:aws:${service}:us-east-1:123456789012:${resource}`;
const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;

const TRAIL = region('cloudtrail', 'trail/org-audit-trail');
const BUCKET = 'arn:aws:s3:::example-org-audit-logs';
const KEY = region('kms', 'key/0b1c2d3e-4f56-4789-8abc-def012345678');
const GROUP = region('logs', 'log-group:org-audit-trail');
const LOGS_ROLE = role('CloudTrailToCloudWatchLogs');
const TOPIC = region('sns', 'audit-log-files');

const RULE = region('events', 'rule/trailkeeper-drill-heal-rule-1');
const FUNCTION = region('lambda', 'function:trailkeeper-drill-heal');
const GUARD_ROLE = role('trailkeeper-drill-HealRole-0A1B2C3D4E5F');
const ALERTS = region('sns', 'trailkeeper-drill-alerts');
const QUEUE = region('sqs', 'trailkeeper-drill-passes.fifo');
const LEDGER = region('dynamodb', 'table/trailkeeper-drill-ledger-b7f5f9d3-f75065110bf9');
const SINK = 'arn:aws:s3:::trailkeeper-drill-sink-b7f5f9d3-f75065110bf9';
const ALARM = region('cloudwatch', 'alarm:trailkeeper-drill-missing-sweeps');
const STACK = region('cloudformation', 'stack/trailkeeper-drill/b7f5f9d3-0000-4000-8000-f75065110bf9');
const SCHEDULE = region('scheduler', 'schedule/default/trailkeeper-drill-watch');
const GUARD_GROUP = region('logs', 'log-group:/aws/lambda/trailkeeper-drill-heal');

/** A blow, in words, and the right that it needs. */
export type Blow = readonly [words: string, call: Call];

const on =
  (resource: string, context?: Call['context']) =>
  (words: string, action: string): Blow => [words, { action, resource, ...(context && { context }) }];

const bucket = on(BUCKET);
const files = on(`${BUCKET}/AWSLogs/123456789012/CloudTrail/us-east-1/2026/11/20/file.json.gz`);
const key = on(KEY);
const group = on(GROUP);
const topic = on(TOPIC);
const rule = on(RULE);
const heal = on(FUNCTION);
const guardRole = on(GUARD_ROLE);
const mapping = on(region('lambda', 'event-source-mapping:0b1c2d3e-4f56-4789-8abc-def012345678'), {
  'lambda:FunctionArn': region('lambda', 'function:trailkeeper-drill-tell'),
});
const alertKey = on(region('kms', 'key/11111111-2222-4333-8444-555555555555'), {
  'aws:ResourceTag/service': 'trailkeeper',
});

/** Every call of every attack of the drill. */
export const OF_THE_DRILL: readonly Blow[] = TRAIL_ATTACKS.flatMap(({ name, calls }) =>
  [...new Set(calls)].map((call): Blow => [
    `${name}: ${call}`,
    { action: `cloudtrail:${call}`, resource: TRAIL },
  ]),
);

export const ON_THE_PATH: readonly Blow[] = [
  bucket('the bucket is closed to CloudTrail', 's3:PutBucketPolicy'),
  bucket('the policy of the bucket is deleted', 's3:DeleteBucketPolicy'),
  bucket('the bucket is deleted', 's3:DeleteBucket'),
  bucket('log files expire after a day', 's3:PutLifecycleConfiguration'),
  bucket('versions are kept no more', 's3:PutBucketVersioning'),
  bucket('the bucket encrypts by a foreign key', 's3:PutEncryptionConfiguration'),
  bucket('the bucket is opened to everyone', 's3:PutBucketPublicAccessBlock'),
  bucket('the bucket is opened by its ACL', 's3:PutBucketAcl'),
  bucket('log files belong to who writes them', 's3:PutBucketOwnershipControls'),
  bucket('files may be deleted before their time', 's3:PutBucketObjectLockConfiguration'),
  bucket('access is logged no more', 's3:PutBucketLogging'),
  bucket('copies go elsewhere', 's3:PutReplicationConfiguration'),
  bucket('the SIEM hears of no file', 's3:PutBucketNotification'),
  bucket('who delivers pays', 's3:PutBucketRequestPayment'),
  files('log files are deleted', 's3:DeleteObject'),
  files('versions of log files are deleted', 's3:DeleteObjectVersion'),
  files('log files are encrypted anew', 's3:UpdateObjectEncryption'),
  files('the lock of a log file is lifted', 's3:BypassGovernanceRetention'),
  files('the lock of a log file ends sooner', 's3:PutObjectRetention'),
  key('the key is disabled', 'kms:DisableKey'),
  key('the key is to be deleted', 'kms:ScheduleKeyDeletion'),
  key('the key is closed to CloudTrail', 'kms:PutKeyPolicy'),
  key('the key rotates no more', 'kms:DisableKeyRotation'),
  key('the material of the key is deleted', 'kms:DeleteImportedKeyMaterial'),
  key('the alias of the key moves', 'kms:UpdateAlias'),
  key('a grant is revoked', 'kms:RevokeGrant'),
  key('the key is replicated to another Region', 'kms:ReplicateKey'),
  key('the key gets a tag by which it is denied', 'kms:TagResource'),
  group('the log group is deleted', 'logs:DeleteLogGroup'),
  on(`${GROUP}:log-stream:123456789012_CloudTrail_us-east-1`)(
    'a log stream is deleted',
    'logs:DeleteLogStream',
  ),
  group('log events expire after a day', 'logs:PutRetentionPolicy'),
  group('a subscription filter goes', 'logs:DeleteSubscriptionFilter'),
  group('a subscription filter is replaced', 'logs:PutSubscriptionFilter'),
  group('a metric filter goes', 'logs:DeleteMetricFilter'),
  group('the log group has no key any more', 'logs:DisassociateKmsKey'),
  group('the log group can be deleted', 'logs:PutLogGroupDeletionProtection'),
  group('its log events are exported to a bucket', 'logs:CreateExportTask'),
  on(LOGS_ROLE)('the role of the log group trusts nobody', 'iam:UpdateAssumeRolePolicy'),
  on(LOGS_ROLE)('the role of the log group may do nothing', 'iam:DeleteRolePolicy'),
  on(LOGS_ROLE)('the role of the log group is deleted', 'iam:DeleteRole'),
  topic('the topic is deleted', 'sns:DeleteTopic'),
  topic('the topic is closed to CloudTrail', 'sns:SetTopicAttributes'),
  topic('the topic lets strangers publish', 'sns:AddPermission'),
  topic('the topic hides what it tells', 'sns:PutDataProtectionPolicy'),
];

export const ON_THE_GUARD: readonly Blow[] = [
  rule('a rule is disabled', 'events:DisableRule'),
  rule('its targets are removed', 'events:RemoveTargets'),
  rule('its targets are others', 'events:PutTargets'),
  rule('its pattern is emptied', 'events:PutRule'),
  rule('a rule is deleted', 'events:DeleteRule'),
  on(SCHEDULE)('a schedule is deleted', 'scheduler:DeleteSchedule'),
  on(SCHEDULE)('a schedule is paused', 'scheduler:UpdateSchedule'),
  heal('its concurrency is 0', 'lambda:PutFunctionConcurrency'),
  heal('its permissions are removed', 'lambda:RemovePermission'),
  heal('its permissions are replaced', 'lambda:PutResourcePolicy'),
  heal('timeout, mode, endpoint or handler are others', 'lambda:UpdateFunctionConfiguration'),
  heal('its code is replaced', 'lambda:UpdateFunctionCode'),
  heal('it is called by a URL', 'lambda:CreateFunctionUrlConfig'),
  heal('failed events go elsewhere', 'lambda:PutFunctionEventInvokeConfig'),
  heal('its runtime is another', 'lambda:PutRuntimeManagementConfig'),
  heal('the function is deleted', 'lambda:DeleteFunction'),
  mapping('the queue is read no more', 'lambda:UpdateEventSourceMapping'),
  mapping('another queue is read, too', 'lambda:CreateEventSourceMapping'),
  mapping('the mapping of the queue is deleted', 'lambda:DeleteEventSourceMapping'),
  guardRole('its role is stripped', 'iam:DeleteRolePolicy'),
  guardRole('its role is denied', 'iam:PutRolePolicy'),
  guardRole('another policy is put on it', 'iam:AttachRolePolicy'),
  guardRole('a policy is taken off it', 'iam:DetachRolePolicy'),
  guardRole('a boundary is put', 'iam:PutRolePermissionsBoundary'),
  guardRole('its role trusts Mallory', 'iam:UpdateAssumeRolePolicy'),
  guardRole('its role is deleted', 'iam:DeleteRole'),
  guardRole('a role is named after it', 'iam:CreateRole'),
  guardRole('its role is passed to another function', 'iam:PassRole'),
  on(role('deploy-trailkeeper'))('the deploying role trusts Mallory', 'iam:UpdateAssumeRolePolicy'),
  on(role('break-glass'))('the break-glass role is taken by making it', 'iam:CreateRole'),
  on('arn:aws:iam::123456789012:policy/trailkeeper-drill-containment-b7f5f9d3-f75065110bf9')(
    'what contains her says something else',
    'iam:CreatePolicyVersion',
  ),
  on('arn:aws:iam::123456789012:policy/trailkeeper-drill-containment-b7f5f9d3-f75065110bf9')(
    'what contains her says what it said before',
    'iam:SetDefaultPolicyVersion',
  ),
  on(QUEUE)('the queue is deleted', 'sqs:DeleteQueue'),
  on(QUEUE)('the queue is emptied', 'sqs:PurgeQueue'),
  on(QUEUE)('the queue is closed', 'sqs:SetQueueAttributes'),
  on(QUEUE)('the queue is opened', 'sqs:AddPermission'),
  on(QUEUE)('what was parked is moved elsewhere', 'sqs:StartMessageMoveTask'),
  on(QUEUE)('a pass is forged', 'sqs:SendMessage'),
  on(QUEUE)('a pass is taken away', 'sqs:DeleteMessage'),
  on(ALARM)('an alarm is deleted', 'cloudwatch:DeleteAlarms'),
  on(ALARM)('an alarm does nothing', 'cloudwatch:DisableAlarmActions'),
  on(ALARM)('an alarm is muted', 'cloudwatch:PutAlarmMuteRule'),
  on(ALARM)('an alarm counts something else', 'cloudwatch:PutMetricAlarm'),
  on(ALARM)('an alarm is set to be quiet', 'cloudwatch:SetAlarmState'),
  on(ALERTS)('the topic is deleted', 'sns:DeleteTopic'),
  on(ALERTS)('the topic is closed', 'sns:SetTopicAttributes'),
  on(ALERTS)('a subscriber is taken off', 'sns:Unsubscribe'),
  on(ALERTS)('a subscriber is filtered', 'sns:SetSubscriptionAttributes'),
  alertKey('the key of the alerts is disabled', 'kms:DisableKey'),
  alertKey('the key of the alerts is to be deleted', 'kms:ScheduleKeyDeletion'),
  alertKey('the key of the alerts is closed', 'kms:PutKeyPolicy'),
  alertKey('the key of the alerts is told from no other', 'kms:UntagResource'),
  on(LEDGER)('the ledger is deleted', 'dynamodb:DeleteTable'),
  on(LEDGER)('the ledger is written to', 'dynamodb:PutItem'),
  on(LEDGER)('the ledger is written to by the batch', 'dynamodb:BatchWriteItem'),
  on(LEDGER)('the ledger is written to in SQL', 'dynamodb:PartiQLUpdate'),
  on(LEDGER)('the ledger is closed', 'dynamodb:PutResourcePolicy'),
  on(LEDGER)('the ledger cannot be recovered', 'dynamodb:UpdateContinuousBackups'),
  on(SINK)('the sink is closed', 's3:PutBucketPolicy'),
  on(`${SINK}/AWSLogs/file.json.gz`)('the sink is emptied', 's3:DeleteObjectVersion'),
  on('arn:aws:s3:::trailkeeper-drill-serverlessdeploymentbucket-0a1b2c/trailkeeper/drill/heal.zip')(
    'the package is another',
    's3:PutObject',
  ),
  on(GUARD_GROUP)('the log of the function is deleted', 'logs:DeleteLogGroup'),
  on(region('logs', 'log-group:aws/cloudtrail/management-events'))(
    'the ear that needs no trail is deaf',
    'logs:DeleteSubscriptionFilter',
  ),
  on('arn:aws:cloudwatch::123456789012:dashboard/trailkeeper-drill-us-east-1')(
    'the dashboard shows nothing',
    'cloudwatch:PutDashboard',
  ),
  on(STACK)('the stack is deleted', 'cloudformation:DeleteStack'),
  on(STACK)('the stack is another', 'cloudformation:UpdateStack'),
  on(STACK)('the stack is about to change', 'cloudformation:CreateChangeSet'),
  on(STACK)('the stack is as it was', 'cloudformation:RollbackStack'),
  on(STACK)('the stack may not be changed by a deployment', 'cloudformation:SetStackPolicy'),
  on(STACK)('the stack is changed by a change set', 'cloudformation:ExecuteChangeSet'),
  on(STACK)('the stack can be deleted', 'cloudformation:UpdateTerminationProtection'),
  on('*')('the account leaves the organisation', 'organizations:LeaveOrganization'),
];

/** What has nothing to do with trails or with the guard, or only looks at them. */
export const OF_BYSTANDERS: readonly Blow[] = [
  on(TRAIL)('a trail is looked at', 'cloudtrail:GetTrailStatus'),
  on('*')('the Event history is read', 'cloudtrail:LookupEvents'),
  on(TRAIL)('a trail is started', 'cloudtrail:StartLogging'),
  bucket('the policy of the bucket is read', 's3:GetBucketPolicy'),
  files('a log file is read', 's3:GetObject'),
  files('another service writes to the bucket', 's3:PutObject'),
  key('a log file is decrypted', 'kms:Decrypt'),
  key('the key is enabled again', 'kms:EnableKey'),
  key('its deletion is cancelled', 'kms:CancelKeyDeletion'),
  group('the log group is searched', 'logs:FilterLogEvents'),
  topic('somebody subscribes to the topic', 'sns:Subscribe'),
  on(ALERTS)('somebody subscribes to the alerts', 'sns:Subscribe'),
  on(role('deploy-trailkeeper'))('the pipeline takes on the deploying role', 'sts:AssumeRoleWithWebIdentity'),
  on(role('break-glass'))('somebody breaks the glass', 'sts:AssumeRole'),
  rule('a rule is enabled', 'events:EnableRule'),
  heal('the function is looked at', 'lambda:GetFunctionConfiguration'),
  on(LEDGER)('an auditor reads the ledger', 'dynamodb:Query'),
  on(QUEUE)('the queue is counted', 'sqs:GetQueueAttributes'),
  on(region('lambda', 'function:payments'))(
    "another team's function is deployed",
    'lambda:UpdateFunctionCode',
  ),
  on(region('events', 'rule/payments'))("another team's rule is disabled", 'events:DisableRule'),
  on(region('kms', 'key/99999999-2222-4333-8444-555555555555'))(
    "another team's key is disabled",
    'kms:DisableKey',
  ),
  on(region('cloudformation', 'stack/payments/0b1c2d3e'))(
    "another team's stack goes",
    'cloudformation:DeleteStack',
  ),
  on(role('payments'))("another team's role is made", 'iam:CreateRole'),
  on('arn:aws:s3:::payments')("another team's bucket is deleted", 's3:DeleteBucket'),
  on('arn:aws:iam::123456789012:role/aws-service-role/cloudtrail.amazonaws.com/AWSServiceRoleForCloudTrail')(
    'an organisation starts a trail',
    'iam:CreateServiceLinkedRole',
  ),
];
