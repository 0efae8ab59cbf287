import type { Incident } from '../incident/incident.ts';
import { asciiLine, oneLine } from '../foreign/printable.ts';
import type { ChangeWindow } from '../kinds/change-window.ts';
import type { Home } from '../kinds/home.ts';
import { eventHistoryLink } from './console-link.ts';
import type { Report } from './schema.ts';

/** What telling of a window takes. */
export interface WindowNews {
  readonly window: ChangeWindow;
  /** Who opened it, where that is known. */
  readonly opener?: string | undefined;
  readonly home: Home;
  readonly alias?: string | undefined;
  readonly config: Pick<Incident['config'], 'mode' | 'runbook'>;
  /** In ms since the epoch. */
  readonly now: number;
}

/** How a window ended. */
export interface Ended {
  /** What was changed inside it, a line each. */
  readonly changes: readonly string[];
  /** The fields that were put back. */
  readonly putBack: readonly string[];
  /** The fields that are not as declared still. */
  readonly left: readonly string[];
  /** Closed before its time. */
  readonly isClosed: boolean;
}

type ToldChangeWindow = NonNullable<Report['window']>;

const instant = (ms: number): string => new Date(ms).toISOString();

/** What a window is on, as people say it: `trail org-audit-trail`. */
function titleOf({ kind, name }: ChangeWindow): string {
  return oneLine(`${kind} ${name.replace(/^arn:.*[:/]/, '')}`);
}

/** A window as a report tells it. */
export function toldChangeWindow(
  window: ChangeWindow,
  state: ToldChangeWindow['state'],
  more: Pick<ToldChangeWindow, 'openedBy' | 'changes'> = {},
): ToldChangeWindow {
  const { id, actor, reason, from, until } = window;
  return {
    id: oneLine(id, 200),
    state,
    on: titleOf(window),
    actor: oneLine(actor),
    reason: oneLine(reason),
    from: instant(from),
    until: instant(until),
    ...more,
  };
}

const openedBy = (opener: string | undefined): string =>
  opener === undefined
    ? 'The Event history does not show yet who opened it.'
    : `Opened by ${oneLine(opener)}.`;

function report(
  { window, opener, home, alias, config, now }: WindowNews,
  said: Pick<Report, 'severity' | 'verdict' | 'summary' | 'stillBroken' | 'nextSteps'> & {
    readonly what: string;
    readonly state: ToldChangeWindow['state'];
    readonly changes?: readonly string[];
  },
): Report {
  const { what, state, changes, ...rest } = said;
  const head = `[${said.severity.toUpperCase()}] `;
  const tail = ` (${home.account} ${home.region})`;
  return {
    version: '1.1',
    id: oneLine(`window-${window.id}`, 200),
    followsUp: false,
    subject: head + asciiLine(`${titleOf(window)}: ${what}`, 99 - head.length - tail.length) + tail,
    nudge: 'signal',
    mode: config.mode,
    account: { id: home.account, ...(alias && { alias }) },
    region: home.region,
    partition: home.partition,
    calls: [],
    trails: [],
    resources: [],
    times: { detected: instant(now) },
    attack: [],
    controls: [],
    links: { eventHistory: eventHistoryLink(home), runbook: `${config.runbook}/${said.severity}.md` },
    faults: [],
    window: toldChangeWindow(window, state, {
      ...(opener !== undefined && { openedBy: oneLine(opener) }),
      ...(changes && { changes: changes.map((change) => oneLine(change)) }),
    }),
    ...rest,
  };
}

/** The report that a window is open. */
export function openedReport(news: WindowNews): Report {
  const { window, opener } = news;
  const { actor, reason, from, until } = window;
  return report(news, {
    severity: 'low',
    verdict: 'whole',
    what: `change window ${reason} opened`,
    state: 'opened',
    summary: [
      `A CHANGE WINDOW is open on ${titleOf(window)} from ${instant(from)} until ${instant(until)}: ${oneLine(reason)}.`,
      openedBy(opener),
      `Until then, what ${oneLine(actor)} changes on it stands, and is told. Logging off never stands, nor what anybody else does.`,
    ],
    stillBroken: [],
    nextSteps: [
      `Do you know ${oneLine(reason)}? If not, close it (npm run window -- close), and treat whoever opened it as compromised.`,
      'To keep what is changed: capture it before the window ends, commit the difference, and deploy.',
    ],
  });
}

/** The report that a window is over, and whether all is as declared. */
export function endedReport(news: WindowNews, { changes, putBack, left, isClosed }: Ended): Report {
  const { window, opener } = news;
  const reason = oneLine(window.reason);
  const isBack = left.length === 0;
  const back = putBack.length > 0 ? `put back: ${putBack.join(', ')}` : 'as the baseline declares';
  return report(news, {
    severity: isBack ? 'low' : 'high',
    verdict: isBack ? (putBack.length > 0 ? 'restored' : 'whole') : 'broken',
    what: `change window ${reason} ${isClosed ? 'closed' : 'ended'}, ${isBack ? 'as declared' : 'NOT back'}`,
    state: isClosed ? 'closed' : 'ended',
    changes,
    summary: [
      `The CHANGE WINDOW ${reason} on ${titleOf(window)} ${isClosed ? 'was closed' : 'has ended'}. It is ${isBack ? back : `NOT back: ${left.join(', ')}`}.`,
      openedBy(opener),
      changes.length > 0 ? 'Changed inside it:' : 'Nothing is known to have been changed inside it.',
      ...changes.map((change) => `  ${oneLine(change)}`),
    ],
    stillBroken: left.map((field) => `${titleOf(window)}: ${field} is not as declared.`),
    nextSteps: isBack ? [] : ['Mend what is still broken.'],
  });
}
