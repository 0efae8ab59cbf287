import type { History } from '../record/history.ts';
import { followUp, MOST_CALLS } from '../report/follow-up.ts';
import { queue, type Teller } from './tell.ts';
import { asError } from '../foreign/error.ts';
import type { Incident } from '../incident/incident.ts';
import type { Sequel } from './memory.ts';
import { notableCall } from '../record/notable-call.ts';
import type { Report } from '../report/schema.ts';
import { reportOf } from '../report/report.ts';
import { callOf } from '../incident/telling-call.ts';

/** What it takes to follow an actor. */
export interface Follower extends Teller {
  readonly history: History;
  /** When to stop, in ms since the epoch. */
  readonly deadline: number;
}

type Aftermath = NonNullable<Report['aftermath']>;

const MINUTE = 60_000;

/** An intruder looks round before the first blow. */
const BEFORE = 15 * MINUTE;

/** UNVERIFIED: how late the Event history is. docs/measure-on-aws.md */
const CAUGHT_UP = 5 * MINUTE;

/** At once, and when the history has caught up. */
const LOOKS = 2;

/** A refused attempt has gained nothing, and a service that acts for somebody is nobody to follow. */
function isWorthFollowing(incident: Incident): boolean {
  const call = callOf(incident);
  return incident.nudge.kind !== 'attempt' && call?.time !== undefined && call.actor.type !== 'AWSService';
}

/** What the actor of an incident did beside it, from shortly before until now; but not what is known already. */
async function look({ history, clock }: Follower, { incident, told }: Sequel): Promise<Aftermath> {
  const call = callOf(incident);
  const from = Date.parse(call?.time ?? '') - BEFORE;
  const until = clock.now();
  const stretch = { from: new Date(from).toISOString(), until: new Date(until).toISOString() };
  if (!call) return { ...stretch, calls: [], more: 0 };
  const known = new Set([...told, ...incident.calls.map(({ eventId }) => eventId)]);
  try {
    const records = await history.callsBy(call.actor, from, until);
    const calls = records.flatMap((record) => notableCall(record) ?? []);
    const news = calls.filter(({ eventId }) => eventId === undefined || !known.has(eventId));
    return { ...stretch, calls: news.slice(0, MOST_CALLS), more: Math.max(news.length - MOST_CALLS, 0) };
  } catch (thrown) {
    const { name } = asError(thrown);
    return { ...stretch, calls: [], more: 0, fault: name };
  }
}

async function follow(follower: Follower, sequel: Sequel): Promise<Sequel> {
  const aftermath = await look(follower, sequel);
  if (aftermath.fault) follower.log({ eventHistory: 'not readable', error: aftermath.fault });
  if (aftermath.calls.length > 0) queue(follower, followUp(reportOf(sequel.incident), { aftermath }));
  const told = [...sequel.told, ...aftermath.calls.flatMap(({ eventId }) => eventId ?? [])];
  return { ...sequel, told, looks: sequel.looks + 1 };
}

/** Keeps the told incidents whose actors are worth following. */
export function keepSequels({ memory, clock }: Follower, told: readonly Incident[]): void {
  const fresh = told.filter(isWorthFollowing);
  memory.sequels.push(...fresh.map((incident) => ({ incident, toldAt: clock.now(), told: [], looks: 0 })));
}

/**
 * Asks what else the actors of told incidents did, and puts it among the messages as a follow-up: once when the alert is out, and
 * once more later, for the history shows a call some minutes late.
 */
export async function followActors(follower: Follower): Promise<void> {
  const { memory, clock, deadline } = follower;
  const now = clock.now();
  const isDue = ({ looks, toldAt }: Sequel) => looks === 0 || now - toldAt >= CAUGHT_UP;
  for (const sequel of memory.sequels.splice(0)) {
    if (!isDue(sequel) || clock.now() > deadline) memory.sequels.push(sequel);
    else {
      const followed = await follow(follower, sequel);
      if (followed.looks < LOOKS) memory.sequels.push(followed);
    }
  }
}
