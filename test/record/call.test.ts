import { TAMPERINGS } from '../../src/kinds/trail/tamperings.ts';
import { readEvent } from '../../src/record/trigger.ts';
import { EVENT_TIME, eventOf, home, orgAuditTrail, stopLogging } from '../fakes/samples.ts';

const name = orgAuditTrail.Name;
const ARN = `arn:aws:cloudtrail:us-east-1:123456789012:trail/${name}`;
const DATA_STORE =
  'arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/1b2c3d4e-0000-4000-8000-0000000000ff';

test('a call that succeeded is a tampering, told in its own words', () => {
  expect(readEvent(stopLogging())).toEqual({
    kind: 'tampering',
    call: {
      eventId: 'c2a89408-340a-42f0-8ace-75d9f5769393',
      requestId: '5b1d2f3a-0000-4000-8000-00000000000b',
      kind: 'trail',
      eventName: 'StopLogging',
      tampering: { deed: 'stopped', story: 'was STOPPED', part: 'logging' },
      time: EVENT_TIME,
      actor: {
        name: 'role Admin, session mallory',
        type: 'AssumedRole',
        sessionStarted: '2026-11-20T23:00:00Z',
        shortName: 'mallory',
        arn: 'arn:aws:sts::123456789012:assumed-role/Admin/mallory',
        issuerArn: 'arn:aws:iam::123456789012:role/Admin',
        account: '123456789012',
        accessKeyId: 'ASIAEXAMPLE7QF2',
        mfa: false,
      },
      sourceIp: '198.51.100.7',
      userAgent: 'aws-cli/2.31.0',
      trail: { Name: name },
      isAboutTrail: true,
      request: { name },
    },
  });
});

test('a call through a VPC endpoint tells which, and whose', () => {
  const endpoint = { vpcEndpointId: 'vpce-0123456789abcdef0', vpcEndpointAccountId: '111122223333' };

  expect(readEvent(stopLogging(name, endpoint))).toMatchObject({ call: endpoint });
});

test.each(Object.keys(TAMPERINGS))('%s is a tampering', (eventName) => {
  expect(readEvent(eventOf(eventName, {}))).toMatchObject({ kind: 'tampering', call: { eventName } });
});

describe('a call that CloudTrail refused is an attempt', () => {
  test('with its error', () => {
    const refusal = { errorCode: 'AccessDenied', errorMessage: 'not authorized' };

    expect(readEvent(stopLogging(name, refusal))).toMatchObject({ kind: 'attempt', ...refusal });
  });

  test('although it has no parameters, then the message may name the trail', () => {
    const errorMessage = `User: arn:aws:iam::123456789012:user/mallory is not authorized to perform: cloudtrail:StopLogging on resource: ${ARN}`;
    const denied = eventOf('StopLogging', null, { errorCode: 'AccessDenied', errorMessage });

    expect(readEvent(denied)).toMatchObject({ kind: 'attempt', call: { trail: { Name: name, ...home } } });
  });

  test('although it has no message', () => {
    const nudge = readEvent(stopLogging(name, { errorCode: 'ThrottlingException' }));

    expect(nudge).toMatchObject({ kind: 'attempt', errorCode: 'ThrottlingException' });
    expect(nudge).not.toHaveProperty('errorMessage');
  });

  test.each([
    ['an empty error code', ''],
    ['a null error code', null],
    ['an error code that is no text', 403],
  ])('unless it has %s', (_what, errorCode) => {
    expect(readEvent(stopLogging(name, { errorCode })).kind).toBe('tampering');
  });
});

describe('the trail is read from', () => {
  test.each([
    ['the name', 'StopLogging', { name }, { Name: name }],
    ['the name as an ARN', 'StopLogging', { name: ARN }, { Name: name, ...home }],
    ['the trailName', 'PutEventSelectors', { trailName: name }, { Name: name }],
    ['the resourceId', 'AddTags', { resourceId: ARN }, { Name: name, ...home }],
    ['the first of them that can be read', 'AddTags', { name: 7, resourceId: ARN }, { Name: name, ...home }],
  ])('%s', (_what, eventName, request, trail) => {
    expect(readEvent(eventOf(eventName, request))).toMatchObject({ call: { trail } });
  });

  test.each([
    ['no parameters', null],
    ['parameters that are too large to be told', { omitted: true }],
    ['a name that is no text', { name: { evil: true } }],
    ['a name that could not be one', { name: 'a\nb' }],
  ])('nowhere where there are %s', (_what, request) => {
    const nudge = readEvent(eventOf('StopLogging', request));

    expect(nudge).toMatchObject({ kind: 'tampering', call: { isAboutTrail: true } });
    expect(nudge).not.toHaveProperty('call.trail');
  });
});

