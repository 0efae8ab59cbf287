import { readFileSync } from 'node:fs';
import {
  CreateTrailCommand,
  DeleteTrailCommand,
  StartLoggingCommand,
  StopLoggingCommand,
  UpdateTrailCommand,
} from '@aws-sdk/client-cloudtrail';
import type { EventEnvelope } from '../../local/aws/cloudtrail/cloudtrail-record.ts';
import { differences, mailsIn } from '../../local/drill/drill.ts';
import { AUDIT_TRAIL, DATA_TRAIL, DESTINATIONS } from '../../local/drill/estate.ts';
import { onVirtualRange, subjects, sweep, writesOfTheGuard } from '../local/drill/on-range.ts';

const redirect = new UpdateTrailCommand({ Name: AUDIT_TRAIL, S3BucketName: 'mallory-bucket' });

test('a sweep that finds all well only reads, and says nothing', () =>
  onVirtualRange('drill', async (range) => {
    await sweep(range);
    expect(range.aws.calls.length).toBeGreaterThan(0);
    expect(writesOfTheGuard(range)).toEqual([]);
    expect(subjects(range)).toEqual([]);
    expect(range.aws.invocations.map(({ error }) => error)).toEqual([undefined]);
  }));

test('several tamperings since the last sweep are told as one story, in order', () =>
  onVirtualRange('drill', async (range) => {
    range.aws.muteEventBridge(true);
    await range.mallory.send(redirect);
    await range.mallory.send(new StopLoggingCommand({ Name: AUDIT_TRAIL }));
    await sweep(range);
    expect(range.aws.messages).toHaveLength(1);
    expect(mailsIn(range.aws)[0]?.body.replaceAll(/\s+/g, ' ')).toMatch(
      /Story .*UpdateTrail org-audit-trail by mallory from 198\.51\.100\.7 .*StopLogging org-audit-trail by mallory/,
    );
  }));

test('what the Event history does not show yet is said to be unknown, with the command that looks again', () =>
  onVirtualRange('drill', async (range) => {
    range.aws.muteEventBridge(true);
    await range.mallory.send(redirect);
    range.aws.fail('LookupEvents', 'InvalidTimeRangeException', 10);
    range.aws.runSchedules('rules');
    await range.aws.idle();
    expect(subjects(range)).toEqual([
      expect.stringMatching(/^\[HIGH\] org-audit-trail found changed, restored/),
    ]);
    expect(range.aws.messages[0]?.message).toContain('aws cloudtrail lookup-events');
  }));

test('a stop that was told when it happened is told by sweeps once more at most, by another container', () =>
  onVirtualRange('drill', async (range) => {
    await range.mallory.send(new StopLoggingCommand({ Name: AUDIT_TRAIL }));
    await range.aws.idle();
    await sweep(range);
    await sweep(range);
    await sweep(range);
    expect(subjects(range).length).toBeLessThanOrEqual(2);
  }));

test('a trail that was stopped and started again between two sweeps betrays the gap', () =>
  onVirtualRange('drill', async (range) => {
    range.aws.muteEventBridge(true);
    await range.mallory.send(new StopLoggingCommand({ Name: DATA_TRAIL }));
    await range.mallory.send(new StartLoggingCommand({ Name: DATA_TRAIL }));
    await sweep(range);
    expect(subjects(range)).toEqual([
      expect.stringMatching(/^\[CRITICAL\] payments-data-trail stopped by mallory/),
    ]);
    await sweep(range);
    expect(range.aws.messages).toHaveLength(1);
  }));

test('a trail that cannot deliver is told once, with cause and remedy, not at every sweep', () =>
  onVirtualRange('drill', async (range) => {
    range.aws.setTrailStatus(AUDIT_TRAIL, { LatestCloudWatchLogsDeliveryError: 'AccessDenied' });
    await sweep(range);
    await sweep(range);
    expect(subjects(range)).toEqual([expect.stringMatching(/^\[HIGH\] org-audit-trail .*cannot deliver/)]);
    expect(mailsIn(range.aws)[0]?.body.replaceAll(/\s+/g, ' ')).toContain(
      'cannot deliver events to CloudWatch Logs: AccessDenied',
    );
    expect(writesOfTheGuard(range)).toEqual([]);
  }));

