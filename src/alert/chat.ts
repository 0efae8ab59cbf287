import { duration } from '../report/duration.ts';
import { quoted, unmarked } from '../foreign/markup.ts';
import type { Report } from '../report/schema.ts';
import { shorten } from '../foreign/shorten.ts';

/**
 * What Amazon Q Developer in chat applications (once AWS Chatbot) shows in Slack and in Teams.
 * https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
 */
export interface ChatNotification {
  readonly version: '1.0';
  readonly source: 'custom';
  readonly content: {
    readonly textType: 'client-markdown';
    readonly title: string;
    readonly description: string;
    readonly nextSteps: readonly string[];
    readonly keywords: readonly string[];
  };
  readonly metadata: {
    /** Messages of one incident stand in one thread. */
    readonly threadId: string;
    readonly summary: string;
    readonly eventType: string;
    readonly relatedResources: readonly string[];
    /** What a channel's custom actions may put into commands: no foreign text. */
    readonly additionalContext: Readonly<Record<string, string>>;
  };
}

/** More lines than this are not read within ten seconds; the mail has them all. */
const MOST_LINES = 3;

type Call = NonNullable<Report['call']>;

const plain = (text: string, bytes = 400): string => shorten(unmarked(text), bytes);
const code = (text: string): string => quoted(shorten(text, 300));

function fact(label: string, ...said: readonly (string | undefined)[]): string[] {
  const text = said.filter(Boolean).join(', ');
  return text ? [`*${label}* ${text}`] : [];
}

function listed(label: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const more = lines.length - MOST_LINES;
  return [
    `*${label}*`,
    ...lines.slice(0, MOST_LINES).map((line) => `• ${line}`),
    ...(more > 0 ? [`• and ${more} more, see the mail`] : []),
  ];
}

function calledBy(call: Call, seen: number | undefined): string[] {
  const { actor, sourceIp, userAgent, vpcEndpointId, time, eventName } = call;
  const { name, mfa, accessKey } = actor;
  return [
    ...fact('Who', code(name), mfa === undefined ? undefined : mfa ? 'with MFA' : 'no MFA'),
    ...fact('Key', accessKey && code(accessKey.id), accessKey?.kind),
    ...fact(
      'From',
      sourceIp && code(sourceIp),
      vpcEndpointId && code(vpcEndpointId),
      userAgent && code(userAgent),
    ),
    ...fact(
      'When',
      time && code(time),
      eventName,
      seen === undefined ? undefined : `seen after ${duration(seen)}`,
    ),
  ];
}

function changed({ trails, resources }: Report): string[] {
  const named = [...resources.map(({ title, ...told }) => ({ ...told, name: title })), ...trails];
  return named.flatMap(({ name, wasGone, changes }) => {
    const fields = [...new Set(changes.map(({ field }) => field))].join(', ');
    return fact(
      'Changed',
      wasGone ? `${unmarked(name)}: all of it` : fields && `${unmarked(name)}: ${fields}`,
    );
  });
}

function outcome({ nudge, faults, stillBroken }: Report): string[] {
  if (stillBroken.length > 0)
    return listed(
      'Still broken',
      stillBroken.map((line) => plain(line)),
    );
  if (faults.length > 0) return fact('Still broken', 'the configuration');
  return nudge === 'attempt' ? [] : fact('Still broken', 'nothing');
}

function news({ aftermath, containment }: Report): string[] {
  const calls = aftermath?.calls.map(({ eventSource, eventName, resources, refused }) =>
    [
      code([`${eventSource.replace('.amazonaws.com', '')}:${eventName}`, ...resources].join(' ')),
      refused && 'refused',
    ]
      .filter(Boolean)
      .join(' '),
  );
  return [
    ...listed('Also done by the same actor', calls ?? []),
    ...fact(
      'Not known',
      aftermath?.fault && plain(`the Event history could not be asked: ${aftermath.fault}`),
    ),
    ...fact(
      'Containment',
      containment && `${containment.result.toUpperCase()}: ${plain(containment.reason)}`,
    ),
    ...fact('To undo it', containment?.undo && quoted(shorten(containment.undo, 1000))),
  ];
}

function description(report: Report): string {
  const { summary, call, account, region, times, links, followsUp, repeats, attack, trails } = report;
  const alias = account.alias && `(${unmarked(account.alias)})`;
  const { secondsBlind, secondsToDetect } = times;
  const story = [
    ...(call ? calledBy(call, secondsToDetect) : []),
    ...(!call && attack.length > 0 && trails.length > 0 ? fact('Who', 'not known yet') : []),
    ...fact('Where', [account.id, alias].filter(Boolean).join(' '), region),
    ...fact('Blind', secondsBlind === undefined ? undefined : `${duration(secondsBlind)} at most`),
    ...fact('Again', repeats && `${repeats.count} more such calls`),
    ...changed(report).slice(0, MOST_LINES),
    ...outcome(report),
  ];
  return [
    // The thread itself says what a message follows up.
    ...summary.slice(0, followsUp ? 1 : MOST_LINES).map((line) => plain(line.trim())),
    ...(followsUp ? [] : story),
    ...news(report),
    ...fact('Events', links.eventHistory),
  ].join('\n');
}

function nextSteps({ nextSteps: steps, links }: Report): string[] {
  const runbook = links.runbook.startsWith('https://') ? [`Runbook: ${links.runbook}`] : [];
  return [...steps.map((step) => plain(step, 350)), ...runbook.filter((line) => line.length <= 350)];
}

/** The alert for a chat channel, to be read in ten seconds. Foreign text in it is neither markup, nor link, nor mention. */
export function chatNotification(report: Report): ChatNotification {
  const { id, severity, verdict, subject, nudge, call, trails, account, region } = report;
  const title = plain(`${severity.toUpperCase()}: ${subject.replace(/^\[\w+\] /, '')}`, 250);
  const [trail] = trails.map(({ name }) => name);
  return {
    version: '1.0',
    source: 'custom',
    content: {
      textType: 'client-markdown',
      title,
      description: description(report),
      nextSteps: nextSteps(report),
      keywords: [severity, verdict, call?.eventName, trail]
        .filter((word) => word !== undefined)
        .map((word) => plain(word, 75)),
    },
    metadata: {
      threadId: shorten(id, 256),
      summary: title,
      eventType: call?.eventName ?? nudge,
      relatedResources: trails.map(({ arn }) => arn),
      additionalContext: { severity, verdict, account: account.id, region, ...(trail && { trail }) },
    },
  };
}
