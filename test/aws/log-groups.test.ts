import {
  CloudWatchLogsClient,
  DeleteLogGroupCommand,
  DeleteRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { liveLogGroups } from '../../src/aws/log-groups.ts';
import { logGroup } from '../../src/kinds/log-group/log-group.ts';
import { type DeclaredResource, loopKind } from '../../src/kinds/resource.ts';
import { emptyAws } from '../local/aws/signed-in.ts';

const NAME = 'org-audit-trail';

const declared: DeclaredResource = {
  kind: 'log-group',
  name: NAME,
  purpose: 'delivery',
  watch: 'enforce',
  trails: [],
  fields: {
    retentionInDays: 365,
    kmsKeyId: null,
    deletionProtectionEnabled: false,
    subscriptionFilters: [
      {
        filterName: 'siem',
        filterPattern: '',
        destinationArn: 'arn:aws:lambda:us-east-1:123456789012:function:siem',
      },
    ],
    metricFilters: [
      {
        filterName: 'root',
        filterPattern: 'root',
        metricTransformations: [{ metricName: 'Root', metricNamespace: 'Audit', metricValue: '1' }],
      },
    ],
  },
};

function surroundings() {
  const all = emptyAws();
  const port = liveLogGroups(new CloudWatchLogsClient(all.as('guard')));
  const alice = new CloudWatchLogsClient(all.as('alice'));
  const kind = loopKind(logGroup, { partition: 'aws', region: all.aws.region, account: all.aws.account });
  const heal = async () => {
    const plan = kind.plan(declared, await port.observe(NAME));
    for (const repair of plan) await port.repair(repair);
    return {
      plan: plan.map(({ kind: call }) => call),
      drift: kind.drift(declared, await port.observe(NAME)),
    };
  };
  return { ...all, port, alice, heal };
}

test('a log group that is gone is made anew whole, and is as declared thereafter', async () => {
  const { port, alice, heal } = surroundings();
  expect(await port.observe(NAME)).toEqual({ name: NAME, standing: 'missing', state: {}, unread: {} });
  const first = await heal();
  expect(first).toEqual({
    plan: ['CreateLogGroup', 'PutRetentionPolicy', 'PutSubscriptionFilter', 'PutMetricFilter'],
    drift: [],
  });
  expect((await heal()).plan).toEqual([]);
  await alice.send(new DeleteRetentionPolicyCommand({ logGroupName: NAME }));
  expect(await heal()).toEqual({ plan: ['PutRetentionPolicy'], drift: [] });
  await alice.send(new DeleteLogGroupCommand({ logGroupName: NAME }));
  expect((await heal()).drift).toEqual([]);
});

test('a reading that is refused keeps no other from being made', async () => {
  const { aws, port, heal } = surroundings();
  await heal();
  aws.fail('DescribeMetricFilters', 'AccessDeniedException');
  const { standing, unread, state } = await port.observe(NAME);
  expect(standing).toBe('here');
  expect(Object.keys(unread)).toEqual(['metricFilters']);
  expect(state['retentionInDays']).toBe(365);
});
