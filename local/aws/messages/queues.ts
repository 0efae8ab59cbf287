import { z } from 'zod';
import type { Statement } from '../iam/iam.ts';
import { readPolicy } from '../iam/iam.ts';
import type { Deployment, Template } from '../stack/template.ts';
import type { Encrypted } from './encryption.ts';
import { readEncrypted } from './encryption.ts';
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

/** Numbers are of seconds and bytes. */
const queueProperties = z.object({
  FifoQueue: z.coerce.boolean().default(false),
  ContentBasedDeduplication: z.coerce.boolean().default(false),
  DelaySeconds: z.coerce.number().min(0).max(900).default(0),
  VisibilityTimeout: z.coerce.number().min(0).max(43_200).default(30),
  MessageRetentionPeriod: z.coerce.number().min(60).max(1_209_600).default(345_600),
  MaximumMessageSize: z.coerce.number().min(1024).max(1_048_576).default(1_048_576),
  RedrivePolicy: z
    .object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number().min(1).max(1000) })
    .optional(),
  KmsMasterKeyId: z.string().optional(),
});

/**
 * Reads a queue with the policies attached to it. Throws where its name or its dead-letter queue is not of its own sort,
 * FIFO or not.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html
 */
export function readQueue(template: Template, id: string, deployment: Deployment): Queue {
  const url = template.reference(id);
  const arn = template.attribute(id, 'Arn');
  const { RedrivePolicy, KmsMasterKeyId, ...properties } = template.read(id, queueProperties);
  const { FifoQueue: isFifo } = properties;
  for (const each of [arn, RedrivePolicy?.deadLetterTargetArn ?? arn])
    if (each.endsWith('.fifo') !== isFifo)
      throw new Error(`${id}: ${each} is ${isFifo ? 'not ' : ''}the name of a FIFO queue`);
  const documents = template
    .resources('AWS::SQS::QueuePolicy')
    .map((policyId) => [policyId, template.read(policyId, queuePolicy)] as const)
    .filter(([, { Queues }]) => Queues.includes(url));
  const said = {
    QueueArn: arn,
    ...properties,
    RedrivePolicy: RedrivePolicy && JSON.stringify(RedrivePolicy),
    KmsMasterKeyId,
    Policy: documents[0] && JSON.stringify(documents[0][1].PolicyDocument),
  };
  return {
    ...readEncrypted(template, id, arn, deployment),
    name: template.attribute(id, 'QueueName'),
    url,
    policy: documents.flatMap(([policyId, { PolicyDocument }]) => readPolicy(PolicyDocument, policyId)),
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
      Object.entries(said).flatMap(([name, value]) =>
        value === undefined || value === false ? [] : [[name, String(value)]],
      ),
    ),
  };
}
