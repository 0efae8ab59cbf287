import { alertOf, type Outlet } from './alert.ts';
import type { Clock } from './heal-trail.ts';
import type { Incident } from './incident.ts';
import { measuresOf, type Metric } from './measures.ts';
import type { Memory } from './memory.ts';
import type { Report } from './report-schema.ts';
import { reportOf } from './report.ts';
import { isWorthTelling } from './story.ts';
import { summary } from './summary.ts';

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

/** Sends what is unsent, oldest first. What fails stays for the next invocation, and is told to this one. */
export async function send({ memory, measure }: Teller): Promise<Error[]> {
  const failed: Error[] = [];
  for (const message of memory.unsent.splice(0, MOST_MESSAGES)) {
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
  for (const [metric, value] of measuresOf(incident, memory)) teller.measure(metric, value);
  const now = clock.now();
  const isNews = isWorthTelling(incident) && !memory.hasTold(incident);
  if (isNews) memory.remember(incident);
  const told = [...(isNews ? memory.tugOfWar.admit(incident, now) : []), ...memory.tugOfWar.due(now)];
  for (const each of told) queue(teller, reportOf(each));
  memory.noteRefusals(incident);
  memory.noteSight(incident);
  log(summary(incident));
  return { isNews, told };
}