describe('a trail whose bucket is gone', () => {
  test('delivers to the emergency sink, and moves back once the bucket works again', () =>
    onVirtualRange('drill', async (range) => {
      const before = range.aws.trails();
      range.aws.breakDestination(DESTINATIONS.bucket, 'S3BucketDoesNotExistException');
      range.aws.setTrailStatus(AUDIT_TRAIL, { LatestDeliveryError: 'NoSuchBucket' });
      await sweep(range);
      const moved = range.aws.trails().find(({ Name }) => Name === AUDIT_TRAIL);
      expect(moved).toMatchObject({
        S3BucketName: expect.stringMatching(/^trailkeeper-drill-sink-/) as string,
        IsLogging: true,
      });
      expect(subjects(range)[0]).toMatch(/^\[CRITICAL\] org-audit-trail /);
      expect(range.aws.messages[0]?.message).toContain('S3BucketName is trailkeeper-drill-sink-');

      await sweep(range);
      expect(range.aws.trails().find(({ Name }) => Name === AUDIT_TRAIL)).toEqual(moved);
      range.aws.mendDestination(DESTINATIONS.bucket);
      range.aws.setTrailStatus(AUDIT_TRAIL, {});
      await sweep(range);
      expect(differences(before, range.aws.trails())).toEqual([]);
    }));

  test('is recreated into the sink when it is deleted as well', () =>
    onVirtualRange('drill', async (range) => {
      range.aws.breakDestination(DESTINATIONS.bucket, 'InsufficientS3BucketPolicyException');
      await range.mallory.send(new DeleteTrailCommand({ Name: AUDIT_TRAIL }));
      await range.aws.idle();
      expect(range.aws.trails().find(({ Name }) => Name === AUDIT_TRAIL)).toMatchObject({
        S3BucketName: expect.stringMatching(/^trailkeeper-drill-sink-/) as string,
        IsLogging: true,
      });
    }));
});

test('a Region that is full of trails is told with the trails that are in it', () =>
  onVirtualRange('drill', async (range) => {
    range.aws.holdEvents();
    await range.mallory.send(new DeleteTrailCommand({ Name: AUDIT_TRAIL }));
    for (const Name of ['decoy-1', 'decoy-2', 'decoy-3', 'decoy-4'])
      await range.mallory.send(new CreateTrailCommand({ Name, S3BucketName: 'mallory-bucket' }));
    range.aws.muteEventBridge(true);
    await sweep(range);
    const message = range.aws.messages.find(({ subject }) => subject?.includes(AUDIT_TRAIL));
    expect(message?.subject).toMatch(/^\[CRITICAL\]/);
    expect(message?.message).toMatch(/the Region is full; its trails are .*decoy-1, decoy-2/);
  }));

describe('a deleted trail that no baseline declares', () => {
  test('is rebuilt from the Event history, logging, and said to be a reconstruction', () =>
    onVirtualRange('undeclared', async (range) => {
      const before = range.aws.trails();
      await range.mallory.send(new DeleteTrailCommand({ Name: DATA_TRAIL }));
      await range.aws.idle();
      expect(differences(before, range.aws.trails())).toEqual([]);
      expect(range.aws.messages[0]?.message).toContain('rebuilt from the Event history');
      expect(range.aws.messages[0]?.message).toContain('npm run capture');
    }));

  test('is rebuilt by the sweep where EventBridge is dark', () =>
    onVirtualRange('undeclared', async (range) => {
      const before = range.aws.trails();
      range.aws.muteEventBridge(true);
      await range.mallory.send(new DeleteTrailCommand({ Name: DATA_TRAIL }));
      await sweep(range);
      expect(differences(before, range.aws.trails())).toEqual([]);
    }));
});

describe('the word of another service', () => {
  test.each(['GuardDuty', 'SecurityHub', 'SecurityHubV2', 'Config'])(
    'of %s makes the guard look at every trail',
    (name) =>
      onVirtualRange('drill', async (range) => {
        const before = range.aws.trails();
        range.aws.muteEventBridge(true);
        await range.mallory.send(redirect);
        const event = JSON.parse(readFileSync(`events/signals/${name}.json`, 'utf8')) as EventEnvelope;
        range.aws.putEvent(event);
        await range.aws.idle();
        expect(differences(before, range.aws.trails())).toEqual([]);
        expect(subjects(range)).toEqual([
          expect.stringMatching(/org-audit-trail changed by mallory, restored/),
        ]);
      }),
  );
});
