import { z } from 'zod';
import type { Deployment, Template } from '../stack/template.ts';

/** A topic or queue, with the customer's key that encrypts it, if any. */
export interface Encrypted {
  readonly arn: string;
  readonly keyArn: string | undefined;
}

const encryption = z.object({ KmsMasterKeyId: z.string().optional() });

/** The ARN and key of a topic or queue. */
export function readEncrypted(
  template: Template,
  id: string,
  arn: string,
  deployment: Deployment,
): Encrypted {
  return { arn, keyArn: customerKey(template.read(id, encryption).KmsMasterKeyId, deployment) };
}

/** The ARN of a customer's key. AWS's own keys (alias/aws/…) need no rights of the caller's. */
export function customerKey(
  key: string | undefined,
  { partition, region, account }: Pick<Deployment, 'partition' | 'region' | 'account'>,
): string | undefined {
  if (key === undefined || /(?:^|:)alias\/aws\//.test(key)) return undefined;
  return key.startsWith('arn:')
    ? key
    : `arn:${partition}:kms:${region}:${account}:${key.startsWith('alias/') ? key : `key/${key}`}`;
}
