import type { History } from './aws/history.ts';
import type { Alerts } from './aws/sns.ts';
import type { Baseline } from './baseline.ts';
import {
  alreadyRead,
  type Charge,
  declaredCharge,
  distantCharge,
  reconstructedCharge,
  undeclaredCharge,
  withinRights,
} from './charge.ts';
import { firstMove } from './first-move.ts';
import { asError, healTrail, type Means } from './heal-trail.ts';
import { gapOf, failures, type Incident, isWorthTelling, type TrailOutcome } from './incident.ts';
import type { Memory } from './memory.ts';
import { calledBy, type Nudge, readEvent } from './nudge.ts';
import { createTrail, startLogging } from './plan.ts';
import { reconstruct } from './reconstruction.ts';
import type { Repair } from './repair.ts';
import { report } from './report.ts';
import { isRestoration } from './restoration.ts';
import { summary } from './summary.ts';
import { type Call, readCall } from './tampering.ts';
import { type Home, isHomedAt, type ObservedTrail } from './trail.ts';

export type { Clock } from './heal-trail.ts';

/** All that the guard works with. */
export interface Guard extends Means {
  readonly baseline: Baseline;
  /** What was wrong with the configuration, so that the baseline could not be used. */
  readonly faults: readonly Error[];
  readonly home: Home;
  readonly history: History;
  readonly alerts: Alerts;
  readonly memory: Memory;
  /** Takes what goes to the log: one line an incident. */
  readonly log: (line: object) => void;
}

type Healed = Pick<Incident, 'outcomes' | 'faults'>;

const MINUTE = 60_000;

/** A sweep looks for who did it somewhat further back than the last sweep, for events take their time. */
const SLACK = 30 * MINUTE;

/** What only the history knows must not keep anything from being healed: without it, the log says why. */
async function asked({ log }: Guard, records: Promise<unknown[]>): Promise<unknown[]> {
  try {
    return await records;
  } catch (thrown) {
    const { name: error, message } = asError(thrown);
    log({ eventHistory: 'not readable', error, message });
    return [];
  }
}

/** A trail that nobody declared and that is gone: rebuilt if the configuration says so and the history can. */
async function healDeleted(guard: Guard, name: string): Promise<TrailOutcome> {
  const { config, history, memory, trails } = guard;
  if (config.mode !== 'enforce' || !config.rebuildUndeclared)
    return healTrail(guard, undeclaredCharge(trails, name), []);
  const remembered = reconstruct(name, await asked(guard, history.everySetting()));
  const trail = remembered && withinRights(remembered);
  if (!trail) return healTrail(guard, undeclaredCharge(trails, name), []);
  memory.reconstructed.push(trail);
  return healTrail(guard, reconstructedCharge(trails, trail), [createTrail(trail), startLogging(name)]);
}

/**
 * The trails that a call gives reason to look at; undefined when it names none, which is reason to look at all.
 * A declared trail stands for itself, for each of several tampered trails raises events of its own. A name that the
 * baseline does not know might be a declared trail by a name that is not understood: then those are looked at too.
 */
function healNamed(guard: Guard, nudge: Nudge, call: Call): Promise<TrailOutcome>[] | undefined {
  const { baseline, config, home, trails } = guard;
  const { trail, eventName } = call;
  if (!call.isAboutTrail) return [];
  if (!trail) return undefined;
  if (!isHomedAt(home, trail)) return [healTrail(guard, distantCharge(home, trail), [])];
  const move =
    config.mode === 'enforce' ? firstMove(nudge, baseline, home, config.guardUndeclared) : undefined;
  const movesOn = (name: string): readonly Repair[] => (move?.trail === name ? move.repairs : []);
  const heal = (charge: Charge) => healTrail(guard, charge, movesOn(charge.Name));
  const named = baseline.Trails.find(({ Name }) => Name === trail.Name);
  if (named) return [heal(declaredCharge(trails, named))];
  const declared = baseline.Trails.map((declaration) => heal(declaredCharge(trails, declaration)));
  if (!config.guardUndeclared) return declared;
  const isDeleted = eventName === 'DeleteTrail';
  return [
    isDeleted ? healDeleted(guard, trail.Name) : heal(undeclaredCharge(trails, trail.Name)),
    ...declared,
  ];
}

/** The undeclared trails whose deletion the Event history shows since a time. */
async function deletedSince(guard: Guard, since: number, homed: readonly string[]): Promise<string[]> {
  const { baseline, config, history, home } = guard;
  if (!config.rebuildUndeclared) return [];
  const known = [...homed, ...baseline.Trails.map(({ Name }) => Name)];
  const calls = (await asked(guard, history.deletionsSince(since))).flatMap(
    (record) => readCall(record) ?? [],
  );
  const names = calls.flatMap(({ call: { trail }, errorCode }) =>
    !errorCode && trail && isHomedAt(home, trail) ? trail.Name : [],
  );
  return [...new Set(names)].filter((name) => !known.includes(name));
}

/** The trails that nobody declared, where the configuration says that they are guarded too. */
async function healUndeclared(
  guard: Guard,
  since: number,
  homed: readonly string[],
): Promise<TrailOutcome[]> {
  const { baseline, config, trails } = guard;
  if (!config.guardUndeclared) return [];
  const undeclared = homed.filter((name) => !baseline.Trails.some(({ Name }) => Name === name));
  const deleted = await deletedSince(guard, since, homed);
  return Promise.all([
    ...undeclared.map((name) => healTrail(guard, undeclaredCharge(trails, name), [])),
    ...deleted.map((name) => healDeleted(guard, name)),
  ]);
}

