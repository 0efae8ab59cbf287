import {
  LookupEventsCommand,
  PutEventSelectorsCommand,
  StopLoggingCommand,
  UpdateTrailCommand,
} from '@aws-sdk/client-cloudtrail';
import { name, stop, watched } from './watched-trail.ts';

test('a changing call is logged, recorded in the history and put on the bus', async () => {
  const { aws, mallory } = await watched();
  await mallory.send(stop);
  await aws.idle();

  expect(aws.calls).toMatchObject([
    {
      operation: 'StopLogging',
      principal: 'arn:aws:sts::123456789012:assumed-role/Admin/mallory',
      region: 'us-east-1',
      mutating: true,
      input: { Name: name },
    },
  ]);
  const record = aws.history().at(-1);
  expect(record).toMatchObject({
    eventVersion: '1.11',
    userIdentity: {
      type: 'AssumedRole',
      arn: 'arn:aws:sts::123456789012:assumed-role/Admin/mallory',
      sessionContext: { sessionIssuer: { userName: 'Admin' }, attributes: { mfaAuthenticated: 'false' } },
    },
    eventSource: 'cloudtrail.amazonaws.com',
    eventName: 'StopLogging',
    awsRegion: 'us-east-1',
    sourceIPAddress: '198.51.100.7',
    userAgent: 'aws-cli/2.31.0',
    requestParameters: { name },
    responseElements: null,
    readOnly: false,
    eventType: 'AwsApiCall',
    managementEvent: true,
    eventCategory: 'Management',
    recipientAccountId: '123456789012',
    requestID: aws.calls[0]?.requestId,
  });
  expect(record?.userIdentity.accessKeyId).toMatch(/^ASIA[0-9A-F]{16}$/);
  expect(record?.eventTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  expect(aws.events).toMatchObject([
    {
      rules: [],
      event: {
        source: 'aws.cloudtrail',
        'detail-type': 'AWS API Call via CloudTrail',
        resources: [],
        detail: record,
      },
    },
  ]);
});

test('records hold the parameters that were sent, in lower camel case, and the resulting state', async () => {
  const { aws, mallory } = await watched();
  await mallory.send(new UpdateTrailCommand({ Name: name, S3BucketName: 'mallorys-bucket' }));
  await mallory.send(
    new PutEventSelectorsCommand({ TrailName: name, EventSelectors: [{ ReadWriteType: 'ReadOnly' }] }),
  );
  const [update, selectors] = aws.history().slice(-2);
  expect(update?.requestParameters).toEqual({ name, s3BucketName: 'mallorys-bucket' });
  expect(update?.responseElements).toMatchObject({
    trailARN: expect.any(String) as string,
    s3BucketName: 'mallorys-bucket',
  });
  expect(selectors).toMatchObject({
    requestParameters: { trailName: name, eventSelectors: [{ readWriteType: 'ReadOnly' }] },
    responseElements: { eventSelectors: [{ readWriteType: 'ReadOnly', includeManagementEvents: true }] },
  });
});

test('a refused call is recorded with its error', async () => {
  const { aws, mallory } = await watched();
  await expect(mallory.send(new StopLoggingCommand({ Name: 'no-such-trail' }))).rejects.toThrow();
  expect(aws.history().at(-1)).toMatchObject({
    errorCode: 'TrailNotFoundException',
    errorMessage: 'Unknown trail: no-such-trail for the user: 123456789012',
    requestParameters: { name: 'no-such-trail' },
    responseElements: null,
  });
});

test('a denied call is recorded without its parameters', async () => {
  const { aws, mallory } = await watched();
  aws.fail('StopLogging', 'AccessDeniedException');
  await expect(mallory.send(stop)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  expect(aws.history().at(-1)).toMatchObject({ errorCode: 'AccessDenied', requestParameters: null });
});

test('the history is looked up newest first, by one attribute', async () => {
  const { mallory } = await watched();
  await mallory.send(stop);
  const find = async (AttributeKey: 'EventName' | 'Username' | 'ResourceName', AttributeValue: string) => {
    const { Events } = await mallory.send(
      new LookupEventsCommand({ LookupAttributes: [{ AttributeKey, AttributeValue }] }),
    );
    return Events?.map((event) => [event.EventName, event.Username]);
  };
  await expect(find('EventName', 'StopLogging')).resolves.toEqual([['StopLogging', 'mallory']]);
  await expect(find('Username', 'root')).resolves.toEqual([
    ['StartLogging', 'root'],
    ['CreateTrail', 'root'],
  ]);
  await expect(find('ResourceName', name)).resolves.toHaveLength(3);
  const first = await mallory.send(new LookupEventsCommand({ MaxResults: 2 }));
  const second = await mallory.send(new LookupEventsCommand({ MaxResults: 2, NextToken: first.NextToken }));
  expect(second.Events?.map(({ EventName }) => EventName)).toEqual(['CreateTrail']);
});

test('an event can be looked up only after the delay that is asked for', async () => {
  const { mallory } = await watched({ historyDelayMs: 60_000 });
  await expect(mallory.send(new LookupEventsCommand({}))).resolves.toMatchObject({ Events: [] });
});
