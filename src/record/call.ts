import { isCallOf, isNamedIn, knownCall } from '../kinds/kinds.ts';
import type { Home } from '../kinds/home.ts';
import type { DeclaredResource, Harm } from '../kinds/resource.ts';
import { isTamperingName, TAMPERINGS } from '../kinds/trail/tamperings.ts';
import { type Actor, readActor } from './actor.ts';
import { type TrailReference, trailReference } from '../kinds/trail/reference.ts';
import { asRecord, asText, asTime } from '../foreign/values.ts';

/** What a call does: told shortly as in a subject, and as what follows a name in a sentence. */
export interface Tampering {
  readonly deed: string;
  readonly story: string;
  readonly part: string;
  /** What becomes of the logs by a call on another resource than a trail. */
  readonly harm?: Harm;
}

/** What an event says about one call: words for the alert, and a hint for the first move. None of it is trusted. */
export interface Call {
  readonly eventId?: string;
  readonly requestId?: string;
  /** The kind of what it is called on: `trail`, or one of those in `kinds.ts`. */
  readonly kind: string;
  readonly eventName: string;
  /** What it does, in words, and to which part of what it is called on. */
  readonly tampering: Tampering;
  /** ISO 8601, UTC, whole seconds: CloudTrail's own time of the call. */
  readonly time?: string;
  readonly actor: Actor;
  readonly sourceIp?: string;
  readonly userAgent?: string;
  /** The VPC endpoint that it came through, and the account that owns it: a private source address says little without. */
  readonly vpcEndpointId?: string;
  readonly vpcEndpointAccountId?: string;
  readonly trail?: TrailReference;
  /** False for a call on an event data store or a channel, which share some of the APIs. */
  readonly isAboutTrail: boolean;
  readonly request: Readonly<Record<string, unknown>>;
}

/**
 * Trail calls say `name`, selector calls `trailName`, tag calls `resourceId`; a denied call has no parameters at all, and
 * may name the trail in its message only.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html
 */
function namedTrail(request: Readonly<Record<string, unknown>>, errorMessage: string | undefined) {
  const inMessage = /arn:[a-z-]+:cloudtrail:[a-z0-9-]+:\d{12}:trail\/[A-Za-z0-9._-]{3,128}/.exec(
    // Stryker disable next-line StringLiteral: any text without an ARN will do
    errorMessage ?? '',
  )?.[0];
  return [request['name'], request['trailName'], request['resourceId'], inMessage]
    .map(trailReference)
    .find((trail) => trail !== undefined);
}

const OTHER_RESOURCE = /^arn:[a-z-]+:cloudtrail:[a-z0-9-]*:\d{12}:(?:eventdatastore|channel|dashboard)\//;

/** Event data stores and channels share some of the APIs; a data store goes by its ARN or by the end of it. */
function isAboutOther(request: Readonly<Record<string, unknown>>): boolean {
  return (
    asText(request['eventDataStore']) !== undefined ||
    // Stryker disable next-line StringLiteral: any text without an ARN will do
    OTHER_RESOURCE.test(asText(request['resourceId']) ?? '')
  );
}

const TRAILS = 'cloudtrail.amazonaws.com';

/** Whether a call is on a resource that is guarded. */
export function isCallOn(call: Call, resource: DeclaredResource, home: Home): boolean {
  // A key of which no grants are declared is that of the change windows: they are told as such.
  const isOfWindows = call.tampering.part === 'Grants' && !Object.hasOwn(resource.fields, 'Grants');
  return isCallOf(resource.kind, call) && !isOfWindows && isNamedIn(call.request, resource, home);
}

/** Whether a call, if it succeeds, ends the logging of a trail. */
export function isSilencing({ kind, tampering }: Call): boolean {
  return kind === 'trail' && tampering.part === 'logging';
}

function tamperingBy(
  source: string,
  eventName: unknown,
): (Tampering & { readonly kind: string }) | undefined {
  if (typeof eventName !== 'string') return undefined;
  // Other services have an AddTags, too.
  if (source !== TRAILS) return knownCall(source, eventName);
  return isTamperingName(eventName) ? { kind: 'trail', ...TAMPERINGS[eventName] } : undefined;
}

/** One call, and AWS's answer where it was a refusal. */
export interface RecordedCall {
  readonly call: Call;
  readonly errorCode?: string;
  readonly errorMessage?: string;
}

/**
 * Reads a CloudTrail record of a call that could be a tampering; undefined when it is none. Total: no value makes it throw.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export function readCall(record: unknown): RecordedCall | undefined {
  const detail = asRecord(record);
  const { eventName } = detail;
  const known = tamperingBy(asText(detail['eventSource']) ?? TRAILS, eventName);
  if (!known) return undefined;
  const { kind, ...tampering } = known;
  const request = asRecord(detail['requestParameters']);
  const errorCode = asText(detail['errorCode']);
  const errorMessage = asText(detail['errorMessage']);
  const time = asTime(detail['eventTime']);
  const [eventId, requestId, sourceIp, userAgent, vpcEndpointId, vpcEndpointAccountId] = [
    detail['eventID'],
    detail['requestID'],
    detail['sourceIPAddress'],
    detail['userAgent'],
    detail['vpcEndpointId'],
    detail['vpcEndpointAccountId'],
  ].map(asText);
  const isOnTrail = kind === 'trail';
  const trail = isOnTrail ? namedTrail(request, errorMessage) : undefined;
  const call: Call = {
    kind,
    eventName: String(eventName),
    tampering,
    actor: readActor(detail['userIdentity']),
    isAboutTrail: isOnTrail && (trail !== undefined || !isAboutOther(request)),
    request,
    ...(eventId ? { eventId } : {}),
    ...(requestId ? { requestId } : {}),
    ...(time ? { time } : {}),
    ...(sourceIp ? { sourceIp } : {}),
    ...(userAgent ? { userAgent } : {}),
    ...(vpcEndpointId ? { vpcEndpointId } : {}),
    ...(vpcEndpointAccountId ? { vpcEndpointAccountId } : {}),
    ...(trail ? { trail } : {}),
  };
  return { call, ...(errorCode ? { errorCode } : {}), ...(errorMessage ? { errorMessage } : {}) };
}
