import {
  type QueueBehaviour,
  type QueueMessage,
  queueMessages,
} from '../../../../local/aws/messages/queue-messages.ts';

const VISIBILITY_MS = 30_000;

/** A queue in a time of its own. */
function queue(behaviour: Partial<QueueBehaviour> = {}) {
  let time = 1_000_000;
  const left = { dead: [] as QueueMessage[], expired: [] as QueueMessage[] };
  const messages = queueMessages(
    {
      isFifo: true,
      contentBasedDeduplication: true,
      delayMs: 0,
      visibilityMs: VISIBILITY_MS,
      retentionMs: 345_600_000,
      maxReceiveCount: Infinity,
      ...behaviour,
    },
    { toDeadLetters: (message) => left.dead.push(message), expired: (message) => left.expired.push(message) },
    () => time,
  );
  const send = (text: string, deduplicationId?: string) => {
    const [groupId, body = ''] = text.split(':');
    return messages.send({ body, groupId, deduplicationId, attributes: {}, senderId: 'AIDA' });
  };
  const receive = (most = 10) => messages.receive(most).map(({ groupId = '', body }) => `${groupId}:${body}`);
  const handles = () => messages.all().map(({ receiptHandle }) => receiptHandle);
  const wait = (ms: number) => {
    time += ms;
  };
  return { messages, send, receive, handles, wait, left };
}

describe('a FIFO queue', () => {
  test('gives the messages of one group, in order, as many as are wanted', () => {
    const { send, receive } = queue();
    for (const each of ['a:1', 'b:7', 'a:2', 'a:3']) send(each);
    expect(receive(2)).toEqual(['a:1', 'a:2']);
  });

  test('lets a group wait while one of its messages is invisible, and others not', () => {
    const { send, receive, handles, messages } = queue();
    for (const each of ['a:1', 'b:7', 'a:2']) send(each);
    expect(receive(1)).toEqual(['a:1']);
    expect(receive()).toEqual(['b:7']);
    expect(receive()).toEqual([]);
    messages.remove(handles()[0] ?? '');
    expect(receive()).toEqual(['a:2']);
  });

  test('gives what was not deleted again when the visibility timeout is over, and counts', () => {
    const { send, receive, wait, messages } = queue();
    send('a:1');
    receive();
    expect(messages.untilVisible()).toBe(VISIBILITY_MS);
    wait(VISIBILITY_MS - 1);
    expect(receive()).toEqual([]);
    wait(1);
    expect(receive()).toEqual(['a:1']);
    expect(messages.all()).toMatchObject([{ receiveCount: 2, firstReceivedAt: 1_000_000 }]);
  });

  test('gives a message again at once when its visibility timeout is set to nothing', () => {
    const { send, receive, handles, messages } = queue();
    send('a:1');
    receive();
    messages.changeVisibility(handles()[0] ?? '', 0);
    expect(receive()).toEqual(['a:1']);
  });

  test.each([
    ['the same body', ['a:1', 'a:1'], [], 0, 1],
    ['the same body in another group', ['a:1', 'b:1'], [], 0, 1],
    ['the same body after five minutes', ['a:1', 'a:1'], [], 300_000, 2],
    ['the same body just before', ['a:1', 'a:1'], [], 299_999, 1],
    ['the same id for another body', ['a:1', 'a:2'], ['x', 'x'], 0, 1],
    ['another id for the same body', ['a:1', 'a:1'], ['x', 'y'], 0, 2],
  ])('takes %s once or twice', (_case, [first = '', second = ''], [one, other], pause, count) => {
    const { send, wait, messages } = queue();
    const { messageId } = send(first, one);
    wait(pause);
    expect(send(second, other).messageId === messageId).toBe(count === 1);
    expect(messages.all()).toHaveLength(count);
  });

  test('knows a duplicate of what is deleted already', () => {
    const { send, receive, handles, messages } = queue();
    send('a:1');
    receive();
    messages.remove(handles()[0] ?? '');
    send('a:1');
    expect(messages.all()).toEqual([]);
  });

  test('passes on what was received as often as it may, and goes on with what is behind it', () => {
    const { send, receive, wait, left } = queue({ maxReceiveCount: 2 });
    send('a:1');
    for (const pass of ['first', 'second']) {
      expect([pass, receive()]).toEqual([pass, ['a:1']]);
      wait(VISIBILITY_MS);
    }
    send('a:2');
    expect(receive()).toEqual(['a:2']);
    expect(left.dead).toMatchObject([{ body: '1', receiveCount: 2 }]);
  });

  test('takes over what another could not get rid of, with its count, but in a new order', () => {
    const { messages, receive, wait } = queue();
    const { send, receive: receiveThere, messages: there } = queue();
    send('a:1');
    receiveThere();
    const [spent] = there.all();
    wait(60_000);
    if (spent) messages.takeOver(spent);
    expect(receive()).toEqual(['a:1']);
    expect(messages.all()).toMatchObject([{ receiveCount: 2, receivedHere: 1, sentAt: 1_060_000 }]);
  });

  test('loses what is older than the retention', () => {
    const { send, receive, wait, left } = queue({ retentionMs: 60_000 });
    send('a:1');
    wait(59_999);
    expect(left.expired).toEqual([]);
    wait(1);
    expect(receive()).toEqual([]);
    expect(left.expired).toMatchObject([{ body: '1' }]);
  });

  test('delays each message, and its group with it', () => {
    const { send, receive, wait } = queue({ delayMs: 5000 });
    send('a:1');
    expect(receive()).toEqual([]);
    wait(5000);
    send('a:2');
    expect(receive()).toEqual([]);
    wait(5000);
    expect(receive()).toEqual(['a:1', 'a:2']);
  });

  test.each([
    ['no group', { groupId: undefined, deduplicationId: 'x' }, 'MessageGroupId'],
    ['no deduplication id', { groupId: 'a', deduplicationId: undefined }, 'MessageDeduplicationId'],
  ])('refuses a message with %s', (_case, ids, message) => {
    const { messages } = queue({ contentBasedDeduplication: false });
    expect(() => messages.send({ body: '1', attributes: {}, senderId: 'AIDA', ...ids })).toThrow(message);
  });

  test('refuses to delete by a handle that has expired', () => {
    const { send, receive, handles, messages, wait } = queue();
    send('a:1');
    receive();
    wait(VISIBILITY_MS);
    expect(() => {
      messages.remove(handles()[0] ?? '');
    }).toThrow('The receipt handle has expired');
    expect(() => {
      messages.changeVisibility(handles()[0] ?? '', 0);
    }).toThrow('not in flight');
  });
});

test('a standard queue takes duplicates, knows no groups, and deletes by an expired handle', () => {
  const { send, receive, handles, messages, wait } = queue({ isFifo: false });
  for (const each of ['a:1', 'a:1', 'a:2']) send(each);
  expect([receive(1), receive()]).toEqual([['a:1'], ['a:1', 'a:2']]);
  wait(VISIBILITY_MS);
  for (const each of handles()) messages.remove(each);
  expect(messages.all()).toEqual([]);
});
