import { alertOf, type Outlet } from './alert.ts';
import type { Incident } from './incident.ts';
import type { Memory } from './memory.ts';
import { reportOf } from './report.ts';
import { isWorthTelling } from './story.ts';
import { summary } from './summary.ts';

/** What it takes to tell of an incident. */
export interface Teller {
  /** The topic of the security team first. */
  readonly outlets: readonly Outlet[];
  readonly memory: Memory;
  /** Takes what goes to the log: one line an incident. */
  readonly log: (line: object) => void;
}

/** So many messages can be tried in the time that an invocation keeps for them. */
const MOST_MESSAGES = 10;

/** Sends what is unsent, oldest first. What fails stays for the next invocation, and is told to this one. */
export async function send({ memory }: Teller): Promise<Error[]> {
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
  return failed;
}

/** Puts an incident among the messages to send, unless it is none or has been told. */
export function tell({ outlets, memory, log }: Teller, incident: Incident): void {
  if (isWorthTelling(incident) && !memory.hasTold(incident)) {
    const alert = alertOf(reportOf(incident));
    memory.unsent.push(...outlets.map((outlet) => ({ alert, outlet })));
    memory.remember(incident);
  }
  memory.noteRefusals(incident);
  memory.noteSight(incident);
  log(summary(incident));
}
