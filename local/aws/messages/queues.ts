import { z } from 'zod';
import type { Encrypted } from './encryption.ts';
import { readEncrypted } from './encryption.ts';
import type { Statement } from '../iam/iam.ts';
import { readPolicy } from '../iam/iam.ts';
import type { Deployment, Template } from '../stack/template.ts';

/** A message that a service left in a dead-letter or on-failure queue. */
export interface QueuedMessage {
  readonly queueArn: string;
  /** Parsed JSON. */
  readonly body: unknown;
  readonly attributes: Readonly<Record<string, string>>;
  /** Milliseconds of `performance.now()`. */
  readonly at: number;
}

/** A queue with its resource policy. */
export interface Queue extends Encrypted {
  readonly policy: readonly Statement[];
}

const queuePolicy = z.object({ Queues: z.array(z.string()), PolicyDocument: z.unknown() });

/** Reads a queue with the policies attached to it. */
export function readQueue(template: Template, id: string, deployment: Deployment): Queue {
  const url = template.reference(id);
  return {
    ...readEncrypted(template, id, template.attribute(id, 'Arn'), deployment),
    policy: template
      .resources('AWS::SQS::QueuePolicy')
      .map((policyId) => [policyId, template.read(policyId, queuePolicy)] as const)
      .filter(([, { Queues }]) => Queues.includes(url))
      .flatMap(([policyId, { PolicyDocument }]) => readPolicy(PolicyDocument, policyId)),
  };
}
