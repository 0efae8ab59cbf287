import { z } from 'zod';
import { readPolicy } from '../iam/iam.ts';
import type { Placement } from '../stack/resource-names.ts';
import type { Template } from '../stack/template.ts';
import { type Bucket, element, NEW_BUCKET } from './bucket.ts';

const properties = z.object({
  OwnershipControls: z.unknown(),
  PublicAccessBlockConfiguration: z.unknown(),
  VersioningConfiguration: z.unknown(),
  BucketEncryption: z.object({ ServerSideEncryptionConfiguration: z.array(z.unknown()) }).optional(),
  LifecycleConfiguration: z.object({ Rules: z.array(z.looseObject({})) }).optional(),
});

const policy = z.object({ Bucket: z.string(), PolicyDocument: z.unknown() });

/** What the API calls otherwise than the template. https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html */
const NAMES: Readonly<Record<string, string>> = {
  Id: 'ID',
  Rules: 'Rule',
  ServerSideEncryptionByDefault: 'ApplyServerSideEncryptionByDefault',
};

/** A value of a template as S3 shows it; lists are repeated elements. */
function asXml(name: string, value: unknown): string {
  const tag = NAMES[name] ?? name;
  if (Array.isArray(value)) return value.map((each) => asXml(name, each)).join('');
  if (name === 'ExpirationInDays') return `<Expiration><Days>${String(value)}</Days></Expiration>`;
  if (typeof value !== 'object' || value === null) return `<${tag}>${String(value)}</${tag}>`;
  return `<${tag}>${inner(value)}</${tag}>`;
}

const inner = (value: object): string =>
  Object.entries(value)
    .map(([name, each]) => asXml(name, each))
    .join('');

/**
 * Reads a bucket with its policy. Throws for a policy that cannot be judged here.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
 */
export function readBucket(template: Template, id: string, { account, region }: Placement): Bucket {
  const name = template.reference(id);
  const said = template.read(id, properties);
  const document = template
    .resources('AWS::S3::BucketPolicy')
    .map((each) => template.read(each, policy))
    .find(({ Bucket }) => Bucket === name)?.PolicyDocument;
  const rules = said.LifecycleConfiguration?.Rules.map((rule) => ({ Filter: { Prefix: '' }, ...rule }));
  const bodies: readonly (readonly [string, string, unknown])[] = [
    ['ownershipControls', 'OwnershipControls', said.OwnershipControls],
    ['publicAccessBlock', 'PublicAccessBlockConfiguration', said.PublicAccessBlockConfiguration],
    ['versioning', 'VersioningConfiguration', said.VersioningConfiguration],
    ['lifecycle', 'LifecycleConfiguration', rules && { Rules: rules }],
    [
      'encryption',
      'ServerSideEncryptionConfiguration',
      said.BucketEncryption && { Rules: said.BucketEncryption.ServerSideEncryptionConfiguration },
    ],
  ];
  return {
    name,
    owner: account,
    region,
    bodies: new Map([
      ...NEW_BUCKET,
      ...bodies.flatMap(([query, root, value]) =>
        typeof value === 'object' && value !== null ? [[query, element(root, inner(value))] as const] : [],
      ),
      ...(document === undefined ? [] : [['policy', JSON.stringify(document)] as const]),
    ]),
    statements: document === undefined ? [] : readPolicy(document, id),
  };
}
