import type { Incident } from './incident.ts';
import { callOf, gapOf, story } from './story.ts';
import { oneLine } from './printable.ts';
import { timeSince } from './subject.ts';
import { type Call, TAMPERINGS } from './tampering.ts';

const utc = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

function fact(label: string, ...lines: readonly (string | undefined)[]): string[] {
  const said = lines.filter((line) => line !== undefined);
  return said.map((line, index) => `  ${(index === 0 ? label : '').padEnd(8)}${line}`);
}

function actorLines({ actor }: Call): string[] {
  const mfa = actor.mfa === undefined ? undefined : actor.mfa ? 'with MFA' : 'no MFA';
  const key = actor.accessKeyId ? `key ${oneLine(actor.accessKeyId)}` : undefined;
  const account = (actor.arn ?? !actor.account) ? undefined : `account ${oneLine(actor.account)}`;
  return fact(
    'Who',
    [oneLine(actor.name), mfa, key, account].filter(Boolean).join(', '),
    actor.arn ? oneLine(actor.arn) : undefined,
  );
}

function calledFacts(incident: Incident, call: Call): string[] {
  const agent = call.userAgent ? ` (${oneLine(call.userAgent, 120)})` : '';
  return [
    ...actorLines(call),
    ...fact('From', `${oneLine(call.sourceIp ?? 'an address that the event does not give')}${agent}`),
    ...fact('When', `${call.time ?? 'at a time that the event does not give'} (${call.eventName})`),
    ...fact('Where', place(incident)),
    ...fact('Blind', blindWindow(incident, call)),
    ...chronicle(incident),
  ];
}

/** Told only where logging was off and is on again: the digest chain has a gap as long as this. */
function blindWindow(incident: Incident, call: Call): string | undefined {
  const named = story(incident).find(({ Name }) => Name === call.trail?.Name);
  if (TAMPERINGS[call.eventName].part !== 'logging' || !named?.last.state.IsLogging) return undefined;
  const time = timeSince(call, named.verifiedAt);
  return time && `${time} at most without logging, until ${utc(named.verifiedAt)}`;
}

function place({ home }: Incident): string {
  return `account ${home.account}, ${home.region}`;
}

/** Several calls are told as one story, in order. */
function chronicle({ calls }: Incident): string[] {
  if (calls.length < 2) return [];
  const lines = calls.map(
    ({ time = 'unknown time', eventName, trail, actor, sourceIp = 'unknown address' }) =>
      `${time} ${eventName} ${trail?.Name ?? ''} by ${oneLine(actor.shortName, 60)} from ${oneLine(sourceIp, 60)}`,
  );
  return fact('Story', ...lines);
}

function notShown({ historyFault }: Incident): string {
  if (!historyFault) return 'the Event history does not show it yet; look again in some minutes:';
  return `the Event history could not be asked (${oneLine(historyFault.name)}); look yourself:`;
}

/** Where nobody is named yet, the place to look is. */
function unknownActor(incident: Incident): string[] {
  const { nudge, home } = incident;
  const names = story(incident).map(({ Name }) => Name);
  const where = fact('Where', place(incident));
  if (nudge.kind === 'unreadable' || names.length === 0) return where;
  const [gap] = story(incident).flatMap((outcome) => gapOf(incident, outcome) ?? []);
  const lookUp = `aws cloudtrail lookup-events --region ${home.region} --lookup-attributes AttributeKey=ResourceName,AttributeValue=${names[0] ?? ''}`;
  return [
    ...fact('Who', notShown(incident), lookUp),
    ...where,
    ...fact('Blind', gap && `from ${utc(gap.from)} until ${utc(gap.until)}`),
  ];
}

/** Who, from where, when, where, and for how long nothing was logged. */
export function facts(incident: Incident): string[] {
  const call = callOf(incident);
  return call ? calledFacts(incident, call) : unknownActor(incident);
}
