import type { AwsWithoutNetwork, EmbeddedAwsOptions } from '../../../local/aws/embedded-aws.ts';
import { openRange, type Range } from '../../../local/drill/drill.ts';
import type { Load } from '../../../local/aws/lambda/in-this-process.ts';
import { loadGuard } from '../../../local/drill/guard-in-this-process.ts';
import {
  openVirtualRange,
  theGuard,
  theWholeGuard,
  type VirtualRange,
} from '../../../local/drill/virtual-range.ts';
import { inVirtualTime } from '../../../local/drill/virtual-time.ts';
import { packageOf } from '../../packages/packages.ts';

export { sweep } from '../../../local/drill/drill.ts';

type Stage = 'drill' | 'undeclared';

/** The deployed package on an embedded AWS of its own, for one test. */
export async function onRange(stage: Stage, use: (range: Range) => Promise<void>): Promise<void> {
  const range = await openRange({ latencyMs: 0, directory: packageOf(stage) });
  range.aws.forget();
  try {
    await use(range);
  } finally {
    await range.close();
  }
}

/**
 * The guard in this process and in virtual time, by the rules, the rights and the environment of the deployed package,
 * for one test: what it waits for takes no time.
 */
export function onVirtualRange(
  stage: Stage,
  use: (range: VirtualRange) => Promise<void>,
  options: EmbeddedAwsOptions = {},
  guard: Load = stage === 'drill' ? theGuard : loadGuard(null),
): Promise<void> {
  return inVirtualTime(async () => use(await openVirtualRange(packageOf(stage), options, guard)));
}

/** The same, and the guard looks after its own parts, too. */
export const onSelfGuardingRange = (use: (range: VirtualRange) => Promise<void>): Promise<void> =>
  onVirtualRange('drill', use, {}, theWholeGuard);

interface Watched {
  readonly aws: AwsWithoutNetwork;
}

/** The subjects of the mails that have been sent. */
export const subjects = ({ aws }: Watched) => aws.messages.map(({ subject }) => subject);

/** The changes that the guard has made. */
export const writesOfTheGuard = ({ aws }: Watched) =>
  aws.calls.filter(({ mutating, principal }) => mutating && principal.includes('HealRole'));
