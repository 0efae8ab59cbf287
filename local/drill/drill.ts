import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual, promisify } from 'node:util';
import type { CloudTrail } from '@aws-sdk/client-cloudtrail';
import { z } from 'zod';
import type { Attack } from './attacks/attack.ts';
import { type EmbeddedAws, startEmbeddedAws } from '../aws/aws.ts';
import type { AwsWithoutNetwork } from '../aws/embedded-aws.ts';
import { buildPackage } from '../build.ts';
import { type Clients, clientsOf } from './clients.ts';
import { setUpDeliveryPath } from './delivery-path.ts';
import { setUpTrails } from './estate.ts';
import { type Intruder, intruder } from './intruder.ts';
import { assumedRole, type Credentials } from '../aws/iam/principal.ts';
import { bodyFor } from '../aws/messages/sns.ts';
import { roundTrips } from './round-trips.ts';
import type { Stack } from '../aws/stack.ts';

/** The stage of the drill: its baseline is what the capture command writes for Alice's trails. */
export const STAGE = 'drill';

// The package targets the Lambda runtime; what the SDK thinks of the Node.js that drills it is noise here.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

/** What the name of the guard's role ends with. */
export const GUARD_ROLE = 'HealRole';

/** The trails are older than whatever comes now: what was called in the last hour before the deployment is told. */
export const A_DAY_MS = 24 * 60 * 60_000;

/** Nobody waits six minutes here for a message that could not be told. */
const REDELIVERY_MS = 200;

const run = promisify(execFile);

/** The function of a stack that is called so in serverless.yml. Throws an Error if there is none. */
export function functionOf({ functions }: Stack, name: 'heal' | 'tell'): Stack['functions'][number] {
  const found = functions.find(({ handler }) => handler === `src/handlers/${name}.handler`);
  if (!found) throw new Error(`The stack has no function ${name}`);
  return found;
}

/** A running embedded AWS with Alice's trails, guarded by the real package. */
export interface Range {
  readonly aws: EmbeddedAws;
  readonly stack: Stack;
  readonly alice: CloudTrail;
  readonly mallory: CloudTrail;
  /** Mallory comes back as another session. */
  readonly intrude: () => Intruder;
  /** Where the package is that guards the trails: another range can be opened with it. */
  readonly directory: string;
  readonly close: () => Promise<void>;
}

/** An alert as it arrives. */
export interface Mail {
  readonly subject: string;
  readonly body: string;
}

/** What one attack came to. */
export interface Result {
  readonly name: string;
  readonly effect: string;
  /** Whether the embedded AWS, asked directly, holds all as before, but for what no guard can undo. */
  readonly whole: boolean;
  /** Whether something of it stays, which only people can undo. */
  readonly stays: boolean;
  /** Fields that are not as before, `name.field`. */
  readonly broken: readonly string[];
  /** From the delivery of the events until the answer to the last repair, in ms; 0 where none was needed. */
  readonly healedInMs: number;
  /** Sequential round trips until logging was on, and until the last repair; unknown where several passes overlap. */
  readonly tripsToLogging: number | undefined;
  readonly tripsToWhole: number | undefined;
  /** The guard's successful mutating calls, in order. */
  readonly repairs: readonly string[];
  /** Events of the guard's own repairs that made it look at a trail again. */
  readonly loops: number;
  readonly mails: readonly Mail[];
  /** Whether a mail names her, and says what people have to do. */
  readonly isTold: boolean;
  /** What went wrong in the plumbing: failed invocations, undelivered events. */
  readonly problems: readonly string[];
}

/** Progress of the preparations, for whoever shows it. */
export type Step = 'aws' | 'trails' | 'capture' | 'package' | 'deploy';

function clients(aws: EmbeddedAws, credentials: Credentials): Clients {
  return clientsOf({ endpoint: aws.endpoint, region: aws.region, credentials, maxAttempts: 10 });
}

