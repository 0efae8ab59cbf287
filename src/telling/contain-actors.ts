import type { Config } from '../config/config.ts';
import { isDue } from '../containment/containment.ts';
import type { Outcome } from '../containment/outcome.ts';
import { isPrincipal, principalOf } from '../containment/principal.ts';
import type { Principals } from '../containment/principals.ts';
import type { Home } from '../kinds/home.ts';
import type { Call } from '../record/call.ts';
import { followUp } from '../report/follow-up.ts';
import type { Report } from '../report/schema.ts';
import { deliver, type Sender } from './deliver.ts';

/** What it takes to contain somebody. */
export interface Container extends Sender {
  readonly config: Config;
  readonly home: Home;
  /** Absent where containment is switched off. */
  readonly principals?: Principals | undefined;
}

/** What containment counts of one principal: the times of its tamperings, and when it was contained, in ms since the epoch. */
export interface Containing {
  readonly times: readonly number[];
  readonly containedAt?: number;
}

const MINUTE = 60_000;

/**
 * Counts tamperings that the Event history has confirmed, for an event alone can be forged, and contains whoever has made too many of
 * them. What came of it is told as a follow-up, once in as many minutes as tamperings are counted for.
 */
export async function containActors(
  container: Container,
  calls: readonly Call[],
  report: Report,
): Promise<void> {
  const { config, home, principals, ledger, clock } = container;
  const { containment: threshold, mode } = config;
  if (!principals || mode !== 'enforce') return;
  const span = threshold.withinMinutes * MINUTE;
  for (const call of calls.filter(({ isAboutTrail }) => isAboutTrail)) {
    const found = principalOf(call.actor, home, threshold.exempt);
    const name = isPrincipal(found) ? found.arn : found.principal;
    const [entry] = await ledger.read('principal', [name]);
    const now = clock.now();
    const at = call.time === undefined ? now : Date.parse(call.time);
    const times = [...(entry?.value.times ?? []).filter((time) => now - time < 2 * span), at];
    const isDone = now - (entry?.value.containedAt ?? -Infinity) < span;
    // Counted at the newest of them, for the history shows calls late.
    if (isDone || !isDue(times, Math.max(...times), threshold)) {
      await ledger.write('principal', name, { ...entry?.value, times });
      continue;
    }
    const outcome: Outcome = isPrincipal(found) ? await principals.contain(found, now) : found;
    const containedAt = outcome.result === 'refused' ? entry?.value.containedAt : now;
    await ledger.write('principal', name, { times, ...(containedAt !== undefined && { containedAt }) });
    await deliver(container, followUp(report, { containment: outcome }));
  }
}
