import { DeleteTrailCommand, StopLoggingCommand, UpdateTrailCommand } from '@aws-sdk/client-cloudtrail';
import { differences, functionOf } from '../../local/drill/drill.ts';
import { AUDIT_TRAIL, DATA_TRAIL } from '../../local/drill/estate.ts';
import type { VirtualRange } from '../../local/drill/virtual-range.ts';
import { logPayload, packed } from '../fakes/log-payload.ts';
import { onVirtualRange, subjects, sweep, writesOfTheGuard } from '../local/drill/on-range.ts';

/** Lets a subscription filter send what Mallory has called, in one payload. */
async function feed({ aws, stack }: VirtualRange): Promise<void> {
  const records = aws
    .history()
    .filter(({ userIdentity }) => JSON.stringify(userIdentity).includes('mallory'));
  await aws.invoke(
    functionOf(stack, 'heal').name,
    logPayload(...records.map((record) => JSON.stringify(record))),
  );
  await aws.idle();
}

describe('a log group that needs no trail', () => {
  test('has a stopped trail started, and its actor told, where EventBridge says nothing', () =>
    onVirtualRange('drill', async (range) => {
      const before = range.aws.trails();
      range.aws.muteEventBridge(true);
      await range.mallory.send(new StopLoggingCommand({ Name: AUDIT_TRAIL }));
      await feed(range);
      expect(differences(before, range.aws.trails())).toEqual([]);
      expect(subjects(range)).toEqual([
        expect.stringMatching(/^\[CRITICAL\] org-audit-trail stopped by mallory, restored/),
      ]);
    }));

  test('tells of several calls in one payload, each of which is undone', () =>
    onVirtualRange('drill', async (range) => {
      const before = range.aws.trails();
      range.aws.muteEventBridge(true);
      await range.mallory.send(new UpdateTrailCommand({ Name: AUDIT_TRAIL, S3BucketName: 'mallory-bucket' }));
      await range.mallory.send(new DeleteTrailCommand({ Name: DATA_TRAIL }));
      await feed(range);
      expect(differences(before, range.aws.trails())).toEqual([]);
      expect(subjects(range)).toEqual([
        expect.stringMatching(/org-audit-trail changed by mallory, restored/),
        expect.stringMatching(/payments-data-trail deleted by mallory, restored/),
      ]);
    }));

  test.each(['before', 'after'] as const)(
    'says the same as EventBridge, a moment %s it: the call is told once, and only the first move is made again',
    (which) =>
      onVirtualRange('drill', async (range) => {
        const release = range.aws.holdEvents();
        await range.mallory.send(new StopLoggingCommand({ Name: AUDIT_TRAIL }));
        const ways = [
          () => feed(range),
          async () => {
            release();
            await range.aws.idle();
          },
        ];
        for (const way of which === 'before' ? ways : ways.toReversed()) await way();
        await sweep(range);
        const told = range.aws.messages.filter(({ message }) => message.includes('StopLogging'));
        expect(told).toHaveLength(1);
        expect(writesOfTheGuard(range).filter(({ operation }) => operation === 'StartLogging')).toHaveLength(
          2,
        );
      }),
  );

  test('asks whether the function is there, and nothing is looked at', () =>
    onVirtualRange('drill', async ({ aws, stack }) => {
      await aws.invoke(
        functionOf(stack, 'heal').name,
        packed({ messageType: 'CONTROL_MESSAGE', logEvents: [] }),
      );
      await aws.idle();
      expect(aws.calls).toEqual([]);
    }));
});
