import type { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import {
  AddTagsCommand,
  GetEventConfigurationCommand,
  GetTrailStatusCommand,
  PutEventConfigurationCommand,
  PutInsightSelectorsCommand,
  RemoveTagsCommand,
  StartLoggingCommand,
  UpdateTrailCommand,
} from '@aws-sdk/client-cloudtrail';
import { DeleteBucketPolicyCommand, PutBucketPolicyCommand, type S3Client } from '@aws-sdk/client-s3';
import type { SNSClient } from '@aws-sdk/client-sns';
import { PublishCommand } from '@aws-sdk/client-sns';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { GetQueueAttributesCommand, GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import type { Probe, Probed } from '../drill/account.ts';
import type { Answers, Measurable } from '../drill/questions.ts';
import { asError } from '../foreign/error.ts';
import { oneLine } from '../foreign/printable.ts';
import { asRecord, asText } from '../foreign/values.ts';
import type { Home } from '../kinds/home.ts';
import { trailArn } from '../kinds/trail/reference.ts';

/** What probing takes. */
export interface Prober {
  readonly home: Home;
  /** `trailkeeper-<stage>`: what the names of the guard's parts begin with. */
  readonly guard: string;
  readonly cloudTrail: CloudTrailClient;
  /** The same, whose calls are made once, come what may. */
  readonly once: CloudTrailClient;
  readonly s3: S3Client;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  readonly bucket: string;
  readonly hasHistoryItems: () => Promise<boolean>;
}

const said = (thrown: unknown): string => {
  const { name, message } = asError(thrown);
  return oneLine(`${name}: ${message}`, 300);
};

/** Calls in one second, of which CloudTrail allows one. https://docs.aws.amazon.com/general/latest/gr/ct.html */
const AT_ONCE = 10;

async function aggregation({ cloudTrail }: Prober, TrailName: string): Promise<string> {
  const set = (AggregationConfigurations: { Templates: 'API_ACTIVITY'[]; EventCategory: 'Data' }[]) =>
    cloudTrail.send(new PutEventConfigurationCommand({ TrailName, AggregationConfigurations }));
  await set([{ Templates: ['API_ACTIVITY'], EventCategory: 'Data' }]);
  await set([]);
  const { AggregationConfigurations = [] } = await cloudTrail.send(
    new GetEventConfigurationCommand({ TrailName }),
  );
  return AggregationConfigurations.length === 0 ? 'yes, or the guard was faster' : 'no';
}

async function startTime({ cloudTrail }: Prober, Name: string): Promise<string> {
  const read = async () => (await cloudTrail.send(new GetTrailStatusCommand({ Name }))).StartLoggingTime;
  const before = await read();
  await cloudTrail.send(new StartLoggingCommand({ Name }));
  const after = await read();
  return before?.getTime() === after?.getTime() ? 'no' : 'yes';
}

async function sameBucket(prober: Prober, Name: string, policy: object): Promise<string> {
  const { cloudTrail, s3, bucket: Bucket } = prober;
  await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
  try {
    await cloudTrail.send(new UpdateTrailCommand({ Name, S3BucketName: Bucket }));
    return 'no: it was accepted without the policy';
  } catch (thrown) {
    return `yes: ${said(thrown)}`;
  } finally {
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(policy) }));
  }
}

async function snsText({ sns, home, guard }: Prober): Promise<string> {
  const { partition, region, account } = home;
  const TopicArn = `arn:${partition}:sns:${region}:${account}:${guard}-alerts`;
  // SNS refuses it: nobody gets a message.
  const Subject = 'DRILL '.padEnd(101, '.');
  try {
    await sns.send(new PublishCommand({ TopicArn, Subject, Message: 'DRILL' }));
    return 'a subject of 101 characters was taken';
  } catch (thrown) {
    return said(thrown);
  }
}

async function queues({ sqs, guard }: Prober): Promise<string> {
  const waiting = await Promise.all(
    [`${guard}-passes.fifo`, `${guard}-parked.fifo`].map(async (QueueName) => {
      const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
      );
      return `${Attributes.ApproximateNumberOfMessages ?? '?'} in ${QueueName}`;
    }),
  );
  return `what the drill made came through; waiting: ${waiting.join(', ')}`;
}

/** Calls whose spelling in a record is not known; each asks for what the trail has already, or what is taken away again. */
async function spelling({ cloudTrail, home }: Prober, name: string): Promise<Probe[]> {
  const ResourceId = trailArn(home, name);
  const TagsList = [{ Key: 'trailkeeper-measure', Value: 'drill' }];
  const made = [
    ['AddTags', () => cloudTrail.send(new AddTagsCommand({ ResourceId, TagsList }))],
    ['RemoveTags', () => cloudTrail.send(new RemoveTagsCommand({ ResourceId, TagsList }))],
    [
      'PutInsightSelectors',
      () => cloudTrail.send(new PutInsightSelectorsCommand({ TrailName: name, InsightSelectors: [] })),
    ],
    [
      'PutEventConfiguration',
      () =>
        cloudTrail.send(new PutEventConfigurationCommand({ TrailName: name, AggregationConfigurations: [] })),
    ],
  ] as const;
  const probes: Probe[] = [];
  for (const [call, send] of made) {
    const requestId = await send().then(({ $metadata }) => $metadata.requestId, idOf);
    probes.push({ call, requestId, answers: 'spelling' });
  }
  return probes;
}

/** A refused call stands in the history, too. */
function idOf(thrown: unknown): string | undefined {
  return asText(asRecord(asRecord(thrown)['$metadata'])['requestId']);
}

async function throttled({ once }: Prober, Name: string): Promise<{ answer: string; calls: Probe[] }> {
  const ended = await Promise.all(
    Array.from({ length: AT_ONCE }, () =>
      once.send(new StartLoggingCommand({ Name })).then(() => undefined, asError),
    ),
  );
  const refused = ended.flatMap((error) => (error?.name === 'ThrottlingException' ? error : []));
  return {
    answer: `${refused.length} of ${AT_ONCE} calls were throttled; the Event history has shown none of them yet`,
    calls: refused.map((error) => ({ call: 'StartLogging', requestId: idOf(error), answers: 'throttled' })),
  };
}

/** Asks all that can be asked at once. What cannot be answered says why; it never rejects. */
export async function probe(prober: Prober, name: string, policy: object): Promise<Probed> {
  const answers: Partial<Record<Measurable, string>> = {};
  const answer = async (question: Measurable, asked: () => Promise<string>) => {
    answers[question] = await asked().catch((thrown: unknown) => `not measured: ${said(thrown)}`);
  };
  await answer('aggregation', () => aggregation(prober, name));
  await answer('startTime', () => startTime(prober, name));
  await answer('sameBucket', () => sameBucket(prober, name, policy));
  await answer('snsText', () => snsText(prober));
  await answer('ledgerPolicy', async () =>
    (await prober.hasHistoryItems()) ? 'yes: there are items of the kind history' : 'no such item yet',
  );
  await answer('queues', () => queues(prober));
  const calls = await spelling(prober, name);
  await answer('throttled', async () => {
    const { answer: text, calls: made } = await throttled(prober, name);
    calls.push(...made);
    return text;
  });
  return { answers: answers satisfies Answers, calls };
}
