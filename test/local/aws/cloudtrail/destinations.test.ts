import {
  CreateTrailCommand,
  GetTrailCommand,
  GetTrailStatusCommand,
  StartLoggingCommand,
  StopLoggingCommand,
  UpdateTrailCommand,
} from '@aws-sdk/client-cloudtrail';
import { account, group, key, name, withTrail, whole } from './alices-trail.ts';

test.each([
  ['audit-logs', 'S3BucketDoesNotExistException', { LatestDeliveryError: 'NoSuchBucket' }],
  ['audit-logs', 'InsufficientS3BucketPolicyException', { LatestDeliveryError: 'AccessDenied' }],
  [key, 'InsufficientEncryptionPolicyException', { LatestDeliveryError: 'AccessDenied' }],
  [
    'arn:aws:sns:us-east-1:123456789012:deliveries',
    'InsufficientSnsTopicPolicyException',
    { LatestNotificationError: 'AuthorizationError' },
  ],
  [
    group,
    'CloudWatchLogsDeliveryUnavailableException',
    { LatestCloudWatchLogsDeliveryError: 'Access denied' },
  ],
] as const)(
  '%s broken: changes meet %s, the trail goes on and its status tells',
  async (broken, error, status) => {
    const { aws, client } = await withTrail();
    await client.send(new StartLoggingCommand({ Name: name }));
    aws.breakDestination(broken, error);
    const update = () => client.send(new UpdateTrailCommand({ Name: name, EnableLogFileValidation: true }));
    await expect(update()).rejects.toMatchObject({ name: error });
    await expect(client.send(new GetTrailStatusCommand({ Name: name }))).resolves.toMatchObject({
      IsLogging: true,
      ...status,
    });
    aws.mendDestination(broken);
    await update();
  },
);

test('a trail of the organisation shows in a member account and cannot be changed there', async () => {
  const { aws, client } = await account({ organization: 'member' });
  const organizationTrail = 'arn:aws:cloudtrail:us-east-1:111122223333:trail/everyone';
  aws.addOrganizationTrail({
    name: 'everyone',
    account: '111122223333',
    homeRegion: 'us-east-1',
    logging: true,
  });
  await expect(client.send(new GetTrailCommand({ Name: organizationTrail }))).resolves.toMatchObject({
    Trail: { IsOrganizationTrail: true },
  });
  await expect(client.send(new StopLoggingCommand({ Name: organizationTrail }))).rejects.toMatchObject({
    name: 'NotOrganizationMasterAccountException',
  });
  await expect(
    client.send(new CreateTrailCommand({ ...whole, IsOrganizationTrail: true })),
  ).rejects.toMatchObject({
    name: 'NotOrganizationMasterAccountException',
  });
});
