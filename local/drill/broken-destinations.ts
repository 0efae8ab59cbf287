import { DeleteTrailCommand } from '@aws-sdk/client-cloudtrail';
import type { DestinationError } from '../aws/cloudtrail/destinations.ts';
import { mailsIn, namesMallory, sweep } from './drill.ts';
import type { VirtualRange } from './virtual-range.ts';
import { AUDIT_TRAIL, DESTINATIONS } from './estate.ts';
import { type Claim, judge, type Ordeal, says, wholeAgain } from './ordeal.ts';
import { plural } from '../table.ts';

const auditTrail = ({ aws }: VirtualRange) => aws.trails().find(({ Name }) => Name === AUDIT_TRAIL);

function areInSink({ aws }: VirtualRange, names: readonly string[]): Claim {
  const trails = aws.trails().filter(({ Name }) => names.includes(Name));
  const buckets = [...new Set(trails.map(({ S3BucketName }) => S3BucketName))].join(', ');
  const held = trails.filter(({ IsLogging, S3BucketName }) => IsLogging && S3BucketName.includes('-sink-'));
  return [
    `${held.length} of ${plural(names.length, 'trail')} logging into ${buckets}`,
    held.length === names.length,
  ];
}

/** That the alert calls it critical, and says where the trail stands. */
function isTold({ aws }: VirtualRange, saying: string): Claim {
  const told = mailsIn(aws).some(
    ({ subject, body }) => /^\[CRITICAL\] .*org-audit-trail/.test(subject) && says({ body }, saying),
  );
  return [`alert: "${saying}"`, told];
}

async function mendAndSweep(range: VirtualRange, destination: string): Promise<void> {
  range.aws.mendDestination(destination);
  await sweep(range);
}

const stolenBucket: Ordeal = {
  name: 'stolen-bucket',
  story: 'the log bucket is gone, and every delivery fails',
  run: async (range) => {
    const { aws } = range;
    const before = aws.trails();
    aws.breakDestination(DESTINATIONS.bucket, 'S3BucketDoesNotExistException');
    await sweep(range);
    const moved = areInSink(
      range,
      before.map(({ Name }) => Name),
    );
    const mails = mailsIn(aws).length;
    await sweep(range);
    const repeated = mailsIn(aws).length - mails;
    const told = isTold(range, 'S3BucketName is trailkeeper-');
    await mendAndSweep(range, DESTINATIONS.bucket);
    return judge(range, [
      moved,
      told,
      // Each container has a memory of its own: one mail too many, never one too few.
      [`${plural(repeated, 'mail')} more at the next sweep`, repeated <= 1],
      wholeAgain(range, before, 'back whole one sweep after the bucket was mended'),
    ]);
  },
};

const stolenBucketAndDeleted: Ordeal = {
  name: 'stolen-bucket-and-deleted',
  story: 'the log bucket is gone, and Mallory deletes the trail as well',
  run: async (range) => {
    const { aws, mallory } = range;
    const before = aws.trails();
    aws.breakDestination(DESTINATIONS.bucket, 'InsufficientS3BucketPolicyException');
    await mallory.send(new DeleteTrailCommand({ Name: AUDIT_TRAIL }));
    await aws.idle();
    const recreated = areInSink(range, [AUDIT_TRAIL]);
    const told = isTold(range, 'S3BucketName is trailkeeper-');
    const named: Claim = ['names Mallory', mailsIn(aws).some(namesMallory)];
    await mendAndSweep(range, DESTINATIONS.bucket);
    return judge(range, [
      recreated,
      told,
      named,
      wholeAgain(range, before, 'back whole one sweep after the bucket was mended'),
    ]);
  },
};

function broken(
  what: string,
  destination: string,
  error: DestinationError,
  field: 'KmsKeyId' | 'SnsTopicName' | 'CloudWatchLogsLogGroupArn',
): Ordeal {
  return {
    name: `broken-${what.replace(' ', '-')}`,
    story: `Mallory deletes the trail while its ${what} refuses CloudTrail`,
    run: async (range) => {
      const { aws, mallory } = range;
      const before = aws.trails();
      aws.breakDestination(destination, error);
      await mallory.send(new DeleteTrailCommand({ Name: AUDIT_TRAIL }));
      await aws.idle();
      const trail = auditTrail(range);
      const without: Claim = [
        `logging again without its ${what}`,
        trail?.IsLogging === true && trail[field] === undefined,
      ];
      const told = isTold(range, `${field} is none.`);
      await mendAndSweep(range, destination);
      return judge(range, [
        without,
        told,
        ['names Mallory', mailsIn(aws).some(namesMallory)],
        wholeAgain(range, before, 'whole one sweep after it was mended'),
      ]);
    },
  };
}

/** What the trails deliver to is broken: an imperfect log beats no log. */
export const BROKEN_DESTINATIONS: readonly Ordeal[] = [
  stolenBucket,
  stolenBucketAndDeleted,
  broken('key', DESTINATIONS.key, 'InsufficientEncryptionPolicyException', 'KmsKeyId'),
  broken('topic', DESTINATIONS.topic, 'InsufficientSnsTopicPolicyException', 'SnsTopicName'),
  broken(
    'log group',
    DESTINATIONS.logGroup,
    'InvalidCloudWatchLogsLogGroupArnException',
    'CloudWatchLogsLogGroupArn',
  ),
];