async function capture(aws: EmbeddedAws, { accessKeyId, secretAccessKey }: Credentials): Promise<void> {
  await run(
    process.execPath,
    ['--import', 'tsx', 'src/cli/capture.ts', '--stage', STAGE, '--region', aws.region, '--force'],
    {
      env: {
        ...process.env,
        AWS_ENDPOINT_URL: aws.endpoint,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
      },
    },
  );
}

/**
 * Prepares everything as a user would: trails, capture, package, deployment. `latencyMs` is added to each API call, so
 * that round trips show; `throttle` enforces CloudTrail's quotas. `directory` holds a package that is built already.
 */
export async function openRange(
  options: { readonly latencyMs?: number; readonly directory?: string; readonly throttle?: boolean } = {},
  onStep: (step: Step) => void = () => undefined,
): Promise<Range> {
  const { latencyMs = 20, throttle = false } = options;
  onStep('aws');
  const aws = await startEmbeddedAws({ latencyMs, throttle, redeliveryDelayMs: REDELIVERY_MS });
  const built = options.directory ?? (await mkdtemp(join(tmpdir(), 'trailkeeper-drill-')));
  const close = async () => {
    await aws.stop();
    if (!options.directory) await rm(built, { recursive: true, force: true });
  };
  try {
    const asAlice = aws.signIn({ userIdentity: assumedRole(aws.account, 'Security', 'alice') });
    const intrude = intruder((who) => clients(aws, aws.signIn(who)), aws.account);
    const alice = clients(aws, asAlice);
    onStep('trails');
    await setUpDeliveryPath(aws, alice);
    await setUpTrails(alice);
    aws.ageHistory(A_DAY_MS);
    if (!options.directory) {
      onStep('capture');
      await capture(aws, asAlice);
      onStep('package');
      await buildPackage(STAGE, built);
    }
    onStep('deploy');
    const stack = aws.deploy(built);
    return {
      aws,
      stack,
      alice: alice.cloudTrail,
      mallory: intrude().cloudTrail,
      intrude,
      directory: built,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The whole true state of some resources at one moment. */
export type Snapshot = readonly { readonly Name: string }[];

/** The trails, and all else that the account holds. */
const allOf = (aws: AwsWithoutNetwork): Snapshot => [...aws.trails(), ...aws.parts()];

/** The fields, `name.field`, in which two snapshots differ. */
export function differences(before: Snapshot, now: Snapshot): string[] {
  const names = [...new Set([...before, ...now].map(({ Name }) => Name))];
  return names.flatMap((name) => {
    const [was, is] = [before, now].map((trails) => trails.find(({ Name }) => Name === name));
    if (!was || !is) return [`${name}${is ? ' is new' : ' is gone'}`];
    const fields = [...new Set([...Object.keys(was), ...Object.keys(is)])] as (keyof typeof was)[];
    return fields
      .filter((field) => !isDeepStrictEqual(was[field], is[field]))
      .map((field) => `${name}.${field}`);
  });
}

const ofTheGuard = z.object({
  detail: z.object({ userIdentity: z.object({ arn: z.string().includes(GUARD_ROLE) }) }),
});
const hasLooked = z.object({ looked: z.array(z.unknown()).min(1) });

/** How often the guard was set going by its own repairs: an invocation for one must end without a look at any trail. */
export function loopsIn({
  invocations,
}: {
  readonly invocations: readonly { readonly event: unknown; readonly result?: unknown }[];
}): number {
  return invocations.filter(
    ({ event, result }) => ofTheGuard.safeParse(event).success && hasLooked.safeParse(result).success,
  ).length;
}

/** The alerts that have been sent, in order. */
export function mailsIn({ messages }: Pick<AwsWithoutNetwork, 'messages'>): Mail[] {
  return messages.map((message) => ({ subject: message.subject ?? '', body: bodyFor('email', message) }));
}

/** What tell could not tell. */
const parked = ({ calls }: AwsWithoutNetwork) =>
  calls.filter(
    ({ operation, input }) => operation === 'SendMessage' && String(input['QueueUrl']).includes('parked'),
  );

/** One sweep of each function, until all is quiet. */
export async function sweep({ aws }: { readonly aws: AwsWithoutNetwork }): Promise<void> {
  // Their sweeps lie half an interval apart.
  for (const of of ['rules', 'schedules'] as const) {
    aws.runSchedules(of);
    await aws.idle();
  }
}

/** Under these the ledger keeps what was told in the last minutes, and which actors are still followed. */
export const OF_THE_LAST_MINUTES: readonly unknown[] = ['window', 'pace', 'following'];

/** As if nothing had been told for an hour: more than a dozen messages in five minutes become one. */
export async function letAnHourPass({ aws }: { readonly aws: AwsWithoutNetwork }): Promise<void> {
  await aws.removeItems(({ kind }) => OF_THE_LAST_MINUTES.includes((kind as { S?: string } | undefined)?.S));
}

/** Whether a mail says who did it, and from where. */
export function namesMallory({ body }: Mail): boolean {
  return body.includes('session mallory') && body.includes('198.51.100.7');
}

/** A mail's lines are wrapped. */
const unwrapped = ({ body }: Mail) => body.replaceAll(/\s+/g, ' ');

function tells({ stays }: Attack, mails: readonly Mail[]): boolean {
  if (stays && !stays.told) return true;
  return (
    mails.some(namesMallory) && (!stays?.told || mails.some((mail) => stays.told?.test(unwrapped(mail))))
  );
}

/**
 * Lets Mallory strike once, waits until all is quiet, and tells what the embedded AWS saw. In the dark no event of it
 * reaches EventBridge, and one sweep is all there is.
 */
export async function drill(
  { aws, intrude }: Pick<Range, 'intrude'> & { readonly aws: AwsWithoutNetwork },
  attack: Attack,
  inTheDark = false,
): Promise<Result> {
  const before = allOf(aws);
  aws.forget();
  await letAnHourPass({ aws });
  // AWS takes seconds to deliver an event: by then Mallory has made all her calls.
  const release = aws.holdEvents();
  aws.muteEventBridge(inTheDark);
  await attack.strike(intrude());
  const releasedAt = performance.now();
  release();
  await aws.idle();
  const isLeft = () => differences(before, allOf(aws)).length > 0;
  if (inTheDark || (attack.needsSweep && isLeft())) await sweep({ aws });
  aws.muteEventBridge(false);
  const guard = aws.calls.filter(({ principal }) => !principal.includes('mallory'));
  const writes = guard.filter(({ mutating, error }) => mutating && !error);
  const starts = writes.filter(({ operation }) => operation === 'StartLogging');
  const tripsTo = (calls: typeof guard) => {
    const trips = calls.map((call) => roundTrips(guard, call)).filter((count) => count !== undefined);
    return trips.length > 0 && attack.calls.length === 1 && !inTheDark ? Math.max(...trips) : undefined;
  };
  const left = differences(before, allOf(aws));
  const mails = mailsIn(aws);
  const broken = left.filter((each) => attack.stays?.fields.test(each) !== true);
  return {
    name: attack.name,
    effect: attack.effect,
    whole: broken.length === 0,
    stays: left.length > broken.length,
    broken,
    healedInMs: Math.max(0, ...writes.map(({ until }) => until - releasedAt)),
    tripsToLogging: tripsTo(starts),
    tripsToWhole: tripsTo(writes),
    repairs: writes.map(({ operation }) => operation),
    loops: loopsIn(aws),
    mails,
    isTold: tells(attack, mails),
    problems: [
      // Where the guard itself was struck, it is the blow.
      ...(attack.needsSweep
        ? []
        : [...aws.problems, ...aws.queued.map(() => 'an event ended in a dead-letter queue')]),
      ...parked(aws).map(() => 'a message could not be told, and was parked'),
    ],
  };
}
