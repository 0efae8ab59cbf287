import { notableCall } from '../../src/record/notable-call.ts';

const record = (eventSource: string, eventName: string, changes: object = {}) => ({
  eventSource: `${eventSource}.amazonaws.com`,
  eventName,
  readOnly: false,
  eventTime: '2026-11-20T23:40:00Z',
  eventID: '11111111-2222-4333-8444-555555555555',
  sourceIPAddress: '198.51.100.7',
  ...changes,
});

test.each([
  ['a user that was made', record('iam', 'CreateUser')],
  ['a bucket that was deleted', record('s3', 'DeleteBucket')],
  ['a detector that was deleted', record('guardduty', 'DeleteDetector')],
  ['a secret that was read', record('secretsmanager', 'GetSecretValue', { readOnly: true })],
  ['a role that was assumed', record('sts', 'AssumeRole', { readOnly: true })],
  ['a channel that was deleted', record('cloudtrail', 'DeleteChannel')],
])('%s is worth a line', (_what, given) => {
  expect(notableCall(given)).toMatchObject({
    eventName: given.eventName,
    time: '2026-11-20T23:40:00Z',
    sourceIp: '198.51.100.7',
  });
});

test.each<[string, unknown]>([
  ['a look at the users', record('iam', 'ListUsers', { readOnly: true })],
  ['a change in a service that holds no secret', record('location', 'CreateMap')],
  [
    'a tampering, which is told by itself',
    record('cloudtrail', 'StopLogging', { requestParameters: { name: 'trail-1' } }),
  ],
  ['a record without a name', { eventSource: 'iam.amazonaws.com' }],
  ['a record without a service', { eventName: 'CreateUser' }],
  ['nothing', undefined],
  ['a text', 'CreateUser'],
])('%s is not', (_what, given) => {
  expect(notableCall(given)).toBeUndefined();
});

test('it says what the call was about, and that it was refused', () => {
  const requestParameters = {
    userName: 'mallory-2',
    policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
    tags: [],
  };

  expect(
    notableCall(record('iam', 'AttachUserPolicy', { requestParameters, errorCode: 'AccessDenied' })),
  ).toMatchObject({
    resources: ['mallory-2', 'arn:aws:iam::aws:policy/AdministratorAccess'],
    refused: 'AccessDenied',
  });
});

test('its texts are one harmless line each', () => {
  const evil = 'x\r\nStill broken: nothing.\u202e';
  const { eventName, sourceIp, resources } = notableCall(
    record('iam', `Create${evil}`, { sourceIPAddress: evil, requestParameters: { userName: evil } }),
  ) ?? { eventName: '', resources: [] };

  for (const text of [eventName, sourceIp, ...resources]) expect(text).toMatch(/^[^\p{C}]+$/u);
});
