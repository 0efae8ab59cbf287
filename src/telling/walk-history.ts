import { asError } from '../foreign/error.ts';
import type { Home } from '../kinds/home.ts';
import { trailArn } from '../kinds/trail/reference.ts';
import { TAMPERINGS } from '../kinds/trail/tamperings.ts';
import type { Clock } from '../loop/clock.ts';
import type { History, Question } from '../record/history.ts';
import type { Ledger } from './ledger.ts';

/** A stretch of time, in ms since the epoch. */
export interface Stretch {
  readonly from: number;
  readonly until: number;
}

/** How far one question to the Event history was read, in ms since the epoch, and what was left out before that. */
export interface ReadUntil {
  readonly until: number;
  readonly gaps: readonly Stretch[];
}

/** What it takes to read the Event history from where it was read last. */
export interface Walker {
  readonly history: History;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly home: Home;
  /** When to stop, in ms since the epoch. */
  readonly deadline: number;
}

/** What a walk has read, and what it could not. */
export interface Walked {
  /** Records of calls, in no order, some of them read before. */
  readonly records: readonly unknown[];
  /** Why some of it could not be read this time, in words. */
  readonly unread: readonly string[];
}

const MINUTE = 60_000;

/** The history may show a call so late. UNVERIFIED: AWS gives no figure, people wait some minutes. docs/measure-on-aws.md */
const LATE = 65 * MINUTE;

/** Where nothing was read before, a walk begins so long ago. */
const FIRST_LOOK = 65 * MINUTE;

/** So many pages of one question are read in one walk, 50 records each; the rest is read by the next. */
const MOST_PAGES = 10;

/** The history answers two calls a second. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events-cli.html */
const PACE_MS = 500;

/** So many stretches are kept in mind for one question; of more, the two oldest become one. */
const MOST_GAPS = 20;

const TAG_CALLS = ['AddTags', 'RemoveTags'];

/**
 * What is asked. By name of the call where only trails have it, for neither readings nor other services' calls can bury one; by name
 * and ARN of the declared trails as callers wrote them, which also finds what is tagged, and calls that are not known yet.
 */
export function questions(home: Home, trails: readonly string[]): Question[] {
  const calls = Object.keys(TAMPERINGS).filter((name) => !TAG_CALLS.includes(name));
  return [
    ...calls.map((value) => ({ attribute: 'EventName', value }) as const),
    ...trails.flatMap((name) =>
      [name, trailArn(home, name)].map((value) => ({ attribute: 'ResourceName', value }) as const),
    ),
  ];
}

/**
 * What is to be read of one question, most needed first: what has come since, what was left out, and once more what was read, for
 * it may have shown late. Of the last, nothing is left out for the next time: it is read again then, too.
 */
export function stretchesToRead(read: ReadUntil | undefined, now: number): (Stretch & { isAgain?: true })[] {
  const until = read?.until ?? now - FIRST_LOOK;
  return [
    { from: until - MINUTE, until: now },
    ...(read?.gaps ?? []).toReversed(),
    ...(read ? [{ from: until - LATE, until: until - MINUTE, isAgain: true } as const] : []),
  ];
}

function merged(gaps: readonly Stretch[]): Stretch[] {
  const [first, second, ...rest] = gaps;
  if (gaps.length <= MOST_GAPS || !first || !second) return [...gaps];
  return merged([{ from: first.from, until: second.until }, ...rest]);
}

/**
 * Reads what the Event history has shown since it was last read. It never rejects for what the history or the ledger refuse: what could
 * not be read is named, and read by the next walk.
 */
export async function walkHistory(walker: Walker, trails: readonly string[]): Promise<Walked> {
  const { history, ledger, clock, home, deadline } = walker;
  const asked = questions(home, trails);
  const idOf = ({ attribute, value }: Question) => `${attribute} ${value}`;
  const known = new Map(
    (await ledger.read('history', asked.map(idOf))).map((entry) => [entry.id, entry.value]),
  );
  const records: unknown[] = [];
  const unread: string[] = [];
  let askedAt = -Infinity;
  for (const question of asked) {
    const now = clock.now();
    const id = idOf(question);
    const gaps: Stretch[] = [];
    let pages = 0;
    let fault: Error | undefined;
    for (const { from, until, isAgain } of stretchesToRead(known.get(id), now)) {
      let before = until;
      let token: string | undefined;
      do {
        if (fault || pages === MOST_PAGES || clock.now() > deadline) {
          if (!isAgain) gaps.push({ from, until: before });
          break;
        }
        const pause = askedAt + PACE_MS - clock.now();
        if (pause > 0) await clock.sleep(pause);
        askedAt = clock.now();
        pages += 1;
        try {
          const page = await history.page(question, from, until, token);
          records.push(...page.records);
          token = page.next;
          before = page.oldest ?? before;
        } catch (thrown) {
          fault = asError(thrown);
        }
      } while (token !== undefined || fault);
    }
    if (gaps.length > 0) unread.push(`${id}: ${fault ? fault.name : 'too much for one look'}`);
    await ledger.write('history', id, { until: now, gaps: merged(gaps.sort((a, b) => a.from - b.from)) });
  }
  return { records, unread };
}
