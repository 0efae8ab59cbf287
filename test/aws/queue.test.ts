import { gunzipSync } from 'node:zlib';
import { cloudTrailClient } from '../../src/aws/cloudtrail.ts';
import { leanQueue, queueUrl } from '../../src/aws/queue.ts';
import { home } from '../fakes/samples.ts';

interface Sent {
  readonly hostname: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A queue that answers so, one answer after the other. */
function queue(...answers: { readonly statusCode: number; readonly body: object }[]) {
  const sent: Sent[] = [];
  const handle = (request: Sent) => {
    sent.push(request);
    const { statusCode, body } = answers.shift() ?? { statusCode: 200, body: {} };
    return Promise.resolve({
      response: { statusCode, headers: {}, body: [Buffer.from(JSON.stringify(body))] },
    });
  };
  const client = cloudTrailClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'example' },
    requestHandler: { handle } as never,
  });
  const url = queueUrl(home, 'trailkeeper-prod-passes.fifo');
  return { sent, queue: leanQueue(client, url, () => Promise.resolve()) };
}

const busy = { statusCode: 503, body: { __type: 'com.amazonaws.sqs#ServiceUnavailable', message: 'later' } };

test('a message is sent signed, to the queue of this account, in one group', async () => {
  const given = queue();
  await given.queue.send('{"a":1}', 'id-1');

  expect(given.sent[0]?.hostname).toBe('sqs.us-east-1.amazonaws.com');
  expect(given.sent[0]?.headers['x-amz-target']).toBe('AmazonSQS.SendMessage');
  expect(given.sent[0]?.headers['authorization']).toContain('/us-east-1/sqs/aws4_request');
  expect(JSON.parse(given.sent[0]?.body ?? '')).toEqual({
    QueueUrl: 'https://sqs.us-east-1.amazonaws.com/123456789012/trailkeeper-prod-passes.fifo',
    MessageBody: '{"a":1}',
    MessageGroupId: 'passes',
    MessageDeduplicationId: 'id-1',
  });
});

test('a long message is sent compressed', async () => {
  const given = queue();
  const text = 'so it goes '.repeat(50_000);
  await given.queue.send(text, 'id-1');
  const { MessageBody } = JSON.parse(given.sent[0]?.body ?? '') as { MessageBody: string };

  expect(MessageBody.length).toBeLessThan(250_000);
  expect(gunzipSync(Buffer.from(MessageBody.replace('gzip:', ''), 'base64')).toString()).toBe(text);
});

test('a character that SQS does not take is sent compressed', async () => {
  const given = queue();
  await given.queue.send('a\uFFFFb', 'id-1');
  const { MessageBody } = JSON.parse(given.sent[0]?.body ?? '') as { MessageBody: string };

  expect(gunzipSync(Buffer.from(MessageBody.replace('gzip:', ''), 'base64')).toString()).toBe('a\uFFFFb');
});

test('what the queue does not take is sent again, four times in all, and then rejects with its error', async () => {
  const once = queue(busy);
  await once.queue.send('{}', 'id');
  expect(once.sent).toHaveLength(2);

  const never = queue(busy, busy, busy, busy);
  await expect(never.queue.send('{}', 'id')).rejects.toMatchObject({
    name: 'ServiceUnavailable',
    message: 'later',
  });
  expect(never.sent).toHaveLength(4);
});

test.each([
  ['aws-cn', 'cn-north-1', undefined, 'https://sqs.cn-north-1.amazonaws.com.cn/123456789012/q.fifo'],
  ['aws-us-gov', 'us-gov-west-1', undefined, 'https://sqs.us-gov-west-1.amazonaws.com/123456789012/q.fifo'],
  ['aws', 'us-east-1', 'http://127.0.0.1:4566', 'http://127.0.0.1:4566/123456789012/q.fifo'],
])('a queue of %s, %s, with the endpoint %s, is at %s', (partition, region, endpoint, url) => {
  expect(queueUrl({ ...home, partition, region }, 'q.fifo', endpoint)).toBe(url);
});
