import { isNamedIn, knownCall } from '../../../src/kinds/kinds.ts';
import { queue } from '../../../src/kinds/queue/queue.ts';
import {
  type DeclaredResource,
  harmOf,
  loopKind,
  type ObservedResource,
} from '../../../src/kinds/resource.ts';

const HOME = { partition: 'aws', region: 'us-east-1', account: '111122223333' };
const NAME = 'trailkeeper-drill-passes.fifo';
const ARN = `arn:aws:sqs:us-east-1:111122223333:${NAME}`;
const URL = `https://sqs.us-east-1.amazonaws.com/111122223333/${NAME}`;
const PARKED = 'arn:aws:sqs:us-east-1:111122223333:trailkeeper-drill-parked.fifo';

const policyOf = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });
const keep = {
  Sid: 'KeepTheQueue',
  Effect: 'Deny',
  Principal: '*',
  Action: ['sqs:DeleteQueue', 'sqs:SetQueueAttributes'],
  Resource: '*',
  Condition: { ArnNotEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/WatchRole' } },
};
const sweep = {
  Sid: 'TheScheduleMaySend',
  Effect: 'Allow',
  Principal: { Service: 'events.amazonaws.com' },
  Action: 'sqs:SendMessage',
  Resource: ARN,
};
const mallory = { Effect: 'Allow', Principal: { AWS: '999988887777' }, Action: 'sqs:*', Resource: ARN };
const closed = { Effect: 'Deny', Principal: '*', Action: 'sqs:SendMessage', Resource: ARN };

const declared: DeclaredResource = {
  kind: 'queue',
  name: NAME,
  purpose: 'guard',
  watch: 'enforce',
  trails: [],
  fields: {
    Policy: policyOf(sweep, keep),
    FifoQueue: true,
    ContentBasedDeduplication: true,
    RedrivePolicy: { deadLetterTargetArn: PARKED, maxReceiveCount: 1000 },
    RedriveAllowPolicy: null,
    MessageRetentionPeriod: 1209600,
    VisibilityTimeout: '360',
    DelaySeconds: null,
    MaximumMessageSize: null,
    KmsMasterKeyId: null,
    SqsManagedSseEnabled: true,
  },
};

const live = (changes: Record<string, unknown> = {}): ObservedResource => ({
  name: NAME,
  standing: 'here',
  unread: {},
  state: {
    Policy: JSON.stringify(policyOf(keep, sweep)),
    FifoQueue: 'true',
    ContentBasedDeduplication: 'true',
    RedrivePolicy: `{"deadLetterTargetArn":"${PARKED}","maxReceiveCount":"1000"}`,
    MessageRetentionPeriod: '1209600',
    VisibilityTimeout: '360',
    DelaySeconds: '0',
    MaximumMessageSize: '1048576',
    SqsManagedSseEnabled: 'true',
    ...changes,
  },
});

const kind = loopKind(queue, HOME);
const mended = (observed: ObservedResource) =>
  kind.plan(declared, observed).reduce((seen, repair) => kind.after(repair, seen), observed);

test('a queue as declared has no drift', () => {
  expect(kind.drift(declared, live())).toEqual([]);
});

test.each<[string, Record<string, unknown>, string, string]>([
  ['lets a stranger in', { Policy: policyOf(sweep, keep, mallory) }, 'Policy', 'lost'],
  ['is closed to the guard', { Policy: policyOf(sweep, keep, closed) }, 'Policy', 'lost'],
  ['is kept by nothing', { Policy: undefined }, 'Policy', 'lost'],
  [
    'leads what failed elsewhere',
    { RedrivePolicy: `{"deadLetterTargetArn":"${ARN}"}` },
    'RedrivePolicy',
    'lost',
  ],
  ['leads nothing anywhere', { RedrivePolicy: undefined }, 'RedrivePolicy', 'lost'],
  [
    'takes no dead letters',
    { RedriveAllowPolicy: '{"redrivePermission":"denyAll"}' },
    'RedriveAllowPolicy',
    'lost',
  ],
  ['forgets after a minute', { MessageRetentionPeriod: '60' }, 'MessageRetentionPeriod', 'lost'],
  ['hides for twelve hours', { VisibilityTimeout: '43200' }, 'VisibilityTimeout', 'delayed'],
  ['holds back', { DelaySeconds: '900' }, 'DelaySeconds', 'delayed'],
  ['takes but short messages', { MaximumMessageSize: '1024' }, 'MaximumMessageSize', 'lost'],
  ['has a key of somebody', { KmsMasterKeyId: 'alias/mallory' }, 'KmsMasterKeyId', 'lost'],
  ['is not encrypted', { SqsManagedSseEnabled: 'false' }, 'SqsManagedSseEnabled', 'exposed'],
  ['tells no two alike apart', { ContentBasedDeduplication: 'false' }, 'ContentBasedDeduplication', 'lost'],
])('a queue that %s is put back: %#', (_what, changes, attribute, harm) => {
  const [drift, ...others] = kind.drift(declared, live(changes));
  expect(others).toEqual([]);
  expect(drift && harmOf(queue, drift, HOME)).toBe(harm);
  const [repair] = kind.plan(declared, live(changes));
  expect(repair).toMatchObject({ kind: 'SetQueueAttributes', input: { QueueUrl: URL } });
  expect(Object.keys(repair?.input['Attributes'] ?? {})).toEqual([attribute]);
  expect(kind.drift(declared, mended(live(changes)))).toEqual([]);
});

test('that a queue is of another sort can only be told', () => {
  const observed = live({ FifoQueue: undefined });
  expect(kind.drift(declared, observed).map(({ field }) => field)).toEqual(['FifoQueue']);
  expect(kind.plan(declared, observed)).toEqual([]);
});

test('a statement that nobody declared goes, and a policy that nobody declared with it', () => {
  const bare = { ...declared, fields: { Policy: null } };
  expect(kind.plan(bare, live({ Policy: policyOf(closed) }))).toMatchObject([
    { kind: 'SetQueueAttributes', input: { Attributes: { Policy: '' } } },
  ]);
  expect(kind.plan(bare, live({ Policy: undefined }))).toEqual([]);
});

test('a queue that is gone is made anew, and then gets what rests on others', () => {
  const gone: ObservedResource = { name: NAME, standing: 'missing', unread: {}, state: {} };
  expect(kind.plan(declared, gone)).toMatchObject([
    {
      kind: 'CreateQueue',
      founds: true,
      input: {
        QueueName: NAME,
        Attributes: {
          FifoQueue: 'true',
          ContentBasedDeduplication: 'true',
          MessageRetentionPeriod: '1209600',
          VisibilityTimeout: '360',
          SqsManagedSseEnabled: 'true',
        },
      },
    },
    { kind: 'SetQueueAttributes', input: { Attributes: { Policy: expect.any(String) as string } } },
    { kind: 'SetQueueAttributes', input: { Attributes: { RedrivePolicy: expect.any(String) as string } } },
  ]);
  expect(kind.drift(declared, mended(gone))).toEqual([]);
});

test.each([
  ['QueueDeletedRecently', true],
  ['AccessDenied', false],
])('a refusal %s may have passed by the next try: %p', (name, expected) => {
  expect(kind.isTransient(Object.assign(new Error('no'), { name }))).toBe(expected);
});

test.each([
  ['SetQueueAttributes', { queueUrl: URL, attributes: {} }, true],
  ['DeleteQueue', { queueUrl: `https://us-east-1.queue.amazonaws.com/111122223333/${NAME}` }, true],
  ['PurgeQueue', { queueUrl: `https://queue.amazonaws.com/111122223333/${NAME}` }, true],
  ['CreateQueue', { queueName: NAME }, true],
  ['DeleteQueue', { queueUrl: URL.replace('passes', 'parked') }, false],
  ['DeleteQueue', { queueUrl: URL.replace('1111', '9999') }, false],
])('a call of %s with %p is about it: %p', (call, request, expected) => {
  expect(knownCall('sqs.amazonaws.com', call)).toMatchObject({ kind: 'queue' });
  expect(isNamedIn(request, declared, HOME)).toBe(expected);
});
