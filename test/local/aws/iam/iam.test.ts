import { decide, readPolicy, statementsFor } from '../../../../local/aws/iam/iam.ts';

const trail = 'arn:aws:cloudtrail:us-east-1:123456789012:trail/org-audit-trail';
const allow = (Action: unknown, Resource: unknown = '*', Condition: unknown = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  Condition,
});
const deny = (Action: unknown) => ({ ...allow(Action), Effect: 'Deny' });
const issuedBefore = (time: string) => ({ DateLessThan: { 'aws:TokenIssueTime': time } });
const arnLike = (arn: string) => ({ ArnLike: { 'aws:PrincipalArn': arn } });
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
  ['a value that is not the one', [allow('*', '*', { StringNotEquals: { team: 'b' } })], 'a:b', 'allowed'],
  [
    'a value that is one of several',
    [allow('*', '*', { StringNotLike: { team: ['b', 'a*'] } })],
    'a:b',
    'denied',
  ],
  [
    'not-equals on an absent key',
    [allow('*', '*', { ArnNotEquals: { 'aws:SourceArn': 'b' } })],
    'a:b',
    'allowed',
  ],
  ['if-exists on an absent key', [allow('*', '*', { BoolIfExists: { mfa: true } })], 'a:b', 'allowed'],
  ['if-exists on another value', [allow('*', '*', { StringEqualsIfExists: { team: 'b' } })], 'a:b', 'denied'],
  [
    'any value of an absent key',
    [allow('*', '*', { 'ForAnyValue:StringEquals': { x: 'b' } })],
    'a:b',
    'denied',
  ],
  [
    'all values of an absent key',
    [allow('*', '*', { 'ForAllValues:StringEquals': { x: 'b' } })],
    'a:b',
    'allowed',
  ],
  [
    'a wildcard within a part of an ARN',
    [allow('*', '*', arnLike('arn:aws:iam::*:role/A*'))],
    'a:b',
    'allowed',
  ],
  ['a wildcard that would cross parts', [allow('*', '*', arnLike('arn:*:role/Admin'))], 'a:b', 'denied'],
  ['null on an absent key', [allow('*', '*', { Null: { x: true } })], 'a:b', 'allowed'],
  ['null on a key that is there', [allow('*', '*', { Null: { team: 'true' } })], 'a:b', 'denied'],
  [
    'a condition on a key that is absent',
    [allow('*', '*', { Bool: { 'aws:SecureTransport': true } })],
    'a:b',
    'denied',
  ],
])('with %s', (_case, Statement, action, expected) => {
  const context = {
    team: 'a-team',
    'iam:passedtoservice': 'cloudtrail.amazonaws.com',
    'aws:TokenIssueTime': '2026-11-20T23:00:00Z',
    'aws:PrincipalArn': 'arn:aws:iam::123456789012:role/Admin',
  };
  expect(decide(readPolicy({ Statement }, 'policy'), { action, resource: trail, context })).toBe(expected);
});

test.each<[string, object, string]>([
  [
    'an unknown operator',
    allow('*', '*', { IpAddress: { a: 'b' } }),
    'Role: unsupported condition operator IpAddress',
  ],
  ['NotAction', { Effect: 'Allow', NotAction: 'sns:*', Resource: '*' }, 'NotAction'],
])('a policy with %s is refused', (_case, Statement, message) => {
  expect(() => readPolicy({ Statement }, 'Role')).toThrow(message);
});

const alice = {
  arn: 'arn:aws:sts::123456789012:assumed-role/Security/alice',
  iamArn: 'arn:aws:iam::123456789012:role/Security',
};
const root = 'arn:aws:iam::123456789012:root';

test.each<[string, string, unknown, boolean]>([
  ['everybody', 'Allow', '*', true],
  ['her role', 'Allow', { AWS: alice.iamArn }, true],
  ['her session', 'Allow', { AWS: ['arn:aws:iam::123456789012:user/bob', alice.arn] }, true],
  ['another role', 'Allow', { AWS: 'arn:aws:iam::123456789012:role/Other' }, false],
  ['a service', 'Allow', { Service: 'events.amazonaws.com' }, false],
  ['the account, to allow', 'Allow', { AWS: root }, false],
  ['the account, to deny', 'Deny', { AWS: root }, true],
  ['another account, to deny', 'Deny', { AWS: '111122223333' }, false],
])('a policy of a resource that names %s', (_case, Effect, Principal, isMeant) => {
  const policy = readPolicy({ Statement: { ...allow('*'), Effect, Principal } }, 'policy');
  expect(statementsFor(policy, alice)).toHaveLength(isMeant ? 1 : 0);
});
