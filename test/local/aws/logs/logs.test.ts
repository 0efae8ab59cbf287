import {
  AssociateKmsKeyCommand,
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DeleteMetricFilterCommand,
  DeleteRetentionPolicyCommand,
  DeleteSubscriptionFilterCommand,
  DescribeLogGroupsCommand,
  DescribeMetricFiltersCommand,
  DescribeSubscriptionFiltersCommand,
  DisassociateKmsKeyCommand,
  PutLogGroupDeletionProtectionCommand,
  PutMetricFilterCommand,
  PutRetentionPolicyCommand,
  PutSubscriptionFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { emptyAws } from '../signed-in.ts';

const logGroupName = 'org-audit-trail';
const arn = `arn:aws:logs:us-east-1:123456789012:log-group:${logGroupName}`;
const kmsKeyId = 'arn:aws:kms:us-east-1:123456789012:key/0b1c2d3e-4f56-4789-8abc-def012345678';
const subscription = {
  logGroupName,
  filterName: 'to-siem',
  filterPattern: '',
  destinationArn: 'arn:aws:lambda:us-east-1:123456789012:function:siem',
};
const metric = {
  logGroupName,
  filterName: 'root-logins',
  filterPattern: '{ $.userIdentity.type = "Root" }',
  metricTransformations: [{ metricName: 'RootLogins', metricNamespace: 'Audit', metricValue: '1' }],
};

async function withGroup() {
  const all = emptyAws();
  const logs = new CloudWatchLogsClient(all.as('alice'));
  for (const name of [logGroupName, `${logGroupName}-2`, 'another'])
    await logs.send(new CreateLogGroupCommand({ logGroupName: name }));
  await all.aws.idle();
  const described = async () =>
    (await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }))).logGroups;
  return { ...all, logs, described };
}

test('log groups are found by their prefix, in their own Region', async () => {
  const { as, described } = await withGroup();
  expect(await described()).toMatchObject([
    {
      logGroupName,
      arn: `${arn}:*`,
      logGroupArn: arn,
      metricFilterCount: 0,
      deletionProtectionEnabled: false,
    },
    { logGroupName: `${logGroupName}-2` },
  ]);
  const elsewhere = new CloudWatchLogsClient(as('alice', { region: 'eu-west-1' }));
  expect((await elsewhere.send(new DescribeLogGroupsCommand({}))).logGroups).toEqual([]);
});

test('retention and key are set and taken off', async () => {
  const { logs, described } = await withGroup();
  await logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 365 }));
  await logs.send(new AssociateKmsKeyCommand({ logGroupName, kmsKeyId }));
  expect(await described()).toMatchObject([{ retentionInDays: 365, kmsKeyId }, {}]);
  await logs.send(new DeleteRetentionPolicyCommand({ logGroupName }));
  await logs.send(new DisassociateKmsKeyCommand({ logGroupName }));
  const [group] = (await described()) ?? [];
  expect(group?.retentionInDays).toBeUndefined();
  expect(group?.kmsKeyId).toBeUndefined();
});

test('filters are put, listed, and taken off', async () => {
  const { logs } = await withGroup();
  const filters = async () => [
    (await logs.send(new DescribeSubscriptionFiltersCommand({ logGroupName }))).subscriptionFilters,
    (await logs.send(new DescribeMetricFiltersCommand({ logGroupName }))).metricFilters,
  ];
  await logs.send(new PutSubscriptionFilterCommand(subscription));
  await logs.send(new PutMetricFilterCommand(metric));
  expect(await filters()).toMatchObject([[{ ...subscription, distribution: 'ByLogStream' }], [metric]]);
  await logs.send(new DeleteSubscriptionFilterCommand({ logGroupName, filterName: subscription.filterName }));
  await logs.send(new DeleteMetricFilterCommand({ logGroupName, filterName: metric.filterName }));
  expect(await filters()).toEqual([[], []]);
});

test.each<[string, object, unknown]>([
  [
    'a log group that is there',
    new CreateLogGroupCommand({ logGroupName }),
    'ResourceAlreadyExistsException',
  ],
  ['one that is not', new DeleteLogGroupCommand({ logGroupName: 'nobody' }), 'ResourceNotFoundException'],
  [
    'two days of retention',
    new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 2 }),
    'InvalidParameterException',
  ],
  [
    'a filter that is not there',
    new DeleteMetricFilterCommand({ logGroupName, filterName: 'none' }),
    'ResourceNotFoundException',
  ],
])('%s is refused', async (_, command, name) => {
  const { logs } = await withGroup();
  await expect(logs.send(command as never)).rejects.toMatchObject({ name });
});

test('a third subscription is one too many', async () => {
  const { logs } = await withGroup();
  const subscribe = (filterName: string) =>
    logs.send(new PutSubscriptionFilterCommand({ ...subscription, filterName }));
  await subscribe('a');
  await subscribe('b');
  await expect(subscribe('c')).rejects.toMatchObject({ name: 'LimitExceededException' });
});

test('a protected log group is deleted only once its protection is off', async () => {
  const { logs, described } = await withGroup();
  const protect = (deletionProtectionEnabled: boolean) =>
    logs.send(
      new PutLogGroupDeletionProtectionCommand({ logGroupIdentifier: arn, deletionProtectionEnabled }),
    );
  await protect(true);
  await expect(logs.send(new DeleteLogGroupCommand({ logGroupName }))).rejects.toMatchObject({
    name: 'ValidationException',
  });
  await protect(false);
  await logs.send(new DeleteLogGroupCommand({ logGroupName }));
  expect(await described()).toMatchObject([{ logGroupName: `${logGroupName}-2` }]);
});

test.each<[string, object, unknown]>([
  [
    'PutRetentionPolicy',
    new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 1 }),
    { logGroupName, retentionInDays: 1 },
  ],
  ['DeleteLogGroup', new DeleteLogGroupCommand({ logGroupName }), { logGroupName }],
  ['PutSubscriptionFilter', new PutSubscriptionFilterCommand(subscription), subscription],
])('%s stands in the Event history and comes to the bus', async (eventName, command, requestParameters) => {
  const { aws, logs, recorded } = await withGroup();
  await logs.send(command as never);
  await aws.idle();
  const { record, isDelivered } = recorded(eventName);
  expect(record).toMatchObject({ eventSource: 'logs.amazonaws.com', requestParameters });
  expect(isDelivered).toBe(true);
});

test('a role without the right is denied', async () => {
  const { as } = await withGroup();
  const guard = new CloudWatchLogsClient(as('guard', { role: 'arn:aws:iam::123456789012:role/none' }));
  await expect(guard.send(new DeleteLogGroupCommand({ logGroupName }))).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });
});
