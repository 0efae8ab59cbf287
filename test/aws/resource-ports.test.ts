import { cloudTrailClient } from '../../src/aws/cloudtrail.ts';
import { resourcePorts } from '../../src/aws/resource-ports.ts';
import { KINDS, type ReadableKind } from '../../src/kinds/kinds.ts';
import { emptyAws } from '../local/aws/signed-in.ts';

const HOME = { partition: 'aws', region: 'us-east-1', account: '123456789012' };

const queueName = 'passes.fifo';
const REPAIRS: readonly (readonly [ReadableKind, string, object])[] = [
  ['queue', 'CreateQueue', { QueueName: queueName, Attributes: { FifoQueue: 'true' } }],
  ['rule', 'PutRule', { Name: 'sweep', ScheduleExpression: 'rate(5 minutes)' }],
  ['topic', 'CreateTopic', { Name: 'alerts' }],
  [
    'subscription',
    'Subscribe',
    {
      TopicArn: 'arn:aws:sns:us-east-1:123456789012:alerts',
      Protocol: 'email',
      Endpoint: 'alice@example.com',
    },
  ],
  ['dashboard', 'PutDashboard', { DashboardName: 'guard', DashboardBody: '{"widgets":[]}' }],
  ['bucket', 'CreateBucket', { Bucket: 'example-logs' }],
  ['log-group', 'CreateLogGroup', { logGroupName: 'logs' }],
];

test('there is a way to every kind, but to the organization', () => {
  expect(
    Object.keys(
      resourcePorts(HOME, { region: 'us-east-1' }, [], cloudTrailClient({ region: 'us-east-1' })),
    ).sort(),
  ).toEqual(
    Object.keys(KINDS)
      .filter((kind) => kind !== 'organization')
      .sort(),
  );
});

test('the ids of all changes are kept, and those of readings are not', async () => {
  const { aws, as } = emptyAws();
  const given: string[] = [];
  const ports = resourcePorts(HOME, as('guard'), given, cloudTrailClient(as('guard')));
  for (const [kind, call, input] of REPAIRS)
    await ports[kind].repair({ kind: call, name: 'x', input: { ...input }, sets: {} });
  await Promise.all(Object.values(ports).map((port) => port.observe('x')));
  const ids = aws.history().map(({ requestID }) => requestID);
  expect(ids).toHaveLength(REPAIRS.length);
  expect(given).toEqual(ids);
});

test('a call that is no repair is not sent', async () => {
  const guard = emptyAws().as('guard');
  const ports = resourcePorts(HOME, guard, [], cloudTrailClient(guard));
  const asked = Object.values(ports).map((port) =>
    port.repair({ kind: 'DeleteEverything', name: 'x', input: {}, sets: {} }),
  );
  expect((await Promise.allSettled(asked)).map(({ status }) => status)).not.toContain('fulfilled');
});
