import { CloudTrailClient, StopLoggingCommand } from '@aws-sdk/client-cloudtrail';
import type { AwsWithoutNetwork } from '../../../local/aws/embedded-aws.ts';
import { assumedRole } from '../../../local/aws/iam/principal.ts';
import { AUDIT_TRAIL } from '../../../local/drill/estate.ts';
import { onVirtualRange } from '../drill/on-range.ts';
import { clientOf } from './small-stack.ts';

/** The real package as it is deployed for the drill, and who strikes at it. */
export interface UnderAttack {
  readonly aws: AwsWithoutNetwork;
  /** What Mallory's clients are made with. */
  readonly mallory: ReturnType<typeof clientOf>;
  /** Mallory stops the audit trail. Gives whether it logs again when all is quiet. */
  readonly isGuarded: () => Promise<boolean>;
  /** What CloudTrail has recorded of Mallory, her calls on trails left out. */
  readonly recorded: () => readonly Recorded[];
}

/** What a record says of one call. */
export type Recorded = readonly [
  source: string,
  name: string,
  request: unknown,
  answer: unknown,
  error?: string,
];

/** Opens a virtual range, for one test. */
export function underAttack(use: (range: UnderAttack) => Promise<void>): Promise<void> {
  return onVirtualRange('drill', async ({ aws }) => {
    const userIdentity = assumedRole(aws.account, 'Admin', 'mallory');
    const mallory = clientOf(aws, { userIdentity });
    const trails = new CloudTrailClient(mallory);
    await use({
      aws,
      mallory,
      isGuarded: async () => {
        await trails.send(new StopLoggingCommand({ Name: AUDIT_TRAIL }));
        await aws.idle();
        return aws.trails().find(({ Name }) => Name === AUDIT_TRAIL)?.IsLogging ?? false;
      },
      recorded: () =>
        aws
          .history()
          .filter(
            ({ eventSource, userIdentity: { arn } }) =>
              arn === userIdentity.arn && eventSource !== 'cloudtrail.amazonaws.com',
          )
          .map((record) => [
            record.eventSource,
            record.eventName,
            record.requestParameters,
            record.responseElements,
            ...(record.errorCode === undefined ? [] : [record.errorCode]),
          ]) as unknown as readonly Recorded[],
    });
  });
}

/** What a call was refused with: `Name: message`. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'not refused';
  } catch (error) {
    return String(error);
  }
}
