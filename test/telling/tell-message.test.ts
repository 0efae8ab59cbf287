import { gzipSync } from 'node:zlib';
import { heal } from '../../src/healing/heal.ts';
import { COMPRESSED, passText } from '../../src/incident/pass.ts';
import { ledgerInMemory } from '../../src/telling/ledger.ts';
import { withFallback } from '../../src/telling/ledger-fallback.ts';
import { tellMessage } from '../../src/telling/tell-message.ts';
import { eventOf, guardRole, orgAuditTrail, stopLogging } from '../fakes/samples.ts';
import { awsError, type FakeGuard, guardOf, textOf } from '../fakes/trails.ts';
import { stopped } from '../stories/one-trail.ts';

/** A reader of the queue, what it has parked, and which metrics it measured. */
function reading(given: Partial<FakeGuard> = {}, fault: () => Error | undefined = () => undefined) {
  const parked: string[] = [];
  const measured: string[] = [];
  const guard = guardOf({ trails: stopped(), ...given, measure: (metric) => void measured.push(metric) });
  const send = (text: string) => {
    parked.push(text);
    return Promise.resolve();
  };
  return { guard, parked, measured, reader: { ...guard, parked: { send }, ledgerFault: fault } };
}

const stop = async (guard: FakeGuard) => passText(await heal(guard, stopLogging()));

test('a pass is told, compressed or not', async () => {
  const { guard, reader } = reading();
  const text = await stop(guard);
  await tellMessage(reader, COMPRESSED + gzipSync(text).toString('base64'), 'message');

  expect(guard.alerts.sent).toHaveLength(1);
});

test.each([
  ['no JSON', '{'],
  ['a pass of another version', JSON.stringify({ version: 2, outcomes: [], requestIds: [], faults: [] })],
  ['something else', '[]'],
])('%s is parked, for it can never be told', async (_what, body) => {
  const { parked, measured, reader } = reading();
  await tellMessage(reader, body, 'message');

  expect(parked).toEqual([body]);
  expect(measured).toEqual(['MessagesParked']);
});

const fault = (name: string, kind: object, message?: string) => Object.assign(awsError(name, message), kind);

const client = { $fault: 'client' };

test.each<[string, Error, boolean]>([
  ['it waits when SNS is out of order', fault('InternalErrorException', { $fault: 'server' }), true],
  ["it waits when the topic's key is disabled", fault('KMSDisabledException', { $fault: 'client' }), true],
  ['it waits when the connection broke', fault('Error', { code: 'ECONNRESET' }), true],
  ...[
    'Invalid parameter: TopicArn',
    'Invalid parameter: TopicArn Reason: arn:aws:sns:us-east-1:123456789012:Message',
    'Invalid parameter: The MessageGroupId parameter is required for FIFO topics',
    'Nobody has ever read this',
  ].map(
    (text) =>
      [`it waits when SNS says: ${text}`, fault('InvalidParameterException', client, text), true] as [
        string,
        Error,
        boolean,
      ],
  ),
  ...[
    'Invalid parameter: Message too long',
    'Invalid parameter: Message Structure - No default entry in JSON message body',
    'Invalid parameter: Empty message',
    'Invalid parameter: Subject',
  ].map(
    (text) =>
      [`it is parked when SNS says: ${text}`, fault('InvalidParameterException', client, text), false] as [
        string,
        Error,
        boolean,
      ],
  ),
  [
    'it is parked when SNS never takes one of its attributes',
    fault('InvalidParameterValueException', client, "The message attribute 'severity' is invalid"),
    false,
  ],
  ['it is parked when it is a fault of ours', new TypeError('undefined is not a function'), false],
])('%s', async (_sentence, error, waits) => {
  const publish = () => Promise.reject(error);
  const { guard, parked, reader } = reading({ outlets: [{ name: 'topic', publish }] });
  const text = await stop(guard);
  const came = await tellMessage(reader, text, 'message').then(
    () => 'told or parked',
    (thrown: unknown) => thrown,
  );

  expect(came).toBe(waits ? error : 'told or parked');
  expect(parked).toEqual(waits ? [] : [text]);
});

const gone = () => Promise.reject(awsError('ResourceNotFoundException', 'no such table'));
const noTable = { read: gone, list: gone, write: gone, remove: gone };

test('telling goes on without the ledger, and a metric says so', async () => {
  const { ledger, fault: why } = withFallback(noTable, ledgerInMemory(), guardOf().clock);
  const { guard, measured, reader } = reading({ ledger }, why);
  await tellMessage(reader, await stop(guard), 'message');

  expect(guard.alerts.sent).toHaveLength(1);
  expect(measured).toContain('LedgerUnavailable');
});

test('the next message says once a day that the ledger is gone, whatever invocation it leaves from', async () => {
  const memory = ledgerInMemory();
  const { clock, alerts } = guardOf();
  const said: boolean[] = [];
  for (const hours of [0, 2, 2, 21]) {
    await clock.sleep(hours * 60 * 60_000);
    const { ledger, fault: why } = withFallback(noTable, memory, clock);
    const { guard, reader } = reading({ ledger, clock, alerts }, why);
    const event = stopLogging(undefined, { eventID: `call-${said.length}` });
    await tellMessage(reader, passText(await heal(guard, event)), `message-${said.length}`);
    said.push(textOf(alerts.sent.at(-1)).includes('WITHOUT THE LEDGER'));
  }

  expect(alerts.sent).toHaveLength(4);
  expect(said).toEqual([true, false, false, true]);
  expect(alerts.sent[0]?.report.summary.at(-1)).toBe(
    'Told WITHOUT THE LEDGER, so that some things may come twice: ResourceNotFoundException: no such table',
  );
});

describe('a tick of the schedule says what the guard has handed over by then', () => {
  test.each([
    ['by its own time', '2026-11-20T23:55:00Z', 1],
    ['nothing without a time', undefined, 0],
    ['nothing by a time that is none', 'soon', 0],
    ['nothing that is still to come', '2099-01-01T00:00:00Z', 0],
  ])('%s', async (_what, time, messages) => {
    const { guard, parked, reader } = reading();
    const strange = eventOf(
      'UpdateTrail',
      { name: orgAuditTrail.Name, kmsKeyId: '' },
      { eventID: 'call', requestID: 'of nobody', userIdentity: guardRole },
    );
    await tellMessage(reader, passText(await heal(guard, strange)), 'message');
    if (messages > 0) await guard.clock.sleep(10 * 60_000);
    await tellMessage(reader, JSON.stringify({ source: 'aws.events', time }), 'tick');

    expect(guard.alerts.sent).toHaveLength(messages);
    expect(parked).toEqual([]);
  });
});
