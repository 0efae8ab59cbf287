import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedAws } from '../../../aws/aws.ts';
import { assumedRole, iamUser } from '../../../aws/iam/principal.ts';
import { createBucketsAndTopics } from '../buckets-and-topics.ts';
import { startMoto } from '../moto.ts';
import { EMULATOR_CREDENTIALS } from '../raw.ts';
import type { Candidate } from './case.ts';
import { createStack, deleteStack, RESOURCES, TEMPLATE } from './stack.ts';
import { BUCKET, NO_BUCKET, TOPIC } from './trail-case.ts';

/** The embedded AWS, in which every bucket exists until it is said to be broken, and everybody who has signed in. */
export async function embeddedCandidate(): Promise<Candidate> {
  const aws = await startEmbeddedAws();
  aws.breakDestination(NO_BUCKET, 'S3BucketDoesNotExistException');
  const directory = mkdtempSync(join(tmpdir(), 'trailkeeper-conformance-'));
  writeFileSync(join(directory, 'cloudformation-template-update-stack.json'), JSON.stringify(TEMPLATE));
  aws.deploy(directory);
  aws.signIn({ userIdentity: assumedRole(aws.account, RESOURCES.role, 'mallory') });
  aws.signIn({ userIdentity: iamUser(aws.account, RESOURCES.user) });
  return {
    name: 'embedded AWS',
    endpoint: aws.endpoint,
    credentials: aws.signIn({ userIdentity: assumedRole(aws.account, 'Security', 'alice') }),
    close: async () => {
      await aws.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Whatever answers at an endpoint. */
export async function candidateAt(endpoint: string, name = endpoint): Promise<Candidate> {
  await createBucketsAndTopics(endpoint, [BUCKET], [TOPIC]);
  await createStack(endpoint);
  return { name, endpoint, credentials: EMULATOR_CREDENTIALS, close: () => deleteStack(endpoint) };
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