describe('a call on another resource is not about a trail', () => {
  test.each([
    ['tags of an event data store', 'AddTags', { resourceId: DATA_STORE }],
    [
      'tags of a channel',
      'RemoveTags',
      { resourceId: 'arn:aws:cloudtrail:us-east-1:123456789012:channel/1b2c' },
    ],
    ['tags of a dashboard', 'AddTags', { resourceId: 'arn:aws:cloudtrail::123456789012:dashboard/lake' }],
    ['the configuration of an event data store', 'PutEventConfiguration', { eventDataStore: DATA_STORE }],
    [
      'the Insights of an event data store',
      'PutInsightSelectors',
      { eventDataStore: DATA_STORE, insightsDestination: DATA_STORE },
    ],
  ])('%s', (_what, eventName, request) => {
    expect(readEvent(eventOf(eventName, request))).toMatchObject({ call: { isAboutTrail: false } });
  });

  test.each([
    ['a trail that is named beside an event data store', { trailName: name, eventDataStore: DATA_STORE }],
    ['a resource that only ends like an event data store', { resourceId: `x ${DATA_STORE}` }],
  ])('but %s is', (_what, request) => {
    expect(readEvent(eventOf('AddTags', request))).toMatchObject({ call: { isAboutTrail: true } });
  });

  test('an event data store that is named by the suffix of its ARN, as the API allows', () => {
    const request = { eventDataStore: '1b2c3d4e-0000-4000-8000-0000000000ff', aggregationConfigurations: [] };

    expect(readEvent(eventOf('PutEventConfiguration', request))).toMatchObject({
      call: { isAboutTrail: false },
    });
  });
});

describe('the time of the call', () => {
  test.each([
    ['is that of the record', { eventTime: '2026-11-20T23:47:13Z' }, '2026-11-20T23:47:13Z'],
    ['may have fractions', { eventTime: '2026-11-20T23:47:13.250Z' }, '2026-11-20T23:47:13.250Z'],
    ['is that of the envelope where the record has none', { eventTime: undefined }, EVENT_TIME],
    ['is unknown where it cannot be read', { eventTime: 'yesterday' }, undefined],
    ['is unknown where there is no such day', { eventTime: '2026-13-45T99:99:99Z' }, undefined],
    ['is unknown where something follows', { eventTime: `${EVENT_TIME}\nWho: nobody` }, undefined],
  ])('%s', (_sentence, detail, time) => {
    const nudge = readEvent(stopLogging(name, detail));

    expect(nudge.kind === 'tampering' && nudge.call.time).toBe(time);
  });
});

describe('an event that cannot be understood is unreadable, with the reason', () => {
  test.each([
    ['nothing', undefined, 'eventName is missing'],
    ['null', null, 'eventName is missing'],
    ['a text', 'StopLogging', 'eventName is missing'],
    ['an empty object', {}, 'eventName is missing'],
    ['a list', [stopLogging()], 'eventName is missing'],
    ['a record without its envelope', stopLogging().detail, 'eventName is missing'],
    [
      'a name that is no text',
      eventOf('StopLogging', {}, { eventName: ['StopLogging'] }),
      'eventName is missing',
    ],
    ['another call', eventOf('DescribeTrails', {}), 'eventName is DescribeTrails'],
    ['a name that every object knows', eventOf('toString', {}), 'eventName is toString'],
    ['a prototype', eventOf('__proto__', {}), 'eventName is __proto__'],
  ])('%s', (_what, event, reason) => {
    expect(readEvent(event)).toMatchObject({ kind: 'unreadable', reason });
  });

  test('and with the id of its envelope, to tell it once', () => {
    expect(readEvent({ id: '3c9a1f4e', detail: {} })).toEqual({
      kind: 'unreadable',
      eventId: '3c9a1f4e',
      reason: 'eventName is missing',
    });
  });
});
