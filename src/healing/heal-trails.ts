import type { Baseline } from '../baseline/baseline.ts';
import { drillEnd, withDrills } from '../baseline/drill.ts';
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
import { healTarget } from '../loop/heal-target.ts';
import { type Call, readCall } from '../record/call.ts';
import { excusable, settersOf } from '../windows/stand.ts';
import { approvedOf, asFound, excused, type Excuser } from './excuse.ts';

/** What healing trails takes. */
export interface Healer extends Excuser {
  readonly baseline: Baseline;
  readonly config: Config;
  readonly home: Home;
  readonly trails: Trails;
  /** When to stop trying, in ms since the epoch, so that there is time left to tell. */
  readonly deadline: number;
}

/** What came of all the trails that were looked at. */
export interface Healed {
  readonly outcomes: readonly TrailOutcome[];
  /** Readings without which undeclared trails could not be looked after. */
  readonly faults: readonly Error[];
}

const kindOf = ({ config }: Healer): TrailKind => trailKind(config.sinkBucket);

/** A declared trail; `call` is what gave reason to look. */
function declared(healer: Healer, trail: Trail, call?: Call): TrailTarget {
  // Nothing of a drill goes into the emergency sink.
  const kind = drillEnd(trail.Name) === undefined ? kindOf(healer) : trailKind(undefined);
  const target = declaredTarget(kind, healer.trails, trail.Name, trail);
  if (!healer.windows) return target;
  const { Name: name } = trail;
  return excused(
    target,
    (observed) =>
      approvedOf(healer, {
        kind: 'trail',
        name,
        drift: excusable(trail, observed, target.drift(observed)),
        settersOf,
        isOn: (each) => each.trail?.Name === name && isHomedAt(healer.home, each.trail),
        call,
      }),
    (drift) => declaredTarget(kind, healer.trails, name, asFound(trail, drift)),
  );
}

/** A healer to whom those of some trails that are drills' now are declared ones. */
export function healerInDrill<H extends Healer>(healer: H, names: readonly string[]): H {
  const { baseline, home, clock } = healer;
  return { ...healer, baseline: withDrills(baseline, names, home, clock.now()) };
}

/**
 * A drill without its bucket is none, or over: its trail is nobody's, and stays as it is. So CloudTrail itself says whether there is a drill,
 * to a function that may ask neither S3 nor the ledger.
 */
function unlessOver(target: TrailTarget, outcome: TrailOutcome): TrailOutcome {
  const { attempts, last } = outcome;
  const isWithoutBucket = attempts.some(({ error }) => error?.name === 'S3BucketDoesNotExistException');
  if (drillEnd(target.name) === undefined || !isWithoutBucket || target.drift(last).length === 0)
    return outcome;
  return {
    ...outcome,
    origin: 'undeclared',
    found: [],
    attempts: attempts.filter(({ error }) => !error),
    remaining: [],
  };
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
  const { homed, shadows } = await trails
    .survey([])
    .catch(() => ({ homed: ['not to be listed'], shadows: [] }));
  return { otherTrails: [...homed, ...shadows] };
}

