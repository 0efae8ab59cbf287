import type { DeclaredResource } from '../../src/kinds/resource.ts';
import { watchedRules } from '../../src/packaging/watched-rules.ts';
import { matchesPattern } from '../../local/aws/events/event-pattern.ts';

const HOME = { partition: 'aws', region: 'us-east-1', account: '123456789012' };
const own = { purpose: 'guard', watch: 'enforce', trails: [], fields: {} } as const;
const TOPIC = 'arn:aws:sns:us-east-1:123456789012:trailkeeper-drill-alerts';
const guarded: readonly DeclaredResource[] = [
  { ...own, kind: 'alarm', name: 'missing-sweeps' },
  { ...own, kind: 'queue', name: 'passes.fifo' },
  { ...own, kind: 'rule', name: 'heal-rule-1' },
  { ...own, kind: 'subscription', name: `${TOPIC} email alice@example.com` },
  { ...own, kind: 'stack', name: 'trailkeeper-drill' },
  { ...own, kind: 'table', name: 'ledger' },
];
const path = { purpose: 'delivery', watch: 'enforce', trails: ['audit'], fields: {} } as const;
const KEY = 'arn:aws:kms:us-east-1:123456789012:key/0b1c2d3e-4f56-4789-8abc-def012345678';
const GROUP = 'arn:aws:logs:us-east-1:123456789012:log-group:org-audit-trail';
const LOG_FILES = 'arn:aws:sns:us-east-1:123456789012:audit-log-files';
const delivering: readonly DeclaredResource[] = [
  { ...path, kind: 'bucket', name: 'example-org-audit-logs' },
  { ...path, kind: 'key', name: KEY, fields: { AliasName: 'alias/org-audit-logs' } },
  { ...path, kind: 'log-group', name: 'org-audit-trail' },
  { ...path, kind: 'role', name: 'CloudTrailToCloudWatchLogs' },
  { ...path, kind: 'topic', name: LOG_FILES },
];
const patterns = watchedRules([...guarded, ...delivering], HOME).map(
  ({ eventBridge }) => eventBridge.pattern,
);

const isHeard = (service: string, eventName: string, requestParameters: object): boolean =>
  patterns.some((pattern) =>
    matchesPattern(pattern as never, {
      source: `aws.${service}`,
      'detail-type': 'AWS API Call via CloudTrail',
      detail: { eventSource: `${service}.amazonaws.com`, eventName, requestParameters },
    }),
  );

const ID = '0b1c2d3e-4f56-4789-8abc-def012345678';

test.each<[string, string, object, boolean]>([
  ['monitoring', 'DisableAlarmActions', { alarmNames: ['another', 'missing-sweeps'] }, true],
  ['monitoring', 'DeleteAlarms', { alarmNames: ['another'] }, false],
  ['sqs', 'DeleteQueue', { queueUrl: 'https://sqs.us-east-1.amazonaws.com/123456789012/passes.fifo' }, true],
  ['sqs', 'DeleteQueue', { queueUrl: 'https://sqs.us-east-1.amazonaws.com/123456789012/others' }, false],
  ['events', 'RemoveTargets', { rule: 'heal-rule-1', ids: ['heal'] }, true],
  ['events', 'DisableRule', { name: 'heal-rule-10' }, false],
  ['sns', 'Unsubscribe', { subscriptionArn: `${TOPIC}:${ID}` }, true],
  ['sns', 'Unsubscribe', { subscriptionArn: `${TOPIC}-2:${ID}` }, false],
  ['cloudformation', 'DeleteStack', { stackName: 'trailkeeper-drill' }, true],
  [
    'cloudformation',
    'DeleteStack',
    { stackName: `arn:aws:cloudformation:us-east-1:123456789012:stack/trailkeeper-drill/${ID}` },
    true,
  ],
  ['dynamodb', 'DeleteTable', { tableName: 'ledger' }, true],
  ['dynamodb', 'DescribeTable', { tableName: 'ledger' }, false],
  ['s3', 'PutBucketAcl', { bucketName: 'example-org-audit-logs', 'x-amz-acl': 'public-read' }, true],
  ['s3', 'PutBucketInventoryConfiguration', { bucketName: 'example-org-audit-logs' }, true],
  ['s3', 'PutBucketPolicy', { bucketName: 'example-org-audit-logs-2' }, false],
  ['kms', 'CreateGrant', { keyId: KEY, granteePrincipal: 'arn:aws:iam::111122223333:role/x' }, true],
  ['kms', 'ReplicateKey', { keyId: KEY.replace(/^.*\//, ''), replicaRegion: 'eu-west-1' }, true],
  ['kms', 'DeleteImportedKeyMaterial', { keyId: KEY }, true],
  ['kms', 'CreateAlias', { aliasName: 'alias/org-audit-logs', targetKeyId: 'another' }, true],
  ['kms', 'DisableKey', { keyId: 'another' }, false],
  ['logs', 'PutDataProtectionPolicy', { logGroupIdentifier: GROUP }, true],
  ['logs', 'PutResourcePolicy', { resourceArn: GROUP }, true],
  ['logs', 'CreateExportTask', { logGroupName: 'org-audit-trail' }, true],
  ['logs', 'DeleteLogStream', { logGroupName: 'org-audit-trail-2' }, false],
  ['iam', 'PutRolePermissionsBoundary', { roleName: 'CloudTrailToCloudWatchLogs' }, true],
  ['iam', 'PutRolePolicy', { roleName: 'Another' }, false],
  ['sns', 'PutDataProtectionPolicy', { resourceArn: LOG_FILES }, true],
  ['sns', 'SetSubscriptionAttributes', { subscriptionArn: `${LOG_FILES}:${ID}` }, true],
  ['sns', 'Subscribe', { topicArn: `${LOG_FILES}-2` }, false],
])('of %s, %s with %p wakes watch: %p', (service, eventName, request, expected) => {
  expect(isHeard(service, eventName, request)).toBe(expected);
});

test('every pattern is one that EventBridge takes', () => {
  for (const pattern of patterns) expect(JSON.stringify(pattern).length).toBeLessThanOrEqual(2048);
});
