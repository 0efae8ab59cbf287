import { resourcePort } from '../../src/aws/resource-port.ts';

const refusal = (message: string) => Object.assign(new Error(message), { name: 'AccessDenied' });

const portOf = (message: string) =>
  resourcePort({
    missing: [],
    readings: () => [
      { fields: ['Policy', 'KmsMasterKeyId'], read: () => Promise.reject(refusal(message)) },
      { fields: ['Other'], read: () => Promise.resolve({ Other: 1 }) },
    ],
    send: () => Promise.reject(new Error('nothing is sent')),
  });

test('a policy that denies its own reading is one that nobody declared', async () => {
  const message =
    'not authorized to perform: sns:GetTopicAttributes with an explicit deny in a resource-based policy';
  expect(await portOf(message).observe('x')).toEqual({
    name: 'x',
    standing: 'here',
    state: { Policy: `It keeps the guard from reading it: ${message}`, Other: 1 },
    unread: { KmsMasterKeyId: `AccessDenied: ${message}` },
  });
});

test('of a policy that may not be read for another reason nothing is known', async () => {
  const message = 'with an explicit deny in a service control policy';
  expect(await portOf(message).observe('x')).toMatchObject({
    state: { Other: 1 },
    unread: { Policy: `AccessDenied: ${message}`, KmsMasterKeyId: `AccessDenied: ${message}` },
  });
});
