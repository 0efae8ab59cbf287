import { asRecord, asText, asTime } from '../foreign/values.ts';
import { oneLine } from '../foreign/printable.ts';
import { readCall } from './call.ts';

/** A call that the people on call want to know of. */
export interface NotableCall {
  /** ISO 8601. */
  readonly time?: string;
  readonly eventSource: string;
  readonly eventName: string;
  readonly eventId?: string;
  readonly sourceIp?: string;
  /** The error, where the call was refused. */
  readonly refused?: string;
  /** What it is about, as the request names it. */
  readonly resources: string[];
}

/** Services whose every change matters to whoever follows an intruder. */
const SENSITIVE = new Set(
  [
    'access-analyzer',
    'account',
    'cloudtrail',
    'config',
    'ec2',
    'ecs',
    'eks',
    'events',
    'guardduty',
    'iam',
    'kms',
    'lambda',
    'logs',
    'monitoring',
    'organizations',
    'ram',
    'rds',
    's3',
    'secretsmanager',
    'securityhub',
    'sns',
    'sqs',
    'ssm',
    'sso',
    'sts',
  ].map((name) => `${name}.amazonaws.com`),
);

/** Readings that are worth as much as a change. */
const REVEALING = new Set([
  'GetSecretValue',
  'GetPasswordData',
  'GetParametersByPath',
  'GetFederationToken',
  'AssumeRole',
  'ConsoleLogin',
  'SwitchRole',
]);

/** So many resources of a call are named. */
const MOST_RESOURCES = 5;

/** What requests call that which they are about. */
const SUBJECTS = /^(?:.*(?:Name|Arn|Id|Identifier)|policyName|resource)$/;

function subjectsOf(request: Readonly<Record<string, unknown>>): string[] {
  const named = Object.entries(request).flatMap(([key, value]) =>
    SUBJECTS.test(key) && typeof value === 'string' ? oneLine(value, 120) : [],
  );
  return named.slice(0, MOST_RESOURCES);
}

/**
 * Reads a CloudTrail record of a call that is worth a line beside a tampering; undefined when it is none. Total: no value makes
 * it throw.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export function notableCall(record: unknown): NotableCall | undefined {
  const detail = asRecord(record);
  const eventName = asText(detail['eventName']);
  const eventSource = asText(detail['eventSource']);
  if (!eventName || !eventSource) return undefined;
  // A tampering is an incident of its own, and its end is a part of it.
  if (readCall(detail)?.call.isAboutTrail || eventName === 'StartLogging') return undefined;
  const isChange = detail['readOnly'] === false && SENSITIVE.has(eventSource);
  if (!isChange && !REVEALING.has(eventName)) return undefined;
  const [time, eventId, sourceIp, refused] = [
    asTime(detail['eventTime']),
    asText(detail['eventID']),
    asText(detail['sourceIPAddress']),
    asText(detail['errorCode']),
  ];
  return {
    eventSource: oneLine(eventSource, 100),
    eventName: oneLine(eventName, 100),
    resources: subjectsOf(asRecord(detail['requestParameters'])),
    ...(time && { time }),
    ...(eventId && { eventId: oneLine(eventId, 60) }),
    ...(sourceIp && { sourceIp: oneLine(sourceIp, 100) }),
    ...(refused && { refused: oneLine(refused, 100) }),
  };
}
