import type { CloudTrail } from '@aws-sdk/client-cloudtrail';
import { assumedRole, type Credentials, type SignIn } from '../../aws/iam/principal.ts';
import { AUDIT_TRAIL, DATA_TRAIL, DESTINATIONS, setUpTrails } from '../../drill/estate.ts';
import { clientsOf } from '../../drill/clients.ts';
import { type Intruder, intruder } from '../../drill/intruder.ts';
import { createBucketsAndTopics } from './buckets-and-topics.ts';
import { deploy, type Deployment } from './deployment.ts';
import { type EventFeed, eventFeed } from './event-feed.ts';
import { startMoto } from './moto.ts';
import { copyProject, type Project } from './project.ts';
import { openQueues, type Queues } from './queues.ts';
import { ACCOUNT, REGION } from './raw.ts';
import { startRelay } from './relay.ts';
import { type Undoing, undoing } from './undoing.ts';

/** Another AWS with Alice's trails. */
interface Estate {
  readonly alice: CloudTrail;
  /** Mallory comes, each time as another session. */
  readonly intrude: () => Intruder;
  /** Where this AWS itself answers, without the relay. */
  readonly endpoint: string;
  /** The commands that people type, in a copy of the project. */
  readonly type: Project['type'];
  readonly signIn: (who: SignIn) => Credentials;
  readonly connect: (credentials: Credentials) => CloudTrail;
  readonly feed: EventFeed;
  readonly queues: Queues;
  /** The operations of CloudTrail that this AWS lacks and the relay answered. */
  readonly stoodInFor: () => readonly string[];
}

/** The trails, and the guard deployed to them. */
export interface Range extends Estate, Deployment {
  /** Resolves when no run and no call is under way. */
  readonly idle: () => Promise<void>;
  /** Takes the stack away and, more than an hour later by the Event history, deploys it again. Nothing is done by hand in between. */
  readonly redeploy: () => Promise<Range>;
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
    return await prepare(endpoint, steps, tell);
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
): Promise<Range> {
  const { endpoint, name } = await endpointOrMoto(given, steps);
  const feed = eventFeed();
  const relay = await startRelay(endpoint, feed.put);
  steps.add(relay.close);
  tell(`${name}, behind a relay that adds what it lacks`);

  const asAlice = relay.signIn(ALICE);
  const connect = (credentials: Credentials) =>
    clientsOf({ endpoint: relay.endpoint, region: REGION, credentials });
  const alice = connect(asAlice);
  const topics = [DESTINATIONS.topic.split(':').pop() ?? '', 'mallory-topic'];
  await createBucketsAndTopics(endpoint, [DESTINATIONS.bucket, 'mallory-bucket'], topics);
  for (const Name of [AUDIT_TRAIL, DATA_TRAIL]) steps.add(() => alice.cloudTrail.deleteTrail({ Name }));
  await setUpTrails(alice);
  // The trails are older than whatever comes now.
  relay.forgetHistory();
  tell('Alice created her trails there');

  const project = await copyProject(relay.endpoint, asAlice);
  steps.add(project.discard);
  const isCommitted = (await project.capture()) === (await project.committed());
  tell(`npm run capture wrote a baseline of them, ${isCommitted ? '' : 'NOT '}the committed one`);

  const queues = openQueues(endpoint);
  steps.add(queues.close);
  const estate: Estate = {
    alice: alice.cloudTrail,
    endpoint,
    type: project.type,
    signIn: relay.signIn,
    connect: (credentials) => connect(credentials).cloudTrail,
    intrude: intruder((who) => connect(relay.signIn(who)), ACCOUNT),
    feed,
    queues,
    stoodInFor: relay.stoodInFor,
  };
  let current: Deployment | undefined;
  steps.add(async () => current?.remove());
  const open = async (): Promise<Range> => {
    const deployment = await deploy(endpoint, relay, project, tell);
    current = deployment;
    feed.listen(deployment.guard.put);
    return {
      ...estate,
      ...deployment,
      idle: async () => {
        await deployment.guard.idle();
        await relay.activity.idle();
      },
      redeploy: async () => {
        current = undefined;
        await deployment.remove();
        // A new ledger has told nothing: the guard begins with the last hour of the history.
        relay.forgetHistory();
        return open();
      },
      close: steps.run,
    };
  };
  return open();
}
