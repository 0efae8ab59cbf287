import type { Principals } from '../containment/principals.ts';
import type { Config } from '../config/config.ts';
import { isDue } from '../containment/containment.ts';
import type { Outcome } from '../containment/outcome.ts';
import { isPrincipal, principalOf } from '../containment/principal.ts';
import { followUp } from '../report/follow-up.ts';
import { queue, type Teller } from './tell.ts';
import type { Incident } from '../incident/incident.ts';
import { reportOf } from '../report/report.ts';
import type { Home } from '../kinds/home.ts';

/** What it takes to contain somebody. */
export interface Jailer extends Teller {
  readonly config: Config;
  readonly home: Home;
  /** Absent where containment was not chosen. */
  readonly principals?: Principals | undefined;
}

const MINUTE = 60_000;

/** The times at which one principal has tampered lately, this time among them. */
function count({ memory, clock }: Jailer, principal: string, withinMinutes: number): readonly number[] {
  const now = clock.now();
  const times = (memory.tamperings.get(principal) ?? []).filter(
    (time) => now - time < withinMinutes * MINUTE,
  );
  memory.tamperings.set(principal, [...times, now]);
  return [...times, now];
}

/**
 * Counts the tamperings of an incident, which is news, and contains whoever has made too many of them; the alert is out by
 * then. What came of it is told as a follow-up, once in as many minutes as tamperings are counted for.
 */
export async function containActors(jailer: Jailer, incident: Incident): Promise<void> {
  const { config, home, principals, memory, clock } = jailer;
  const { containment: threshold, mode } = config;
  if (!principals || mode !== 'enforce' || incident.nudge.kind === 'attempt') return;
  for (const call of incident.calls.filter(({ isAboutTrail }) => isAboutTrail)) {
    const found = principalOf(call.actor, home, threshold.exempt);
    const name = isPrincipal(found) ? found.arn : found.principal;
    const times = count(jailer, name, threshold.withinMinutes);
    const now = clock.now();
    const isDone = now - (memory.contained.get(name) ?? -Infinity) < threshold.withinMinutes * MINUTE;
    if (isDone || !isDue(times, now, threshold)) continue;
    const outcome: Outcome = isPrincipal(found) ? await principals.contain(found, now) : found;
    if (outcome.result !== 'refused') memory.contained.set(name, now);
    queue(jailer, followUp(reportOf(incident), { containment: outcome }));
  }
}
