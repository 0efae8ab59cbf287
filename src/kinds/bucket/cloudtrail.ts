import type { Home } from '../home.ts';
import { readPolicy } from '../policy.ts';
import { letsService } from '../policy-effect.ts';

const CLOUDTRAIL = 'cloudtrail.amazonaws.com';

/** How a trail delivers into a bucket, as far as it is known. */
export interface Delivery {
  /** With the slash at its end; what is not known of it is not judged. */
  readonly place?: string;
  readonly trailArn?: string;
}

/**
 * What CloudTrail needs in a bucket and its policy does not let it do; without all of it CloudTrail refuses the bucket, and delivers nothing.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
 */
export function missingForCloudTrail(
  policy: unknown,
  bucket: string,
  { partition, account }: Pick<Home, 'partition' | 'account'>,
  { place, trailArn }: Delivery,
): string[] {
  const read = readPolicy(policy) ?? { Statement: [] };
  const arn = `arn:${partition}:s3:::${bucket}`;
  const context = {
    'aws:sourceaccount': account,
    ...(trailArn !== undefined && { 'aws:sourcearn': trailArn }),
    's3:x-amz-acl': 'bucket-owner-full-control',
  };
  const asks = [
    ['s3:GetBucketAcl', arn],
    ['s3:PutObject', place === undefined ? undefined : `${arn}/${place}AWSLogs/${account}/CloudTrail/`],
  ] as const;
  return asks
    .filter(([action, resource]) => !letsService(read, CLOUDTRAIL, action, resource, context))
    .map(([action, resource]) => (resource === undefined ? action : `${action} on ${resource}`));
}
