import { randomUUID } from 'node:crypto';
import type { AwsError } from '../wire/aws-error.ts';
import type { RecordedResource, RecordForm } from '../iam/call.ts';
import type { Principal, UserIdentity } from '../iam/principal.ts';
import { instant } from '../iam/principal.ts';
import type { Fields } from '../wire/request-shape.ts';

/** An API call that ended, with what its record needs. */
export interface EndedCall {
  readonly operation: string;
  readonly recorded: RecordForm;
  readonly input: Fields;
  /** As the record names them. */
  readonly resources?: readonly RecordedResource[] | undefined;
  readonly principal: Principal;
  readonly account: string;
  readonly region: string;
  readonly requestId: string;
  readonly userAgent: string;
  readonly time: Date;
  /** The answer, or the error in its stead. */
  readonly outcome: { readonly output: unknown } | { readonly error: AwsError };
}

/**
 * The record that CloudTrail keeps of an API call, version 1.11.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export interface CloudTrailRecord {
  readonly eventVersion: '1.11';
  readonly userIdentity: UserIdentity;
  readonly eventTime: string;
  readonly eventSource: string;
  readonly eventName: string;
  readonly awsRegion: string;
  readonly sourceIPAddress: string;
  readonly userAgent: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly requestParameters: unknown;
  readonly responseElements: unknown;
  readonly resources?: readonly (RecordedResource & { readonly accountId: string })[];
  readonly requestID: string;
  readonly eventID: string;
  readonly readOnly: boolean;
  readonly eventType: 'AwsApiCall';
  readonly managementEvent: true;
  readonly recipientAccountId: string;
  readonly eventCategory: 'Management';
  readonly tlsDetails?: Readonly<Record<string, string>>;
}

/** What EventBridge hands to rules: an event of any source. */
export interface EventEnvelope {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

const DENIALS = ['AccessDeniedException', 'AccessDenied', 'AuthorizationErrorException'];

/**
 * The record of a changing call, successful or not. A denied call has null request parameters, and its errorCode is
 * `AccessDenied`, without `Exception`.
 */
export function cloudTrailRecord(call: EndedCall): CloudTrailRecord {
  const error = 'error' in call.outcome ? call.outcome.error : undefined;
  const denied = error !== undefined && DENIALS.includes(error.name);
  const { eventSource, eventName = call.operation, awsRegion = call.region, ...form } = call.recorded;
  const { userIdentity, sourceIPAddress } = call.principal;
  return {
    eventVersion: '1.11',
    userIdentity,
    eventTime: instant(call.time),
    eventSource,
    eventName,
    awsRegion,
    sourceIPAddress,
    userAgent: (call.principal.userAgent ?? call.userAgent).slice(0, 1024),
    ...(error && {
      errorCode: denied ? 'AccessDenied' : error.name,
      errorMessage: error.message.slice(0, 1024),
    }),
    requestParameters: denied ? null : (form.requestParameters ?? lowerCamel)(call.input),
    responseElements:
      'output' in call.outcome ? (form.responseElements?.(call.outcome.output, call.input) ?? null) : null,
    ...(call.resources && {
      resources: call.resources.map((each) => ({ accountId: call.account, ...each })),
    }),
    requestID: call.requestId,
    eventID: randomUUID(),
    readOnly: false,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: call.account,
    eventCategory: 'Management',
    // An AWS service that calls on someone's behalf does so without TLS details.
    ...(userIdentity.invokedBy === undefined && {
      tlsDetails: {
        tlsVersion: 'TLSv1.3',
        cipherSuite: 'TLS_AES_128_GCM_SHA256',
        clientProvidedHostHeader: `${eventSource.replace('.amazonaws.com', '')}.${call.region}.amazonaws.com`,
      },
    }),
  };
}

/**
 * A record as it travels on the default event bus of its Region.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-cloudtrail.html
 */
export function eventBridgeEnvelope(record: CloudTrailRecord): EventEnvelope {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'AWS API Call via CloudTrail',
    source: `aws.${record.eventSource.replace('.amazonaws.com', '')}`,
    account: record.recipientAccountId,
    time: record.eventTime,
    region: record.awsRegion,
    resources: [],
    detail: record,
  };
}

/** The names of requests and answers as records write them: `S3BucketName` → `s3BucketName`, `TrailARN` → `trailARN`. */
export function lowerCamel(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowerCamel);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .map(([name, field]) => [name.charAt(0).toLowerCase() + name.slice(1), lowerCamel(field)]),
  );
}
