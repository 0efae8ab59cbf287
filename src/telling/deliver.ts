import { alertOf, type Outlet } from '../alert/alert.ts';
import { asError } from '../foreign/error.ts';
import { oneLine } from '../foreign/printable.ts';
import type { Metric } from '../incident/metrics.ts';
import type { Clock } from '../loop/clock.ts';
import type { Report } from '../report/schema.ts';
import { keep } from './keep.ts';
import type { Ledger } from './ledger.ts';

/** What it takes to send a message. */
export interface Sender {
  /** The topic of the security team first. */
  readonly outlets: readonly Outlet[];
  readonly ledger: Ledger;
  /** Why the ledger could not be asked, once it could not. */
  readonly ledgerFault: () => Error | undefined;
  readonly clock: Clock;
  /** Takes what goes to the log: one line each. */
  readonly log: (line: object) => void;
  readonly measure: (metric: Metric, value: number) => void;
}

/** So many messages wait for an outlet that a deployment has chosen beside the topic, while it takes none: the topic has had them. */
const MOST_WAITING = 50;

const LEDGER = 'the ledger';
const DAY = 24 * 60 * 60_000;

/**
 * Why the ledger cannot be asked, where no message of this container has said so for a day: while it cannot, its memory takes the place of
 * the ledger.
 */
async function unsaidFault({ ledger, ledgerFault, clock }: Sender): Promise<Error | undefined> {
  const fault = ledgerFault();
  if (!fault) return undefined;
  const [said] = await ledger.read('trouble', [LEDGER]);
  const isSaid = said?.value.wrong === fault.name && clock.now() - said.value.toldAt < DAY;
  return isSaid ? undefined : fault;
}

function saying(report: Report, fault: Error | undefined): Report {
  if (!fault) return report;
  const why = oneLine(`${fault.name}: ${fault.message}`);
  const line = `Told WITHOUT THE LEDGER, so that some things may come twice: ${why}`;
  return { ...report, summary: [...report.summary, line] };
}

/**
 * Sends a report by every outlet, and keeps it as evidence. Rejects with what kept it from the topic of the security team, so that it is
 * told again; what another outlet does not take waits in the ledger.
 */
export async function deliver(sender: Sender, told: Report): Promise<void> {
  const { outlets, ledger, clock, log, measure } = sender;
  const fault = await unsaidFault(sender);
  const report = saying(told, fault);
  const [topic, ...beside] = outlets;
  const alert = alertOf(report);
  try {
    await topic?.publish(alert);
  } catch (thrown) {
    measure('AlertsUnsent', 1);
    throw thrown;
  }
  if (fault) await ledger.write('trouble', LEDGER, { wrong: fault.name, toldAt: clock.now() });
  const sentAt = new Date(clock.now()).toISOString();
  await keep(ledger, { sentAt, report });
  for (const outlet of beside) {
    try {
      await outlet.publish(alert);
    } catch (thrown) {
      const { name, message } = asError(thrown);
      log({ alert: 'not sent', outlet: outlet.name, subject: report.subject, error: name, message });
      measure('AlertsUnsent', 1);
      await ledger.write('unsent', `${sentAt} ${outlet.name} ${report.id}`, { outlet: outlet.name, report });
    }
  }
}

/** Tries once more what outlets beside the topic did not take. What still is not taken stays, the newest of it. */
export async function deliverUnsent({ outlets, ledger, measure }: Sender): Promise<void> {
  const waiting = (await ledger.list('unsent')).sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const { id } of waiting.slice(0, -MOST_WAITING)) await ledger.remove('unsent', id);
  const dead = new Set<string>();
  for (const { id, value } of waiting.slice(-MOST_WAITING)) {
    const outlet = outlets.find(({ name }) => name === value.outlet);
    if (dead.has(value.outlet)) continue;
    try {
      await outlet?.publish(alertOf(value.report));
      await ledger.remove('unsent', id);
    } catch {
      // It was logged when it was kept, and the metric says that it still waits.
      dead.add(value.outlet);
      measure('AlertsUnsent', 1);
    }
  }
}
