import { type EmbeddedAwsOptions, embeddedAws } from '../../../local/aws/aws.ts';
import type { AwsWithoutNetwork } from '../../../local/aws/embedded-aws.ts';
import { assumedRole, type SignIn } from '../../../local/aws/iam/principal.ts';
import { inThisProcess } from '../../../local/aws/lambda/in-this-process.ts';
import { withoutNetwork } from '../../../local/aws/wire/no-network.ts';

/** What an SDK's client is made with. */
export interface ClientSettings {
  readonly region: string;
  readonly credentials: ReturnType<AwsWithoutNetwork['signIn']>;
  readonly maxAttempts: 1;
  readonly requestHandler: never;
}

/** An embedded AWS without a network and without functions, and the settings of clients that speak to it. */
export function emptyAws(options: EmbeddedAwsOptions = {}) {
  const aws: AwsWithoutNetwork = embeddedAws(options, (settings) =>
    inThisProcess(
      aws.answer,
      () => () => Promise.reject(new Error('There is no function here')),
      0,
    )(settings),
  );
  const as = (
    session: string,
    more: Partial<SignIn> & { readonly region?: string; readonly account?: string } = {},
  ) => {
    const { region = aws.region, account = aws.account, ...who } = more;
    return {
      region,
      credentials: aws.signIn({ userIdentity: assumedRole(account, 'Security', session), ...who }),
      maxAttempts: 1,
      requestHandler: withoutNetwork(aws.answer, 60_000) as never,
    } satisfies ClientSettings;
  };
  /** What the Event history and the bus hold of the calls so far, by name. */
  const recorded = (eventName: string) => {
    const record = aws.history().findLast((each) => each.eventName === eventName);
    const isDelivered = aws.events.some(({ event }) => event.detail === record);
    return { record, isDelivered };
  };
  return { aws, as, recorded };
}
