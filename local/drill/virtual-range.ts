import { readFileSync } from 'node:fs';
import type { CloudTrail } from '@aws-sdk/client-cloudtrail';
import type { Baseline } from '../../src/baseline/baseline.ts';
import { parseBaseline } from '../../src/baseline/read.ts';
import { embeddedAws } from '../aws/aws.ts';
import type { AwsWithoutNetwork, EmbeddedAwsOptions } from '../aws/embedded-aws.ts';
import { inThisProcess, type Load } from '../aws/lambda/in-this-process.ts';
import type { Stack } from '../aws/stack.ts';
import { withoutNetwork } from '../aws/wire/no-network.ts';
import { assumedRole, type SignIn } from '../aws/iam/principal.ts';
import { A_DAY_MS, STAGE } from './drill.ts';
import { clientsOf } from './clients.ts';
import { setUpDeliveryPath } from './delivery-path.ts';
import { setUpTrails } from './estate.ts';
import { type Intruder, intruder } from './intruder.ts';
import { packagedParts } from '../../src/handlers/own-parts.ts';
import { loadGuard } from './guard-in-this-process.ts';

/** An embedded AWS without a network, with Alice's trails, guarded in this process by the rules and rights of a package. */
export interface VirtualRange {
  readonly aws: AwsWithoutNetwork;
  readonly stack: Stack;
  readonly alice: CloudTrail;
  readonly mallory: CloudTrail;
  /** Mallory comes back as another session. */
  readonly intrude: () => Intruder;
}

/** How long a person's client waits for an answer, in ms. */
const PATIENCE_MS = 5000;

/** Ms from the start of a container until its handler is called: what Lambda takes, not what the package takes. */
const COLD_START_MS = 400;

const baselineFile = `baselines/${STAGE}.yml`;

let read: Baseline | undefined;
const ofTheDrill = () => (read ??= parseBaseline(readFileSync(baselineFile, 'utf8'), baselineFile));

/** Loads the guard itself, with the baseline of the drill. It looks after trails and what they deliver through. */
export const theGuard: Load = (environment, aws) => loadGuard(ofTheDrill())(environment, aws);

/** Loads the same guard, and it looks after its own parts, too. */
export const theWholeGuard: Load = (environment, aws) =>
  loadGuard(ofTheDrill(), undefined, packagedParts)(environment, aws);

/**
 * Opens a range within virtual time; only its rules, roles and environment are read from the package in `directory`. Lambda
 * waits for as long as AWS documents between the attempts of an invocation: one minute.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export async function openVirtualRange(
  directory: string,
  options: EmbeddedAwsOptions = {},
  load: Load = theGuard,
): Promise<VirtualRange> {
  const aws: AwsWithoutNetwork = embeddedAws(
    { latencyMs: 20, retryDelayMs: 60_000, ...options },
    (settings) => inThisProcess(aws.answer, load, COLD_START_MS)(settings),
  );
  const clients = (who: SignIn) =>
    clientsOf({
      region: aws.region,
      credentials: aws.signIn(who),
      maxAttempts: 10,
      requestHandler: withoutNetwork(aws.answer, PATIENCE_MS) as never,
    });
  const alice = clients({ userIdentity: assumedRole(aws.account, 'Security', 'alice') });
  const intrude = intruder(clients, aws.account);
  const mallory = intrude();
  await setUpDeliveryPath(aws, alice);
  await setUpTrails(alice);
  aws.ageHistory(A_DAY_MS);
  const stack = aws.deploy(directory);
  await aws.idle();
  aws.forget();
  return { aws, stack, alice: alice.cloudTrail, mallory: mallory.cloudTrail, intrude };
}
