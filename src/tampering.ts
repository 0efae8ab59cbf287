import { type Actor, asRecord, asText, readActor } from './actor.ts';
import type { Baseline, Trail } from './baseline.ts';
import { createTrail, startLogging } from './plan.ts';
import type { Repair } from './repair.ts';
import { type Home, isHomedAt, type Part, type TrailReference, trailReference } from './trail.ts';

/**
 * The API calls that stop, delete, weaken or redirect a trail: the one list that the rules, the samples, the drill and
 * the README are held to. It gives the alert its verbs; what to repair is never read from it.
 */
export const TAMPERINGS = {
  StopLogging: { deed: 'stopped', story: 'was STOPPED', part: 'logging' },
  DeleteTrail: { deed: 'deleted', story: 'was DELETED', part: 'logging' },
  UpdateTrail: { deed: 'changed', story: 'was CHANGED', part: 'settings' },
  PutEventSelectors: {
    deed: 'selectors changed',
    story: 'had its EVENT SELECTORS changed',
    part: 'selectors',
  },
  PutInsightSelectors: { deed: 'Insights changed', story: 'had its INSIGHTS changed', part: 'insights' },
  PutEventConfiguration: {
    deed: 'aggregation changed',
    story: 'had its EVENT AGGREGATION changed',
    part: 'eventConfiguration',
  },
  AddTags: { deed: 'tagged', story: 'was TAGGED', part: 'tags' },
  RemoveTags: { deed: 'untagged', story: 'was UNTAGGED', part: 'tags' },
} as const satisfies Record<string, { deed: string; story: string; part: Part }>;

export type TamperingName = keyof typeof TAMPERINGS;

/** What an event says about one call: words for the alert, and a hint for the first move. None of it is trusted. */
export interface Call {
  readonly eventId?: string;
  readonly requestId?: string;
  readonly eventName: TamperingName;
  /** ISO 8601, UTC, whole seconds: CloudTrail's own time of the call. */
  readonly time?: string;
  readonly actor: Actor;
  readonly sourceIp?: string;
  readonly userAgent?: string;
  readonly trail?: TrailReference;
  /** False for a call on an event data store or a channel, which share some of the APIs. */
  readonly isAboutTrail: boolean;
  readonly request: Readonly<Record<string, unknown>>;
}

/**
 * What made the guard look.
 * - `tampering`: a call that succeeded.
 * - `attempt`: a call that CloudTrail refused, so that nothing has changed.
 * - `unreadable`: an event that cannot be understood; every declared trail is healed all the same.
 */
export type Nudge =
  | { readonly kind: 'tampering'; readonly call: Call }
  | {
      readonly kind: 'attempt';
      readonly call: Call;
      readonly errorCode: string;
      readonly errorMessage?: string;
    }
  | { readonly kind: 'unreadable'; readonly eventId?: string; readonly reason: string };

function isTamperingName(value: unknown): value is TamperingName {
  return typeof value === 'string' && Object.hasOwn(TAMPERINGS, value);
}

/**
 * Trail calls say `name`, selector calls `trailName`, tag calls `resourceId`; a denied call has no parameters at all, and
 * may name the trail in its message only.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html
 */
function namedTrail(request: Readonly<Record<string, unknown>>, errorMessage: string | undefined) {
  const inMessage = /arn:[a-z-]+:cloudtrail:[a-z0-9-]+:\d{12}:trail\/[A-Za-z0-9._-]{3,128}/.exec(
    errorMessage ?? '',
  )?.[0];
  return [request['name'], request['trailName'], request['resourceId'], inMessage]
    .map(trailReference)
    .find((trail) => trail !== undefined);
}

const OTHER_RESOURCE = /^arn:[a-z-]+:cloudtrail:[a-z0-9-]*:\d{12}:(?:eventdatastore|channel|dashboard)\//;

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

/** Understands an EventBridge event, or says why not. Total: no value makes it throw. */
export function readEvent(event: unknown): Nudge {
  const envelope = asRecord(event);
  const detail = asRecord(envelope['detail']);
  const eventName = detail['eventName'];
  const eventId = asText(detail['eventID']) ?? asText(envelope['id']);
  if (!isTamperingName(eventName)) {
    const reason = typeof eventName === 'string' ? `eventName is ${eventName}` : 'eventName is missing';
    return { kind: 'unreadable', reason, ...(eventId ? { eventId } : {}) };
  }
  const request = asRecord(detail['requestParameters']);
  const errorCode = asText(detail['errorCode']);
  const errorMessage = asText(detail['errorMessage']);
  const time = asText(detail['eventTime']) ?? asText(envelope['time']);
  const requestId = asText(detail['requestID']);
  const sourceIp = asText(detail['sourceIPAddress']);
  const userAgent = asText(detail['userAgent']);
  const trail = namedTrail(request, errorMessage);
  const call: Call = {
    eventName,
    actor: readActor(detail['userIdentity']),
    isAboutTrail: ![request['resourceId'], request['eventDataStore']].some((id) =>
      OTHER_RESOURCE.test(asText(id) ?? ''),
    ),
    request,
    ...(eventId ? { eventId } : {}),
    ...(requestId ? { requestId } : {}),
    ...(time && ISO_TIME.test(time) && !Number.isNaN(Date.parse(time)) ? { time } : {}),
    ...(sourceIp ? { sourceIp } : {}),
    ...(userAgent ? { userAgent } : {}),
    ...(trail ? { trail } : {}),
  };
  if (!errorCode) return { kind: 'tampering', call };
  return { kind: 'attempt', call, errorCode, ...(errorMessage ? { errorMessage } : {}) };
}

function declaredTrail(baseline: Baseline, home: Home, { trail }: Call): Trail | undefined {
  if (!trail || !isHomedAt(home, trail)) return undefined;
  return baseline.Trails.find(({ Name }) => Name === trail.Name);
}

/** The first move on one trail: what to do before anything is read. */
export interface FirstMove {
  readonly trail: string;
  readonly repairs: readonly Repair[];
}

/**
 * The repair that needs no reading, and raises no event that the rules match: a stopped trail is started, a deleted one
 * created and started. Undefined where there is nothing of the kind to do.
 */
export function firstMove(
  nudge: Nudge,
  baseline: Baseline,
  home: Home,
  guardUndeclared: boolean,
): FirstMove | undefined {
  if (nudge.kind !== 'tampering') return undefined;
  const { eventName, trail } = nudge.call;
  const declared = declaredTrail(baseline, home, nudge.call);
  if (
    eventName === 'StopLogging' &&
    trail &&
    isHomedAt(home, trail) &&
    (declared?.IsLogging ?? guardUndeclared)
  )
    return { trail: trail.Name, repairs: [startLogging(trail.Name)] };
  if (eventName === 'DeleteTrail' && declared) {
    const start = declared.IsLogging ? [startLogging(declared.Name)] : [];
    return { trail: declared.Name, repairs: [createTrail(declared), ...start] };
  }
  return undefined;
}
