import { z } from 'zod';
import type { Attack } from '../../drill/attacks/attack.ts';
import { TRAIL_ATTACKS } from '../../drill/attacks/trails.ts';
import { assumedRole } from '../../aws/iam/principal.ts';
import { differences, drill, functionOf, type Range } from '../../drill/drill.ts';
import { survived } from '../../drill/scoreboard.ts';
import { openVirtualRange } from '../../drill/virtual-range.ts';
import { inVirtualTime } from '../../drill/virtual-time.ts';
import type { Contenders } from './contenders.ts';
import { run } from './process.ts';

/** How the guard undid one attack; ms run from the delivery of the events until the answer to the last repair. */
export interface Restoration {
  readonly attack: Attack;
  /** How many repairs it took; 0 where it was undone before. */
  readonly repairs: number;
  /** Sequential round trips; unknown where several passes of the guard overlap. */
  readonly tripsToLogging: number | undefined;
  readonly tripsToWhole: number | undefined;
  readonly ms: number;
}

/**
 * Lets Mallory make every known attack once on warm containers, in virtual time, where calls take their time and computing takes none: so
 * that the figures are those of the guard, whatever the machine is busy with. Throws an Error when one is not undone.
 */
export async function restorations(directory: string, latencyMs: number): Promise<Restoration[]> {
  return inVirtualTime(async () => {
    const range = await openVirtualRange(directory, { latencyMs });
    const undone = async (attack: Attack): Promise<Restoration> => {
      const result = await drill(range, attack);
      if (!survived(result))
        throw new Error(`${attack.name} was not undone: ${JSON.stringify(result, null, 2)}`);
      const { repairs, tripsToLogging, tripsToWhole, healedInMs } = result;
      return { attack, repairs: repairs.length, tripsToLogging, tripsToWhole, ms: healedInMs };
    };
    const made: Restoration[] = [];
    // Once before without counting: some attacks need several containers at a time.
    for (const attack of TRAIL_ATTACKS) await undone(attack);
    for (const attack of TRAIL_ATTACKS) made.push(await undone(attack));
    await range.aws.stop();
    return made;
  });
}

/** What the process of one cold heal has cost, from its start to its end. */
export interface Cost {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakBytes: number;
}

const cost = z.object({ cpuMs: z.number(), peakBytes: z.number() });

/** Lets the packaged function heal a stopped trail, `count` times, each in a process of its own that ends once it has been handed over. */
export async function coldHeals(
  { aws, stack, intrude }: Range,
  heal: Contenders['heal'],
  count: number,
): Promise<Cost[]> {
  const configuration = functionOf(stack, 'heal');
  const [stop] = TRAIL_ATTACKS;
  if (!stop) throw new Error('no attack is known');
  const credentials = aws.signIn({
    userIdentity: assumedRole(aws.account, configuration.role.name, 'bench'),
    role: configuration.role.arn,
    sourceFunction: configuration.arn,
  });
  const costs: Cost[] = [];
  aws.muteEventBridge(true);
  for (let made = 0; made < count; made += 1) {
    const before = aws.trails();
    await stop.strike(intrude());
    const { wallMs, told } = await run(heal(credentials, aws.endpoint));
    costs.push({ wallMs, ...cost.parse(told) });
    const broken = differences(before, aws.trails());
    if (broken.length > 0) throw new Error(`not healed: ${broken.join(', ')}`);
  }
  aws.muteEventBridge(false);
  return costs;
}
