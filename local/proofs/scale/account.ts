import { CloudTrailClient, DescribeTrailsCommand } from '@aws-sdk/client-cloudtrail';
import { liveTrails } from '../../../src/aws/cloudtrail.ts';
import type { Trail } from '../../../src/kinds/trail/schema.ts';
import { plan } from '../../../src/kinds/trail/plan.ts';
import { embeddedAws } from '../../aws/aws.ts';
import type { AwsWithoutNetwork } from '../../aws/embedded-aws.ts';
import { delay } from '../../aws/wire/delay.ts';
import { inThisProcess } from '../../aws/lambda/in-this-process.ts';
import { withoutNetwork } from '../../aws/wire/no-network.ts';
import { assumedRole, type SignIn } from '../../aws/iam/principal.ts';
import { differences } from '../../drill/drill.ts';
import { loadGuard } from '../../drill/guard-in-this-process.ts';
import type { Moment } from './chronicle.ts';

/** One account and Region under guard, with CloudTrail's quotas, in virtual time. */
export interface Account {
  readonly aws: AwsWithoutNetwork;
  readonly mallory: CloudTrailClient;
  /** Each change of a trail's true state, as of the answer to the call that made it. */
  readonly moments: readonly Moment[];
  /** The fields, `trail.field`, in which the trails are not as declared. */
  readonly broken: () => string[];
}

/** How a session of Mallory's is signed: alerts and call logs know her by it. */
export const MALLORY = 'mallory';

/** Ms that a cold container takes until its handler is called, the same as in local/drill/virtual-range.ts. */
const COLD_START_MS = 400;

/** Ms between the attempts of a failed invocation; AWS waits one minute, then two. */
const RETRY_DELAY_MS = 60_000;

const PATIENCE_MS = 5000;

/** After so many ms without a call, every quota is there in full: it holds the calls of one second. */
const QUOTAS_REFILL_MS = 1000;

/** What changes no trail: nothing to note. */
const READS = /\.(Get|List|Describe|Lookup)/;

async function create(
  trails: readonly Trail[],
  aws: AwsWithoutNetwork,
  alice: CloudTrailClient,
): Promise<void> {
  const { account, region } = aws;
  const live = liveTrails(alice, { partition: 'aws', account, region });
  for (const trail of trails) {
    const nothing = {
      Name: trail.Name,
      standing: 'missing',
      state: {},
      unread: {},
      deliveryErrors: [],
    } as const;
    for (const repair of plan(trail, nothing)) await live.repair(repair);
  }
}

/**
 * Lets the SDK read its configuration files, which it does once a process: to be awaited before virtual time begins, for
 * a disk is nothing that virtual time waits for.
 */
export async function warmUp(): Promise<void> {
  const aws = embeddedAws({}, () => {
    throw new Error('Nothing is deployed here');
  });
  const client = new CloudTrailClient({
    region: aws.region,
    credentials: aws.signIn({ userIdentity: assumedRole(aws.account, 'Security', 'alice') }),
    requestHandler: withoutNetwork(aws.answer, PATIENCE_MS) as never,
  });
  await client.send(new DescribeTrailsCommand({}));
}

/**
 * Opens an account whose trails are exactly as declared, guarded by the rules, rights and environment of a package that
 * declares them. All containers are cold, and all quotas unused. `latencyMs` is what each API call takes.
 */
export async function openAccount(
  trails: readonly Trail[],
  directory: string,
  latencyMs: number,
): Promise<Account> {
  const moments: Moment[] = [];
  const note = () => {
    const now = aws.trails();
    const drifted = different(now);
    for (const { Name } of declared) {
      const last = moments.findLast((each) => each.trail === Name);
      const logging = now.some((trail) => trail.Name === Name && trail.IsLogging);
      const whole = !drifted.some((field) => field.startsWith(`${Name}.`) || field.startsWith(`${Name} `));
      if (last?.logging !== logging || last.whole !== whole)
        moments.push({ at: performance.now(), trail: Name, logging, whole });
    }
  };
  const aws: AwsWithoutNetwork = embeddedAws(
    { latencyMs, retryDelayMs: RETRY_DELAY_MS, throttle: true, darkWhenNoTrailLogs: true },
    (settings) => inThisProcess(answer, loadGuard(baseline), COLD_START_MS)(settings),
  );
  const baseline = { Account: aws.account, Region: aws.region, Trails: trails };
  const answer: typeof aws.answer = async (asked) => {
    const answered = await aws.answer(asked);
    if (!READS.test(String(asked.headers['x-amz-target']))) note();
    return answered;
  };
  const client = (who: SignIn) =>
    new CloudTrailClient({
      region: aws.region,
      credentials: aws.signIn(who),
      maxAttempts: 10,
      requestHandler: withoutNetwork(answer, PATIENCE_MS) as never,
    });
  let declared: ReturnType<typeof aws.trails> = [];
  const different = (now: typeof declared) => differences(declared, now);
  await create(trails, aws, client({ userIdentity: assumedRole(aws.account, 'Security', 'alice') }));
  declared = aws.trails();
  aws.deploy(directory);
  await delay(QUOTAS_REFILL_MS);
  aws.forget();
  const mallory = client({
    userIdentity: assumedRole(aws.account, 'Admin', MALLORY),
    sourceIPAddress: '198.51.100.7',
    userAgent: 'aws-cli/2.31.0',
  });
  return { aws, mallory, moments, broken: () => different(aws.trails()) };
}
