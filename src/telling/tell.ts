import { createHash } from 'node:crypto';
import { drillEnd, withDrills } from '../baseline/drill.ts';
import type { Settlement } from '../config/settle.ts';
import { asRecord } from '../foreign/values.ts';
import type { Drill, Incident } from '../incident/incident.ts';
import { isWhole } from '../incident/incident.ts';
import { logLine } from '../incident/log-line.ts';
import { metricsOf } from '../incident/metrics.ts';
import { type Pass, passText, readPass } from '../incident/pass.ts';
import { isWorthTelling } from '../incident/verdict.ts';
import { trailReference } from '../kinds/trail/reference.ts';
import { idOfResource } from '../incident/resources.ts';
import { type Call, isCallOn, isSilencing } from '../record/call.ts';
import { calledBy, readEvent } from '../record/trigger.ts';
import { account, confirm, SHOWN } from './confirm.ts';
import type { Container } from './contain-actors.ts';
import { drillsBy, saidDrill } from './drills.ts';
import { deliverUnsent } from './deliver.ts';
import { send, tellOrHold, withHeld } from './tell-or-hold.ts';
import { followActors, type Follower } from './follow-actor.ts';
import { newsOf, whatIs, whoMade } from './news.ts';
import { areOwn, HANDED_OVER, hasGuardRole, type Knowing, rememberOwn } from './own-calls.ts';
import { rememberUndelivered, tellDelivered } from './prove-delivery.ts';
import { noteUse, tellEnded, tellWindows, type WindowTeller } from './tell-windows.ts';
import { isNews, isResourceNews, noteTroubles, rememberedPath, troublesOf } from './trouble.ts';
import { heldCalls, untold } from './untold.ts';
import { questions, questionsOn, walkHistory, type Walker } from './walk-history.ts';
import type { DeclaredResource, ResourceOutcome } from '../kinds/resource.ts';
import { dueAt, told } from './window.ts';

/** All that telling takes. */
export type Teller = Container & Follower & Knowing & Settlement & Walker & Pick<WindowTeller, 'windows'>;

/** A teller who knows which drills there are, whose trails are guarded as declared ones are. */
interface InDrill extends Teller {
  readonly drills: readonly Drill[];
}

async function inDrill(teller: Teller, pass: Pass): Promise<InDrill> {
  return { ...teller, drills: await drillsBy(teller.ledger, pass) };
}

/** The baseline, with the trails of the drills. */
function guardedBy({ baseline, home, drills }: InDrill, now: number): Teller['baseline'] {
  const names = drills.flatMap(({ arn }) => trailReference(arn)?.Name ?? []);
  return withDrills(baseline, names, home, now);
}

const MINUTE = 60_000;

const digestOf = ({ baseline }: Teller): string =>
  createHash('sha256').update(JSON.stringify(baseline)).digest('hex');

async function incidentOf(teller: Teller, pass: Pass, calls: readonly Call[]): Promise<Incident> {
  const { baseline, config, guarded, ledger } = teller;
  const [seen] = await ledger.read('baseline', ['baseline']);
  return {
    nudge: readEvent(pass.event),
    calls,
    seenAt: pass.seenAt,
    ...(pass.since !== undefined && { since: pass.since }),
    isFirstSight: seen?.value.digest !== digestOf(teller),
    home: pass.home,
    baseline,
    config,
    guarded,
    outcomes: pass.outcomes,
    resources: pass.resources,
    faults: pass.faults,
    remembered: await rememberedPath(teller, pass),
  };
}

/** By actor; what is done to a drill's trail stands apart. */
function byActor(calls: readonly Call[]): Call[][] {
  const groups = new Map<string, Call[]>();
  for (const call of calls) {
    const drilled = call.trail && drillEnd(call.trail.Name) !== undefined ? call.trail.Name : '';
    const key = `${whoMade(call)} ${drilled}`;
    groups.set(key, [...(groups.get(key) ?? []), call]);
  }
  return [...groups.values()];
}

/** The resources that a pass found otherwise than declared: who did that is asked first. */
function struck({ resources }: Pass): DeclaredResource[] {
  return resources.flatMap(({ declared, found }) => (found.length > 0 ? declared : []));
}

