import { alertOf, type Outlet } from '../alert/alert.ts';
import type { Clock } from '../loop/clock.ts';
import type { Incident } from '../incident/incident.ts';
import { metricsOf, type Metric } from '../incident/metrics.ts';
import type { Memory, Message } from './memory.ts';
import type { Report } from '../report/schema.ts';
import { reportOf } from '../report/report.ts';
import { isWorthTelling } from '../incident/verdict.ts';
import { logLine } from '../incident/log-line.ts';

/** What it takes to tell of an incident. */
export interface Teller {
  /** The topic of the security team first. */
  readonly outlets: readonly Outlet[];
  readonly memory: Memory;
  readonly clock: Clock;
  /** Takes what goes to the log: one line an incident. */
  readonly log: (line: object) => void;
  readonly measure: (metric: Metric, value: number) => void;
}

/** So many messages can be tried in the time that an invocation keeps for them. */
const MOST_MESSAGES = 10;

/** So many messages wait for an outlet that a deployment has chosen beside the topic, while it takes none. */
const MOST_WAITING = 50;

/**
 * Takes the messages to try now: those to the topic of the security team before all others, and each kind oldest first. An outlet
 * beside it that takes nothing any more loses its oldest: the same alert went to the topic.
 */
function takeNext({ outlets: [topic], memory }: Teller, tried: ReadonlySet<Message>): Message[] {
  const all = memory.unsent.splice(0);
  const first = all.filter(({ outlet }) => outlet.name === topic?.name);
  const beside = all.filter(({ outlet }) => outlet.name !== topic?.name).slice(-MOST_WAITING);
  const ordered = [...first, ...beside];
  const next = ordered.filter((message) => !tried.has(message)).slice(0, MOST_MESSAGES);
  memory.unsent.push(...ordered.filter((message) => !next.includes(message)));
  return next;
}

/**
 * Sends what is unsent, and was not tried in this invocation. What fails stays for the next one, and is told to this one.
 */
export async function send(teller: Teller, tried: Set<Message>): Promise<Error[]> {
  const { memory, measure } = teller;
  const failed: Error[] = [];
  for (const message of takeNext(teller, tried)) {
    tried.add(message);
    const { alert, outlet } = message;
    try {
      await outlet.publish(alert);
    } catch (thrown) {
      memory.unsent.push(message);
      failed.push(new Error(`Alert not sent to the ${outlet.name}: ${alert.subject}`, { cause: thrown }));
    }
  }
  if (memory.unsent.length > 0) measure('AlertsUnsent', memory.unsent.length);
  return failed;
}

/** Whether all that was told has reached the topic of the security team. */
export function hasReachedTopic({ outlets: [topic], memory }: Teller): boolean {
  return !memory.unsent.some(({ outlet }) => outlet.name === topic?.name);
}

/** Puts a report among the messages to send, one for each outlet. */
export function queue({ outlets, memory }: Teller, report: Report): void {
  const alert = alertOf(report);
  memory.unsent.push(...outlets.map((outlet) => ({ alert, outlet })));
}

/** Whether an incident is one that had not come up before, and what is told now, of this one and of those that waited. */
export interface Telling {
  readonly isNews: boolean;
  readonly told: readonly Incident[];
}

/**
 * Puts among the messages to send what is to be told now: this incident, unless it is none, or has been told, or waits
 * its turn; and what has waited long enough.
 */
export function tell(teller: Teller, incident: Incident): Telling {
  const { memory, clock, log } = teller;
  for (const [metric, value] of metricsOf(incident, memory)) teller.measure(metric, value);
  const now = clock.now();
  const isNews = isWorthTelling(incident) && !memory.hasTold(incident);
  if (isNews) memory.remember(incident);
  const told = [...(isNews ? memory.tugOfWar.admit(incident, now) : []), ...memory.tugOfWar.due(now)];
  for (const each of told) queue(teller, reportOf(each));
  memory.noteRefusals(incident);
  memory.noteSight(incident);
  log(logLine(incident));
  return { isNews, told };
}
