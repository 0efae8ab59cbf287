import { CloudTrailClient, CloudTrailServiceException } from '@aws-sdk/client-cloudtrail';
import { TRAIL_ATTACKS } from '../../drill/attacks/trails.ts';
import type { EventEnvelope } from '../../aws/cloudtrail/cloudtrail-record.ts';
import { delay } from '../../aws/wire/delay.ts';
import type { AwsWithoutNetwork } from '../../aws/embedded-aws.ts';
import type { Load } from '../../aws/lambda/in-this-process.ts';
import { sweep } from '../../drill/drill.ts';
import { openVirtualRange, type VirtualRange } from '../../drill/virtual-range.ts';
import { inVirtualTime } from '../../drill/virtual-time.ts';
import { KINDS } from './kinds.ts';
import { withFixedLuck } from './luck.ts';
import { callsOfTheGuard, glance, type Outcome, outcomeOf } from './outcome.ts';
import type { Trouble } from './trouble.ts';

/** What an earlier attack made impossible is refused. */
async function strike({ intrude }: VirtualRange, attacks: readonly string[]): Promise<void> {
  const mallory = intrude();
  for (const name of attacks) {
    const attack = TRAIL_ATTACKS.find((each) => each.name === name);
    if (!attack) throw new Error(`There is no attack ${name}`);
    await attack.strike(mallory).catch((error: unknown) => {
      if (!(error instanceof CloudTrailServiceException)) throw error;
    });
  }
}

async function arrive(
  { putEvent, runSchedules }: AwsWithoutNetwork,
  events: readonly EventEnvelope[],
  { arrivals, sweepAt }: Trouble,
): Promise<void> {
  const copies = events.flatMap((event, index) =>
    (arrivals[index % arrivals.length] ?? []).map(async (ms) => {
      await delay(ms);
      putEvent(event);
    }),
  );
  if (sweepAt !== undefined)
    copies.push(
      delay(sweepAt).then(() => {
        runSchedules();
      }),
    );
  await Promise.all(copies);
}

/** Mallory's calls, and the faults that will meet the guard's. Gives the events, which wait, and what ends the faults. */
async function begin(range: VirtualRange, { attacks, mishaps }: Trouble) {
  const { aws } = range;
  const release = aws.holdEvents();
  await strike(range, attacks);
  const ends = mishaps.map(({ call, kind, lasting }) => aws.failNth(call, KINDS[kind], lasting));
  const events: EventEnvelope[] = [];
  release((held) => {
    events.push(...held);
    return [];
  });
  return {
    events,
    end: () => {
      for (const each of ends) each();
    },
  };
}

/** As those do whom the alarm of the queue calls. What fails again shows as an event that came to no queue. */
async function handBack({ invocations, queued, invoke }: AwsWithoutNetwork): Promise<void> {
  for (const { body } of [...queued]) {
    const { requestContext, requestPayload } = body as Record<string, unknown>;
    const { requestId } = requestContext as { requestId: string };
    const given = invocations.find((each) => each.requestId === requestId);
    if (given) await invoke(given.functionName, requestPayload).catch(() => undefined);
  }
}

async function undergoNow(trouble: Trouble, directory: string, load?: Load): Promise<Outcome> {
  // AWS tells the time in whole seconds: so that a replay is one, each begins with a second.
  await delay(1000 - (Date.now() % 1000));
  const range = await openVirtualRange(directory, trouble, load);
  const { aws } = range;
  const before = aws.trails();
  const { events, end } = await begin(range, trouble);
  const struckAt = performance.now();
  await arrive(aws, events, trouble);
  await aws.idle();
  const itself = glance('itself', before, aws);
  const calls = callsOfTheGuard(aws);
  end();
  await sweep(range);
  if (trouble.historyDelayMs > 0) {
    await delay(trouble.historyDelayMs);
    await sweep(range);
  }
  const swept = glance('sweep', before, aws);
  if (!swept.isTold) await handBack(aws);
  const handedBack = glance('queue', before, aws);
  await aws.stop();
  return outcomeOf([itself, swept, handedBack], aws, { struckAt, calls });
}

/**
 * Undergoes a trouble in virtual time, on an embedded AWS of its own: runs until all is quiet, ends the faults, and runs one
 * sweep, and another when the Event history has caught up, where it is late. Then the trails must be as before. Somebody must have been told by then, or be told once what Lambda gave up on
 * is handed back, and what it gave up on must be in a queue. `load` stands for another guard than Trailkeeper's.
 */
export async function undergo(trouble: Trouble, directory: string, load?: Load): Promise<Outcome> {
  // The SDK reads its configuration files once: virtual time would not wait for a disk.
  await new CloudTrailClient().config.maxAttempts();
  return withFixedLuck(() => inVirtualTime(() => undergoNow(trouble, directory, load)));
}
