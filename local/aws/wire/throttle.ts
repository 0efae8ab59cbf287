import { AwsError } from './aws-error.ts';

/** Takes one token of a bucket, or throws `ThrottlingException`. */
export type Throttle = (bucket: string, perSecond: number) => void;

/**
 * Token buckets that hold one second's worth of calls and refill at that rate: CloudTrail's quotas are per API, account
 * and Region, in calls per second, and cannot be raised.
 *
 * @see https://docs.aws.amazon.com/general/latest/gr/ct.html
 */
export function tokenBuckets(now: () => number = () => performance.now()): Throttle {
  const buckets = new Map<string, { readonly tokens: number; readonly at: number }>();
  return (bucket, perSecond) => {
    const at = now();
    const last = buckets.get(bucket) ?? { tokens: perSecond, at };
    const tokens = Math.min(perSecond, last.tokens + ((at - last.at) / 1000) * perSecond);
    if (tokens < 1) {
      buckets.set(bucket, { tokens, at });
      throw new AwsError('ThrottlingException', 'Rate exceeded');
    }
    buckets.set(bucket, { tokens: tokens - 1, at });
  };
}
