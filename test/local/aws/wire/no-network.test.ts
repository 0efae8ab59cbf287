import type { Asked, Endpoint } from '../../../../local/aws/wire/exchange.ts';
import { withoutNetwork } from '../../../../local/aws/wire/no-network.ts';

const request = {
  method: 'PUT',
  path: '/a%20b',
  query: { policy: null, id: ['1', '2'] },
  headers: { 'X-Amz-Target': 'GetTrail' },
  body: new TextEncoder().encode('{"a":1}'),
};

test('a request arrives as over HTTP, and its answer comes back', async () => {
  const arrived: Asked[] = [];
  const endpoint: Endpoint = (asked) => {
    arrived.push(asked);
    return Promise.resolve({ status: 400, headers: { 'x-id': '7' }, body: '{"é":2}' });
  };
  const { response } = (await withoutNetwork(endpoint, 1000).handle(request)) as {
    response: { statusCode: number; headers: object; body: AsyncIterable<Uint8Array> };
  };
  let text = '';
  for await (const chunk of response.body) text += Buffer.from(chunk).toString();
  expect(arrived).toMatchObject([
    { method: 'PUT', path: '/a%20b', headers: { 'x-amz-target': 'GetTrail' }, body: '{"a":1}' },
  ]);
  expect(String(arrived[0]?.query)).toBe('policy=&id=1&id=2');
  expect(response).toMatchObject({ statusCode: 400, headers: { 'x-id': '7' } });
  expect(text).toBe('{"é":2}');
});

test.each<[string, Endpoint, object]>([
  ['breaks', () => Promise.resolve(undefined), { name: 'Error', code: 'ECONNRESET' }],
  ['hangs', () => new Promise(() => undefined), { name: 'TimeoutError', code: 'ETIMEDOUT' }],
])('a connection that %s fails as the SDK knows it', async (_, endpoint, failure) => {
  await expect(withoutNetwork(endpoint, 20).handle(request)).rejects.toMatchObject(failure);
});
