import type { Trail } from '../../../src/kinds/trail/schema.ts';
import { inVirtualTime } from '../../drill/virtual-time.ts';
import { type Account, openAccount, warmUp } from './account.ts';
import { lapses, lengthOf } from './chronicle.ts';
import { drain, type Ledger, since } from './ledger.ts';
import { type Blow, type StrikeName, STRIKES } from './strikes.ts';

/** What an organisation-wide attack came to in one account, in ms since its events were delivered. */
export interface Outcome {
  readonly strike: StrikeName;
  /** Until each trail that was not logging was logging for good, and until each was whole for good. */
  readonly msToLogging: readonly number[];
  readonly msToWhole: readonly number[];
  /** Fields that events alone have not brought back, and those that one sweep has not brought back either. */
  readonly brokenAfterEvents: readonly string[];
  readonly brokenAfterSweep: readonly string[];
  readonly ledger: Ledger;
}

/** An attack on so many accounts and Regions, each of them with trails and a package of its own. */
export interface Campaign {
  readonly accounts: number;
  readonly trails: readonly Trail[];
  readonly directory: string;
}

const NAMES = Object.keys(STRIKES) as StrikeName[];

const strikeOn = (index: number): StrikeName => NAMES[index % NAMES.length] ?? 'stop';

/** 20 to 60 ms for a call, another one in each account, and the same ones each time. */
const latencyOf = (index: number): number => 20 + ((index * 7) % 41);

/** Her events arrive at once, when she is done: AWS takes seconds to deliver them. */
async function strike({ aws, mallory }: Account, trails: readonly Trail[], blows: readonly Blow[]) {
  const release = aws.holdEvents();
  for (const { Name } of trails) for (const blow of blows) await blow(mallory, Name);
  release();
}

const endsOf = (account: Account, trails: readonly Trail[], truth: 'logging' | 'whole', from: number) => {
  const time = { from, until: performance.now() };
  return trails.flatMap(({ Name }) => {
    const last = lapses(account.moments, Name, truth, time).at(-1);
    return last ? [lengthOf({ from, until: last.until })] : [];
  });
};

async function attackOne({ trails, directory }: Campaign, index: number): Promise<Outcome> {
  const name = strikeOn(index);
  const account = await openAccount(trails, directory, latencyOf(index));
  await strike(account, trails, STRIKES[name]);
  const from = performance.now();
  await account.aws.idle();
  const brokenAfterEvents = account.broken();
  if (brokenAfterEvents.length > 0) {
    account.aws.runSchedules();
    await account.aws.idle();
  }
  const outcome = {
    strike: name,
    msToLogging: endsOf(account, trails, 'logging', from),
    msToWhole: endsOf(account, trails, 'whole', from),
    brokenAfterEvents,
    brokenAfterSweep: account.broken(),
    ledger: since(from, drain(account.aws)),
  };
  await account.aws.stop();
  return outcome;
}

/**
 * Attacks every account at the same moment. Accounts share nothing but their clock, so each has its moment in a virtual
 * time of its own, and all times count from the delivery of the events.
 */
export async function attackAll(campaign: Campaign): Promise<Outcome[]> {
  await warmUp();
  const outcomes: Outcome[] = [];
  for (let index = 0; index < campaign.accounts; index += 1)
    outcomes.push(await inVirtualTime(() => attackOne(campaign, index)));
  return outcomes;
}
