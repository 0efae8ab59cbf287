import type { Call } from '../record/call.ts';
import type { Severity } from '../incident/severity.ts';

/** From bad to harmless. */
const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);

/** At most one message in so many ms for more of the same; each that follows waits longer, up to the second. */
const PAUSE_MS = 5 * 60_000;
const LONGEST_PAUSE_MS = 30 * 60_000;

/** After so long without a call a story is over: the next call begins another. */
const OVER_MS = 60 * 60_000;

/** So many calls fit into one message; more of them are told at once. */
export const MOST_HELD = 150;

/** Something that is to be told, as far as it decides when. */
export interface News {
  /** Who: an actor with one key from one address, or everybody whose calls were refused. */
  readonly who: string;
  /** What it is about: trail and part, each a text. */
  readonly about: readonly string[];
  readonly severity: Severity;
  /** Whether all is well in the end. */
  readonly isGood: boolean;
  readonly calls: readonly Call[];
}

/** What was told of one actor, and what is held back. Times are in ms since the epoch. */
export interface Window {
  readonly toldAt: number;
  readonly pauseMs: number;
  readonly severity: Severity;
  readonly about: readonly string[];
  /** How it ended, as told: well, badly, or each once. */
  readonly endings: readonly boolean[];
  /** The record by which it was opened, so that the same record, when it comes again, is told and not held back. */
  readonly by: string;
  readonly held?: Held;
}

/** What waits for the next message. */
export interface Held {
  readonly since: number;
  readonly calls: readonly Call[];
  readonly about: readonly string[];
  readonly severity: Severity;
  /** What came of it last, as a pass in JSON. */
  readonly pass: string;
}

/** When what is held back is told, in ms since the epoch. */
export function dueAt({ toldAt, pauseMs }: Window): number {
  return toldAt + pauseMs;
}

/**
 * Whether something is told at once: the first of its kind; what is worse, about another part or trail, or ends otherwise than all that
 * was told of the same actor; and what would no longer fit into one message.
 */
export function isToldAtOnce(window: Window | undefined, news: News, now: number, by: string): boolean {
  if (!window || window.by === by || now - window.toldAt >= OVER_MS) return true;
  if (rank(news.severity) < rank(window.severity)) return true;
  if (news.about.some((each) => !window.about.includes(each))) return true;
  if (!window.endings.includes(news.isGood)) return true;
  return (window.held?.calls.length ?? 0) + news.calls.length > MOST_HELD || now >= dueAt(window);
}

const union = <T>(a: readonly T[], b: readonly T[]): T[] => [...new Set([...a, ...b])];

/** The window once something has been told of it, with what was held back. */
export function told(window: Window | undefined, news: News, now: number, by: string): Window {
  const isOver = !window || now - window.toldAt >= OVER_MS;
  if (isOver)
    return {
      toldAt: now,
      pauseMs: PAUSE_MS,
      severity: news.severity,
      about: news.about,
      endings: [news.isGood],
      by,
    };
  return {
    toldAt: now,
    pauseMs: window.held ? Math.min(window.pauseMs * 2, LONGEST_PAUSE_MS) : window.pauseMs,
    severity: rank(news.severity) < rank(window.severity) ? news.severity : window.severity,
    about: union(window.about, news.about),
    endings: union(window.endings, [news.isGood]),
    by,
  };
}

/** The window with something more that waits; `pass` is what came of it, as JSON. */
export function heldBack(window: Window, news: News, now: number, pass: string): Window {
  const { held } = window;
  const severity = held && rank(held.severity) < rank(news.severity) ? held.severity : news.severity;
  return {
    ...window,
    held: {
      since: held?.since ?? now,
      calls: [...(held?.calls ?? []), ...news.calls.map((call) => ({ ...call, request: {} }))],
      about: union(held?.about ?? [], news.about),
      severity,
      pass,
    },
  };
}
