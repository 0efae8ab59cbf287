import { approvedBy } from '../incident/approved.ts';
import type { Incident } from '../incident/incident.ts';
import { readCall } from '../record/call.ts';
import { unconfirmedReport } from '../report/follow-up.ts';
import { reportOf } from '../report/report.ts';
import { containActors, type Container } from './contain-actors.ts';
import { deliver } from './deliver.ts';

const MINUTE = 60_000;

/** In ms. What the Event history has not shown by then, nobody has called. UNVERIFIED: how late it is. docs/measure-on-aws.md */
export const SHOWN = 75 * MINUTE;

/** The Event history alone says who did it: what it has shown counts, what an event told is looked for until it shows. */
export async function account(teller: Container, incident: Incident, isConfirmed: boolean): Promise<void> {
  const { ledger, clock } = teller;
  // Nobody is contained for a drill, nor for what a window lets them do.
  if (incident.nudge.kind === 'attempt' || incident.drill || approvedBy(incident)) return;
  const report = reportOf(incident);
  if (isConfirmed) {
    await containActors(teller, incident.calls, report);
    return;
  }
  const trails = report.trails.map((trail) => ({ ...trail, changes: [], repairs: [] }));
  const resources = report.resources.map((resource) => ({
    ...resource,
    changes: [],
    repairs: [],
    remarks: [],
  }));
  for (const id of incident.calls.flatMap(({ eventId }) => eventId ?? []))
    await ledger.write('unconfirmed', id, { report: { ...report, trails, resources }, seenAt: clock.now() });
}

/** What the history has shown of calls that were told on an event's word. What it does not show was never called. */
export async function confirm(
  teller: Container,
  records: readonly unknown[],
  isComplete: boolean,
): Promise<void> {
  const { ledger, clock } = teller;
  const shown = new Map(
    records.flatMap((record) => {
      const call = readCall(record)?.call;
      return call?.eventId ? [[call.eventId, call] as const] : [];
    }),
  );
  for (const { id, value } of await ledger.list('unconfirmed')) {
    const call = shown.get(id);
    const isForged = !call && isComplete && clock.now() - value.seenAt >= SHOWN;
    if (call) await containActors(teller, [call], value.report);
    if (isForged) await deliver(teller, unconfirmedReport(value.report, [id]));
    if (call || isForged) await ledger.remove('unconfirmed', id);
  }
}
