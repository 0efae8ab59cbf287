import { decide, readPolicy } from '../../../../local/aws/iam/iam.ts';

const trail = 'arn:aws:cloudtrail:us-east-1:123456789012:trail/org-audit-trail';
const allow = (Action: unknown, Resource: unknown = '*', Condition: unknown = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  Condition,
});
const deny = (Action: unknown) => ({ ...allow(Action), Effect: 'Deny' });
const issuedBefore = (time: string) => ({ DateLessThan: { 'aws:TokenIssueTime': time } });
const onlyPassedTo = (service: string, operator = 'StringEquals') =>
  allow('iam:PassRole', '*', { [operator]: { 'iam:PassedToService': service } });

test.each<[string, object[], string, string]>([
  ['no statement', [], 'cloudtrail:StopLogging', 'denied'],
  ['the action', [allow('cloudtrail:StopLogging')], 'cloudtrail:StopLogging', 'allowed'],
  ['the action in another case', [allow('CloudTrail:stoplogging')], 'cloudtrail:StopLogging', 'allowed'],
  ['a wildcard', [allow(['sns:*', 'cloudtrail:*Logging'])], 'cloudtrail:StopLogging', 'allowed'],
  ['a wildcard of one character', [allow('cloudtrail:St?pLogging')], 'cloudtrail:StopLogging', 'allowed'],
  ['another action', [allow('cloudtrail:Start*')], 'cloudtrail:StopLogging', 'denied'],
  ['the resource', [allow('*', trail)], 'cloudtrail:StopLogging', 'allowed'],
  ['a resource wildcard', [allow('*', 'arn:aws:cloudtrail:*:123456789012:trail/*')], 'a:b', 'allowed'],
  ['another resource', [allow('*', [`${trail}-2`])], 'cloudtrail:StopLogging', 'denied'],
  [
    'a denial beside it',
    [allow('*'), deny('cloudtrail:StopLogging')],
    'cloudtrail:StopLogging',
    'explicitly denied',
  ],
  ['a condition that holds', [onlyPassedTo('cloudtrail.amazonaws.com')], 'iam:PassRole', 'allowed'],
  ['a condition that does not', [onlyPassedTo('lambda.amazonaws.com')], 'iam:PassRole', 'denied'],
  ['a condition like it', [onlyPassedTo('cloudtrail.*', 'StringLike')], 'iam:PassRole', 'allowed'],
  ['a wildcard that is none', [onlyPassedTo('cloudtrail.*')], 'iam:PassRole', 'denied'],
  ['a date before', [allow('*', '*', issuedBefore('2026-11-20T23:00:01Z'))], 'a:b', 'allowed'],
  ['the same date', [allow('*', '*', issuedBefore('2026-11-20T23:00:00Z'))], 'a:b', 'denied'],
  [
    'a condition on a key that is absent',
    [allow('*', '*', { Bool: { 'aws:SecureTransport': true } })],
    'a:b',
    'denied',
  ],
])('with %s', (_case, Statement, action, expected) => {
  const context = {
    'iam:passedtoservice': 'cloudtrail.amazonaws.com',
    'aws:TokenIssueTime': '2026-11-20T23:00:00Z',
  };
  expect(decide(readPolicy({ Statement }, 'policy'), { action, resource: trail, context })).toBe(expected);
});

test.each<[string, object, string]>([
  [
    'an unknown operator',
    allow('*', '*', { StringNotEquals: { a: 'b' } }),
    'Role: unsupported condition operator StringNotEquals',
  ],
  ['NotAction', { Effect: 'Allow', NotAction: 'sns:*', Resource: '*' }, 'NotAction'],
])('a policy with %s is refused', (_case, Statement, message) => {
  expect(() => readPolicy({ Statement }, 'Role')).toThrow(message);
});
