import { asError } from '../foreign/error.ts';
import type { Home } from '../kinds/home.ts';
import { trailArn } from '../kinds/trail/reference.ts';
import { type KindName, kindOf, namesOf } from '../kinds/kinds.ts';
import type { DeclaredResource } from '../kinds/resource.ts';
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
  /** Ms from one question to the next: the history answers two calls a second. */
  readonly historyPaceMs: number;
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

/** So many pages are read in one walk, 50 records each, by turns of the questions; the rest is read by the next walk. */
const MOST_PAGES = 60;

/** So many stretches are kept in mind for one question; of more, the two oldest become one. */
const MOST_GAPS = 20;

/** Of what is asked by turns, so much is asked in one walk: the history answers two calls a second, and the walks are minutes apart. */
const MOST_TURNS = 30;

/** The one entry in which the ledger keeps how far all questions were read: a write for each would cost more than all reading. */
const WALK = 'walk';

const idOf = ({ attribute, value }: Question): string => `${attribute} ${value}`;

const TAG_CALLS = ['AddTags', 'RemoveTags'];

/** Who takes the rights of a function from it keeps it from looking, and nobody else may put them back: that is asked each time. */
const RIGHTS: readonly string[] = ['role', 'managed-policy'] satisfies KindName[];

/** The names under which the history keeps the calls that tamper with some resources. */
function callsOn(resources: readonly DeclaredResource[]): string[] {
  const calls = [...new Set(resources.map(kindOf))].flatMap(({ tamperings, dated = {} }) =>
    Object.keys(tamperings).map((name) => name + (dated[name] ?? '')),
  );
  return [...new Set(calls)];
}

/**
 * What is asked. By name of the call where only trails have it, for neither readings nor other services' calls can bury one; by name
 * and ARN of the declared trails as callers wrote them, which also finds what is tagged, and calls that are not known yet.
 */
export function questions(
  home: Home,
  trails: readonly { readonly Name: string }[],
  guarded: readonly DeclaredResource[],
): readonly [always: Question[], byTurns: Question[]] {
  const calls = Object.keys(TAMPERINGS).filter((name) => !TAG_CALLS.includes(name));
  const rights = guarded.filter(({ kind, purpose }) => purpose === 'guard' && RIGHTS.includes(kind));
  return [
    [
      ...[...calls, ...callsOn(rights)].map((value) => ({ attribute: 'EventName', value }) as const),
      ...trails.flatMap(({ Name }) =>
        [Name, trailArn(home, Name)].map((value) => ({ attribute: 'ResourceName', value }) as const),
      ),
    ],
    questionsOn(home, guarded),
  ];
}

/**
 * What is asked about some resources: by name of the calls that tamper with them, and by all the names that they may have. UNVERIFIED: under
 * which the history keeps each of them.
 */
export function questionsOn(home: Home, resources: readonly DeclaredResource[]): Question[] {
  return [
    ...callsOn(resources).map((value) => ({ attribute: 'EventName', value }) as const),
    ...resources
      .flatMap((resource) => namesOf(resource, home))
      .map((value) => ({ attribute: 'ResourceName', value }) as const),
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

/** What is left to read of one question, and where in its first stretch its reading has come. */
interface Reading {
  readonly id: string;
  readonly question: Question;
  stretches: readonly (Stretch & { isAgain?: true })[];
  before?: number | undefined;
  token?: string | undefined;
  fault?: string;
}

async function readPage(history: History, reading: Reading): Promise<readonly unknown[]> {
  const [stretch, ...others] = reading.stretches;
  if (!stretch) return [];
  try {
    const page = await history.page(reading.question, stretch.from, stretch.until, reading.token);
    reading.token = page.next;
    reading.before = page.next === undefined ? undefined : (page.oldest ?? reading.before);
    if (page.next === undefined) reading.stretches = others;
    return page.records;
  } catch (thrown) {
    reading.fault = asError(thrown).name;
    return [];
  }
}

/** What a reading leaves out, for the next walk. */
function gapsOf({ stretches, before }: Reading): Stretch[] {
  return stretches.flatMap(({ from, until, isAgain }, index) =>
    isAgain ? [] : [{ from, until: index === 0 ? (before ?? until) : until }],
  );
}

/**
 * Reads what the Event history has shown since it was last read, a page of each question by turns, so that a flood of one buries no other. It
 * never rejects for what the history refuses: what could not be read is named, and read by the next walk.
 */
export async function walkHistory(
  walker: Walker,
  [always, byTurns]: readonly [always: Question[], byTurns: Question[]],
  first: readonly Question[] = [],
): Promise<Walked> {
  const { history, ledger, clock, deadline, historyPaceMs } = walker;
  const now = clock.now();
  const all = new Map([...always, ...first, ...byTurns].map((question) => [idOf(question), question]));
  const [entry] = await ledger.read('history', [WALK]);
  const known = new Map(Object.entries(entry?.value ?? {}).filter(([id]) => all.has(id)));
  const longestAgo = (a: Question, b: Question) =>
    (known.get(idOf(a))?.until ?? 0) - (known.get(idOf(b))?.until ?? 0);
  const atOnce = new Set([...always, ...first].map(idOf));
  const turns = byTurns.filter((each) => !atOnce.has(idOf(each))).toSorted(longestAgo);
  // What is not asked in this walk is asked in the next; what was asked and not read would be told as unread.
  const room = Math.max(0, Math.min(MOST_TURNS, MOST_PAGES - atOnce.size));
  const asked = [...[...atOnce].flatMap((id) => all.get(id) ?? []), ...turns.slice(0, room)];
  const readings: Reading[] = asked.map((question) => ({
    id: idOf(question),
    question,
    stretches: stretchesToRead(known.get(idOf(question)), now),
  }));
  const isLeft = ({ stretches, fault }: Reading) => stretches.length > 0 && fault === undefined;
  const records: unknown[] = [];
  let askedAt = -Infinity;
  let pages = 0;
  for (let left = readings; left.length > 0 && pages < MOST_PAGES; left = left.filter(isLeft)) {
    for (const reading of left) {
      if (pages === MOST_PAGES || clock.now() > deadline) break;
      const pause = askedAt + historyPaceMs - clock.now();
      if (pause > 0) await clock.sleep(pause);
      askedAt = clock.now();
      pages += 1;
      records.push(...(await readPage(history, reading)));
    }
    if (clock.now() > deadline) break;
  }
  const unread: string[] = [];
  for (const reading of readings) {
    const gaps = gapsOf(reading);
    if (gaps.length > 0) unread.push(`${reading.id}: ${reading.fault ?? 'too much for one look'}`);
    known.set(reading.id, { until: now, gaps: merged(gaps.sort((a, b) => a.from - b.from)) });
  }
  // Where two walk at once, the later one's word stands: it is true, and what the other one read is read again.
  await ledger.write('history', WALK, Object.fromEntries(known));
  return { records, unread };
}