/** What a pass without a call has seen, and what the history shows that nobody has told. */
async function tellSweep(teller: InDrill, pass: Pass, record: string): Promise<Incident[]> {
  const { guarded, home } = teller;
  const baseline = guardedBy(teller, pass.seenAt);
  const { records, unread } = await walkHistory(
    teller,
    questions(home, baseline.Trails, guarded),
    questionsOn(home, struck(pass)),
  );
  await confirm(teller, records, unread.length === 0);
  const { calls, impostors, toldBefore } = await untold({ ...teller, baseline }, records, pass.seenAt);
  const unreadable = await unreadHistory(teller, unread, pass.seenAt);
  const found = await incidentOf(teller, pass, []);
  const base: Incident = {
    ...found,
    faults: [...found.faults, ...unreadable],
    ...(unread.length > 0 && { historyFault: new Error(unread.join('; ')) }),
  };
  const troubles = await troublesOf(teller, pass);
  const groups = byActor(calls);
  const isOn = (group: readonly Call[], { declared }: ResourceOutcome) =>
    group.some((call) => isCallOn(call, declared, home));
  // With what was struck goes what delivers through it: whether it does is part of the story.
  const isAbout = (group: readonly Call[], name: string) =>
    group.some(({ trail }) => trail?.Name === name) ||
    pass.resources.some(
      (outcome) => outcome.found.length > 0 && outcome.declared.trails.includes(name) && isOn(group, outcome),
    );
  const foundOn = (group: readonly Call[]) => ({
    outcomes: pass.outcomes.filter(({ Name }) => isAbout(group, Name)),
    resources: pass.resources.filter((outcome) => isOn(group, outcome)),
  });
  const unclaimed = pass.outcomes.filter(({ Name }) => !groups.some((group) => isAbout(group, Name)));
  const nobodys = pass.resources.filter((outcome) => !groups.some((group) => isOn(group, outcome)));
  const isUntold =
    unclaimed.some((outcome) => isNews(base, outcome, troubles.get(outcome.Name))) ||
    nobodys.some((outcome) => isResourceNews(base, outcome, troubles.get(idOfResource(outcome))));
  // What another service or an event without sense gave reason to look at is told, if nothing better is.
  const isFaulty = base.faults.length > 0 || (base.nudge.kind !== 'sweep' && groups.length === 0);
  const told: Incident[] = groups.map((group) => ({
    ...base,
    calls: group,
    ...foundOn(group),
  }));
  if (impostors.length > 0)
    told.push({
      ...base,
      calls: impostors,
      isImpostor: true,
      ...foundOn(impostors),
    });
  // Whoever did what is found now may have been told before anybody had looked.
  const isCause = (call: Call) =>
    Date.parse(call.time ?? '') >= (base.since ?? Infinity) &&
    (unclaimed.some(({ Name, found }) => found.length > 0 && call.trail?.Name === Name) ||
      nobodys.some(({ found, declared }) => found.length > 0 && isCallOn(call, declared, home)));
  const rest = {
    ...base,
    calls: toldBefore.filter(isCause),
    outcomes: unclaimed,
    resources: nobodys,
  };
  if ((isUntold || isFaulty) && isWorthTelling(rest)) told.push(rest);
  const said = told.map((incident) => saidDrill(incident, teller.drills));
  for (const incident of said) {
    await tellOrHold(teller, pass, incident, record);
    await account(teller, incident, true);
    await rememberUndelivered(teller, incident);
  }
  await tellDelivered(teller, pass);
  await noteTroubles(teller, pass, troubles, base, (outcome) =>
    told.find(({ outcomes, resources }) => [...outcomes, ...resources].includes(outcome)),
  );
  await noteBaseline(teller, pass);
  return said;
}

const HISTORY = 'the Event history';
const DAY = 24 * 60 * MINUTE;

/** What two walks in a row could not read is told, once a day: whoever keeps the history from being read hides in it. */
async function unreadHistory({ ledger }: Teller, unread: readonly string[], now: number): Promise<Error[]> {
  const [before] = await ledger.read('trouble', [HISTORY]);
  const toldAt = before?.value.toldAt ?? 0;
  const isTold =
    unread.length > 0 && before !== undefined && before.value.wrong !== '' && now - toldAt >= DAY;
  await ledger.write('trouble', HISTORY, { wrong: unread.join('; '), toldAt: isTold ? now : toldAt });
  if (!isTold) return [];
  return [
    new Error(`The Event history cannot be read, so that somebody may go untold: ${unread.join('; ')}`),
  ];
}

async function noteBaseline(teller: Teller, { outcomes }: Pass): Promise<void> {
  const { ledger, baseline } = teller;
  const declared = outcomes.filter(({ origin }) => origin === 'declared');
  if (declared.length < baseline.Trails.length || !declared.every(isWhole)) return;
  await ledger.write('baseline', 'baseline', { digest: digestOf(teller) });
}

