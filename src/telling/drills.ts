import { drillOf, drillsIn } from '../incident/drill.ts';
import type { Drill, Incident } from '../incident/incident.ts';
import type { Pass } from '../incident/pass.ts';
import type { Ledger } from './ledger.ts';

/** The drills that the ledger remembers, with those that a pass has seen begin. Rejects with the ledger's error. */
export async function drillsBy(ledger: Ledger, pass: Pass): Promise<readonly Drill[]> {
  const known = (await ledger.list('drill')).map(({ value }) => value);
  const begun = drillsIn(pass).filter(({ arn }) => !known.some((drill) => drill.arn === arn));
  for (const drill of begun) await ledger.write('drill', drill.arn, drill);
  return [...known, ...begun];
}

/** An incident that says so where it is about a drill, and about nothing else. */
export function saidDrill(incident: Incident, drills: readonly Drill[]): Incident {
  const drill = drillOf(incident, drills);
  return drill ? { ...incident, drill } : incident;
}
