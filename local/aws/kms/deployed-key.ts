import { z } from 'zod';
import { readPolicy } from '../iam/iam.ts';
import type { Placement } from '../stack/resource-names.ts';
import type { Template } from '../stack/template.ts';
import type { Key } from './kms.ts';

const properties = z.object({
  Description: z.string().default(''),
  EnableKeyRotation: z.coerce.boolean().default(false),
  RotationPeriodInDays: z.coerce.number().min(90).max(2560).default(365),
  KeyPolicy: z.unknown(),
});

/** What KMS gives a key that nobody gave a policy. @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html */
const defaultPolicy = ({ partition, account }: Placement) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'Enable IAM User Permissions',
      Effect: 'Allow',
      Principal: { AWS: `arn:${partition}:iam::${account}:root` },
      Action: 'kms:*',
      Resource: '*',
    },
  ],
});

/**
 * Reads a key. Throws for a policy that cannot be judged here.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html
 */
export function readKey(template: Template, id: string, place: Placement): Key {
  const { Description, EnableKeyRotation, RotationPeriodInDays, ...said } = template.read(id, properties);
  const KeyPolicy = said.KeyPolicy ?? defaultPolicy(place);
  return {
    arn: template.attribute(id, 'Arn'),
    id: template.reference(id),
    description: Description,
    createdAt: Date.now(),
    state: 'Enabled',
    policy: JSON.stringify(KeyPolicy),
    statements: readPolicy(KeyPolicy, id),
    isRotating: EnableKeyRotation,
    rotationDays: RotationPeriodInDays,
  };
}
