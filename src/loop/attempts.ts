import type { Attempt, Shape, Target } from '../kinds/kind.ts';

/** An attempt, and when AWS had answered it, in ms since the epoch. */
export interface Tried<S extends Shape> extends Attempt<S> {
  readonly at: number;
}

/** After so many ms a change shows, or it has been undone. */
const SHOWS_WITHIN = 5000;

/** What has been tried on one resource, and what is left to try. */
export interface Attempts<S extends Shape> {
  readonly target: Target<S>;
  readonly tried: readonly Tried<S>[];
  readonly now: number;
}

/** The tries that count: a resource that was created since is another one. */
function triesOf<S extends Shape>({ target, tried }: Attempts<S>, repair: S['Repair']): Tried<S>[] {
  const created = tried.findLastIndex((each) => target.kind.isFoundation(each.repair) && !each.error);
  return tried
    .slice(Math.max(created, 0))
    .filter((each) => JSON.stringify(each.repair) === JSON.stringify(repair));
}

/** Refused for good, and not for the moment: then another try is worth its while. */
function isRefused<S extends Shape>(attempts: Attempts<S>, repair: S['Repair']): boolean {
  const { isTransient } = attempts.target.kind;
  return triesOf(attempts, repair).some(({ error }) => error && !isTransient(error));
}

/** Made, and so lately that it may not show yet: what was made before that, somebody has undone. */
function isMade<S extends Shape>(attempts: Attempts<S>, repair: S['Repair']): boolean {
  return triesOf(attempts, repair).some(({ error, at }) => !error && attempts.now - at < SHOWS_WITHIN);
}

/** What a plan has left to try. Nothing can be done to a resource that AWS refuses to create. */
export function worthTrying<S extends Shape>(
  attempts: Attempts<S>,
  planned: readonly S['Repair'][],
): S['Repair'][] {
  const [first] = planned;
  if (first && attempts.target.kind.isFoundation(first) && isRefused(attempts, first)) return [];
  return planned.filter((repair) => !isMade(attempts, repair) && !isRefused(attempts, repair));
}

/** A change that was made takes time to show, and one that was refused will not show at all. */
export function mayYetBecomeWhole<S extends Shape>(attempts: Attempts<S>, read: S['Observed']): boolean {
  const wanted = attempts.target.plan(read);
  if (wanted.length === 0) return Object.keys(read.unread).length > 0;
  return worthTrying(attempts, wanted).length > 0 || wanted.some((repair) => isMade(attempts, repair));
}

/** The resource as it stands once all that succeeded has been made, from an earlier reading. */
export function afterAll<S extends Shape>(
  { target, tried }: Attempts<S>,
  observed: S['Observed'],
): S['Observed'] {
  return tried.reduce(
    (seen, { repair, error }) => (error ? seen : target.kind.after(repair, seen)),
    observed,
  );
}
