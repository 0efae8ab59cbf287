import { readFileSync } from 'node:fs';
import { StopLoggingCommand, UpdateTrailCommand } from '@aws-sdk/client-cloudtrail';
import { delay } from '../../local/aws/wire/delay.ts';
import { differences, sweep } from '../../local/drill/drill.ts';
import { AUDIT_TRAIL } from '../../local/drill/estate.ts';
import { loadGuard } from '../../local/drill/guard-in-this-process.ts';
import { openVirtualRange, type VirtualRange } from '../../local/drill/virtual-range.ts';
import { inVirtualTime } from '../../local/drill/virtual-time.ts';
import { parseBaseline } from '../../src/baseline/read.ts';
import type { MetricValue } from '../../src/incident/metrics.ts';
import { packageOf } from '../packages/packages.ts';

const FILE = 'baselines/drill.yml';

/** More calls than the guard makes in any of these tests. */
const MANY = 500;

const MINUTE = 60_000;

/** Long enough for a message to come to tell three times: the visibility timeout of the queue is six minutes. */
const OUTAGE_MS = 15 * MINUTE;

interface Outage extends VirtualRange {
  readonly measured: readonly MetricValue[];
  /** From now on SNS answers as it should. */
  readonly mend: () => void;
}

/** Mallory stops the trail, then changes it, where SNS answers every Publish of the guard by an error; a quarter of an hour later. */
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
    for (const command of [
      new StopLoggingCommand({ Name: AUDIT_TRAIL }),
      new UpdateTrailCommand({ Name: AUDIT_TRAIL, EnableLogFileValidation: false }),
    ]) {
      await mallory.send(command);
      await delay(MINUTE);
      expect(differences(before, aws.trails())).toEqual([]);
    }
    await delay(OUTAGE_MS);
    expect(aws.messages).toEqual([]);
    const mend = () => {
      for (const end of ends) end();
    };
    await use({ ...range, measured, mend });
    expect(aws.queued).toEqual([]);
    expect(measured.map(([metric]) => metric)).not.toContain('MessagesParked');
    expect(aws.problems).toEqual([]);
  });
}

const subjects = ({ aws }: VirtualRange) => aws.messages.map(({ subject }) => subject);

const BOTH = [
  expect.stringMatching(/^\[CRITICAL\] org-audit-trail stopped by mallory, restored/),
  expect.stringMatching(/^\[HIGH\] org-audit-trail changed by mallory, restored/),
];

const ERRORS = [
  ['is throttled', 'ThrottledException'],
  ['has an internal error', 'InternalErrorException'],
  ['refuses the guard', 'AuthorizationErrorException'],
  ['knows the topic no more', 'NotFoundException'],
  ["finds the topic's key disabled", 'KMSDisabledException'],
  ["finds the topic's key pending deletion", 'KMSInvalidStateException'],
  ["may not use the topic's key", 'KMSAccessDeniedException'],
  ["finds the topic's key throttled", 'KMSThrottlingException'],
] as const;

/**
 * What tell makes of an answer is the same, whatever SNS has answered, but for what the SDK asks again by itself: one of each
 * sort. .ci/nightly tries all.
 */
const some = process.env['NIGHTLY']
  ? ERRORS
  : ERRORS.filter(([, error]) =>
      ['ThrottledException', 'AuthorizationErrorException', 'KMSDisabledException'].includes(error),
    );

test.each(some)(
  'while SNS %s, the trail is repaired at once, heal does not fail, and what came of it waits in the queue; then each alert arrives once, in order',
  (_, error) =>
    whereSnsAnswers(error, async (outage) => {
      const { aws, measured, mend } = outage;
      const runsOf = (name: string) =>
        aws.invocations.filter(({ functionName }) => functionName.endsWith(name));
      expect(runsOf('heal').map(({ attempt, error: thrown }) => [attempt, thrown])).toContainEqual([
        1,
        undefined,
      ]);
      expect(runsOf('heal').filter(({ attempt, error: thrown }) => attempt > 1 || thrown)).toEqual([]);
      const kept = runsOf('tell').map(({ attempt, result }) => [attempt, result]);
      const failed = { batchItemFailures: expect.arrayContaining([expect.anything()]) as unknown };
      expect(kept).toEqual([1, 2, 3].map((attempt) => [attempt, failed]));
      expect(measured).toContainEqual(['AlertsUnsent', 1]);
      const events = aws.events.map(({ event }) => event);
      mend();
      await aws.idle();
      expect(subjects(outage)).toEqual(BOTH);
      await sweep(outage);
      for (const event of events) aws.putEvent(event);
      await aws.idle();
      expect(subjects(outage)).toEqual(BOTH);
    }),
);

test.each(process.env['NIGHTLY'] ? ERRORS : some.slice(-1))(
  'when SNS %s for a while, each alert arrives once, in order, should the container of tell have died meanwhile',
  (_, error) =>
    whereSnsAnswers(error, async (outage) => {
      const { aws, mend } = outage;
      await aws.killContainers();
      mend();
      await aws.idle();
      expect(subjects(outage)).toEqual(BOTH);
    }),
);
