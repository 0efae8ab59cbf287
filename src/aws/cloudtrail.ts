import {
  CloudTrailClient,
  CloudTrailServiceException,
  type CloudTrailClientConfig,
} from '@aws-sdk/client-cloudtrail';
import type { Refusal } from '../kinds/kind.ts';
import type { Trails } from '../kinds/trail/trails.ts';
import { asRecord, asText } from '../foreign/values.ts';
import type { Home } from '../kinds/home.ts';
import { observeLogging, observeTrail } from './observe.ts';
import { PATIENCE } from './timeouts.ts';
import { makeRepair } from './repair.ts';
import { surveyTrails } from './survey.ts';

/** CloudTrail answers ConflictException while another change of a trail is under way: it is waited for like a quota. */
const BUSY = ['THROTTLING', 'ConflictException'];

type Strategy = Extract<
  NonNullable<CloudTrailClientConfig['retryStrategy']>,
  { readonly acquireInitialRetryToken: unknown }
>;

type Token = Awaited<ReturnType<Strategy['acquireInitialRetryToken']>>;

const token = (retries: number, delay: number): Token => ({
  getRetryCount: () => retries,
  getRetryDelay: () => delay,
});

/**
 * When to try a call again. CloudTrail allows one call a second of each changing API, and ten of each reading one, to all who call in
 * the account: whoever asks less often than the others never gets a turn. So that a busy CloudTrail is asked 2 to 5 times a second,
 * for about 3 seconds, and the loop begins anew; it is not known to count what it refuses. What else may pass is tried 5 times, as the
 * SDK does in its standard mode.
 * https://docs.aws.amazon.com/general/latest/gr/ct.html
 */
export const RETRIES: Strategy = {
  acquireInitialRetryToken: () => Promise.resolve(token(0, 0)),
  refreshRetryTokenForRetry: (last, { errorType, error }) => {
    const retries = last.getRetryCount() + 1;
    const isBusy = BUSY.some((each) => each === errorType || each === error?.name);
    if ((errorType === 'CLIENT_ERROR' && !isBusy) || retries >= (isBusy ? 10 : 5))
      return Promise.reject(new Error('no other try is worth it'));
    const delay = isBusy ? 200 + 300 * Math.random() : 100 * 2 ** last.getRetryCount() * Math.random();
    return Promise.resolve(token(retries, delay));
  },
  recordSuccess: () => undefined,
};

/** A client for CloudTrail that waits for its turn, see {@link RETRIES}. */
export function cloudTrailClient(config: CloudTrailClientConfig = {}): CloudTrailClient {
  return new CloudTrailClient({ retryStrategy: RETRIES, requestHandler: PATIENCE, ...config });
}

const READING = /^(?:Get|List|Describe|Lookup|Head)/;

/** What every client of the SDK is, as far as its answers can be listened to. */
interface Listened {
  readonly middlewareStack: object;
}

/**
 * Keeps the ids that AWS gives to a client's requests for changes, each try's own, beside those of other clients; what it gives back was not
 * given back before.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html (requestID)
 */
export function requestIdsOf(client: Listened, given: string[] = []): () => string[] {
  const stack = client.middlewareStack as CloudTrailClient['middlewareStack'];
  stack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const answer = await next(args);
        const { headers } = asRecord(answer.response);
        const told = asRecord(headers);
        // S3 calls it otherwise. https://docs.aws.amazon.com/AmazonS3/latest/API/RESTCommonResponseHeaders.html
        const id = asText(told['x-amzn-requestid']) ?? asText(told['x-amz-request-id']);
        if (id && !READING.test(commandName)) given.push(id);
        return answer;
      },
    { step: 'deserialize', name: 'requestIds', priority: 'low' },
  );
  return () => given.splice(0);
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
