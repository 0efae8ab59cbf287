import type { Baseline } from '../baseline/baseline.ts';
import type { Config } from '../config/config.ts';
import { asError } from '../foreign/error.ts';
import type { Home } from '../kinds/home.ts';
import { declaredTarget } from '../kinds/kind.ts';
import { firstMove } from '../kinds/trail/first-move.ts';
import { trailKind } from '../kinds/trail/kind.ts';
import type { ObservedTrail } from '../kinds/trail/observed.ts';
import { createTrail, startLogging } from '../kinds/trail/plan.ts';
import { reconstruct } from '../kinds/trail/reconstruction.ts';
import { isHomedAt } from '../kinds/trail/reference.ts';
import type { Repair } from '../kinds/trail/repair.ts';
import type { Trail } from '../kinds/trail/schema.ts';
import type { TrailKind, TrailOutcome, TrailTarget } from '../kinds/trail/shape.ts';
import { distantTrail, reconstructedTrail, undeclaredTrail, withinRights } from '../kinds/trail/target.ts';
import type { Trails } from '../kinds/trail/trails.ts';
import type { Clock } from '../loop/clock.ts';
import { healTarget } from '../loop/heal-target.ts';
import { type Call, readCall } from '../record/call.ts';
import type { History } from '../record/history.ts';

/** What healing trails takes. */
export interface Healer {
  readonly baseline: Baseline;
  readonly config: Config;
  readonly home: Home;
  readonly trails: Trails;
  readonly history: History;
  readonly clock: Clock;
  /** When to stop trying, in ms since the epoch, so that there is time left to tell. */
  readonly deadline: number;
  /** Takes what goes to the log: one line an incident. */
  readonly log: (line: object) => void;
}

/** What came of all the trails that were looked at. */
export interface Healed {
  readonly outcomes: readonly TrailOutcome[];
  /** Readings without which undeclared trails could not be looked after. */
  readonly faults: readonly Error[];
}

const kindOf = ({ config }: Healer): TrailKind => trailKind(config.sinkBucket);

function declared(healer: Healer, trail: Trail): TrailTarget {
  return declaredTarget(kindOf(healer), healer.trails, trail.Name, trail);
}

function undeclared(healer: Healer, name: string): TrailTarget {
  return undeclaredTrail(kindOf(healer), healer.trails, name);
}

/** Who is in a Region that has no room for the trail. */
async function otherTrails(
  { trails }: Healer,
  attempts: TrailOutcome['attempts'],
): Promise<Pick<TrailOutcome, 'otherTrails'>> {
  if (!attempts.some(({ error }) => error?.name === 'MaximumNumberOfTrailsExceededException')) return {};
  const { homed } = await trails.survey([]).catch(() => ({ homed: ['not to be listed'] }));
  return { otherTrails: homed };
}

async function healTrail(
  healer: Healer,
  target: TrailTarget,
  moves: readonly Repair[] = [],
  reading?: ObservedTrail,
): Promise<TrailOutcome> {
  const { clock, deadline, config } = healer;
  const outcome = await healTarget({ clock, deadline, mode: config.mode }, target, moves, reading);
  return { Name: target.name, ...outcome, ...(await otherTrails(healer, outcome.attempts)) };
}

/** What only the history knows must not keep anything from being healed: without it, the log says why. */
async function asked({ log }: Healer, records: Promise<unknown[]>): Promise<unknown[]> {
  try {
    return await records;
  } catch (thrown) {
    const { name: error, message } = asError(thrown);
    log({ eventHistory: 'not readable', error, message });
    return [];
  }
}

/** A trail that nobody declared and that is gone: rebuilt if the configuration says so and the history can. */
async function healDeleted(healer: Healer, name: string): Promise<TrailOutcome> {
  const { config, history, trails } = healer;
  if (config.mode !== 'enforce' || !config.rebuildUndeclared)
    return healTrail(healer, undeclared(healer, name));
  const remembered = reconstruct(name, await asked(healer, history.everySetting()));
  const trail = remembered && withinRights(remembered);
  if (!trail) return healTrail(healer, undeclared(healer, name));
  return healTrail(healer, reconstructedTrail(kindOf(healer), trails, trail), [
    createTrail(trail),
    startLogging(name),
  ]);
}

