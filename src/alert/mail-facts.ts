import { duration } from '../report/duration.ts';
import { wrapped } from './wrap.ts';
import { oneLine } from '../foreign/printable.ts';
import type { Report } from '../report/schema.ts';

type Told<Key extends keyof Report> = NonNullable<Report[Key]>;

/** A time without its fraction. */
export const toTheSecond = (time: string): string => `${time.slice(0, 19)}Z`;

/** A label, and beside it what is to say; nothing where there is nothing to say. */
export function fact(label: string, ...said: readonly (string | undefined)[]): string[] {
  const lines = said.flatMap((text) => (text ? wrapped(text, 62) : []));
  return lines.map((line, index) => `  ${(index === 0 ? label : '').padEnd(8)}${line}`);
}

function who({ actor }: Told<'call'>): string[] {
  const { name, mfa, accessKey, account, arn, sessionStarted } = actor;
  const { invokedByDelegate, credentialsIssuedTo, sourceArn } = actor;
  const said = [
    name,
    mfa === undefined ? '' : mfa ? 'with MFA' : 'no MFA',
    accessKey ? `key ${accessKey.id}${accessKey.kind === 'long-term' ? ' (long-term)' : ''}` : '',
    arn || !account || name.endsWith(` account ${account}`) ? '' : `account ${account}`,
  ];
  return fact(
    'Who',
    said.filter(Boolean).join(', '),
    arn,
    sessionStarted && `session since ${toTheSecond(sessionStarted)}`,
    credentialsIssuedTo && `credentials issued to ${credentialsIssuedTo}`,
    sourceArn === credentialsIssuedTo ? undefined : sourceArn && `in scope of ${sourceArn}`,
    invokedByDelegate && `invoked by delegate, account ${invokedByDelegate}`,
  );
}

/** The address, and the endpoint without which a private one says little. */
function origin({ sourceIp, vpcEndpointId, vpcEndpointAccountId }: Told<'call'>): string {
  const owner = vpcEndpointAccountId ? ` of account ${vpcEndpointAccountId}` : '';
  const through = vpcEndpointId ? [`through ${vpcEndpointId}${owner}`] : [];
  return [sourceIp ?? 'an address that the event does not give', ...through].join(' ');
}

function calledBy(call: Told<'call'>): string[] {
  const agent = call.userAgent ? ` (${oneLine(call.userAgent, 120)})` : '';
  return [
    ...who(call),
    ...fact('From', `${origin(call)}${agent}`),
    ...fact('When', `${call.time ?? 'at a time that the event does not give'} (${call.eventName})`),
  ];
}

function blind({ trails }: Report): string[] {
  return trails.flatMap(({ blind: window, name }) =>
    window
      ? `${duration(window.seconds)} at most without logging, until ${toTheSecond(window.until)}${trails.length > 1 ? ` (${name})` : ''}`
      : [],
  );
}

function pace({ times: { secondsToDetect, secondsToHeal }, verdict }: Report): string {
  const detected = secondsToDetect === undefined ? [] : [`seen after ${duration(secondsToDetect)}`];
  const healed =
    verdict === 'restored' && secondsToHeal !== undefined
      ? [`repaired and verified ${duration(secondsToHeal)} later`]
      : [];
  return [...detected, ...healed].join(', ');
}

/** Several calls are told as one story, in order. */
function chronicle({ calls }: Report): string[] {
  if (calls.length < 2) return [];
  return calls.map((call) => {
    const { time = 'unknown time', eventName, trail = '', actor, sourceIp = 'unknown address' } = call;
    return `${time} ${eventName} ${trail} by ${actor.shortName} from ${origin({ ...call, sourceIp })}`;
  });
}

/** Who, from where, when, where, and for how long nothing was logged. */
export function facts(report: Report): string[] {
  const { call, account, region, repeats, nudge, trails } = report;
  const alias = account.alias ? ` (${account.alias})` : '';
  const isHidden = !call && nudge !== 'unreadable' && trails.length > 0;
  const again = repeats && `${repeats.count} more such calls since ${toTheSecond(repeats.since)}`;
  return [
    ...(call ? calledBy(call) : []),
    ...(isHidden && report.severity !== 'info' ? fact('Who', 'not known yet') : []),
    ...fact('Where', `account ${account.id}${alias}, ${region}`),
    ...fact('Blind', ...blind(report)),
    ...(call ? fact('Pace', pace(report)) : []),
    ...fact('Again', again),
    ...fact('Story', ...chronicle(report)),
  ];
}
