import { z } from 'zod';
import { AwsError } from '../wire/aws-error.ts';
import type { CloudTrailRecord } from './cloudtrail-record.ts';
import { readRequest } from '../wire/request-shape.ts';

const lookup = z.object({
  LookupAttributes: z.array(z.object({ AttributeKey: z.string(), AttributeValue: z.string() })).default([]),
  StartTime: z.number().optional(),
  EndTime: z.number().optional(),
  EventCategory: z.string().optional(),
  MaxResults: z.number().default(50),
  NextToken: z.string().optional(),
});

/** A record in the Event history, with the moment (milliseconds since the epoch) it can be looked up. */
export interface KeptRecord {
  readonly record: CloudTrailRecord;
  readonly visibleAt: number;
}

/**
 * LookupEvents: the records of one Region, newest first, by at most one attribute. The history is kept apart from all
 * trails. Only changing calls are in it here, reads are left out. Throws `InvalidLookupAttributesException`,
 * `InvalidTimeRangeException`, `InvalidMaxResultsException` or `InvalidNextTokenException`.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
 */
export function lookUpEvents(history: readonly KeptRecord[], region: string, input: unknown): object {
  const request = readRequest(lookup, input);
  checkLookup(request);
  if (request.EventCategory === 'insight') return { Events: [] };
  const [attribute] = request.LookupAttributes;
  const found = history
    .filter(({ record, visibleAt }) => record.awsRegion === region && visibleAt <= Date.now())
    .map(({ record }) => record)
    .filter((record) => {
      const time = Date.parse(record.eventTime) / 1000;
      return time >= Math.floor(request.StartTime ?? 0) && time <= (request.EndTime ?? Infinity);
    })
    .filter(
      (record) =>
        !attribute || attributes[attribute.AttributeKey]?.(record).includes(attribute.AttributeValue),
    )
    .reverse();
  const from = Number(request.NextToken ?? 0);
  const to = from + request.MaxResults;
  return {
    Events: found.slice(from, to).map(asEvent),
    ...(to < found.length && { NextToken: String(to) }),
  };
}

function checkLookup(request: z.infer<typeof lookup>): void {
  const [attribute, ...more] = request.LookupAttributes;
  if (more.length > 0 || (attribute && !Object.hasOwn(attributes, attribute.AttributeKey))) {
    throw new AwsError('InvalidLookupAttributesException', 'Give one lookup attribute of a known key.');
  }
  if (
    request.StartTime !== undefined &&
    request.EndTime !== undefined &&
    request.StartTime > request.EndTime
  ) {
    throw new AwsError('InvalidTimeRangeException', 'The start time is after the end time.');
  }
  if (request.MaxResults < 1 || request.MaxResults > 50) {
    throw new AwsError('InvalidMaxResultsException', 'MaxResults must be between 1 and 50.');
  }
  if (!/^\d+$/.test(request.NextToken ?? '0'))
    throw new AwsError('InvalidNextTokenException', 'Unknown token.');
}

type Attribute = (record: CloudTrailRecord) => readonly (string | undefined)[];

const attributes: Readonly<Record<string, Attribute>> = {
  EventId: ({ eventID }) => [eventID],
  EventName: ({ eventName }) => [eventName],
  ReadOnly: ({ readOnly }) => [String(readOnly)],
  Username: (record) => [userName(record)],
  ResourceType: (record) => resourcesOf(record).map(({ ResourceType }) => ResourceType),
  ResourceName: (record) => resourcesOf(record).map(({ ResourceName }) => ResourceName),
  EventSource: ({ eventSource }) => [eventSource],
  AccessKeyId: ({ userIdentity }) => [userIdentity.accessKeyId],
};

function asEvent(record: CloudTrailRecord): object {
  return {
    EventId: record.eventID,
    EventName: record.eventName,
    ReadOnly: String(record.readOnly),
    AccessKeyId: record.userIdentity.accessKeyId,
    EventTime: Date.parse(record.eventTime) / 1000,
    EventSource: record.eventSource,
    Username: userName(record),
    Resources: resourcesOf(record),
    CloudTrailEvent: JSON.stringify(record),
  };
}

// For a session of a role, the Event history's user name is the session's.
function userName({ userIdentity }: CloudTrailRecord): string | undefined {
  if (userIdentity.type === 'Root') return 'root';
  return userIdentity.userName ?? userIdentity.arn?.split('/').pop();
}

const TRAIL = 'AWS::CloudTrail::Trail';

/** The parameters that name a resource, and its type; of other services than CloudTrail and S3: UNVERIFIED. */
const NAMING: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'cloudtrail.amazonaws.com': { name: TRAIL, trailName: TRAIL, resourceId: TRAIL },
  's3.amazonaws.com': { bucketName: 'AWS::S3::Bucket' },
  'kms.amazonaws.com': { keyId: 'AWS::KMS::Key', targetKeyId: 'AWS::KMS::Key', aliasName: 'AWS::KMS::Alias' },
  'logs.amazonaws.com': { logGroupName: 'AWS::Logs::LogGroup' },
  'sns.amazonaws.com': { topicArn: 'AWS::SNS::Topic', subscriptionArn: 'AWS::SNS::Subscription' },
  'iam.amazonaws.com': {
    roleName: 'AWS::IAM::Role',
    userName: 'AWS::IAM::User',
    policyArn: 'AWS::IAM::Policy',
  },
};

// Names and ARNs exactly as the caller passed them.
function resourcesOf({ eventSource, requestParameters }: CloudTrailRecord) {
  const given = new Map(Object.entries(requestParameters ?? {}));
  return Object.entries(NAMING[eventSource] ?? {}).flatMap(([parameter, ResourceType]) => {
    const ResourceName: unknown = given.get(parameter);
    return typeof ResourceName === 'string' ? [{ ResourceType, ResourceName }] : [];
  });
}
