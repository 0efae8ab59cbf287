import type { Actor } from '../record/actor.ts';
import { fieldChanges } from './field-changes.ts';
import { approvedBy } from '../incident/approved.ts';
import { driftsOf, wasGone } from '../incident/drifts.ts';
import { toldChangeWindow } from './change-window.ts';
import { controlsOf, DISABLE_CLOUD_LOG } from '../kinds/trail/controls.ts';
import { eventHistoryLink, trailLink } from './console-link.ts';
import { describeRepair } from '../kinds/trail/describe.ts';
import { headlines } from './headline.ts';
import { type Incident, isWhole } from '../incident/incident.ts';
import type { TrailOutcome } from '../kinds/trail/shape.ts';
import { nextSteps } from './next-steps.ts';
import { oneLine } from '../foreign/printable.ts';
import type { Report } from './schema.ts';
import { concernedResources, unseenResources } from '../incident/resources.ts';
import { titleOf } from '../kinds/kinds.ts';
import { isCallOn, type Call } from '../record/call.ts';
import { stillBrokenOn, stillUnseen, toldResource } from './resource.ts';
import { proofsOf } from '../incident/delivery.ts';
import { toldProof } from './proof.ts';
import { stillBroken } from './still-broken.ts';
import { severityOf } from '../incident/severity.ts';
import { blindWindowOf, secondsBetween, secondsBlind, timesOf } from '../incident/times.ts';
import { callOf } from '../incident/telling-call.ts';
import { concernedTrails, isDrillOver, verdictOf } from '../incident/verdict.ts';
import { subject } from './subject.ts';
import type { Field } from '../kinds/trail/fields.ts';
import { trailArn } from '../kinds/trail/reference.ts';
import type { Gap } from '../kinds/trail/delivery.ts';

type Told<Key extends keyof Report> = Report[Key];
type ToldTrail = Told<'trails'>[number];

const instant = (ms: number): string => new Date(ms).toISOString();

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids */
function keyKind(id: string): 'long-term' | 'temporary' | 'unknown' {
  if (id.startsWith('AKIA')) return 'long-term';
  return id.startsWith('ASIA') ? 'temporary' : 'unknown';
}

/** Of the fields that a record may have, those that it has: one harmless line each. */
function said<Name extends string>(fields: Readonly<Record<Name, string | undefined>>) {
  const told = Object.entries<string | undefined>(fields).flatMap(([name, text]) =>
    text ? [[name, oneLine(text)] as const] : [],
  );
  return Object.fromEntries(told) as Partial<Record<Name, string>>;
}

function toldActor(actor: Actor): Told<'calls'>[number]['actor'] {
  const { name, shortName, type, arn, account, mfa, accessKeyId, sessionStarted } = actor;
  const { sourceIdentity, onBehalfOf, invokedBy, invokedByDelegate, credentialsIssuedTo, sourceArn } = actor;
  return {
    name: oneLine(name),
    shortName: oneLine(shortName, 100),
    ...(type && { type: oneLine(type, 60) }),
    ...(arn && { arn: oneLine(arn) }),
    ...(account && { account: oneLine(account, 60) }),
    ...(mfa !== undefined && { mfa }),
    ...(accessKeyId && { accessKey: { id: oneLine(accessKeyId, 60), kind: keyKind(accessKeyId) } }),
    ...(sessionStarted && { sessionStarted }),
    ...said({ sourceIdentity, onBehalfOf, invokedBy, invokedByDelegate, credentialsIssuedTo, sourceArn }),
  };
}

function toldCall({ guarded, home }: Incident, call: Call): Told<'calls'>[number] {
  const { eventName, eventId, time, trail, actor } = call;
  const { sourceIp, userAgent, vpcEndpointId, vpcEndpointAccountId } = call;
  const resource = guarded.find((each) => isCallOn(call, each, home));
  return {
    eventName: oneLine(eventName, 100),
    ...(eventId && { eventId: oneLine(eventId, 60) }),
    ...(time && { time }),
    ...(trail && { trail: trail.Name }),
    ...(resource && { resource: titleOf(resource) }),
    actor: toldActor(actor),
    ...said({ sourceIp, userAgent, vpcEndpointId, vpcEndpointAccountId }),
  };
}

function toldWindow({ from, until }: Gap): ToldTrail['blind'] {
  return { from: instant(from), until: instant(until), seconds: secondsBetween(from, until) };
}

