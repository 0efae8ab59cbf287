import { matchesPattern } from '../../../../local/aws/events/event-pattern.ts';

const event = {
  source: 'aws.cloudtrail',
  resources: [],
  detail: {
    eventName: 'StopLogging',
    responseElements: null,
    readOnly: false,
    count: 5,
    requestParameters: { name: 'org-audit-trail', path: 'a/b*c' },
    findings: [{ Id: 'one' }, { Id: 'two', Severity: { Label: 'LOW' } }],
    tags: ['red', 'green'],
  },
};
const detail = (name: string, ...conditions: unknown[]) => ({ detail: { [name]: conditions } });

test.each<[string, object, boolean]>([
  ['an exact value', { source: ['aws.cloudtrail'] }, true],
  ['another value', { source: ['aws.config'] }, false],
  ['one of several values', detail('eventName', 'DeleteTrail', 'StopLogging'), true],
  ['all of several fields', { source: ['aws.cloudtrail'], detail: { eventName: ['DeleteTrail'] } }, false],
  ['null', detail('responseElements', null), true],
  ['null where a value is', detail('eventName', null), false],
  ['null where nothing is', detail('nothing', null), false],
  ['false', detail('readOnly', false), true],
  ['a number', detail('count', 5), true],
  ['an element of an array', detail('tags', 'green'), true],
  ['no element of an array', detail('tags', 'blue'), false],
  ['a nested object', { detail: { requestParameters: { name: ['org-audit-trail'] } } }, true],
  ['an object in an array', { detail: { findings: { Severity: { Label: ['LOW'] } } } }, true],
  ['a field that exists', detail('eventName', { exists: true }), true],
  ['a field that is null exists', detail('responseElements', { exists: true }), true],
  ['a field that does not exist', detail('errorCode', { exists: false }), true],
  ['a field that exists where none should', detail('eventName', { exists: false }), false],
  ['an array without elements does not exist', { resources: [{ exists: true }] }, false],
  ['a prefix', detail('eventName', { prefix: 'Stop' }), true],
  ['another prefix', detail('eventName', { prefix: 'Start' }), false],
  ['a prefix in any case', detail('eventName', { prefix: { 'equals-ignore-case': 'STOP' } }), true],
  ['a suffix', detail('eventName', { suffix: 'Logging' }), true],
  ['a value in any case', detail('eventName', { 'equals-ignore-case': 'stoplogging' }), true],
  ['anything but a value', detail('eventName', { 'anything-but': 'StopLogging' }), false],
  [
    'anything but other values',
    detail('eventName', { 'anything-but': ['DeleteTrail', 'UpdateTrail'] }),
    true,
  ],
  ['anything but a prefix', detail('eventName', { 'anything-but': { prefix: 'Stop' } }), false],
  ['anything but, where nothing is', detail('nothing', { 'anything-but': 'StopLogging' }), false],
  ['a wildcard', { detail: { requestParameters: { name: [{ wildcard: 'org-*-trail' }] } } }, true],
  ['an escaped wildcard', { detail: { requestParameters: { path: [{ wildcard: 'a/b\\*c' }] } } }, true],
  ['a wildcard with a dot that is a dot', detail('eventName', { wildcard: 'Stop.ogging' }), false],
  ['a range', detail('count', { numeric: ['>', 0, '<=', 5] }), true],
  ['a range it is out of', detail('count', { numeric: ['<', 5] }), false],
  ['one of two patterns', { $or: [{ source: ['aws.config'] }, detail('eventName', 'StopLogging')] }, true],
])('matching %s', (_case, pattern, expected) => {
  expect(matchesPattern({ ...pattern }, event)).toBe(expected);
});

test.each<[string, object, string]>([
  ['cidr', detail('eventName', { cidr: '10.0.0.0/24' }), 'Unsupported event pattern operator: cidr'],
  ['an operator of nobody', detail('eventName', { like: 'x' }), 'Unsupported event pattern operator: like'],
  ['anything-but cidr', detail('eventName', { 'anything-but': { cidr: 'x' } }), 'anything-but cidr'],
  ['two operators at once', detail('eventName', { prefix: 'a', suffix: 'b' }), 'one operator'],
  ['a bare value', { source: 'aws.cloudtrail' }, 'must be an array or an object'],
])('%s is an error, not a mismatch', (_case, pattern, message) => {
  expect(() => matchesPattern({ ...pattern }, event)).toThrow(message);
});
