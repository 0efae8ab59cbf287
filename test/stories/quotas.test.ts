import {
  GetTrailCommand,
  GetTrailStatusCommand,
  StartLoggingCommand,
  StopLoggingCommand,
  UpdateTrailCommand,
} from '@aws-sdk/client-cloudtrail';
import { delay } from '../../local/aws/wire/delay.ts';
import { AUDIT_TRAIL } from '../../local/drill/estate.ts';
import type { VirtualRange } from '../../local/drill/virtual-range.ts';
import { onVirtualRange } from '../local/drill/on-range.ts';

const auditTrail = ({ aws }: VirtualRange) => aws.trails().find(({ Name }) => Name === AUDIT_TRAIL);

/** Mallory calls all the while, at a pace in ms that is hardly ever the same, whatever comes of it. */
async function hammer(pace: number, until: () => boolean, call: () => Promise<unknown>): Promise<void> {
  for (let nth = 0; !until(); nth += 1) {
    await call().catch(() => undefined);
    await delay(pace + (nth % 7) * (pace / 100));
  }
}

/** How long it takes until something is so, in ms of virtual time. */
async function measured(isSo: () => boolean, within: number): Promise<number> {
  const start = performance.now();
  while (!isSo() && performance.now() - start < within) await delay(50);
  return performance.now() - start;
}

test('who uses up the quota of StartLogging keeps a trail silent for seconds, not minutes', () =>
  onVirtualRange(
    'drill',
    async (range) => {
      const { mallory } = range;
      let isOver = false;
      const hammering = hammer(
        500,
        () => isOver,
        () => mallory.send(new StartLoggingCommand({ Name: 'not-there' })),
      );
      await delay(2000);
      await mallory.send(new StopLoggingCommand({ Name: AUDIT_TRAIL }));
      const took = await measured(() => auditTrail(range)?.IsLogging === true, 120_000);
      isOver = true;
      await hammering;
      expect(took).toBeLessThan(15_000);
    },
    { throttle: true },
  ));

test('who uses up the quotas of the readings keeps a redirect for seconds, not minutes', () =>
  onVirtualRange(
    'drill',
    async (range) => {
      const { mallory } = range;
      const before = auditTrail(range)?.S3BucketName;
      let isOver = false;
      const hammering = hammer(
        25,
        () => isOver,
        () =>
          Promise.allSettled([
            mallory.send(new GetTrailCommand({ Name: AUDIT_TRAIL })),
            mallory.send(new GetTrailStatusCommand({ Name: AUDIT_TRAIL })),
          ]),
      );
      await delay(2000);
      await mallory.send(new UpdateTrailCommand({ Name: AUDIT_TRAIL, S3BucketName: 'mallory-bucket' }));
      const took = await measured(() => auditTrail(range)?.S3BucketName === before, 120_000);
      isOver = true;
      await hammering;
      expect(took).toBeLessThan(10_000);
    },
    { throttle: true },
  ));
