import { readFileSync } from 'node:fs';
import { StopLoggingCommand } from '@aws-sdk/client-cloudtrail';
import type { EventEnvelope } from '../../local/aws/cloudtrail/cloudtrail-record.ts';
import { differences, sweep } from '../../local/drill/drill.ts';
import { AUDIT_TRAIL } from '../../local/drill/estate.ts';
import { loadGuard } from '../../local/drill/guard-in-this-process.ts';
import { openVirtualRange, type VirtualRange } from '../../local/drill/virtual-range.ts';
import { inVirtualTime } from '../../local/drill/virtual-time.ts';
import { parseBaseline } from '../../src/baseline/read.ts';
import type { MetricValue } from '../../src/incident/metrics.ts';
import { packageOf } from '../packages/packages.ts';

const FILE = 'baselines/drill.yml';
const GUARD = 'trailkeeper-drill-heal';

/** More calls than the guard makes in any of these tests. */
const MANY = 500;

interface Outage extends VirtualRange {
  readonly measured: readonly MetricValue[];
  /** From now on SNS answers as it should. */
  readonly mend: () => void;
}

/** Mallory stops the trail where SNS answers every Publish of the guard by an error, and Lambda has given the event up. */
function whereSnsAnswers(error: string, use: (outage: Outage) => Promise<void>): Promise<void> {
  return inVirtualTime(async () => {
    const measured: MetricValue[] = [];
    const baseline = parseBaseline(readFileSync(FILE, 'utf8'), FILE);
    const guard = loadGuard(baseline, (metric, value) => void measured.push([metric, value]));
    const range = await openVirtualRange(packageOf('drill'), {}, guard);
    const { aws, mallory } = range;
    const before = aws.trails();
    const publishFails = (operation: string) => (operation === 'Publish' ? error : undefined);
    const ends = Array.from({ length: MANY }, (_, nth) => aws.failNth(nth, publishFails));
    await mallory.send(new StopLoggingCommand({ Name: AUDIT_TRAIL }));
    await aws.idle();
    expect(differences(before, aws.trails())).toEqual([]);
    expect(aws.messages).toEqual([]);
    const mend = () => {
      for (const end of ends) end();
    };
    await use({ ...range, measured, mend });
    expect(aws.problems).toEqual([]);
  });
}

const subjects = ({ aws }: VirtualRange) => aws.messages.map(({ subject }) => subject);

const eventsIn = ({ aws }: VirtualRange) =>
  aws.queued.map(({ body }) => (body as { requestPayload: EventEnvelope }).requestPayload);

describe.each([
  ['is throttled', 'ThrottledException'],
  ['has an internal error', 'InternalErrorException'],
  ['refuses the guard', 'AuthorizationErrorException'],
  ['knows the topic no more', 'NotFoundException'],
  ["finds the topic's key disabled", 'KMSDisabledException'],
  ["finds the topic's key pending deletion", 'KMSInvalidStateException'],
  ["may not use the topic's key", 'KMSAccessDeniedException'],
  ["finds the topic's key throttled", 'KMSThrottlingException'],
])('when SNS %s for good', (_, error) => {
  test('the trail is repaired, the invocation fails three times, and the queue keeps the event', () =>
    whereSnsAnswers(error, (outage) => {
      const { aws, measured } = outage;
      const failed = aws.invocations.flatMap(({ attempt, error: thrown }) =>
        thrown ? [[attempt, thrown.errorMessage]] : [],
      );
      const message = expect.stringContaining(
        'Alert not sent to the topic trailkeeper-drill-alerts',
      ) as string;
      expect(failed).toEqual([1, 2, 3].map((attempt) => [attempt, message]));
      expect(aws.queued.map(({ queueArn }) => queueArn)).toEqual([
        expect.stringContaining('FailedInvocations'),
      ]);
      expect(eventsIn(outage)).toMatchObject([{ detail: { eventName: 'StopLogging' } }]);
      expect(measured).toContainEqual(['AlertsUnsent', 1]);
      expect(measured).toContainEqual(['Tamperings', 1]);
      return Promise.resolve();
    }));

  test('the next sweep after that sends the alert, and the container does not send it again', () =>
    whereSnsAnswers(error, async (outage) => {
      const { aws, mend } = outage;
      mend();
      await sweep(outage);
      const told = [expect.stringMatching(/^\[CRITICAL\] org-audit-trail stopped by mallory, restored/)];
      expect(subjects(outage)).toEqual(told);
      await sweep(outage);
      for (const event of eventsIn(outage)) aws.putEvent(event);
      await aws.idle();
      expect(subjects(outage)).toEqual(told);
    }));

  test('the event that the queue kept brings the alert, should the container have died with it', () =>
    whereSnsAnswers(error, async (outage) => {
      const { aws, mend } = outage;
      await aws.killContainers();
      mend();
      for (const event of eventsIn(outage)) await aws.invoke(GUARD, event);
      expect(subjects(outage)).toEqual([
        expect.stringMatching(/^\[CRITICAL\] org-audit-trail stopped by mallory/),
      ]);
    }));
});
