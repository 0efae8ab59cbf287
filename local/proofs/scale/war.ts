import type { Trail } from '../../../src/kinds/trail/schema.ts';
import { delay } from '../../aws/wire/delay.ts';
import { inVirtualTime } from '../../drill/virtual-time.ts';
import { type Account, openAccount, warmUp } from './account.ts';
import { lapses, lengthOf, shareOfTime } from './chronicle.ts';
import { drain, type Ledger, since, total } from './ledger.ts';
import { type Blow, WAR } from './strikes.ts';

/** What a tug of war over one trail came to; all times in ms. */
export interface WarResult {
  /** Shares of the war, from 0 to 1. */
  readonly logging: number;
  readonly whole: number;
  /** How long the trail was silent, and how long not as declared, each time. */
  readonly silences: readonly number[];
  readonly drifts: readonly number[];
  readonly ledger: Ledger;
  /** Fields that are not as declared once all is quiet, and those that one sweep has not brought back either. */
  readonly brokenAfterEvents: readonly string[];
  readonly brokenAfterSweep: readonly string[];
}

const MINUTE = 60_000;
const LATENCY_MS = 40;
const SWEEP_MINUTES = 5;

/** She strikes at fixed times and waits for no answer; what is refused, she leaves for her next round. */
async function strikeUntil(
  end: number,
  { pauseMs, blows = WAR }: War,
  { mallory }: Account,
  trail: string,
): Promise<void> {
  for (let round = 0; performance.now() < end; round += 1) {
    const blow = blows[round % blows.length];
    blow?.(mallory, trail).catch(() => undefined);
    await delay(pauseMs);
  }
}

/** The schedule goes on, and the logs are read off before they fill the memory. */
async function sweepUntil(end: number, { aws }: Account): Promise<Ledger[]> {
  const ledgers: Ledger[] = [];
  for (let minute = 1; performance.now() < end; minute += 1) {
    await delay(MINUTE);
    ledgers.push(drain(aws));
    if (minute % SWEEP_MINUTES === 0) aws.runSchedules();
  }
  return ledgers;
}

/** How long it lasts, and how long Mallory waits between two blows. */
interface War {
  readonly minutes: number;
  readonly pauseMs: number;
  /** What she does in turn. */
  readonly blows?: readonly Blow[];
}

async function fight(trail: Trail, directory: string, war: War): Promise<WarResult> {
  const { minutes } = war;
  const account = await openAccount([trail], directory, LATENCY_MS);
  const time = { from: performance.now(), until: performance.now() + minutes * MINUTE };
  const [ledgers] = await Promise.all([
    sweepUntil(time.until, account),
    strikeUntil(time.until, war, account, trail.Name),
  ]);
  await account.aws.idle();
  const brokenAfterEvents = account.broken();
  account.aws.runSchedules();
  await account.aws.idle();
  const [silent, drifted] = (['logging', 'whole'] as const).map((truth) =>
    lapses(account.moments, trail.Name, truth, time),
  );
  const result = {
    logging: shareOfTime(silent ?? [], time),
    whole: shareOfTime(drifted ?? [], time),
    silences: (silent ?? []).map(lengthOf),
    drifts: (drifted ?? []).map(lengthOf),
    ledger: since(time.from, total([...ledgers, drain(account.aws)])),
    brokenAfterEvents,
    brokenAfterSweep: account.broken(),
  };
  await account.aws.stop();
  return result;
}

/** Mallory strikes one guarded trail over and over, in virtual time. */
export async function tugOfWar(trail: Trail, directory: string, war: War): Promise<WarResult> {
  await warmUp();
  return inVirtualTime(() => fight(trail, directory, war));
}
