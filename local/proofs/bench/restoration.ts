import { z } from 'zod';
import { ATTACKS, type Attack } from '../../drill/attacks.ts';
import { assumedRole } from '../../aws/iam/principal.ts';
import { differences, drill, type Range, type Result } from '../../drill/drill.ts';
import { survived } from '../../drill/scoreboard.ts';
import type { Contenders } from './contenders.ts';
import { run } from './process.ts';
import { medianOf } from '../statistics.ts';

/** How fast the guard undid one attack; ms run from the delivery of the events until the answer to the last repair. */
export interface Restoration {
  readonly attack: Attack;
  /** How many repairs it took; 0 where it was undone before. */
  readonly repairs: number;
  /** Sequential round trips; unknown where several passes of the guard overlap. */
  readonly tripsToLogging: number | undefined;
  readonly tripsToWhole: number | undefined;
  readonly warmMs: number;
  readonly coldMs: number;
}

async function undone(range: Range, attack: Attack): Promise<Result> {
  const result = await drill(range, attack);
  if (!survived(result)) throw new Error(`${attack.name} was not undone: ${JSON.stringify(result, null, 2)}`);
  return result;
}

async function passes(range: Range, count: number, prepare: () => Promise<void>): Promise<Result[][]> {
  const results: Result[][] = ATTACKS.map(() => []);
  for (let pass = 0; pass < count; pass += 1)
    for (const [index, attack] of ATTACKS.entries()) {
      await prepare();
      results[index]?.push(await undone(range, attack));
    }
  return results;
}

const medianTrips = (results: readonly Result[], trips: 'tripsToLogging' | 'tripsToWhole') => {
  const known = results.map((result) => result[trips]).filter((count) => count !== undefined);
  return known.length > 0 ? medianOf(known) : undefined;
};

/**
 * Lets Mallory make every known attack, `count` times on warm containers and as often on none: medians of each. Throws an
 * Error when one is not undone.
 */
export async function restorations(range: Range, count: number): Promise<Restoration[]> {
  const cold = await passes(range, count, range.aws.killContainers);
  // Once more without counting: some attacks need several containers at a time.
  await passes(range, 1, () => Promise.resolve());
  const warm = await passes(range, count, () => Promise.resolve());
  return ATTACKS.map((attack, index) => {
    const [onWarm, onCold] = [warm[index] ?? [], cold[index] ?? []];
    return {
      attack,
      repairs: medianOf(onWarm.map(({ repairs }) => repairs.length)),
      tripsToLogging: medianTrips(onWarm, 'tripsToLogging'),
      tripsToWhole: medianTrips(onWarm, 'tripsToWhole'),
      warmMs: medianOf(onWarm.map(({ healedInMs }) => healedInMs)),
      coldMs: medianOf(onCold.map(({ healedInMs }) => healedInMs)),
    };
  });
}

/** What the process of one cold heal has cost. */
export interface Cost {
  readonly cpuMs: number;
  readonly peakBytes: number;
}

const cost = z.object({ cpuMs: z.number(), peakBytes: z.number() });

/** Lets the packaged function heal a stopped trail, `count` times, each in a process of its own that ends with the alert. */
export async function coldHeals(
  { aws, stack, mallory }: Range,
  heal: Contenders['heal'],
  count: number,
): Promise<Cost[]> {
  const [configuration] = stack.functions;
  const [stop] = ATTACKS;
  if (!configuration || !stop) throw new Error('nothing is deployed, or no attack is known');
  const credentials = aws.signIn({
    userIdentity: assumedRole(aws.account, configuration.role.name, 'bench'),
    role: configuration.role.arn,
    sourceFunction: configuration.arn,
  });
  const costs: Cost[] = [];
  aws.muteEventBridge(true);
  for (let made = 0; made < count; made += 1) {
    const before = aws.trails();
    await stop.strike(mallory);
    costs.push(cost.parse((await run(heal(credentials, aws.endpoint))).told));
    const broken = differences(before, aws.trails());
    if (broken.length > 0) throw new Error(`not healed: ${broken.join(', ')}`);
  }
  aws.muteEventBridge(false);
  return costs;
}
