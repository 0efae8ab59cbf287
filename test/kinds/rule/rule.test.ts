import { isNamedIn, knownCall } from '../../../src/kinds/kinds.ts';
import { isSamePattern } from '../../../src/kinds/rule/pattern.ts';
import { rule } from '../../../src/kinds/rule/rule.ts';
import { type DeclaredResource, loopKind, type ObservedResource } from '../../../src/kinds/resource.ts';

const HOME = { partition: 'aws', region: 'us-east-1', account: '111122223333' };
const NAME = 'trailkeeper-drill-heal-rule-1';
const PATTERN = {
  source: ['aws.cloudtrail'],
  detail: { eventSource: ['cloudtrail.amazonaws.com'], eventName: ['StopLogging', 'DeleteTrail'] },
};
const target = {
  Id: 'heal',
  Arn: 'arn:aws:lambda:us-east-1:111122223333:function:trailkeeper-drill-heal',
  RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 20 },
  DeadLetterConfig: { Arn: 'arn:aws:sqs:us-east-1:111122223333:trailkeeper-drill-undelivered' },
};
const mallorys = { Id: 'x', Arn: 'arn:aws:sns:us-east-1:999988887777:mallory' };

const declared: DeclaredResource = {
  kind: 'rule',
  name: NAME,
  purpose: 'guard',
  watch: 'enforce',
  trails: [],
  fields: {
    State: 'ENABLED',
    EventPattern: PATTERN,
    ScheduleExpression: null,
    Description: 'Calls on trails.',
    Targets: [target],
  },
};

const live = (changes: Record<string, unknown> = {}): ObservedResource => ({
  name: NAME,
  standing: 'here',
  unread: {},
  state: {
    State: 'ENABLED',
    EventPattern: JSON.stringify(PATTERN),
    ScheduleExpression: undefined,
    Description: 'Calls on trails.',
    Targets: [target],
    ...changes,
  },
});

const kind = loopKind(rule, HOME);
const afterAll = (observed: ObservedResource, resource = declared) =>
  kind.plan(resource, observed).reduce((seen, repair) => kind.after(repair, seen), observed);

test('a rule as declared has no drift', () => {
  expect(kind.drift(declared, live())).toEqual([]);
});

test.each<[string, Record<string, unknown>, string[]]>([
  ['is disabled', { State: 'DISABLED' }, ['EnableRule']],
  ['is in another state', { State: 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS' }, ['PutRule']],
  ['matches less', { EventPattern: '{"source":["aws.mallory"]}' }, ['PutRule']],
  ['asks for what no event has', { EventPattern: '{"source":["aws.cloudtrail"],"x":[null]}' }, ['PutRule']],
  ['has no pattern', { EventPattern: undefined }, ['PutRule']],
  ['has a schedule, too', { ScheduleExpression: 'rate(1 day)' }, ['PutRule']],
  [
    'is disabled, and emptied',
    { State: 'DISABLED', EventPattern: '{"a":["b"]}', Description: '' },
    ['EnableRule', 'PutRule'],
  ],
  ['has no target', { Targets: [] }, ['PutTargets']],
  ['leads elsewhere by its target', { Targets: [{ ...target, Arn: mallorys.Arn }] }, ['PutTargets']],
  ['hands over something else', { Targets: [{ ...target, Input: '{}' }] }, ['PutTargets']],
  ['keeps nothing that failed', { Targets: [{ ...target, DeadLetterConfig: undefined }] }, ['PutTargets']],
  ['tries but once', { Targets: [{ ...target, RetryPolicy: { MaximumRetryAttempts: 0 } }] }, ['PutTargets']],
  ['has one target more', { Targets: [target, mallorys] }, ['RemoveTargets']],
  ['has another target alone', { Targets: [mallorys] }, ['RemoveTargets', 'PutTargets']],
])('a rule that %s is put back: %#', (_what, changes, calls) => {
  expect(kind.plan(declared, live(changes)).map(({ kind: call }) => call)).toEqual(calls);
  expect(kind.drift(declared, afterAll(live(changes)))).toEqual([]);
});

test('a rule that is gone is made anew, with its targets', () => {
  const gone: ObservedResource = { name: NAME, standing: 'missing', unread: {}, state: {} };
  expect(kind.plan(declared, gone)).toMatchObject([
    {
      kind: 'PutRule',
      founds: true,
      input: { Name: NAME, State: 'ENABLED', EventPattern: JSON.stringify(PATTERN) },
    },
    { kind: 'PutTargets', input: { Rule: NAME, Targets: [target] } },
  ]);
  expect(kind.drift(declared, afterAll(gone))).toEqual([]);
});

test('a schedule that was declared to be paused is paused again', () => {
  const paused: DeclaredResource = {
    ...declared,
    fields: { State: 'DISABLED', ScheduleExpression: 'rate(5 minutes)', EventPattern: null },
  };
  const running = live({ EventPattern: undefined, ScheduleExpression: 'rate(5 minutes)' });
  expect(kind.plan(paused, running)).toMatchObject([
    { kind: 'PutRule', input: { Name: NAME, State: 'DISABLED', ScheduleExpression: 'rate(5 minutes)' } },
  ]);
  expect(kind.drift(paused, afterAll(running, paused))).toEqual([]);
});

test.each<[string, unknown, unknown, boolean]>([
  ['of other order', { a: ['x', 'y'], b: [1] }, '{ "b": [1], "a": ["y", "x", "x"] }', true],
  ['with an empty text for null', { a: [null] }, '{"a":[""]}', false],
  ['with another word', { a: [{ prefix: '' }] }, '{"a":[{"suffix":""}]}', false],
  [
    'with another bound',
    { a: [{ numeric: ['>', 0, '<=', 5] }] },
    '{"a":[{"numeric":["<=",0,">",5]}]}',
    false,
  ],
  ['whose key stands twice', { a: ['x'] }, '{"a":["y"],"a":["x"]}', false],
  ['with a colon in a text', { 'a:b': ['c:"d"'] }, '{"a:b":["c:\\"d\\""]}', true],
  ['that is no JSON', { a: ['x'] }, '{"a":', false],
  ['that is not there', { a: ['x'] }, undefined, false],
])('a pattern %s: %#', (_what, one, other, expected) => {
  expect(isSamePattern(one, other)).toBe(expected);
});

test.each([
  ['DisableRule', { name: NAME }, true],
  ['RemoveTargets', { rule: NAME, ids: ['heal'] }, true],
  ['PutRule', { name: `${NAME}0` }, false],
  ['PutTargets', { rule: ['another', NAME] }, true],
  ['DeleteRule', { name: { toString: 'no text' } }, false],
])('a call of %s with %p is about it: %p', (call, request, expected) => {
  expect(knownCall('events.amazonaws.com', call)).toMatchObject({ kind: 'rule' });
  expect(isNamedIn(request, declared, HOME)).toBe(expected);
});
