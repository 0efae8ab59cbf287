import { isIPv4 } from 'node:net';
import { duration } from '../report/duration.ts';
import { ENDINGS } from '../report/endings.ts';
import { namedTrails } from '../report/named-trails.ts';
import type { Report } from '../report/schema.ts';
import { shorten } from '../foreign/shorten.ts';

/*
 * The AWS Security Finding Format, with its limits.
 * https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html
 */

const LABELS = {
  critical: 'CRITICAL',
  high: 'HIGH',
  medium: 'MEDIUM',
  low: 'LOW',
  info: 'INFORMATIONAL',
} as const satisfies Record<Report['severity'], string>;

/**
 * Without a third part: the finding types of other products, by which Security Hub wakes this guard, all have one.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/asff-required-attributes.html#Types
 */
const TAMPERING = 'TTPs/Defense Evasion';
const CHANGE = 'Software and Configuration Checks/AWS Security Best Practices';

const CAUSES = {
  tampering: 'changed',
  attempt: 'attacked',
  sweep: 'found by the sweep',
  signal: "found on another service's word",
  unreadable: 'looked at after an event that could not be read',
} as const satisfies Record<Report['nudge'], string>;

const MOST_RESOURCES = 32;

const SERVICE = /^[\w.-]+\.amazonaws\.com(?:\.cn)?$/;

function remoteOf(sourceIp = '') {
  if (isIPv4(sourceIp)) return { CallerType: 'remoteIp', RemoteIpDetails: { IpAddressV4: sourceIp } };
  if (SERVICE.test(sourceIp))
    return { CallerType: 'domain', DomainDetails: { Domain: shorten(sourceIp, 128) } };
  return {};
}

function actionOf({ call, times }: Report) {
  if (!call) return {};
  const seen = times.happened && { FirstSeen: times.happened, LastSeen: times.happened };
  return {
    Action: {
      ActionType: 'AWS_API_CALL',
      AwsApiCallAction: {
        Api: call.eventName,
        ServiceName: 'cloudtrail.amazonaws.com',
        ...remoteOf(call.sourceIp),
        ...seen,
      },
    },
  };
}

function resourcesOf(report: Report) {
  const { account, region, partition } = report;
  const place = { Partition: partition as 'aws' | 'aws-cn' | 'aws-us-gov', Region: region };
  const concerned = namedTrails(report);
  // The format has a type for some of them only.
  const others = report.resources
    .slice(0, MOST_RESOURCES)
    .map(({ title, name }) => ({ Type: 'Other', Id: name, ...place, Details: { Other: { Title: title } } }));
  if (others.length > 0 && concerned.length === 0) return others;
  if (concerned.length === 0) return [{ Type: 'AwsAccount', Id: `AWS::::Account:${account.id}`, ...place }];
  return concerned.slice(0, MOST_RESOURCES).map(({ name, arn }) => ({
    Type: 'AwsCloudTrailTrail',
    Id: arn,
    ...place,
    Details: { AwsCloudTrailTrail: { Name: name, HomeRegion: region } },
  }));
}

