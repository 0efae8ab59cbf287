import { z } from 'zod';
import { orNone, policy, resource } from '../resource-schema.ts';
import { matching } from '../schema-rules.ts';

/** A topic by the names of its attributes. https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html */
export const topicSchema = resource(
  matching(
    /^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}(?:\.fifo)?$/,
    'is not the ARN of a topic, like arn:aws:sns:us-east-1:123456789012:audit-log-files',
  ),
  {
    Policy: policy.optional(),
    KmsMasterKeyId: orNone(z.string()),
    DeliveryPolicy: orNone(z.string()).describe('Text of JSON, as SNS shows it; null: the default.'),
  },
);
