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
const patterns = watchedRules(guarded, HOME).map(({ eventBridge }) => eventBridge.pattern);

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
])('of %s, %s with %p wakes watch: %p', (service, eventName, request, expected) => {
  expect(isHeard(service, eventName, request)).toBe(expected);
});

test('every pattern is one that EventBridge takes', () => {
  for (const pattern of patterns) expect(JSON.stringify(pattern).length).toBeLessThanOrEqual(2048);
});
