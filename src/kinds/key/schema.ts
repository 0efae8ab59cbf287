import { z } from 'zod';
import { document, policy, resource } from '../resource-schema.ts';
import { matching } from '../schema-rules.ts';

/** How a key is declared. https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html */
export const keySchema = resource(
  matching(/^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, 'is not the ARN of a key'),
  {
    KeyState: z.literal('Enabled').optional(),
    Policy: policy.optional(),
    Shared: z
      .boolean()
      .optional()
      .describe('Others use the key, too: its policy is told of, and not repaired.'),
    Grants: z
      .array(document)
      .optional()
      .describe('To other accounts, as ListGrants shows them; any other to another account goes.'),
    KeyRotationEnabled: z.boolean().optional(),
    RotationPeriodInDays: z.number().int().min(90).max(2560).optional(),
    AliasName: matching(/^alias\/[\w/-]+$/, 'is not an alias: it begins with alias/').optional(),
  },
);
