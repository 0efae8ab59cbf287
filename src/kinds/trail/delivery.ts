import { recordsTrailReadings } from './management-events.ts';
import type { ObservedTrail } from './observed.ts';

/** What comes every hour at least: a day without is no delay. */
const STALE_MS = 24 * 60 * 60 * 1000;

function staleness(
  what: string,
  deliveredAt: number | undefined,
  startedLogging: number | undefined,
  now: number,
): string[] {
  const since = Math.max(deliveredAt ?? 0, startedLogging ?? 0);
  if (since === 0 || now - since < STALE_MS) return [];
  return [`${what}: none since ${new Date(since).toISOString().slice(0, 16)}Z`];
}

/**
 * What is wrong with a trail that logs, and that its own API cannot mend: what CloudTrail cannot deliver, and why.
 * IsLogging alone is no health. A digest comes every hour. A log file comes only of something recorded: the guard reads its
 * trails with every sweep, so that a trail which records such readings has something to deliver each day.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
 */
export function deliveryFaults(observed: ObservedTrail, now: number): string[] {
  const { deliveryErrors, state, times } = observed;
  if (deliveryErrors.length > 0 || !state.IsLogging || times === undefined) return [...deliveryErrors];
  return [
    ...(recordsTrailReadings(state)
      ? staleness('log files to S3', times.deliveredLogFile, times.startedLogging, now)
      : []),
    ...(state.EnableLogFileValidation
      ? staleness('digest files to S3', times.deliveredDigest, times.startedLogging, now)
      : []),
  ];
}

/** A stretch of time without logging, in ms since the epoch. */
export interface Gap {
  readonly from: number;
  readonly until: number;
}

/** The gap that a trail betrays which logs now, but was stopped and started again since a time. */
export function gapSince({ state, times }: ObservedTrail, since: number): Gap | undefined {
  const { stoppedLogging: from = 0, startedLogging: until = 0 } = times ?? {};
  return state.IsLogging && from >= since && until >= from ? { from, until } : undefined;
}
