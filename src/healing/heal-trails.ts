import type { History } from '../aws/history.ts';
import type { Baseline } from '../baseline/baseline.ts';
import {
  alreadyRead,
  type Charge,
  declaredCharge,
  distantCharge,
  reconstructedCharge,
  undeclaredCharge,
  withinRights,
} from '../kinds/trail/target.ts';
import { firstMove } from '../kinds/trail/first-move.ts';
import { asError, healTrail, type Means } from '../loop/heal-target.ts';
import type { Incident, TrailOutcome } from '../incident/incident.ts';
import type { Memory } from '../telling/memory.ts';
import type { Nudge } from '../record/trigger.ts';
import { createTrail, startLogging } from '../kinds/trail/plan.ts';
import { reconstruct } from '../kinds/trail/reconstruction.ts';
import type { Repair } from '../kinds/trail/repair.ts';
import { type Call, readCall } from '../record/call.ts';
import { type Home, isHomedAt, type ObservedTrail } from '../kinds/trail/trail.ts';

/** What it takes to know which trails to heal. */
export interface Watch extends Means {
  readonly baseline: Baseline;
  readonly home: Home;
  readonly history: History;
  readonly memory: Memory;
  /** Takes what goes to the log: one line an incident. */
  readonly log: (line: object) => void;
}

/** What came of all the trails that were looked at. */
export type Healed = Pick<Incident, 'outcomes' | 'faults'>;

/** What only the history knows must not keep anything from being healed: without it, the log says why. */
async function asked({ log }: Watch, records: Promise<unknown[]>): Promise<unknown[]> {
  try {
    return await records;
  } catch (thrown) {
    const { name: error, message } = asError(thrown);
    log({ eventHistory: 'not readable', error, message });
    return [];
  }
}

/** A trail that nobody declared and that is gone: rebuilt if the configuration says so and the history can. */
async function healDeleted(watch: Watch, name: string): Promise<TrailOutcome> {
  const { config, history, memory, trails } = watch;
  if (config.mode !== 'enforce' || !config.rebuildUndeclared)
    return healTrail(watch, undeclaredCharge(trails, name), []);
  const remembered = reconstruct(name, await asked(watch, history.everySetting()));
  const trail = remembered && withinRights(remembered);
  if (!trail) return healTrail(watch, undeclaredCharge(trails, name), []);
  memory.reconstructed.set(name, trail);
  return healTrail(watch, reconstructedCharge(trails, trail), [createTrail(trail), startLogging(name)]);
}

/**
 * The trails that a call gives reason to look at; undefined when it names none, which is reason to look at all.
 * A declared trail stands for itself, for each of several tampered trails raises events of its own. A name that the
 * baseline does not know might be a declared trail by a name that is not understood: then those are looked at too.
 */
export function healNamed(watch: Watch, nudge: Nudge, call: Call): Promise<TrailOutcome>[] | undefined {
  const { baseline, config, home, trails } = watch;
  const { trail, eventName } = call;
  if (!call.isAboutTrail) return [];
  if (!trail) return undefined;
  if (!isHomedAt(home, trail)) return [healTrail(watch, distantCharge(home, trail), [])];
  const move =
    config.mode === 'enforce' ? firstMove(nudge, baseline, home, config.guardUndeclared) : undefined;
  const movesOn = (name: string): readonly Repair[] => (move?.trail === name ? move.repairs : []);
  const heal = (charge: Charge) => healTrail(watch, charge, movesOn(charge.Name));
  const named = baseline.Trails.find(({ Name }) => Name === trail.Name);
  if (named) return [heal(declaredCharge(trails, named))];
  const declared = baseline.Trails.map((declaration) => heal(declaredCharge(trails, declaration)));
  if (!config.guardUndeclared) return declared;
  // A Region holds 5 trails: the declared ones come first.
  const undeclared =
    eventName === 'DeleteTrail'
      ? Promise.all(declared).then(() => healDeleted(watch, trail.Name))
      : heal(undeclaredCharge(trails, trail.Name));
  return [undeclared, ...declared];
}

/** The undeclared trails whose deletion the Event history shows since a time. */
async function deletedSince(watch: Watch, since: number, homed: readonly string[]): Promise<string[]> {
  const { baseline, config, history, home } = watch;
  if (!config.rebuildUndeclared) return [];
  const known = [...homed, ...baseline.Trails.map(({ Name }) => Name)];
  const calls = (await asked(watch, history.deletionsSince(since))).flatMap(
    (record) => readCall(record) ?? [],
  );
  const names = calls.flatMap(({ call: { trail }, errorCode }) =>
    !errorCode && trail && isHomedAt(home, trail) ? trail.Name : [],
  );
  return [...new Set(names)].filter((name) => !known.includes(name));
}

/** The trails that nobody declared, where the configuration says that they are guarded too. */
async function healUndeclared(
  watch: Watch,
  since: number,
  homed: readonly string[],
): Promise<TrailOutcome[]> {
  const { baseline, config, trails } = watch;
  if (!config.guardUndeclared) return [];
  const undeclared = homed.filter((name) => !baseline.Trails.some(({ Name }) => Name === name));
  const deleted = await deletedSince(watch, since, homed);
  return Promise.all([
    ...undeclared.map((name) => healTrail(watch, undeclaredCharge(trails, name), [])),
    ...deleted.map((name) => healDeleted(watch, name)),
  ]);
}

/** Every declared trail; what a survey has read of it need not be read again. */
function healDeclared(watch: Watch, observed: readonly ObservedTrail[]): Promise<TrailOutcome[]> {
  const { baseline, trails } = watch;
  const charges = baseline.Trails.map((trail) => {
    const first = observed.find(({ Name }) => Name === trail.Name);
    const charge = declaredCharge(trails, trail);
    return first ? alreadyRead(charge, first) : charge;
  });
  return Promise.all(charges.map((charge) => healTrail(watch, charge, [])));
}

/** Every trail there is, without a hint. Where they cannot be listed, the declared ones are known all the same. */
export async function healEverything(watch: Watch, since: number): Promise<Healed> {
  const { baseline, config, trails } = watch;
  const survey = await trails.survey(baseline.Trails.map(({ Name }) => Name)).catch(asError);
  if (survey instanceof Error) {
    const text = `The trails of this Region could not be listed: ${survey.name}: ${survey.message}`;
    const faults = config.guardUndeclared ? [new Error(text, { cause: survey })] : [];
    return { outcomes: await healDeclared(watch, []), faults };
  }
  // A Region holds 5 trails: the declared ones come first.
  const declared = await healDeclared(watch, survey.observed);
  const undeclared = await healUndeclared(watch, since, survey.homed);
  return { outcomes: [...declared, ...undeclared], faults: [] };
}
