import { readFileSync } from 'node:fs';
import { StopLoggingCommand } from '@aws-sdk/client-cloudtrail';
import { differences, sweep } from '../../local/drill/drill.ts';
import { AUDIT_TRAIL } from '../../local/drill/estate.ts';
import { loadGuard } from '../../local/drill/guard-in-this-process.ts';
import { until } from '../../local/drill/ordeal.ts';
import { openVirtualRange } from '../../local/drill/virtual-range.ts';
import { inVirtualTime } from '../../local/drill/virtual-time.ts';
import { parseBaseline } from '../../src/baseline/read.ts';
import type { MetricValue } from '../../src/incident/metrics.ts';
import { packageOf } from '../packages/packages.ts';

const FILE = 'baselines/drill.yml';

/** More calls than the guard makes until SNS answers again. */
const MANY = 500;

/** The tries of four receipts of the message. */
const REFUSALS = 4;

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
  test('the trail is repaired, and the message waits in the queue until it is told, once', () =>
    inVirtualTime(async () => {
      const measured: MetricValue[] = [];
      const baseline = parseBaseline(readFileSync(FILE, 'utf8'), FILE);
      const guard = loadGuard(baseline, (metric, value) => void measured.push([metric, value]));
      const range = await openVirtualRange(packageOf('drill'), { redeliveryDelayMs: 1000 }, guard);
      const { aws, mallory } = range;
      const before = aws.trails();
      const publishFails = (operation: string) => (operation === 'Publish' ? error : undefined);
      const ends = Array.from({ length: MANY }, (_each, nth) => aws.failNth(nth, publishFails));
      await mallory.send(new StopLoggingCommand({ Name: AUDIT_TRAIL }));
      const unsent = () => measured.filter(([metric]) => metric === 'AlertsUnsent').length;
      await until(range, () => unsent() === REFUSALS);
      expect(differences(before, aws.trails())).toEqual([]);
      expect(aws.messages).toEqual([]);
      for (const end of ends) end();
      await aws.idle();
      await sweep(range);
      expect(aws.messages.map(({ subject }) => subject)).toEqual([
        expect.stringMatching(/^\[CRITICAL\] org-audit-trail stopped by mallory, restored/),
      ]);
      expect(aws.queued).toEqual([]);
      expect(aws.problems).toEqual([]);
    }));
});
