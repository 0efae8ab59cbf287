import { z } from 'zod';
import type { Statement } from '../iam/iam.ts';
import { readPolicy } from '../iam/iam.ts';
import type { Deployment, Template } from '../stack/template.ts';
import { customerKey, type Encrypted } from './encryption.ts';
import type { QueueBehaviour } from './queue-messages.ts';

/** A message that a service left in a dead-letter or on-failure queue. */
export interface QueuedMessage {
  readonly queueArn: string;
  /** Parsed, where it is JSON. */
  readonly body: unknown;
  readonly attributes: Readonly<Record<string, string>>;
  /** Milliseconds of `performance.now()`. */
  readonly at: number;
}

/** A queue with its resource policy. */
export interface Queue extends Encrypted {
  readonly name: string;
  readonly url: string;
  readonly policy: readonly Statement[];
  readonly behaviour: QueueBehaviour;
  readonly deadLetters: string | undefined;
  /** What GetQueueAttributes says of it, counts left out. */
  readonly attributes: Readonly<Record<string, string>>;
}

const queuePolicy = z.object({ Queues: z.array(z.string()), PolicyDocument: z.unknown() });

const flag = z.preprocess((value) => String(value) === 'true', z.boolean());
const redrive = z.object({
  deadLetterTargetArn: z.string(),
  maxReceiveCount: z.coerce.number().min(1).max(1000),
});

/** What a queue is made with, in a template and in a request. Numbers are of seconds and bytes. */
export const queueShape = z.object({
  FifoQueue: flag,
  ContentBasedDeduplication: flag,
  DelaySeconds: z.coerce.number().min(0).max(900).default(0),
  VisibilityTimeout: z.coerce.number().min(0).max(43_200).default(30),
  MessageRetentionPeriod: z.coerce.number().min(60).max(1_209_600).default(345_600),
  MaximumMessageSize: z.coerce.number().min(1024).max(1_048_576).default(1_048_576),
  RedrivePolicy: redrive.optional(),
  KmsMasterKeyId: z.string().optional(),
  SqsManagedSseEnabled: flag,
});

/** What a queue is called. */
export type QueueName = Pick<Queue, 'arn' | 'name' | 'url'>;

/** Where a queue is. */
export type QueuePlace = Pick<Deployment, 'partition' | 'region' | 'account'>;

/**
 * A queue of this name. `policy` is its document as a text. Throws where the name or the dead-letter queue is not of its own
 * sort, FIFO or not.
 */
export function queueOf(
  name: QueueName,
  shape: z.output<typeof queueShape>,
  policy: string | undefined,
  place: QueuePlace,
  where: string,
): Queue {
  const { RedrivePolicy, KmsMasterKeyId, ...properties } = shape;
  const { FifoQueue: isFifo } = properties;
  for (const each of [name.arn, RedrivePolicy?.deadLetterTargetArn ?? name.arn])
    if (each.endsWith('.fifo') !== isFifo)
      throw new Error(`${where}: ${each} is ${isFifo ? 'not ' : ''}the name of a FIFO queue`);
  const said = {
    QueueArn: name.arn,
    ...properties,
    RedrivePolicy: RedrivePolicy && JSON.stringify(RedrivePolicy),
    KmsMasterKeyId,
    Policy: policy,
  };
  return {
    ...name,
    keyArn: customerKey(KmsMasterKeyId, place),
    policy: policy === undefined ? [] : readPolicy(JSON.parse(policy), where),
    behaviour: {
      isFifo,
      contentBasedDeduplication: properties.ContentBasedDeduplication,
      delayMs: properties.DelaySeconds * 1000,
      visibilityMs: properties.VisibilityTimeout * 1000,
      retentionMs: properties.MessageRetentionPeriod * 1000,
      maxReceiveCount: RedrivePolicy?.maxReceiveCount ?? Infinity,
    },
    deadLetters: RedrivePolicy?.deadLetterTargetArn,
    attributes: Object.fromEntries(
      Object.entries(said).flatMap(([key, value]) =>
        value === undefined || value === false ? [] : [[key, String(value)]],
      ),
    ),
  };
}

/** A queue that attributes, which are texts, make of another one. Throws an Error for what SQS does not take. */
export function withAttributes(
  queue: Queue,
  given: Readonly<Record<string, string>>,
  place: QueuePlace,
): Queue {
  const said = Object.entries({ ...queue.attributes, ...given }).filter(([, value]) => value !== '');
  const { Policy, RedrivePolicy, ...attributes } = Object.fromEntries(said);
  const shape = queueShape.parse({
    ...attributes,
    ...(RedrivePolicy !== undefined && { RedrivePolicy: JSON.parse(RedrivePolicy) as unknown }),
  });
  return queueOf(queue, shape, Policy, place, queue.name);
}

/**
 * Reads a queue with the policies attached to it.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html
 */
export function readQueue(template: Template, id: string, place: QueuePlace): Queue {
  const url = template.reference(id);
  const documents = template
    .resources('AWS::SQS::QueuePolicy')
    .map((policyId) => template.read(policyId, queuePolicy))
    .filter(({ Queues }) => Queues.includes(url))
    .map(({ PolicyDocument }) => PolicyDocument);
  if (documents.length > 1) throw new Error(`${id}: a queue has one policy`);
  const name = { arn: template.attribute(id, 'Arn'), name: template.attribute(id, 'QueueName'), url };
  const policy = documents[0] === undefined ? undefined : JSON.stringify(documents[0]);
  return queueOf(name, template.read(id, queueShape), policy, place, id);
}
