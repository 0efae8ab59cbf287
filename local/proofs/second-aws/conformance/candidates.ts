import { startEmbeddedAws } from '../../../aws/aws.ts';
import { assumedRole } from '../../../aws/iam/principal.ts';
import { createBucketsAndTopics } from '../buckets-and-topics.ts';
import { startMoto } from '../moto.ts';
import { EMULATOR_CREDENTIALS } from '../raw.ts';
import { BUCKET, type Candidate, NO_BUCKET, TOPIC } from './case.ts';

/** The embedded AWS, in which every bucket exists until it is said to be broken. */
export async function embeddedCandidate(): Promise<Candidate> {
  const aws = await startEmbeddedAws();
  aws.breakDestination(NO_BUCKET, 'S3BucketDoesNotExistException');
  return {
    name: 'embedded AWS',
    endpoint: aws.endpoint,
    credentials: aws.signIn({ userIdentity: assumedRole(aws.account, 'Security', 'alice') }),
    close: aws.stop,
  };
}

/** Whatever answers at an endpoint. */
export async function candidateAt(endpoint: string, name = endpoint): Promise<Candidate> {
  await createBucketsAndTopics(endpoint, [BUCKET], [TOPIC]);
  return { name, endpoint, credentials: EMULATOR_CREDENTIALS, close: () => Promise.resolve() };
}

/** moto as its authors ship it, without any patch. */
export async function motoCandidate(): Promise<Candidate> {
  const { endpoint, name, stop } = await startMoto(false);
  try {
    return { ...(await candidateAt(endpoint, name)), close: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
