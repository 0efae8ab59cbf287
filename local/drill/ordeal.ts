import { openVirtualRange, theWholeGuard, type VirtualRange } from './virtual-range.ts';
import { inVirtualTime } from './virtual-time.ts';
import { delay } from '../aws/wire/delay.ts';
import {
  differences,
  GUARD_ROLE,
  type Mail,
  mailsIn,
  openRange,
  type Range,
  type Snapshot,
} from './drill.ts';

/** What came of an ordeal. */
export interface Verdict {
  readonly survived: boolean;
  /** One line. What should have come of it and has not stands in it with NOT before it. */
  readonly outcome: string;
  readonly mails: readonly Mail[];
}

/** A time when more than a trail is broken. It can be undergone in virtual time, unless it needs a range of processes. */
export interface Ordeal<Needed = VirtualRange> {
  readonly name: string;
  /** One line: what Mallory does, or fate. */
  readonly story: string;
  /** It sweeps so often that it is undergone in virtual time only: a sweep reads the Event history at its pace. */
  readonly isLong?: true;
  /** Needs a range of its own, with all well. */
  readonly run: (range: Needed) => Promise<Verdict>;
}

/** An ordeal that is over. */
export interface Trial extends Omit<Ordeal, 'run'>, Verdict {
  readonly tookMs: number;
}

/** What must have come of an ordeal, and whether it has. */
export type Claim = readonly [text: string, holds: boolean];

/** Survived is what every claim holds of, and what left no event undelivered. */
export function judge(
  { aws }: VirtualRange,
  claims: readonly Claim[],
  mails: readonly Mail[] = mailsIn(aws),
): Verdict {
  const survived = claims.every(([, holds]) => holds) && aws.problems.length === 0;
  const said = claims.map(([text, holds]) => (holds ? text : `NOT ${text}`));
  return { survived, outcome: [...said, ...aws.problems].join('; '), mails };
}

/** That the trails are exactly as before, asked of the embedded AWS itself. */
export function wholeAgain({ aws }: VirtualRange, before: Snapshot, said = 'whole again'): Claim {
  const broken = differences(before, aws.trails());
  return broken.length === 0 ? [said, true] : [`${said} (${broken.join(', ')})`, false];
}

/** Whether a mail says something, on one line or over several. */
export function says({ body }: Pick<Mail, 'body'>, what: string): boolean {
  return body.replaceAll(/\s+/g, ' ').includes(what);
}

/** Less than a container takes to start: whoever waits sees what a dead one has left before the next one changes it. */
const BETWEEN_LOOKS_MS = 5;

/** Waits for something that is to happen while calls are under way. Rejects when all is quiet and it has not. */
export async function until({ aws }: Pick<VirtualRange, 'aws'>, happened: () => boolean): Promise<void> {
  let isQuiet = false;
  void aws.idle().then(() => {
    isQuiet = true;
  });
  const quiet = () => isQuiet;
  while (!happened()) {
    if (quiet()) throw new Error('all is quiet, and what the ordeal waited for has not happened');
    await delay(BETWEEN_LOOKS_MS);
  }
}

/** Ms from a moment until the guard's last repair was answered. */
export function healedIn({ aws }: Pick<VirtualRange, 'aws'>, since: number): number {
  const repairs = aws.calls.filter(
    ({ mutating, error, principal }) => mutating && !error && principal.includes(GUARD_ROLE),
  );
  return Math.round(Math.max(0, ...repairs.map(({ until: answered }) => answered - since)));
}

/** What the ordeals are undergone with: the package, and what each API call takes. */
export interface TrialSettings {
  readonly directory: string;
  readonly latencyMs: number;
}

async function verdictOn({ run, isLong }: Ordeal<Range>, settings: TrialSettings): Promise<Verdict> {
  try {
    if (isLong)
      return await inVirtualTime(async () =>
        run((await openVirtualRange(settings.directory, {}, theWholeGuard)) as Range),
      );
    const range = await openRange(settings);
    try {
      await range.aws.idle();
      range.aws.forget();
      return await run(range);
    } finally {
      await range.close();
    }
  } catch (error) {
    return { survived: false, outcome: `NOT finished: ${String(error)}`, mails: [] };
  }
}

/** Undergoes one ordeal on a range of its own. What throws is not survived. */
export async function undergo(ordeal: Ordeal<Range>, settings: TrialSettings): Promise<Trial> {
  const { name, story } = ordeal;
  const startedAt = performance.now();
  const verdict = await verdictOn(ordeal, settings);
  return { name, story, ...verdict, tookMs: performance.now() - startedAt };
}

/** Much of an ordeal is waiting, so that several at once take less time and do not disturb each other. */
const AT_ONCE = 4;

/** Begins all ordeals, a few at a time; gives their trials in order. */
export function undergoAll(ordeals: readonly Ordeal[], settings: TrialSettings): Promise<Trial>[] {
  const trials: Promise<Trial>[] = [];
  for (const ordeal of ordeals) {
    // Virtual time is that of the whole process: nothing else may be under way in it.
    const turn = ordeal.isLong ? Promise.all(trials) : Promise.resolve(trials[trials.length - AT_ONCE]);
    trials.push(turn.then(() => undergo(ordeal, settings)));
  }
  return trials;
}
