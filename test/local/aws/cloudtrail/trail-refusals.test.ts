import type { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import {
  AddTagsCommand,
  CreateTrailCommand,
  DeleteTrailCommand,
  GetInsightSelectorsCommand,
  GetTrailCommand,
  GetTrailStatusCommand,
  PutEventSelectorsCommand,
  StopLoggingCommand,
  UpdateTrailCommand,
} from '@aws-sdk/client-cloudtrail';
import { arn, group, name, role, whole, withTrail } from './alices-trail.ts';

const refused = test.each<[string, string, (client: CloudTrailClient) => Promise<unknown>]>;
refused([
  [
    'a name with adjacent separators',
    'InvalidTrailNameException',
    (c) => c.send(new CreateTrailCommand({ ...whole, Name: 'my-_trail' })),
  ],
  [
    'a name like an IP address',
    'InvalidTrailNameException',
    (c) => c.send(new CreateTrailCommand({ ...whole, Name: '192.0.2.4' })),
  ],
  [
    'an ARN for a new name',
    'InvalidTrailNameException',
    (c) => c.send(new CreateTrailCommand({ ...whole, Name: arn })),
  ],
  ['a name that is taken', 'TrailAlreadyExistsException', (c) => c.send(new CreateTrailCommand(whole))],
  [
    'no global events everywhere',
    'InvalidParameterCombinationException',
    (c) => c.send(new UpdateTrailCommand({ Name: name, IncludeGlobalServiceEvents: false })),
  ],
  [
    'half of the logs pair',
    'InvalidParameterCombinationException',
    (c) => c.send(new UpdateTrailCommand({ Name: name, CloudWatchLogsLogGroupArn: '' })),
  ],
  [
    'a log group without its wildcard',
    'InvalidCloudWatchLogsLogGroupArnException',
    (c) =>
      c.send(
        new UpdateTrailCommand({
          Name: name,
          CloudWatchLogsLogGroupArn: group.slice(0, -2),
          CloudWatchLogsRoleArn: role,
        }),
      ),
  ],
  [
    'a key that is none',
    'InvalidKmsKeyIdException',
    (c) => c.send(new UpdateTrailCommand({ Name: name, KmsKeyId: 'no key' })),
  ],
  [
    'a bucket that is none',
    'InvalidS3BucketNameException',
    (c) => c.send(new UpdateTrailCommand({ Name: name, S3BucketName: 'No Bucket' })),
  ],
  [
    'a long prefix',
    'InvalidS3PrefixException',
    (c) => c.send(new UpdateTrailCommand({ Name: name, S3KeyPrefix: 'x'.repeat(201) })),
  ],
  [
    'an unknown trail',
    'TrailNotFoundException',
    (c) => c.send(new StopLoggingCommand({ Name: 'no-such-trail' })),
  ],
  [
    'a malformed ARN',
    'CloudTrailARNInvalidException',
    (c) => c.send(new GetTrailCommand({ Name: 'arn:aws:s3:::bucket' })),
  ],
  [
    'no selectors',
    'InvalidEventSelectorsException',
    (c) => c.send(new PutEventSelectorsCommand({ TrailName: name, EventSelectors: [] })),
  ],
  [
    'six selectors',
    'InvalidEventSelectorsException',
    (c) => c.send(new PutEventSelectorsCommand({ TrailName: name, EventSelectors: Array(6).fill({}) })),
  ],
  [
    'both dialects at once',
    'InvalidEventSelectorsException',
    (c) =>
      c.send(
        new PutEventSelectorsCommand({
          TrailName: name,
          EventSelectors: [{}],
          AdvancedEventSelectors: [{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] }],
        }),
      ),
  ],
  [
    'excluding CloudTrail itself',
    'InvalidEventSelectorsException',
    (c) =>
      c.send(
        new PutEventSelectorsCommand({
          TrailName: name,
          EventSelectors: [{ ExcludeManagementEventSources: ['cloudtrail.amazonaws.com'] }],
        }),
      ),
  ],
  [
    'management events by name',
    'InvalidEventSelectorsException',
    (c) =>
      c.send(
        new PutEventSelectorsCommand({
          TrailName: name,
          AdvancedEventSelectors: [
            {
              FieldSelectors: [
                { Field: 'eventCategory', Equals: ['Management'] },
                { Field: 'eventName', Equals: ['StopLogging'] },
              ],
            },
          ],
        }),
      ),
  ],
  [
    'an advanced selector without a category',
    'InvalidEventSelectorsException',
    (c) =>
      c.send(
        new PutEventSelectorsCommand({
          TrailName: name,
          AdvancedEventSelectors: [{ FieldSelectors: [{ Field: 'readOnly', Equals: ['true'] }] }],
        }),
      ),
  ],
  [
    'reading Insights that are off',
    'InsightNotEnabledException',
    (c) => c.send(new GetInsightSelectorsCommand({ TrailName: name })),
  ],
  [
    'tags by name',
    'CloudTrailARNInvalidException',
    (c) => c.send(new AddTagsCommand({ ResourceId: name, TagsList: [] })),
  ],
  [
    'tags of AWS',
    'InvalidTagParameterException',
    (c) => c.send(new AddTagsCommand({ ResourceId: arn, TagsList: [{ Key: 'aws:owner' }] })),
  ],
  [
    'a 51st tag',
    'TagsLimitExceededException',
    (c) =>
      c.send(
        new AddTagsCommand({
          ResourceId: arn,
          TagsList: Array.from({ length: 50 }, (_, i) => ({ Key: `k${i}` })),
        }),
      ),
  ],
])('%s is refused with %s', async (_case, error, call) => {
  const { aws, client } = await withTrail();
  const before = aws.trails();
  await expect(call(client)).rejects.toMatchObject({ name: error });
  expect(aws.trails()).toEqual(before);
});

refused([
  [
    'StopLogging by name',
    'InvalidHomeRegionException',
    (c) => c.send(new StopLoggingCommand({ Name: name })),
  ],
  ['DeleteTrail by ARN', 'InvalidHomeRegionException', (c) => c.send(new DeleteTrailCommand({ Name: arn }))],
  [
    'GetTrailStatus by name',
    'TrailNotFoundException',
    (c) => c.send(new GetTrailStatusCommand({ Name: name })),
  ],
])('away from the home Region, %s meets %s', async (_case, error, call) => {
  const { clientIn } = await withTrail();
  await expect(call(clientIn('eu-west-1'))).rejects.toMatchObject({ name: error });
});