function titleOf({ trails, resources, call, nudge, verdict }: Report): string {
  const trail = trails[0]?.name ?? call?.trail;
  const [resource] = resources;
  const cause = call ? `${call.eventName} by ${call.actor.shortName}` : CAUSES[nudge];
  return shorten(
    `${resource ? `CloudTrail's ${resource.title}` : `CloudTrail${trail ? ` trail ${trail}` : ''}`}: ${cause}, ${ENDINGS[verdict]}`,
    256,
  );
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function descriptionOf({
  summary,
  call,
  times: { secondsBlind },
  stillBroken,
  aftermath,
  containment,
}: Report): string {
  const who = call && `By ${call.actor.name}, from ${call.sourceIp ?? 'an unknown address'}.`;
  const blind = secondsBlind === undefined ? '' : `Without logging for ${duration(secondsBlind)} at most.`;
  const broken = stillBroken.length > 0 && `Still broken: ${stillBroken.join(' ')}`;
  const contained = containment && `Containment of ${containment.principal}: ${containment.result}.`;
  const also = aftermath?.calls.map(({ eventName }) => eventName).join(', ');
  const said = [...summary, who, blind, contained, also && `Also done by the same actor: ${also}.`, broken];
  return shorten(said.flatMap((text) => (text ? sentence(text.trim()) : [])).join(' '), 1024);
}

/** Who it was, and all that has no place of its own in the format. */
function productFields({
  id,
  verdict,
  nudge,
  mode,
  call,
  attack,
  controls,
  account,
}: Report): Record<string, string> {
  const { actor } = call ?? {};
  const fields = {
    ReportId: id,
    Verdict: verdict,
    Nudge: nudge,
    Mode: mode,
    AccountAlias: account.alias,
    Actor: actor?.name,
    ActorType: actor?.type,
    ActorArn: actor?.arn,
    ActorAccount: actor?.account,
    ActorMfa: actor?.mfa?.toString(),
    AccessKeyId: actor?.accessKey?.id,
    SessionStarted: actor?.sessionStarted,
    SourceIdentity: actor?.sourceIdentity,
    OnBehalfOf: actor?.onBehalfOf,
    InvokedBy: actor?.invokedBy,
    InvokedByDelegate: actor?.invokedByDelegate,
    CredentialsIssuedTo: actor?.credentialsIssuedTo,
    SourceArn: actor?.sourceArn,
    SourceAddress: call?.sourceIp,
    VpcEndpointId: call?.vpcEndpointId,
    VpcEndpointAccountId: call?.vpcEndpointAccountId,
    UserAgent: call?.userAgent,
    EventId: call?.eventId,
    Techniques: attack.map(({ id: technique, formerly }) => `${technique} (formerly ${formerly})`).join(', '),
    Controls: controls.join(', '),
  };
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      value ? [[`trailkeeper/${name}`, shorten(value, 2048)]] : [],
    ),
  );
}

function remediationOf({ nextSteps, links: { runbook } }: Report) {
  const isAddress = runbook.startsWith('https://');
  const text = [
    ...(isAddress ? [] : [`Runbook: ${runbook}.`]),
    ...nextSteps.map((step, index) => `${index + 1}. ${step}`),
  ].join(' ');
  return { Recommendation: { Text: shorten(text, 512), ...(isAddress && { Url: runbook }) } };
}

function updatedAt({ times: { detected, verified }, aftermath }: Report): string {
  return [detected, verified ?? detected, aftermath?.until ?? detected].sort().at(-1) ?? detected;
}

/**
 * The report as a finding for Security Hub. One incident is one finding, which a follow-up brings up to date. It stays open
 * until somebody has answered who did it, though the trail be whole; only what nobody did is resolved at once.
 */
export function finding(report: Report) {
  const { id, severity, account, region, partition, times, links, attack } = report;
  return {
    SchemaVersion: '2018-10-08',
    Id: shorten(`trailkeeper/${account.id}/${region}/${id}`, 512),
    ProductArn: `arn:${partition}:securityhub:${region}:${account.id}:product/${account.id}/default`,
    ProductName: 'Trailkeeper',
    GeneratorId: 'trailkeeper',
    AwsAccountId: account.id,
    CreatedAt: times.detected,
    UpdatedAt: updatedAt(report),
    FirstObservedAt: times.happened ?? times.detected,
    LastObservedAt: times.verified ?? times.detected,
    Title: titleOf(report),
    Description: descriptionOf(report),
    FindingProviderFields: {
      Severity: { Label: LABELS[severity], Original: severity },
      Types: [attack.length > 0 ? TAMPERING : CHANGE],
    },
    ...actionOf(report),
    Resources: resourcesOf(report),
    ProductFields: productFields(report),
    Remediation: remediationOf(report),
    SourceUrl: links.eventHistory,
    Workflow: { Status: severity === 'info' ? ('RESOLVED' as const) : ('NEW' as const) },
    RecordState: 'ACTIVE' as const,
  };
}
