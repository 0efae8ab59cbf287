import { type Proof, proofOf, proofsOf, type Way } from '../incident/delivery.ts';
import type { Incident } from '../incident/incident.ts';
import type { Pass } from '../incident/pass.ts';
import { provenReport } from '../report/follow-up.ts';
import { reportOf } from '../report/report.ts';
import type { Report } from '../report/schema.ts';
import { deliver, type Sender } from './deliver.ts';

/** A trail of which it was told that nothing has arrived yet. */
export interface Undelivered {
  readonly report: Report;
  readonly ways: readonly Way[];
  /** In ms since the epoch: what arrived before proves nothing. */
  readonly since: number;
}

/** What is told of a proof is that: the rest was told. */
function bare(report: Report): Report {
  const bared = <T extends Report['trails'][number] | Report['resources'][number]>(each: T): T => ({
    ...each,
    changes: [],
    repairs: [],
  });
  return {
    ...report,
    trails: report.trails.map(bared),
    resources: report.resources.map((each) => ({ ...bared(each), remarks: [] })),
    stillBroken: [],
    nextSteps: [],
  };
}

/** Remembers what a told incident could not prove. What was open before stays so, and has to be proven anew. */
export async function rememberUndelivered({ ledger }: Sender, incident: Incident): Promise<void> {
  if (incident.nudge.kind === 'attempt' || incident.drill) return;
  const open = new Map<string, Proof[]>();
  for (const proof of proofsOf(incident))
    if (!proof.isProven) open.set(proof.trail, [...(open.get(proof.trail) ?? []), proof]);
  for (const [trail, proofs] of open) {
    const [before] = await ledger.read('undelivered', [trail]);
    await ledger.write('undelivered', trail, {
      report: bare(reportOf(incident)),
      ways: [...new Set([...(before?.value.ways ?? []), ...proofs.map(({ way }) => way)])],
      since: Math.max(...proofs.map(({ since }) => since), before?.value.since ?? 0),
    });
  }
}

/** Tells of trails that deliver again, once all that was open is proven. */
export async function tellDelivered(sender: Sender, pass: Pass): Promise<void> {
  const { ledger } = sender;
  const waiting = await ledger.read(
    'undelivered',
    pass.outcomes.map(({ Name }) => Name),
  );
  for (const { id, value } of waiting) {
    const outcome = pass.outcomes.find(({ Name }) => Name === id);
    if (!outcome) continue;
    const proofs = value.ways.map((way) => proofOf(outcome, way, value.since));
    if (!proofs.every(({ isProven }) => isProven)) continue;
    await deliver(sender, provenReport(value.report, proofs));
    await ledger.remove('undelivered', id);
  }
}