/** Every declared trail; what a survey has read of it need not be read again. */
function healDeclared(guard: Guard, observed: readonly ObservedTrail[]): Promise<TrailOutcome[]> {
  const { baseline, trails } = guard;
  const charges = baseline.Trails.map((trail) => {
    const first = observed.find(({ Name }) => Name === trail.Name);
    const charge = declaredCharge(trails, trail);
    return first ? alreadyRead(charge, first) : charge;
  });
  return Promise.all(charges.map((charge) => healTrail(guard, charge, [])));
}

/** Every trail there is, without a hint. Where they cannot be listed, the declared ones are known all the same. */
async function healEverything(guard: Guard, since: number): Promise<Healed> {
  const { baseline, config, trails } = guard;
  const survey = await trails.survey(baseline.Trails.map(({ Name }) => Name)).catch(asError);
  if (survey instanceof Error) {
    const text = `The trails of this Region could not be listed: ${survey.name}: ${survey.message}`;
    const faults = config.guardUndeclared ? [new Error(text, { cause: survey })] : [];
    return { outcomes: await healDeclared(guard, []), faults };
  }
  const [declared, undeclared] = await Promise.all([
    healDeclared(guard, survey.observed),
    healUndeclared(guard, since, survey.homed),
  ]);
  return { outcomes: [...declared, ...undeclared], faults: [] };
}

type Attribution = Pick<Incident, 'calls' | 'historyFault'>;

/** Who did what a pass without a call has found, in order; the guard's own repairs, and what has been told, left out. */
async function attribute(guard: Guard, incident: Incident, since: number): Promise<Attribution> {
  const { baseline, history, home, memory } = guard;
  const changed = incident.outcomes.filter((outcome) => outcome.found.length > 0 || gapOf(incident, outcome));
  const calls: Call[] = [];
  try {
    for (const { Name } of changed) {
      const recorded = (await history.recordsOf(Name, since - SLACK)).map(readCall);
      calls.push(...recorded.flatMap((each) => (each && !each.errorCode ? each.call : [])));
    }
  } catch (thrown) {
    return { calls: [], historyFault: asError(thrown) };
  }
  const news = calls.filter((call) => !isRestoration(call, baseline, home) && !memory.knows(call));
  return { calls: news.sort((a, b) => (a.time ?? '').localeCompare(b.time ?? '')) };
}

/** A refused call has changed nothing, and gives no reason to look. */
async function look(guard: Guard, nudge: Nudge): Promise<Incident> {
  const { home, baseline, config, clock } = guard;
  const call = calledBy(nudge);
  const pass = { nudge, calls: call ? [call] : [], home, baseline, config };
  if (nudge.kind === 'attempt') return { ...pass, outcomes: [], faults: guard.faults };
  const since = clock.now() - (config.sweepMinutes + 1) * MINUTE;
  const named = call && healNamed(guard, nudge, call);
  if (named) return { ...pass, outcomes: await Promise.all(named), faults: guard.faults };
  const { outcomes, faults } = await healEverything(guard, since);
  const incident = { ...pass, outcomes, faults: [...guard.faults, ...faults] };
  if (call) return incident;
  return { ...incident, since, ...(await attribute(guard, { ...incident, since }, since)) };
}

/** Sends what is unsent, oldest first. What fails stays for the next invocation, and is told to this one. */
async function send({ alerts, memory }: Guard): Promise<Error[]> {
  const failed: Error[] = [];
  for (const alert of memory.unsent.splice(0)) {
    try {
      await alerts.publish(alert);
    } catch (thrown) {
      memory.unsent.push(alert);
      failed.push(new Error(`Alert not sent: ${alert.subject}`, { cause: thrown }));
    }
  }
  return failed;
}

/** Puts an incident among the alerts to send, unless it is none or has been told. */
function tell({ memory, log }: Guard, incident: Incident): void {
  if (isWorthTelling(incident) && !memory.hasTold(incident)) {
    memory.unsent.push(report(incident));
    memory.remember(incident);
  }
  memory.noteRefusals(incident);
  log(summary(incident));
}

/**
 * The one use case: whatever the event, observe, plan, repair, verify, then tell. A call that asks only for what is
 * declared is left alone: undefined.
 *
 * Throws an AggregateError of every failure once all has been tried and told, so that Lambda tries again. What a sweep
 * could not mend, and an earlier one has told, is no new failure: the next sweep tries again.
 */
export async function heal(event: unknown, guard: Guard): Promise<Incident | undefined> {
  const nudge = readEvent(event);
  const call = calledBy(nudge);
  const known = { ...guard.baseline, Trails: [...guard.baseline.Trails, ...guard.memory.reconstructed] };
  const isLeftAlone = call !== undefined && isRestoration(call, known, guard.home);
  const incident = isLeftAlone ? undefined : await look(guard, nudge);
  const isKnown = incident !== undefined && call === undefined && guard.memory.hasTold(incident);
  if (incident) tell(guard, incident);
  const errors = [...(await send(guard)), ...(incident && !isKnown ? failures(incident) : [])];
  if (errors.length > 0) throw new AggregateError(errors, errors.map(({ message }) => message).join('; '));
  return incident;
}
