import { CloudTrailClient, DeleteTrailCommand } from '@aws-sdk/client-cloudtrail';
import { assumedRole, type Credentials, type SignIn } from '../../aws/iam/principal.ts';
import { AUDIT_TRAIL, DATA_TRAIL, DESTINATIONS, setUpTrails } from '../../drill/estate.ts';
import { intruder } from '../../drill/intruder.ts';
import { createBucketsAndTopics } from './buckets-and-topics.ts';
import { deploy, STACK } from './deployment.ts';
import { type EventFeed, eventFeed } from './event-feed.ts';
import type { Guard } from './guard.ts';
import { type Inbox, subscribe } from './inbox.ts';
import { startMoto } from './moto.ts';
import { ACCOUNT, REGION } from './raw.ts';
import { startRelay } from './relay.ts';
import { type Undoing, undoing } from './undoing.ts';

/** Another AWS with Alice's trails, and the guard deployed to it. */
export interface Range {
  readonly alice: CloudTrailClient;
  /** Mallory comes, each time as another session. */
  readonly intrude: () => CloudTrailClient;
  readonly feed: EventFeed;
  readonly guard: Guard;
  readonly inbox: Inbox;
  /** Resolves when no run and no call is under way. */
  readonly idle: () => Promise<void>;
  /** The operations of CloudTrail that this AWS lacks and the relay answered. */
  readonly stoodInFor: () => readonly string[];
  /** Removes the stack and the trails, and ends whatever was started. Rejects with all that could not be undone. */
  readonly close: () => Promise<void>;
}

const ALICE: SignIn = { userIdentity: assumedRole(ACCOUNT, 'Security', 'alice') };

/**
 * Prepares everything as a user would, against an endpoint or, without one, a moto of its own: buckets, trails, capture,
 * `serverless deploy`. Each finished step is told.
 */
export async function openRange(endpoint: string | undefined, tell: (done: string) => void): Promise<Range> {
  const steps = undoing();
  try {
    return { ...(await prepare(endpoint, steps, tell)), close: steps.run };
  } catch (error) {
    // What failed first is worth more than what could not be undone after it.
    await steps.run().catch(() => undefined);
    throw error;
  }
}

async function endpointOrMoto(given: string | undefined, steps: Undoing) {
  if (given !== undefined) return { endpoint: given, name: given };
  const moto = await startMoto(true);
  steps.add(moto.stop);
  return moto;
}

async function prepare(
  given: string | undefined,
  steps: Undoing,
  tell: (done: string) => void,
): Promise<Omit<Range, 'close'>> {
  const { endpoint, name } = await endpointOrMoto(given, steps);
  const feed = eventFeed();
  const relay = await startRelay(endpoint, feed.put);
  steps.add(relay.close);
  tell(`${name}, behind a relay that adds what it lacks`);

  const asAlice = relay.signIn(ALICE);
  const connect = (credentials: Credentials) =>
    new CloudTrailClient({ endpoint: relay.endpoint, region: REGION, credentials });
  const alice = connect(asAlice);
  const topics = [DESTINATIONS.topic.split(':').pop() ?? '', 'mallory-topic'];
  await createBucketsAndTopics(endpoint, [DESTINATIONS.bucket, 'mallory-bucket'], topics);
  for (const Name of [AUDIT_TRAIL, DATA_TRAIL]) steps.add(() => alice.send(new DeleteTrailCommand({ Name })));
  await setUpTrails(alice);
  tell('Alice created her trails there');

  const guard = await deploy(endpoint, relay, asAlice, steps, tell);
  feed.listen(guard.put);
  const inbox = await subscribe(endpoint, `${STACK}-alerts`);
  steps.add(inbox.close);
  return {
    alice,
    intrude: intruder((who) => connect(relay.signIn(who)), ACCOUNT),
    feed,
    guard,
    inbox,
    idle: async () => {
      await guard.idle();
      await relay.activity.idle();
    },
    stoodInFor: relay.stoodInFor,
  };
}