/**
 * The trails that a call gives reason to look at; undefined when it names none, which is reason to look at all.
 * A declared trail stands for itself, for each of several tampered trails raises events of its own. A name that the
 * baseline does not know might be a declared trail by a name that is not understood: then those are looked at too.
 */
export function healNamed(healer: Healer, call: Call): Promise<TrailOutcome[]> | undefined {
  const { baseline, config, home, trails } = healer;
  const { trail, eventName } = call;
  if (!call.isAboutTrail) return Promise.resolve([]);
  if (!trail) return undefined;
  if (!isHomedAt(home, trail))
    return Promise.all([healTrail(healer, distantTrail(kindOf(healer), trails, home, trail))]);
  const named = baseline.Trails.find(({ Name }) => Name === trail.Name);
  const moves =
    config.mode === 'enforce' ? firstMove(eventName, trail.Name, named, config.guardUndeclared) : [];
  if (named) return Promise.all([healTrail(healer, declared(healer, named), moves)]);
  const others = healDeclared(healer, []);
  if (!config.guardUndeclared) return others;
  // A Region holds 5 trails: the declared ones come first.
  const strange =
    eventName === 'DeleteTrail'
      ? others.then(() => healDeleted(healer, trail.Name))
      : healTrail(healer, undeclared(healer, trail.Name), moves);
  return Promise.all([strange, others]).then((outcomes) => outcomes.flat());
}

/** The undeclared trails whose deletion the Event history shows since a time. */
async function deletedSince(healer: Healer, since: number, homed: readonly string[]): Promise<string[]> {
  const { baseline, config, history, home } = healer;
  if (!config.rebuildUndeclared) return [];
  const known = [...homed, ...baseline.Trails.map(({ Name }) => Name)];
  const records = await asked(healer, history.deletionsSince(since));
  const names = records
    .flatMap((record) => readCall(record) ?? [])
    .flatMap(({ call: { trail }, errorCode }) =>
      !errorCode && trail && isHomedAt(home, trail) ? trail.Name : [],
    );
  return [...new Set(names)].filter((name) => !known.includes(name));
}

/** The trails that nobody declared, where the configuration says that they are guarded too. */
async function healUndeclared(
  healer: Healer,
  since: number,
  homed: readonly string[],
): Promise<TrailOutcome[]> {
  const { baseline, config } = healer;
  if (!config.guardUndeclared) return [];
  const strange = homed.filter((name) => !baseline.Trails.some(({ Name }) => Name === name));
  const deleted = await deletedSince(healer, since, homed);
  return Promise.all([
    ...strange.map((name) => healTrail(healer, undeclared(healer, name))),
    ...deleted.map((name) => healDeleted(healer, name)),
  ]);
}

/** Every declared trail; what a survey has read of it need not be read again. */
function healDeclared(healer: Healer, observed: readonly ObservedTrail[]): Promise<TrailOutcome[]> {
  return Promise.all(
    healer.baseline.Trails.map((trail) =>
      healTrail(
        healer,
        declared(healer, trail),
        [],
        observed.find(({ Name }) => Name === trail.Name),
      ),
    ),
  );
}

/** Every trail there is, without a hint. Where they cannot be listed, the declared ones are known all the same. */
export async function healEverything(healer: Healer, since: number): Promise<Healed> {
  const { baseline, config, trails } = healer;
  const survey = await trails.survey(baseline.Trails.map(({ Name }) => Name)).catch(asError);
  if (survey instanceof Error) {
    const text = `The trails of this Region could not be listed: ${survey.name}: ${survey.message}`;
    const faults = config.guardUndeclared ? [new Error(text, { cause: survey })] : [];
    return { outcomes: await healDeclared(healer, []), faults };
  }
  // A Region holds 5 trails: the declared ones come first.
  const known = await healDeclared(healer, survey.observed);
  const others = await healUndeclared(healer, since, survey.homed);
  return { outcomes: [...known, ...others], faults: [] };
}