function toldTrail(incident: Incident, outcome: TrailOutcome): ToldTrail {
  const { Name, origin, last, verifiedAt, attempts, planned } = outcome;
  const arn = trailArn(incident.home, Name);
  const blind = blindWindowOf(incident, outcome);
  return {
    name: Name,
    arn,
    link: trailLink(incident.home, arn),
    declared: origin === 'declared',
    standing: last.standing,
    ...(last.state.IsLogging !== undefined && { isLogging: last.state.IsLogging }),
    isWhole: isWhole(outcome),
    verified: instant(verifiedAt),
    ...(blind && { blind: toldWindow(blind) }),
    wasGone: wasGone(outcome),
    changes: fieldChanges(incident, outcome),
    repairs: [
      ...attempts.map(({ repair, error }) => ({
        call: describeRepair(repair),
        ...(error
          ? { result: 'refused' as const, error: `${oneLine(error.name)}: ${oneLine(error.message)}` }
          : { result: 'done' as const }),
      })),
      ...planned.map((repair) => ({ call: describeRepair(repair), result: 'not done' as const })),
    ],
  };
}

function toldTimes(incident: Incident): Told<'times'> {
  const { happened, secondsToDetect, detected, verified, secondsToHeal } = timesOf(incident);
  const blind = secondsBlind(incident);
  return {
    ...(happened !== undefined && { happened: instant(happened) }),
    ...(secondsToDetect !== undefined && { secondsToDetect }),
    detected: instant(detected),
    ...(verified !== undefined && { verified: instant(verified) }),
    ...(secondsToHeal !== undefined && { secondsToHeal }),
    ...(blind.length > 0 && { secondsBlind: Math.max(...blind) }),
  };
}

/** The fields that were not as declared; of a trail that was gone, its logging stands for all. */
function touched(incident: Incident, outcome: TrailOutcome): Field[] {
  return wasGone(outcome) ? ['IsLogging'] : driftsOf(incident, outcome).map(({ field }) => field);
}

/** A pass without a call is known by what it found, and when. */
function idOf({ nudge, home, seenAt }: Incident, call: Call | undefined, trail: string | undefined): string {
  return oneLine(
    call?.eventId ?? `${nudge.kind}-${home.region}-${trail ?? 'trails'}-${instant(seenAt)}`,
    200,
  );
}

/** All that is told of an incident. Foreign text in it is harmless: one printable line each, of bounded length. */
export function reportOf(incident: Incident): Report {
  const { nudge, home, baseline, config, calls, faults } = incident;
  const told = concernedTrails(incident);
  const resources = concernedResources(incident);
  const call = callOf(incident);
  const trails = told.map((outcome) => toldTrail(incident, outcome));
  const severity = severityOf(incident);
  const proofs = proofsOf(incident);
  const window = approvedBy(incident);
  return {
    version: '1.1',
    id: idOf(incident, call, resources[0]?.declared.name ?? told[0]?.Name),
    followsUp: false,
    severity,
    verdict: verdictOf(incident),
    subject: subject(incident),
    summary: headlines(incident),
    nudge: nudge.kind,
    mode: config.mode,
    account: { id: home.account, ...(baseline.AccountAlias && { alias: baseline.AccountAlias }) },
    region: home.region,
    partition: home.partition,
    ...(call && { call: toldCall(incident, call) }),
    calls: calls.map((each) => toldCall(incident, each)),
    trails,
    resources: resources.map(toldResource),
    times: toldTimes(incident),
    attack: severity === 'info' || window ? [] : [DISABLE_CLOUD_LOG],
    controls: isDrillOver(incident) ? [] : controlsOf(told.flatMap((outcome) => touched(incident, outcome))),
    stillBroken: isDrillOver(incident)
      ? []
      : [
          ...resources.flatMap(stillBrokenOn),
          ...unseenResources(incident).map(stillUnseen),
          ...told.flatMap((outcome) => stillBroken(incident, outcome)),
        ],
    ...(proofs.length > 0 && { delivery: proofs.map(toldProof) }),
    nextSteps: nextSteps(incident),
    links: {
      eventHistory: eventHistoryLink(home, call?.eventId),
      runbook: `${config.runbook}/${severity}.md`,
    },
    faults: faults.map(({ message }) => oneLine(message, 400)),
    ...(incident.drill && {
      drill: { trail: incident.drill.arn, until: instant(incident.drill.until) },
    }),
    ...(window && { window: toldChangeWindow(window, 'used') }),
    ...(incident.repeats && { repeats: { ...incident.repeats } }),
  };
}