async function tellEvent(
  teller: InDrill,
  pass: Pass,
  call: Call,
  record: string,
  readUntil: number,
): Promise<Incident[]> {
  const { ledger, clock, history } = teller;
  const own = await areOwn(teller, [call]);
  if (call.requestId && own.has(call.requestId)) return [];
  const isStrange = hasGuardRole(teller, call);
  // The guard never silences a trail: nobody needs to wait for its word.
  if (isStrange && !isSilencing(call) && readUntil - pass.seenAt < HANDED_OVER) {
    if (call.eventId)
      await ledger.write('strange', call.eventId, { pass: passText(pass), seenAt: pass.seenAt });
    return [];
  }
  const found: Incident = {
    ...(await incidentOf(teller, pass, [call])),
    ...(isStrange && { isImpostor: true }),
  };
  const incident = saidDrill(found, teller.drills);
  if (!isWorthTelling(incident)) return [];
  const [before] = call.eventId ? await ledger.read('call', [call.eventId]) : [];
  const { isGood } = newsOf(incident);
  if (before?.value.what === whatIs(call) && before.value.isGood === isGood) return [];
  if (isGood && call.eventId && (await heldCalls(teller)).has(`${call.eventId} ${whatIs(call)}`)) return [];
  let isConfirmed = false;
  if (teller.principals && call.eventId && incident.nudge.kind === 'tampering') {
    const page = await history
      .page({ attribute: 'EventId', value: call.eventId }, clock.now() - SHOWN, clock.now())
      .catch(() => ({ records: [] }));
    isConfirmed = page.records.length > 0;
  }
  await tellOrHold(teller, pass, incident, record);
  await account(teller, incident, isConfirmed);
  await rememberUndelivered(teller, incident);
  await noteTroubles(teller, pass, await troublesOf(teller, pass), incident, () => incident);
  return [incident];
}

/** What a pass says of the names of what is guarded, some of which AWS gives after the function is deployed that tells. */
function knowing(teller: Teller, { resources }: Pass): Teller {
  const named = new Map(resources.map((outcome) => [idOfResource(outcome), outcome.declared]));
  const guarded = teller.guarded.map((declared) => {
    const { fields = {} } = named.get(idOfResource({ declared })) ?? {};
    return { ...declared, fields: { ...declared.fields, ...fields } };
  });
  return { ...teller, guarded };
}

/**
 * Tells of one pass what there is to tell, now or later, and remembers it. `record` is the id of the message that it came in, the same when
 * it comes again. Rejects when the topic of the security team takes no message: then nothing was told, and the pass is to be told again.
 */
export async function tellPass(given: Teller, pass: Pass, record: string): Promise<Incident[]> {
  const teller = knowing(given, pass);
  await rememberOwn(teller, pass);
  await tellWindows(teller);
  const drilling = await inDrill(teller, pass);
  const call = calledBy(readEvent(pass.event));
  const told = call
    ? await tellEvent(drilling, pass, call, record, pass.seenAt)
    : await tellSweep(drilling, await tellEnded(drilling, pass, record), record);
  await noteUse(teller, pass, told);
  for (const incident of told) {
    // What was done in a drill is not what happened to the trails.
    if (!incident.drill) for (const [metric, value] of metricsOf(incident)) teller.measure(metric, value);
    teller.log(logLine(incident));
  }
  await tellDue(teller, record, pass.seenAt);
  return told;
}

/** Calls of the guard's roles whose request ids nobody has handed over by now. */
async function tellStrange(teller: Teller, record: string, readUntil: number): Promise<void> {
  const { ledger } = teller;
  for (const { id, value } of await ledger.list('strange')) {
    if (readUntil - value.seenAt < HANDED_OVER) continue;
    const pass = readPass(value.pass);
    const call = calledBy(readEvent(pass.event));
    if (call) await tellEvent(await inDrill(teller, pass), pass, call, `${record} ${id}`, readUntil);
    await ledger.remove('strange', id);
  }
}

/**
 * What was held back long enough, what outlets did not take, and what else the actors did. `readUntil` is when the message was made that the
 * queue has brought now, in ms since the epoch: what was handed over before is known.
 */
export async function tellDue(teller: Teller, record: string, readUntil: number): Promise<void> {
  const { ledger, clock } = teller;
  for (const { id, value, version } of await ledger.list('window')) {
    const { held } = value;
    if (!held) continue;
    if (clock.now() < dueAt(value)) continue;
    const pass = readPass(held.pass);
    const incident = await incidentOf(teller, pass, []);
    const whole = saidDrill(withHeld(incident, value), await drillsBy(ledger, pass));
    const news = { ...newsOf(whole), who: id, about: held.about };
    await ledger.write('window', id, told(value, news, clock.now(), record), version);
    await send(teller, whole);
  }
  await tellStrange(teller, record, readUntil);
  await deliverUnsent(teller);
  await followActors(teller);
}

/** Whether a message is no pass, but a tick of the schedule, or says that a change window was opened or closed. */
export function isTick(message: unknown): boolean {
  return ['aws.events', 'aws.kms'].includes(String(asRecord(message)['source']));
}
