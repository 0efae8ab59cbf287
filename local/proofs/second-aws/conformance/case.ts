import {
  type CloudTrailClient,
  CloudTrailServiceException,
  CreateTrailCommand,
  type CreateTrailCommandInput,
  DeleteTrailCommand,
  ListTagsCommand,
  RemoveTagsCommand,
} from '@aws-sdk/client-cloudtrail';
import { isDeepStrictEqual } from 'node:util';
import { ACCOUNT, REGION } from '../raw.ts';

/** An AWS whose CloudTrail is asked: the embedded one, or one that others wrote. */
export interface Candidate {
  readonly name: string;
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly close: () => Promise<void>;
}

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

/** One sentence of the documentation, as an experiment. */
export interface Case {
  readonly operation: string;
  /** What is asked, in words. */
  readonly what: string;
  /** The answer that the documentation promises, or the error's name. */
  readonly documented: unknown;
  /** The page that says so. */
  readonly page: string;
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
  call: Case['run'],
  { page = api(operation), ...settings }: Partial<Pick<Case, 'trail' | 'page'>> = {},
): Case {
  const run: Case['run'] = async (here, elsewhere) => {
    await call(here, elsewhere);
    return 'not refused';
  };
  return { operation, what, documented: error, page, run, ...settings };
}

/** A page of CloudTrail's API reference. */
export const api = (name: string): string =>
  `https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_${name}.html`;

/** A page of CloudTrail's user guide. */
export const guide = (name: string): string =>
  `https://docs.aws.amazon.com/awscloudtrail/latest/userguide/${name}.html`;

/** What came of a case on one candidate. */
export interface Finding {
  readonly observed: unknown;
  readonly conforms: boolean;
}

function errorOf(error: unknown): string {
  if (error instanceof CloudTrailServiceException) return error.name;
  // What is no answer of CloudTrail at all, e.g. a web page, fails in the client's parser.
  const { $metadata, $response } = error as {
    $metadata?: { httpStatusCode?: number };
    $response?: { statusCode?: number };
  };
  const status = $response?.statusCode ?? $metadata?.httpStatusCode;
  if (status === undefined) throw error;
  return `HTTP ${status} without an error name`;
}

async function outcome(work: Promise<unknown>): Promise<unknown> {
  try {
    return await work;
  } catch (error) {
    return errorOf(error);
  }
}

/** On AWS a trail's tags go with it; where they do not, the next case must not find them. */
async function leaveNothing(client: CloudTrailClient): Promise<void> {
  const { ResourceTagList } = await client.send(new ListTagsCommand({ ResourceIdList: [arn()] }));
  const TagsList = (ResourceTagList?.[0]?.TagsList ?? []).map(({ Key }) => ({ Key }));
  if (TagsList.length > 0) await client.send(new RemoveTagsCommand({ ResourceId: arn(), TagsList }));
  await client.send(new DeleteTrailCommand({ Name: TRAIL }));
}

/** Runs one case on a fresh trail of its own, which is gone afterwards whatever the case did. */
export async function tryCase(
  here: CloudTrailClient,
  elsewhere: CloudTrailClient,
  { run, trail, documented }: Case,
): Promise<Finding> {
  try {
    await here.send(new CreateTrailCommand({ Name: TRAIL, S3BucketName: BUCKET, ...trail }));
    const observed = await outcome(run(here, elsewhere));
    return { observed, conforms: isDeepStrictEqual(observed, documented) };
  } finally {
    await outcome(leaveNothing(here));
  }
}
