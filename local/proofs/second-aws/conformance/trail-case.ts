import {
  CloudTrailClient,
  CreateTrailCommand,
  type CreateTrailCommandInput,
  DeleteTrailCommand,
  ListTagsCommand,
  RemoveTagsCommand,
} from '@aws-sdk/client-cloudtrail';
import { ACCOUNT, REGION } from '../raw.ts';
import { type Case, NOT_REFUSED, outcome } from './case.ts';

/** The trail that each case starts with, new. */
export const TRAIL = 'conformance-trail';

/** Where that trail delivers to; it exists. */
export const BUCKET = 'example-conformance-logs';

/** A topic that exists. */
export const TOPIC = 'conformance-log-files';

/** A bucket that does not exist. */
export const NO_BUCKET = 'example-no-such-bucket';

/** A Region that is nobody's home. */
export const ELSEWHERE = 'eu-west-1';

/** The ARN of a trail of this account and Region. */
export const arn = (name: string = TRAIL): string => `arn:aws:cloudtrail:${REGION}:${ACCOUNT}:trail/${name}`;

/** One promise about CloudTrail, as an experiment with a trail of its own. */
export interface TrailCase extends Omit<Case, 'service' | 'run'> {
  /** Makes the calls and gives what is compared. `here` is the trail's home Region. */
  readonly run: (here: CloudTrailClient, elsewhere: CloudTrailClient) => Promise<unknown>;
  /** What the trail has beside its name and bucket. */
  readonly trail?: Partial<CreateTrailCommandInput>;
}

/** A call that the documentation says is refused, by an error of its page in the API reference. */
export function refused(
  operation: string,
  what: string,
  error: string,
  call: TrailCase['run'],
  { page = api(operation), ...settings }: Partial<Pick<TrailCase, 'trail' | 'page'>> = {},
): TrailCase {
  const run: TrailCase['run'] = async (here, elsewhere) => {
    await call(here, elsewhere);
    return NOT_REFUSED;
  };
  return { operation, what, documented: error, page, run, ...settings };
}

/** A page of CloudTrail's API reference. */
export const api = (name: string): string =>
  `https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_${name}.html`;

/** A page of CloudTrail's user guide. */
export const guide = (name: string): string =>
  `https://docs.aws.amazon.com/awscloudtrail/latest/userguide/${name}.html`;

/** On AWS a trail's tags go with it; where they do not, the next case must not find them. */
async function leaveNothing(client: CloudTrailClient): Promise<void> {
  const { ResourceTagList } = await client.send(new ListTagsCommand({ ResourceIdList: [arn()] }));
  const TagsList = (ResourceTagList?.[0]?.TagsList ?? []).map(({ Key }) => ({ Key }));
  if (TagsList.length > 0) await client.send(new RemoveTagsCommand({ ResourceId: arn(), TagsList }));
  await client.send(new DeleteTrailCommand({ Name: TRAIL }));
}

/** Lets each case run on a fresh trail, which is gone afterwards whatever the case did. */
export function onFreshTrails(cases: readonly TrailCase[]): Case[] {
  return cases.map(({ run, trail, ...promise }) => ({
    ...promise,
    service: 'CloudTrail',
    run: async (connect) => {
      const [here, elsewhere] = [connect(CloudTrailClient), connect(CloudTrailClient, ELSEWHERE)];
      try {
        await here.send(new CreateTrailCommand({ Name: TRAIL, S3BucketName: BUCKET, ...trail }));
        return await run(here, elsewhere);
      } finally {
        await outcome(leaveNothing(here));
      }
    },
  }));
}
