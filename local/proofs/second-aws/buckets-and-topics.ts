import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { ask, EMULATOR_CREDENTIALS, REGION } from './raw.ts';

/** Creates what trails deliver to. A bucket or topic that is there already is no error in this Region. */
export async function createBucketsAndTopics(
  endpoint: string,
  buckets: readonly string[],
  topics: readonly string[],
): Promise<void> {
  const sns = new SNSClient({ endpoint, region: REGION, credentials: EMULATOR_CREDENTIALS });
  for (const bucket of buckets) await ask(endpoint, { service: 's3', method: 'PUT', path: `/${bucket}` });
  for (const Name of topics) await sns.send(new CreateTopicCommand({ Name }));
  sns.destroy();
}
