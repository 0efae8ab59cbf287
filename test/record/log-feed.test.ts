import { gzipSync } from 'node:zlib';
import fc from '../laws/fast-check.ts';
import { eventsIn } from '../../src/record/log-feed.ts';
import { calledBy, readEvent } from '../../src/record/trigger.ts';
import { logPayload, packed } from '../fakes/log-payload.ts';
import { eventOf, stopLogging } from '../fakes/samples.ts';

const record = (event: { readonly detail: object }) => JSON.stringify(event.detail);

describe('what a subscription filter sends', () => {
  test('is one event for each of its records, in order', () => {
    const events = [
      stopLogging(),
      eventOf('DeleteTrail', { name: 'payments-data-trail' }, { eventID: 'two' }),
    ];
    const unpacked = eventsIn(logPayload(...events.map(record)));
    expect(unpacked.map((event) => calledBy(readEvent(event)))).toEqual(
      events.map((event) => calledBy(readEvent(event))),
    );
  });

  test('is an attempt where the call was refused', () => {
    const [event] = eventsIn(logPayload(record(stopLogging(undefined, { errorCode: 'AccessDenied' }))));
    expect(readEvent(event).kind).toBe('attempt');
  });

  test('is nothing where CloudWatch Logs asks whether anybody is there', () => {
    const message = 'CWL CONTROL MESSAGE: Checking health of destination Lambda function.';
    expect(eventsIn(packed({ messageType: 'CONTROL_MESSAGE', logEvents: [{ message }] }))).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['that is no base64', { awslogs: { data: '%%%' } }],
    ['that is no gzip', { awslogs: { data: Buffer.from('{}').toString('base64') } }],
    ['that is no JSON', { awslogs: { data: gzipSync('{').toString('base64') } }],
    ['without log events', packed({ messageType: 'DATA_MESSAGE', logEvents: [] })],
    ['whose log events are no list', packed({ logEvents: 'none' })],
    ['whose log event is no record', logPayload('a line of text')],
    ['whose log event has no message', packed({ logEvents: [null] })],
    ['whose record is empty', logPayload('{}')],
    [
      'that is larger than any real one',
      { awslogs: { data: gzipSync(Buffer.alloc(65 << 20)).toString('base64') } },
    ],
  ])('%s is understood by nobody, and reason to look at everything', (_what, invocation) => {
    expect(eventsIn(invocation).map((event) => readEvent(event).kind)).toEqual(['unreadable']);
  });
});

test.each<[string, unknown]>([
  ['an event of EventBridge', stopLogging()],
  ['what has something else by that name', { awslogs: 'data' }],
  ['nothing', null],
])('%s is one event, as it is', (_what, event) => {
  expect(eventsIn(event)).toEqual([event]);
});

test('no payload, however strange, is thrown on', () => {
  fc.assert(
    fc.property(fc.anything(), fc.jsonValue(), fc.string(), (anything, json, text) => {
      for (const invocation of [
        anything,
        { awslogs: anything },
        packed({ logEvents: [json, { message: text }] }),
      ])
        for (const event of eventsIn(invocation)) readEvent(event);
    }),
  );
});
