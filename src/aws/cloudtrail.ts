import {
  CloudTrailClient,
  CloudTrailServiceException,
  type CloudTrailClientConfig,
} from '@aws-sdk/client-cloudtrail';
import type { Refusal } from '../kinds/kind.ts';
import type { Trails } from '../kinds/trail/trails.ts';
import type { Home } from '../kinds/home.ts';
import { observeLogging, observeTrail } from './observe.ts';
import { PATIENCE } from './timeouts.ts';
import { makeRepair } from './repair.ts';
import { surveyTrails } from './survey.ts';

/**
 * CloudTrail allows one call a second of each mutating API, and answers ConflictException while another change is under
 * way: both are worth waiting for. The SDK knows the first; the second is told to it here.
 * https://docs.aws.amazon.com/general/latest/gr/ct.html
 */
export function cloudTrailClient(config: CloudTrailClientConfig = {}): CloudTrailClient {
  const client = new CloudTrailClient({
    // Not adaptive: that slows down all calls of a client for one that is throttled, the readings that verify too, and an
    // organisation under attack is whole in twice the time (npm run scale).
    retryMode: 'standard',
    maxAttempts: 5,
    requestHandler: PATIENCE,
    ...config,
  });
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        if (error instanceof Error && error.name === 'ConflictException')
          Object.assign(error, { $retryable: { throttling: true } });
        throw error;
      }
    },
    { step: 'finalizeRequest', name: 'retryConflicts', priority: 'low' },
  );
  return client;
}

function asRefusal(thrown: unknown): Refusal {
  if (thrown instanceof CloudTrailServiceException)
    return Object.assign(thrown, { requestId: thrown.$metadata.requestId });
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** The live CloudTrail of one account and Region. */
export function liveTrails(client: CloudTrailClient, home: Home): Trails {
  return {
    observe: (name) => observeTrail(client, home, name),
    repair: (repair) =>
      makeRepair(client, home, repair).catch((thrown: unknown) => {
        throw asRefusal(thrown);
      }),
    survey: (names) => surveyTrails(client, home, names),
    observeLogging: (name) => observeLogging(client, name),
  };
}
