import type { SentRecord, WindowRecord } from './record-schema.ts';
import type { Period } from './sources.ts';

/** A change window, by all messages about it together. Times are ISO 8601, UTC. */
export interface WindowLine extends Pick<
  WindowRecord,
  'id' | 'on' | 'actor' | 'reason' | 'openedBy' | 'from' | 'until'
> {
  /** When its end was told; absent where it was not. */
  readonly toldOver?: string;
  /** Closed before its time. */
  readonly isClosed: boolean;
  /** What is known to have been changed within it, a line each. */
  readonly changes: readonly string[];
  /** What was on its resource after its end, by the message that told it. */
  readonly verdict?: string;
}

function lineOf(messages: readonly { readonly sent: SentRecord; readonly window: WindowRecord }[]) {
  const [first] = messages;
  if (!first) return [];
  const { id, on, actor, reason, from, until } = first.window;
  const openedBy = messages.flatMap(({ window }) => window.openedBy ?? []).at(-1);
  const over = messages.find(({ window: { state } }) => state === 'closed' || state === 'ended');
  const used = messages.flatMap(({ sent, window }) => (window.state === 'used' ? sent.report.calls : []));
  const line: WindowLine = {
    ...{ id, on, actor, reason, from, until },
    ...(openedBy !== undefined && { openedBy }),
    ...(over && { toldOver: over.sent.sentAt, verdict: over.sent.report.verdict }),
    isClosed: over?.window.state === 'closed',
    changes: over?.window.changes ?? [
      ...new Set(used.map(({ eventName, actor: { name } }) => `${eventName} by ${name}`)),
    ],
  };
  return [line];
}

/** The change windows that were open at any time of a period, by when they were opened. */
export function windowsOf(sent: readonly SentRecord[], { from, until }: Period): WindowLine[] {
  const groups = new Map<string, { sent: SentRecord; window: WindowRecord }[]>();
  for (const each of sent.toSorted((a, b) => Date.parse(a.sentAt) - Date.parse(b.sentAt))) {
    const { window } = each.report;
    if (window) groups.set(window.id, [...(groups.get(window.id) ?? []), { sent: each, window }]);
  }
  return [...groups.values()]
    .flatMap(lineOf)
    .filter((window) => Date.parse(window.from) < until && Date.parse(window.until) > from)
    .sort((a, b) => Date.parse(a.from) - Date.parse(b.from));
}
