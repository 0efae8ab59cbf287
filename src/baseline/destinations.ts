import { missingForCloudTrail } from '../kinds/bucket/cloudtrail.ts';
import { partitionOf } from '../kinds/home.ts';
import { readPolicy } from '../kinds/policy.ts';
import { trailArn } from '../kinds/trail/reference.ts';
import type { Trail } from '../kinds/trail/schema.ts';
import type { Baseline } from './baseline.ts';

/** What is wrong with a destination as it is declared: where it says so, and what to do. */
export interface RefusedDestination {
  readonly path: (string | number)[];
  readonly message: string;
}

/** The trails whose deliveries a declared policy decides on; what is no policy is a fault of its own. */
function trailsInto(bucket: string, policy: unknown, trails: readonly Trail[]): Trail[] {
  const read = readPolicy(policy);
  return read && !read.isUnreadable ? trails.filter(({ S3BucketName }) => S3BucketName === bucket) : [];
}

/**
 * The destinations that CloudTrail would refuse as they are declared: to put those back would put back what is broken.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
 */
export function refusedDestinations({
  Account,
  Region,
  Trails,
  DeliveryPath,
}: Baseline): RefusedDestination[] {
  const home = { partition: partitionOf(Region), region: Region, account: Account };
  return (DeliveryPath?.Buckets ?? []).flatMap(({ Name, Policy }, index) =>
    trailsInto(Name, Policy, Trails).flatMap((trail) => {
      const missing = missingForCloudTrail(Policy, Name, home, {
        place: trail.S3KeyPrefix === undefined ? '' : `${trail.S3KeyPrefix}/`,
        trailArn: trailArn(home, trail.Name),
      });
      if (missing.length === 0) return [];
      return [
        {
          path: ['DeliveryPath', 'Buckets', index, 'Policy'],
          message: `keeps CloudTrail from delivering ${trail.Name}: allow cloudtrail.amazonaws.com ${missing.join(' and ')}`,
        },
      ];
    }),
  );
}
