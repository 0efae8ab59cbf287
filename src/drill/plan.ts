import { drillBucket, drillName, drillTrail } from '../baseline/drill.ts';
import type { Home } from '../kinds/home.ts';
import { trailArn } from '../kinds/trail/reference.ts';
import type { Trail } from '../kinds/trail/schema.ts';

const MINUTE = 60_000;

/** So long a drill has, in ms, from the first call to the last: the name of its trail says when that is over. */
export const DRILL_MS = 45 * MINUTE;

/** A Region holds so many trails, shadows of others included. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html */
export const MOST_TRAILS = 5;

/** One change of a drill's trail, as the request that makes it. */
export type Strike =
  | { readonly call: 'StopLogging' | 'DeleteTrail'; readonly input: { readonly Name: string } }
  | { readonly call: 'UpdateTrail'; readonly input: { readonly Name: string; readonly S3KeyPrefix: string } }
  | {
      readonly call: 'PutEventSelectors';
      readonly input: Pick<Trail, 'AdvancedEventSelectors'> & { readonly TrailName: string };
    };

/** A blow, and what is expected of the guard. */
export interface Blow {
  readonly name: 'stop' | 'redirect' | 'narrow' | 'delete';
  readonly does: string;
  readonly expects: string;
  readonly strike: Strike;
}

/** All that a drill is going to do, as data. */
export interface Plan {
  readonly home: Home;
  /** In ms since the epoch. */
  readonly until: number;
  readonly arn: string;
  readonly bucket: string;
  readonly trail: Trail;
  readonly blows: readonly Blow[];
}

/** Each way to blind a trail once, the gravest last: what it is rebuilt from is its declaration alone. */
function blowsOn({ Name, AdvancedEventSelectors = [] }: Trail): Blow[] {
  const narrowed = AdvancedEventSelectors.map(({ FieldSelectors }) => ({
    FieldSelectors: [...FieldSelectors, { Field: 'readOnly', Equals: ['true'] }],
  }));
  return [
    {
      name: 'stop',
      does: 'stops its logging',
      expects: 'logging again',
      strike: { call: 'StopLogging', input: { Name } },
    },
    {
      name: 'redirect',
      does: 'redirects its log files to another folder of the same bucket',
      expects: 'no prefix again',
      strike: { call: 'UpdateTrail', input: { Name, S3KeyPrefix: 'elsewhere' } },
    },
    {
      name: 'narrow',
      does: 'narrows what it records to readings',
      expects: 'selectors as declared',
      strike: {
        call: 'PutEventSelectors',
        input: { TrailName: Name, AdvancedEventSelectors: narrowed },
      },
    },
    {
      name: 'delete',
      does: 'deletes it',
      expects: 'there again, whole and logging',
      strike: { call: 'DeleteTrail', input: { Name } },
    },
  ];
}

/** The drill that begins now, in ms since the epoch. */
export function planAt(now: number, home: Home): Plan {
  const name = drillName(now + DRILL_MS);
  const trail = drillTrail(name, home);
  return {
    home,
    until: now + DRILL_MS,
    arn: trailArn(home, name),
    bucket: drillBucket(home),
    trail,
    blows: blowsOn(trail),
  };
}

/**
 * Who may deliver to a drill's bucket: CloudTrail, for its trail alone.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
 */
export function bucketPolicy({ home, bucket, arn }: Plan): object {
  const resource = `arn:${home.partition}:s3:::${bucket}`;
  const byTheTrail = { StringEquals: { 'aws:SourceArn': arn } };
  const Principal = { Service: 'cloudtrail.amazonaws.com' };
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'SeeWhoseItIs',
        Effect: 'Allow',
        Principal,
        Action: 's3:GetBucketAcl',
        Resource: resource,
        Condition: byTheTrail,
      },
      {
        Sid: 'Deliver',
        Effect: 'Allow',
        Principal,
        Action: 's3:PutObject',
        Resource: ['', 'elsewhere/'].map((prefix) => `${resource}/${prefix}AWSLogs/${home.account}/*`),
        Condition: {
          StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control', ...byTheTrail.StringEquals },
        },
      },
    ],
  };
}

/** What somebody reads before a drill is run: what it does, what it costs, what it leaves. */
export function announcement(
  { home, trail, bucket, blows, until }: Plan,
  stage: string,
  leftovers: readonly string[],
): string[] {
  return [
    `A fire drill of stage ${stage} on account ${home.account}, ${home.region}:`,
    ...(leftovers.length > 0
      ? [
          `  0. takes away what an earlier drill has left, or somebody else's that runs just now: ${leftovers.join(', ')}`,
        ]
      : []),
    `  1. creates the bucket ${bucket} and the trail ${trail.Name}, which records data events on objects that nobody writes, and starts it`,
    ...blows.map(({ does, expects }, index) => `  ${index + 2}. ${does}; expects: ${expects}`),
    `  ${blows.length + 2}. takes both away, also after Ctrl-C; what a killed drill leaves, the next one takes away`,
    'It touches nothing else. The guard sends about six messages to everybody who is subscribed, each with DRILL in its subject.',
    `It takes two minutes, and up to 15 more until the Event history has shown all calls; it is over by ${new Date(until).toISOString()}.`,
    'It costs some cents at most: requests to S3, and a second copy of the management events of the few seconds between a rebuilding and',
    'its selectors, at $2.00 per 100,000 events (https://aws.amazon.com/cloudtrail/pricing/); its data events are none.',
  ];
}
