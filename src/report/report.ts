import type { Actor } from '../record/actor.ts';
import { changes, drifts, wasGone } from './field-changes.ts';
import { controlsOf, DISABLE_CLOUD_LOG } from '../kinds/trail/controls.ts';
import { eventHistoryLink, trailLink } from './console-link.ts';
import { describeRepair } from '../kinds/trail/describe.ts';
import { headlines } from './headline.ts';
import { type Incident, isWhole } from '../incident/incident.ts';
import type { TrailOutcome } from '../kinds/trail/shape.ts';
import { nextSteps } from './next-steps.ts';
import { oneLine } from '../foreign/printable.ts';
import type { Report } from './schema.ts';
import { residue } from './still-broken.ts';
import { severityOf } from '../incident/severity.ts';
import { callOf, callOn, gapOf, story, verdictOf } from '../incident/verdict.ts';
import { subject } from './subject.ts';
import { type Call, TAMPERINGS } from '../record/call.ts';
import type { Field } from '../kinds/trail/fields.ts';
import { trailArn } from '../kinds/trail/reference.ts';

type Told<Key extends keyof Report> = Report[Key];
type ToldTrail = Told<'trails'>[number];

const instant = (ms: number): string => new Date(ms).toISOString();

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids */
function keyKind(id: string): 'long-term' | 'temporary' | 'unknown' {
  if (id.startsWith('AKIA')) return 'long-term';
  return id.startsWith('ASIA') ? 'temporary' : 'unknown';
}

function toldActor({ name, shortName, type, arn, account, mfa, accessKeyId, sessionStarted }: Actor) {
  return {
    name: oneLine(name),
    shortName: oneLine(shortName, 100),
    ...(type && { type: oneLine(type, 60) }),
    ...(arn && { arn: oneLine(arn) }),
    ...(account && { account: oneLine(account, 60) }),
    ...(mfa !== undefined && { mfa }),
    ...(accessKeyId && { accessKey: { id: oneLine(accessKeyId, 60), kind: keyKind(accessKeyId) } }),
    ...(sessionStarted && { sessionStarted }),
  };
}

function toldCall({ eventName, eventId, time, trail, actor, sourceIp, userAgent }: Call) {
  return {
    eventName,
    ...(eventId && { eventId: oneLine(eventId, 60) }),
    ...(time && { time }),
    ...(trail && { trail: trail.Name }),
    actor: toldActor(actor),
    ...(sourceIp && { sourceIp: oneLine(sourceIp) }),
    ...(userAgent && { userAgent: oneLine(userAgent) }),
  };
}

/** Told only where logging was off and is on again: the digest chain has a gap as long as this. */
function blindWindow(incident: Incident, outcome: TrailOutcome): ToldTrail['blind'] {
  const gap = gapOf(incident, outcome);
  const call = callOn(incident, outcome.Name);
  const isSilencing = call && TAMPERINGS[call.eventName].part === 'logging';
  const wasOff = outcome.found.some(({ field }) => field === 'IsLogging');
  const stopped = wasOff ? outcome.first.times?.stoppedLogging : undefined;
  const from = isSilencing && call.time ? Date.parse(call.time) : (gap?.from ?? stopped);
  const until = isSilencing || stopped !== undefined ? outcome.verifiedAt : gap?.until;
  if (!outcome.last.state.IsLogging || from === undefined || until === undefined) return undefined;
  return { from: instant(from), until: instant(until), seconds: Math.max(until - from, 0) / 1000 };
}

function toldTrail(incident: Incident, outcome: TrailOutcome): ToldTrail {
  const { Name, origin, last, verifiedAt, attempts, planned } = outcome;
  const arn = trailArn(incident.home, Name);
  const blind = blindWindow(incident, outcome);
  return {
    name: Name,
    arn,
    link: trailLink(incident.home, arn),
    declared: origin === 'declared',
    standing: last.standing,
    ...(last.state.IsLogging !== undefined && { isLogging: last.state.IsLogging }),
    isWhole: isWhole(outcome),
    verified: instant(verifiedAt),
    ...(blind && { blind }),
    wasGone: wasGone(outcome),
    changes: changes(incident, outcome),
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

function timesOf({ seenAt, outcomes }: Incident, call: Call | undefined, trails: readonly ToldTrail[]) {
  const happened = call?.time === undefined ? undefined : Date.parse(call.time);
  const verified = Math.max(...outcomes.map(({ verifiedAt }) => verifiedAt));
  const blind = trails.flatMap((trail) => trail.blind?.seconds ?? []);
  return {
    ...(happened !== undefined && {
      happened: instant(happened),
      secondsToDetect: Math.max(seenAt - happened, 0) / 1000,
    }),
    detected: instant(seenAt),
    ...(outcomes.length > 0 && {
      verified: instant(verified),
      secondsToHeal: Math.max(verified - seenAt, 0) / 1000,
    }),
    ...(blind.length > 0 && { secondsBlind: Math.max(...blind) }),
  };
}

/** The fields that were not as declared; of a trail that was gone, its logging stands for all. */
function touched(incident: Incident, outcome: TrailOutcome): Field[] {
  return wasGone(outcome) ? ['IsLogging'] : drifts(incident, outcome).map(({ field }) => field);
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
  const told = story(incident);
  const call = callOf(incident);
  const trails = told.map((outcome) => toldTrail(incident, outcome));
  const severity = severityOf(incident);
  return {
    version: '1.0',
    id: idOf(incident, call, told[0]?.Name),
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
    ...(call && { call: toldCall(call) }),
    calls: calls.map(toldCall),
    trails,
    times: timesOf(incident, call, trails),
    attack: severity === 'info' ? [] : [DISABLE_CLOUD_LOG],
    controls: controlsOf(told.flatMap((outcome) => touched(incident, outcome))),
    stillBroken: told.flatMap(residue),
    nextSteps: nextSteps(incident),
    links: {
      eventHistory: eventHistoryLink(home, call?.eventId),
      runbook: `${config.runbook}/${severity}.md`,
    },
    faults: faults.map(({ message }) => oneLine(message, 400)),
    ...(incident.repeats && { repeats: { ...incident.repeats } }),
  };
}