async function healTrail(
  healer: Healer,
  target: TrailTarget,
  moves: readonly Repair[] = [],
  reading?: ObservedTrail,
): Promise<TrailOutcome> {
  const { clock, deadline, config } = healer;
  const outcome = await healTarget({ clock, deadline, mode: config.mode }, target, moves, reading);
  const others = await otherTrails(healer, outcome.attempts);
  return unlessOver(target, { Name: target.name, ...outcome, ...others });
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

const HOUR = 60 * 60_000;

/** The history shows calls late, and a sweep may have missed what an earlier one could not see. */
const DELETED_LATELY = 2 * HOUR;

/** A trail that is younger may be an intruder's, which the team takes away: it is told of, and not defended. */
const GROWN_UP = 24 * HOUR;

/** The successful calls of one name, as the history shows them. */
async function recorded(healer: Healer, eventName: string, since: number): Promise<Call[]> {
  const records = await asked(healer, healer.history.callsNamed(eventName, since));
  return records
    .flatMap((record) => readCall(record) ?? [])
    .flatMap(({ call, errorCode }) => (errorCode ? [] : call));
}

/**
 * The names of the trails that were created lately. Where the history cannot be asked, none is known; where nothing is declared, all that
 * there is is defended, and at once.
 */
async function bornLately(healer: Healer): Promise<readonly string[]> {
  if (healer.baseline.Trails.length === 0) return [];
  const created = await recorded(healer, 'CreateTrail', healer.clock.now() - GROWN_UP);
  return created.flatMap(({ trail }) => trail?.Name ?? []);
}

/** A trail that nobody declared: started when it is stopped, unless it was created lately. */
async function healUndeclared(
  healer: Healer,
  name: string,
  young: readonly string[],
  moves: readonly Repair[] = [],
) {
  const target = undeclared(healer, name);
  if (!young.includes(name)) return healTrail(healer, target, moves);
  return healTrail(healer, { ...target, drift: () => [], plan: () => [] });
}

/**
 * A trail that nobody declared and that is gone: rebuilt if the configuration says so and the history can, unless it was created lately. Its
 * deletion must stand in the history, by its event id where an event told of it: an event alone can be forged.
 */
async function healDeleted(healer: Healer, name: string, eventId?: string): Promise<TrailOutcome> {
  const { config, history, trails, home, clock } = healer;
  const leave = () => healTrail(healer, undeclared(healer, name));
  if (config.mode !== 'enforce' || !config.rebuildUndeclared) return leave();
  const deletions = await recorded(healer, 'DeleteTrail', clock.now() - DELETED_LATELY);
  if (eventId !== undefined && !deletions.some((call) => call.eventId === eventId)) return leave();
  if ((await bornLately(healer)).includes(name)) return leave();
  const remembered = reconstruct(name, await asked(healer, history.everySetting()), home);
  const trail = remembered && withinRights(remembered);
  if (!trail) return leave();
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
  if (named) return Promise.all([healTrail(healer, declared(healer, named, call), moves)]);
  const others = healDeclared(healer, []);
  if (!config.guardUndeclared) return others;
  // A Region holds 5 trails: the declared ones come first.
  const strange =
    eventName === 'DeleteTrail'
      ? others.then(() => healDeleted(healer, trail.Name, call.eventId ?? ''))
      : bornLately(healer).then((young) => healUndeclared(healer, trail.Name, young, moves));
  return Promise.all([strange, others]).then((outcomes) => outcomes.flat());
}

/** The undeclared trails that the Event history shows to have been deleted lately, and that are not there. */
async function deletedLately(healer: Healer, homed: readonly string[]): Promise<string[]> {
  const { baseline, config, home, clock } = healer;
  if (!config.rebuildUndeclared) return [];
  const known = [...homed, ...baseline.Trails.map(({ Name }) => Name)];
  const deletions = await recorded(healer, 'DeleteTrail', clock.now() - DELETED_LATELY);
  const names = deletions.flatMap(({ trail }) => (trail && isHomedAt(home, trail) ? trail.Name : []));
  return [...new Set(names)].filter((name) => !known.includes(name));
}

/** The trails that nobody declared, where the configuration says that they are guarded too. */
async function healStrange(healer: Healer, homed: readonly string[]): Promise<TrailOutcome[]> {
  const { baseline, config } = healer;
  if (!config.guardUndeclared) return [];
  const strange = homed.filter((name) => !baseline.Trails.some(({ Name }) => Name === name));
  const young = strange.length > 0 ? await bornLately(healer) : [];
  const deleted = await deletedLately(healer, homed);
  return Promise.all([
    ...strange.map((name) => healUndeclared(healer, name, young)),
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

/** The declared trails of some names. */
export function healServed(healer: Healer, names: readonly string[]): Promise<TrailOutcome[]> {
  const served = healer.baseline.Trails.filter(({ Name }) => names.includes(Name));
  return Promise.all(served.map((trail) => healTrail(healer, declared(healer, trail))));
}

/** Every trail there is, without a hint. Where they cannot be listed, the declared ones are known all the same. */
export async function healEverything(healer: Healer): Promise<Healed> {
  const { baseline, config, trails } = healer;
  const survey = await trails.survey(baseline.Trails.map(({ Name }) => Name)).catch(asError);
  if (survey instanceof Error) {
    const text = `The trails of this Region could not be listed: ${survey.name}: ${survey.message}`;
    const faults = config.guardUndeclared ? [new Error(text, { cause: survey })] : [];
    return { outcomes: await healDeclared(healer, []), faults };
  }
  const inDrill = healerInDrill(healer, survey.homed);
  // A Region holds 5 trails: the declared ones come first.
  const known = await healDeclared(inDrill, survey.observed);
  const others = await healStrange(inDrill, survey.homed);
  return { outcomes: [...known, ...others], faults: [] };
}
