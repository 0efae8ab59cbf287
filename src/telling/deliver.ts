import { type Alert, alertOf, type Outlet } from '../alert/alert.ts';
import { asError } from '../foreign/error.ts';
import { oneLine } from '../foreign/printable.ts';
import type { Metric } from '../incident/metrics.ts';
import { idOfResource } from '../incident/resources.ts';
import { titleOf } from '../kinds/kinds.ts';
import type { DeclaredResource } from '../kinds/resource.ts';
import type { Clock } from '../loop/clock.ts';
import type { Report } from '../report/schema.ts';
import { keep } from './keep.ts';
import type { Ledger } from './ledger.ts';

/** What it takes to send a message. */
export interface Sender {
  /** The topic of the security team first. */
  readonly outlets: readonly Outlet[];
  /** Another topic, which is told only what the first was closed to. */
  readonly second?: Outlet | undefined;
  /** What the first topic depends on: itself, its key and its subscriptions. */
  readonly wayOut?: readonly DeclaredResource[];
  readonly ledger: Ledger;
  /** Why the ledger could not be asked, once it could not. */
  readonly ledgerFault: () => Error | undefined;
  readonly clock: Clock;
  /** Takes what goes to the log: one line each. */
  readonly log: (line: object) => void;
  readonly measure: (metric: Metric, value: number) => void;
}

/** So many messages wait for outlets that take none, while another one has had them. */
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

/** An error in one line. */
const why = ({ name, message }: Error): string => oneLine(`${name}: ${message}`);

/** A report that says more, where there is more to say. */
function saying(report: Report, more: readonly (string | undefined)[]): Report {
  const lines = more.filter((line) => line !== undefined);
  return lines.length > 0 ? { ...report, summary: [...report.summary, ...lines] } : report;
}

/** Why nobody hears what the first topic takes, as far as the last sweep, and this report, have seen. */
async function mutedBy({ ledger, wayOut = [] }: Sender, { resources }: Report): Promise<string | undefined> {
  const known = await ledger.read(
    'trouble',
    wayOut.map((declared) => idOfResource({ declared })),
  );
  const wrong = wayOut.flatMap((declared) => {
    const told = resources.find(({ kind, name }) => kind === declared.kind && name === declared.name);
    const before = known.find(({ id }) => id === idOfResource({ declared }))?.value.wrong ?? '';
    return (told ? told.isWhole : before === '') ? [] : [`${titleOf(declared)} is not as declared`];
  });
  return wrong.length > 0 ? wrong.join(', ') : undefined;
}

/** Publishes, and gives what kept it from that. */
async function refusalOf(outlet: Outlet | undefined, alert: Alert): Promise<Error | undefined> {
  try {
    await outlet?.publish(alert);
    return undefined;
  } catch (thrown) {
    return asError(thrown);
  }
}

/**
 * Sends a report by every outlet, and keeps it as evidence. Where the topic of the security team takes nothing, or nobody hears what it
 * takes, the second topic is told, too, and each message says so. Rejects with what kept it from the first topic where no other way was
 * open, so that it is told again; what an outlet does not take while others do waits in the ledger.
 */
export async function deliver(sender: Sender, told: Report): Promise<void> {
  const { outlets, second, ledger, clock, log, measure } = sender;
  const fault = await unsaidFault(sender);
  const muted = await mutedBy(sender, told);
  const [topic, ...beside] = outlets;
  const doubts = [
    fault && `Told WITHOUT THE LEDGER, so that some things may come twice: ${why(fault)}`,
    muted && `The first way to tell may be MUTED: ${muted}.`,
  ];
  let report = saying(told, doubts);
  const refusal = await refusalOf(topic, alertOf(report));
  if (refusal)
    report = saying(report, [`The first way to tell, ${topic?.name ?? ''}, was CLOSED: ${why(refusal)}`]);
  const alert = alertOf(report);
  const ways = [...(second && (refusal ?? muted) ? [second] : []), ...beside];
  const refused: (readonly [Outlet | undefined, Error])[] = refusal ? [[topic, refusal]] : [];
  for (const outlet of ways) {
    const error = await refusalOf(outlet, alert);
    if (error) refused.push([outlet, error]);
  }
  if (muted !== undefined || refused.length > 0) measure('AlertsUnsent', 1);
  for (const [outlet, { name, message }] of refused)
    log({ alert: 'not sent', outlet: outlet?.name, subject: report.subject, error: name, message });
  if (muted !== undefined) log({ alert: 'may be unheard', subject: report.subject, reason: muted });
  if (refusal && refused.length > ways.length) throw refusal;
  if (fault) await ledger.write('trouble', LEDGER, { wrong: fault.name, toldAt: clock.now() });
  const sentAt = new Date(clock.now()).toISOString();
  await keep(ledger, { sentAt, report });
  for (const outlet of refused.flatMap(([outlet]) => outlet?.name ?? []))
    await ledger.write('unsent', `${sentAt} ${outlet} ${report.id}`, { outlet, report });
}

/** Tries once more what an outlet did not take. What still is not taken stays, the newest of it. */
export async function deliverUnsent({ outlets, second, ledger, measure }: Sender): Promise<void> {
  const waiting = (await ledger.list('unsent')).sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const { id } of waiting.slice(0, -MOST_WAITING)) await ledger.remove('unsent', id);
  const dead = new Set<string>();
  for (const { id, value } of waiting.slice(-MOST_WAITING)) {
    const outlet = [...outlets, ...(second ? [second] : [])].find(({ name }) => name === value.outlet);
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
