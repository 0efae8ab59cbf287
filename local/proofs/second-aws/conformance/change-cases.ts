import {
  type CloudTrailClient,
  DeleteTrailCommand,
  GetTrailCommand,
  UpdateTrailCommand,
  type UpdateTrailCommandInput,
} from '@aws-sdk/client-cloudtrail';
import { ACCOUNT, REGION } from '../raw.ts';
import { api, arn, BUCKET, type TrailCase, guide, NO_BUCKET, refused, TRAIL } from './trail-case.ts';

const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/0b1c2d3e-4f56-4789-8abc-def012345678`;
const LOGS = {
  CloudWatchLogsLogGroupArn: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:conformance:*`,
  CloudWatchLogsRoleArn: `arn:aws:iam::${ACCOUNT}:role/CloudTrailToCloudWatchLogs`,
};

const read = async (client: CloudTrailClient) =>
  (await client.send(new GetTrailCommand({ Name: TRAIL }))).Trail ?? {};

const update = (client: CloudTrailClient, change: Partial<UpdateTrailCommandInput>) =>
  client.send(new UpdateTrailCommand({ Name: TRAIL, ...change }));

const everywhere = { IsMultiRegionTrail: true, IncludeGlobalServiceEvents: true };

/** UpdateTrail. */
export const UPDATE_CASES: readonly TrailCase[] = [
  {
    operation: 'UpdateTrail',
    what: 'what is not sent stays as it is',
    documented: { S3BucketName: BUCKET, S3KeyPrefix: 'new', LogFileValidationEnabled: true },
    page: guide('cloudtrail-create-and-update-a-trail-by-using-the-aws-cli-update-trail'),
    trail: { EnableLogFileValidation: true },
    run: async (here) => {
      await update(here, { S3KeyPrefix: 'new' });
      const { S3BucketName, S3KeyPrefix, LogFileValidationEnabled } = await read(here);
      return { S3BucketName, S3KeyPrefix, LogFileValidationEnabled };
    },
  },
  {
    operation: 'UpdateTrail',
    what: 'by ARN',
    documented: 'new',
    page: api('UpdateTrail'),
    run: async (here) => {
      await update(here, { Name: arn(), S3KeyPrefix: 'new' });
      return (await read(here)).S3KeyPrefix;
    },
  },
  {
    operation: 'UpdateTrail',
    what: 'an empty key takes the encryption off',
    documented: { KmsKeyId: undefined },
    page: guide('cloudtrail-log-file-encryption-cli'),
    trail: { KmsKeyId: KEY },
    run: async (here) => {
      await update(here, { KmsKeyId: '' });
      return { KmsKeyId: (await read(here)).KmsKeyId };
    },
  },
  {
    operation: 'UpdateTrail',
    what: 'empty log group and role end the delivery to CloudWatch Logs',
    documented: { CloudWatchLogsLogGroupArn: undefined, CloudWatchLogsRoleArn: undefined },
    page: guide('stop-cloudtrail-from-sending-events-to-cloudwatch-logs'),
    trail: LOGS,
    run: async (here) => {
      await update(here, { CloudWatchLogsLogGroupArn: '', CloudWatchLogsRoleArn: '' });
      const { CloudWatchLogsLogGroupArn, CloudWatchLogsRoleArn } = await read(here);
      return { CloudWatchLogsLogGroupArn, CloudWatchLogsRoleArn };
    },
  },
  {
    operation: 'UpdateTrail',
    what: 'recursive logging off is read as off',
    documented: false,
    page: api('UpdateTrail'),
    run: async (here) => {
      await update(here, { RecursiveLogging: false });
      return (await read(here)).RecursiveLogging;
    },
  },
  refused(
    'UpdateTrail',
    'all Regions without global service events',
    'InvalidParameterCombinationException',
    (here) => update(here, { IncludeGlobalServiceEvents: false }),
    {
      trail: everywhere,
      page: guide('cloudtrail-create-and-update-a-trail-by-using-the-aws-cli-update-trail'),
    },
  ),
  refused('UpdateTrail', 'a bucket that does not exist', 'S3BucketDoesNotExistException', (here) =>
    update(here, { S3BucketName: NO_BUCKET }),
  ),
  refused('UpdateTrail', 'no such trail', 'TrailNotFoundException', (here) =>
    update(here, { Name: 'no-such-trail' }),
  ),
  refused(
    'UpdateTrail',
    'from a Region that is not its home',
    'InvalidHomeRegionException',
    (_, elsewhere) => update(elsewhere, { Name: arn(), S3KeyPrefix: 'new' }),
    { trail: everywhere },
  ),
];

/** DeleteTrail. */
export const DELETE_CASES: readonly TrailCase[] = [
  ...[TRAIL, arn()].map((Name) => ({
    operation: 'DeleteTrail',
    what: Name === TRAIL ? 'by name: the trail is gone' : 'by ARN: the trail is gone',
    documented: 'TrailNotFoundException',
    page: api('DeleteTrail'),
    run: async (here: CloudTrailClient) => {
      await here.send(new DeleteTrailCommand({ Name }));
      return read(here);
    },
  })),
  refused('DeleteTrail', 'no such trail', 'TrailNotFoundException', (here) =>
    here.send(new DeleteTrailCommand({ Name: 'no-such-trail' })),
  ),
  refused(
    'DeleteTrail',
    'from a Region that is not its home',
    'InvalidHomeRegionException',
    (_, elsewhere) => elsewhere.send(new DeleteTrailCommand({ Name: arn() })),
    { trail: everywhere },
  ),
];
