import { isNamedIn, knownCall } from '../../../src/kinds/kinds.ts';
import {
  type DeclaredResource,
  harmOf,
  loopKind,
  type ObservedResource,
} from '../../../src/kinds/resource.ts';
import { topic } from '../../../src/kinds/topic/topic.ts';

const HOME = { partition: 'aws', region: 'us-east-1', account: '111122223333' };
const ARN = 'arn:aws:sns:us-east-1:111122223333:audit-log-files';
const KEY = 'arn:aws:kms:us-east-1:111122223333:key/1';

const policyOf = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });
const publish = {
  Effect: 'Allow',
  Principal: { Service: 'cloudtrail.amazonaws.com' },
  Action: 'SNS:Publish',
  Resource: ARN,
};
const everybody = { Effect: 'Allow', Principal: '*', Action: 'SNS:Subscribe', Resource: ARN };
const deny = { Effect: 'Deny', Principal: '*', Action: 'SNS:Publish', Resource: ARN };

const declared: DeclaredResource = {
  kind: 'topic',
  name: ARN,
  purpose: 'delivery',
  watch: 'enforce',
  trails: ['audit'],
  fields: { Policy: policyOf(publish), KmsMasterKeyId: KEY, DeliveryPolicy: null },
};

const live = (changes: Record<string, unknown> = {}): ObservedResource => ({
  name: ARN,
  standing: 'here',
  unread: {},
  state: { ...declared.fields, DeliveryPolicy: undefined, ...changes },
});

const kind = loopKind(topic, HOME);

test.each<[string, Record<string, unknown>, string, string]>([
  ['is closed to CloudTrail', { Policy: policyOf(deny) }, 'delayed', 'Policy'],
  ['denies CloudTrail', { Policy: policyOf(publish, deny) }, 'delayed', 'Policy'],
  ['lets everybody subscribe', { Policy: policyOf(publish, everybody) }, 'exposed', 'Policy'],
  ['has another key', { KmsMasterKeyId: 'alias/mallory' }, 'delayed', 'KmsMasterKeyId'],
  ['has no key', { KmsMasterKeyId: undefined }, 'minor', 'KmsMasterKeyId'],
  ['delivers otherwise', { DeliveryPolicy: '{}' }, 'delayed', 'DeliveryPolicy'],
])('a topic that %s is put back: %#', (_what, changes, harm, AttributeName) => {
  const observed = live(changes);
  const [drift, ...others] = kind.drift(declared, observed);
  expect(others).toEqual([]);
  expect(drift && harmOf(topic, drift, HOME)).toBe(harm);
  const plan = kind.plan(declared, observed);
  expect(plan).toMatchObject([{ kind: 'SetTopicAttributes', input: { TopicArn: ARN, AttributeName } }]);
  expect(
    kind.drift(
      declared,
      plan.reduce((seen, repair) => kind.after(repair, seen), observed),
    ),
  ).toEqual([]);
});

test('a topic as declared has no drift', () => {
  expect(kind.drift(declared, live())).toEqual([]);
});

test('a topic that is gone is made anew by its name, without its key where that cannot be used', () => {
  const gone: ObservedResource = { name: ARN, standing: 'missing', unread: {}, state: {} };
  const Policy = JSON.stringify(policyOf(publish));
  const made = (Attributes: object) => ({ input: { Name: 'audit-log-files', Attributes }, founds: true });
  const expected = {
    kind: 'CreateTopic',
    ...made({ KmsMasterKeyId: KEY, Policy }),
    otherwise: { ...made({ Policy }), otherwise: made({}) },
  };
  expect(kind.plan(declared, gone)).toMatchObject([expected]);
  const asText = { ...declared, fields: { ...declared.fields, Policy } };
  expect(kind.plan(asText, gone)).toMatchObject([expected]);
  const fifo = { ...declared, name: `${ARN}.fifo`, fields: {} };
  expect(kind.plan(fifo, gone)[0]?.input).toEqual({
    Name: 'audit-log-files.fifo',
    Attributes: { FifoTopic: 'true' },
  });
});

test('a policy by which CloudTrail could not publish is never written', () => {
  const closed = { ...declared, fields: { Policy: policyOf(everybody) } };
  expect(kind.plan(closed, live({ Policy: policyOf() }))).toEqual([]);
});

test.each([
  ['SetTopicAttributes', { topicArn: ARN }, true],
  ['CreateTopic', { name: 'audit-log-files' }, true],
  ['Unsubscribe', { subscriptionArn: `${ARN}:0b1c2d3e-4f56-4789-8abc-def012345678` }, true],
  ['DeleteTopic', { topicArn: `${ARN}-2` }, false],
])('a call of %s with %p is about it: %p', (call, request, expected) => {
  expect(knownCall('sns.amazonaws.com', call)).toMatchObject({ kind: 'topic' });
  expect(isNamedIn(request, declared, HOME)).toBe(expected);
});
