import { asError } from '../foreign/error.ts';
import type { ChangeWindow } from '../kinds/change-window.ts';
import type { Drift, Observed, Shape, Target } from '../kinds/kind.ts';
import type { Clock } from '../loop/clock.ts';
import { type Call, readCall } from '../record/call.ts';
import type { History } from '../record/history.ts';
import type { WindowRegister } from '../windows/register.ts';
import { stands } from '../windows/stand.ts';
import { isOpen } from '../windows/window.ts';

/** What it takes to find out what may stand. */
export interface Excuser {
  /** Absent where the deployment has no change windows. */
  readonly windows?: WindowRegister | undefined;
  readonly history: History;
  readonly clock: Clock;
  /** Takes what goes to the log. */
  readonly log: (line: object) => void;
}

/** What an excuse is about. */
export interface Excusable<Field extends string> {
  readonly kind: string;
  readonly name: string;
  /** The drift that a window may let stand at all. */
  readonly drift: readonly Drift<Field>[];
  /** The names of the calls that may set a field. */
  readonly settersOf: (field: Field) => readonly string[];
  /** Whether a call is on it. */
  readonly isOn: (call: Call) => boolean;
  /** The call that gave reason to look: the history does not show it yet. */
  readonly call?: Call | undefined;
}

const HOUR = 60 * 60_000;

/** Who has set a field before the window was opened is asked for, too: it may be what an intruder has just left there. */
const BEFORE = 2 * HOUR;

/** A flood of calls that buries another is no excuse: where more pages than these are to be read, nothing stands. */
const MOST_PAGES = 10;

/** The history answers two calls a second to all who ask in the account. */
const MOST_TRIES = 3;

async function page(
  history: History,
  value: string,
  since: number,
  now: number,
  next: string | undefined,
): ReturnType<History['page']> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await history.page({ attribute: 'EventName', value }, since, now, next);
    } catch (thrown) {
      if (tries === MOST_TRIES) throw thrown;
    }
  }
}

/** The successful calls of one name. Rejects where not all of them can be read. */
async function callsNamed(history: History, value: string, since: number, now: number): Promise<Call[]> {
  const records: unknown[] = [];
  let next: string | undefined;
  for (let pages = 0; pages === 0 || next !== undefined; pages += 1) {
    if (pages === MOST_PAGES) throw new Error(`too many calls of ${value} to tell who made which`);
    const read = await page(history, value, since, now, next);
    records.push(...read.records);
    next = read.next;
  }
  return records.flatMap((record) => {
    const read = readCall(record);
    return read && !read.errorCode ? [read.call] : [];
  });
}

async function standing<Field extends string>(
  { history, clock }: Excuser,
  { drift, settersOf, isOn, call }: Excusable<Field>,
  window: ChangeWindow,
): Promise<readonly Drift<Field>[]> {
  const known = new Map<string, Promise<Call[]>>();
  const now = clock.now();
  const stand: Drift<Field>[] = [];
  for (const each of drift) {
    const names = settersOf(each.field);
    const calls: Call[] = call && names.includes(call.eventName) && isOn(call) ? [call] : [];
    for (const name of names) {
      const asked = known.get(name) ?? callsNamed(history, name, window.from - BEFORE, now);
      known.set(name, asked);
      calls.push(...(await asked).filter(isOn));
    }
    if (stands(window, each.field, calls)) stand.push(each);
  }
  return stand;
}

/**
 * What an open window lets stand of a resource, or nothing. Asked of AWS only where there is something that may stand; where that cannot be
 * answered, nothing stands. Never rejects.
 */
export async function approvedOf<Field extends string>(
  excuser: Excuser,
  excusable: Excusable<Field>,
): Promise<{ readonly window: ChangeWindow; readonly drift: readonly Drift<Field>[] } | undefined> {
  const { windows, clock, log } = excuser;
  const { kind, name, drift } = excusable;
  if (!windows || drift.length === 0) return undefined;
  try {
    const all = await windows.list();
    for (const window of all) {
      if (window.kind !== kind || window.name !== name || !isOpen(window, clock.now())) continue;
      const stand = await standing(excuser, excusable, window);
      if (stand.length > 0) return { window, drift: stand };
    }
  } catch (thrown) {
    const { name: error, message } = asError(thrown);
    log({ changeWindows: 'not readable', error, message });
  }
  return undefined;
}

/** A declaration in which what stands is as it was found. */
export function asFound<Declared extends object>(declared: Declared, drift: readonly Drift[]): Declared {
  return { ...declared, ...Object.fromEntries(drift.map(({ field, found }) => [field, found])) };
}

/** A target that is asked for its excuse. `but` makes it anew, of what is left. */
export function excused<S extends Shape>(
  target: Target<S>,
  approve: (observed: S['Observed'] & Observed) => ReturnType<typeof approvedOf<S['Field']>>,
  but: (drift: readonly Drift<S['Field']>[]) => Target<S>,
): Target<S> {
  return {
    ...target,
    excuse: async (observed) => {
      const approved = await approve(observed);
      return approved ? { ...but(approved.drift), approved } : target;
    },
  };
}
