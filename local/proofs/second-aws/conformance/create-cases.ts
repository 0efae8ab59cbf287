import {
  type CloudTrailClient,
  CreateTrailCommand,
  type CreateTrailCommandInput,
  DeleteTrailCommand,
  GetTrailCommand,
  GetTrailStatusCommand,
  ListTagsCommand,
} from '@aws-sdk/client-cloudtrail';
import { ACCOUNT, REGION } from '../raw.ts';
import { api, arn, BUCKET, type TrailCase, guide, NO_BUCKET, refused, TOPIC, TRAIL } from './trail-case.ts';

const TOPIC_ARN = `arn:aws:sns:${REGION}:${ACCOUNT}:${TOPIC}`;
const SECOND = 'conformance-second';

/** Creates another trail and deletes it again; gives what CreateTrail answered. */
async function createdBriefly(client: CloudTrailClient, settings: Partial<CreateTrailCommandInput>) {
  const input = { Name: SECOND, S3BucketName: BUCKET, ...settings };
  const answer = await client.send(new CreateTrailCommand(input));
  await client.send(new DeleteTrailCommand({ Name: input.Name }));
  return answer;
}

async function fiveMore(client: CloudTrailClient): Promise<void> {
  const names = ['second', 'third', 'fourth', 'fifth', 'sixth'].map((each) => `conformance-${each}`);
  try {
    for (const Name of names) await client.send(new CreateTrailCommand({ Name, S3BucketName: BUCKET }));
  } finally {
    await Promise.allSettled(names.map((Name) => client.send(new DeleteTrailCommand({ Name }))));
  }
}

const read = async (client: CloudTrailClient) =>
  (await client.send(new GetTrailCommand({ Name: TRAIL }))).Trail ?? {};

const refusedCreation = (
  what: string,
  error: string,
  settings: Partial<CreateTrailCommandInput>,
  page?: string,
): TrailCase =>
  refused('CreateTrail', what, error, (here) => createdBriefly(here, settings), page ? { page } : {});

const badName = (what: string, Name: string): TrailCase =>
  refusedCreation(`a name ${what}`, 'InvalidTrailNameException', { Name });

const accepted: readonly Omit<TrailCase, 'operation'>[] = [
  {
    what: 'a new trail does not log',
    documented: false,
    page: guide('cloudtrail-create-and-update-a-trail-by-using-the-aws-cli-create-trail'),
    run: async (here) => (await here.send(new GetTrailStatusCommand({ Name: TRAIL }))).IsLogging,
  },
  {
    what: 'the answer tells ARN, bucket and validation',
    documented: { TrailARN: arn(SECOND), S3BucketName: BUCKET, LogFileValidationEnabled: true },
    page: api('CreateTrail'),
    run: async (here) => {
      const answer = await createdBriefly(here, { EnableLogFileValidation: true });
      const { TrailARN, S3BucketName, LogFileValidationEnabled } = answer;
      return { TrailARN, S3BucketName, LogFileValidationEnabled };
    },
  },
  {
    what: 'a topic by its name is read as its ARN',
    documented: TOPIC_ARN,
    page: api('CreateTrail'),
    trail: { SnsTopicName: TOPIC },
    run: async (here) => (await read(here)).SnsTopicARN,
  },
  {
    what: 'a topic by its ARN',
    documented: TOPIC_ARN,
    page: api('CreateTrail'),
    run: async (here) => (await createdBriefly(here, { SnsTopicName: TOPIC_ARN })).SnsTopicARN,
  },
  {
    what: 'a key by its alias is read as the ARN of a key',
    documented: true,
    page: api('CreateTrail'),
    trail: { KmsKeyId: 'alias/conformance' },
    run: async (here) => /^arn:aws:kms:[^:]+:\d{12}:key\//.test((await read(here)).KmsKeyId ?? ''),
  },
  {
    what: 'tags given at creation are there',
    documented: [{ Key: 'owner', Value: 'security' }],
    page: api('CreateTrail'),
    trail: { TagsList: [{ Key: 'owner', Value: 'security' }] },
    run: async (here) =>
      (await here.send(new ListTagsCommand({ ResourceIdList: [arn()] }))).ResourceTagList?.[0]?.TagsList,
  },
];

/** CreateTrail. */
export const CREATE_CASES: readonly TrailCase[] = [
  ...accepted.map((each) => ({ operation: 'CreateTrail', ...each })),
  badName('of two characters', 'ab'),
  badName('with two separators in a row', 'my-_trail'),
  badName('like an IP address', '192.0.2.4'),
  refusedCreation('a name that is taken', 'TrailAlreadyExistsException', { Name: TRAIL }),
  refusedCreation('a bucket that does not exist', 'S3BucketDoesNotExistException', {
    S3BucketName: NO_BUCKET,
  }),
  refusedCreation('a prefix of 201 characters', 'InvalidS3PrefixException', { S3KeyPrefix: 'x'.repeat(201) }),
  refusedCreation(
    'all Regions without global service events',
    'InvalidParameterCombinationException',
    { IsMultiRegionTrail: true, IncludeGlobalServiceEvents: false },
    guide('cloudtrail-create-and-update-a-trail-by-using-the-aws-cli-update-trail'),
  ),
  refusedCreation('a key that is none', 'InvalidKmsKeyIdException', { KmsKeyId: 'no key' }),
  refusedCreation('a bucket name with capitals', 'InvalidS3BucketNameException', {
    S3BucketName: 'No-Bucket',
  }),
  refusedCreation('a topic name with spaces', 'InvalidSnsTopicNameException', {
    SnsTopicName: 'no such topic',
  }),
  refusedCreation('a log group that is no ARN', 'InvalidCloudWatchLogsLogGroupArnException', {
    CloudWatchLogsLogGroupArn: 'no-arn',
    CloudWatchLogsRoleArn: `arn:aws:iam::${ACCOUNT}:role/CloudTrailToCloudWatchLogs`,
  }),
  refused('CreateTrail', 'a sixth trail in a Region', 'MaximumNumberOfTrailsExceededException', fiveMore, {
    page: guide('WhatIsCloudTrail-Limits'),
  }),
];
