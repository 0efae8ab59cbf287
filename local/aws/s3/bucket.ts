import type { Statement } from '../iam/iam.ts';
import { AwsError } from '../wire/aws-error.ts';
import { readXml, type Xml } from '../wire/xml.ts';

/** An error of S3 with what its answer has beside the message. */
export class BucketError extends AwsError {
  readonly details: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    name: string,
    message: string,
    status: number,
    details: Readonly<Record<string, string>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(name, message, status);
    this.details = details;
    this.headers = headers;
  }
}

/** A bucket: what was put on it, body by sub-resource. */
export interface Bucket {
  readonly name: string;
  /** Account that it belongs to. */
  readonly owner: string;
  readonly region: string;
  readonly bodies: ReadonlyMap<string, string>;
  /** Of its policy. */
  readonly statements: readonly Statement[];
}

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** One element with S3's namespace. */
export const element = (name: string, content = ''): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<${name} xmlns="${NAMESPACE}">${content}</${name}>`;

/** An account's canonical user id: 64 hexadecimal digits in AWS, here the account's number in their place. */
export const canonicalId = (account: string): string => account.padStart(64, '0');

const everybody = `<Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group"><URI>http://acs.amazonaws.com/groups/global/AllUsers</URI></Grantee><Permission>READ</Permission></Grant>`;

/** What the canned ACLs mean. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl */
export function cannedAcl(name: string, owner: string): string | undefined {
  const grants: Readonly<Record<string, string>> = { private: '', 'public-read': everybody };
  const more = grants[name];
  if (more === undefined) return undefined;
  const id = `<ID>${canonicalId(owner)}</ID>`;
  return element(
    'AccessControlPolicy',
    `<Owner>${id}</Owner><AccessControlList><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser">${id}</Grantee>` +
      `<Permission>FULL_CONTROL</Permission></Grant>${more}</AccessControlList>`,
  );
}

/**
 * What every new bucket has: no public access, no ACLs.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html
 */
export const NEW_BUCKET: ReadonlyMap<string, string> = new Map([
  [
    'publicAccessBlock',
    element(
      'PublicAccessBlockConfiguration',
      ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets']
        .map((name) => `<${name}>true</${name}>`)
        .join(''),
    ),
  ],
  ['ownershipControls', ownership('BucketOwnerEnforced')],
  ['requestPayment', element('RequestPaymentConfiguration', '<Payer>BucketOwner</Payer>')],
]);

/** Ownership controls of one rule. */
export function ownership(setting: string): string {
  return element('OwnershipControls', `<Rule><ObjectOwnership>${setting}</ObjectOwnership></Rule>`);
}

/** The value at a path of names in the body of a sub-resource. */
export function valueIn(
  { bodies }: Bucket,
  subResource: string,
  ...path: readonly string[]
): string | undefined {
  const read = readXml(bodies.get(subResource) ?? '');
  let at: Xml | undefined = read?.content;
  for (const name of path) {
    const next: Xml | readonly Xml[] | undefined = typeof at === 'object' ? at[name] : undefined;
    at = Array.isArray(next) ? (next as readonly Xml[])[0] : (next as Xml | undefined);
  }
  return typeof at === 'string' ? at : undefined;
}

/** Condition keys that, with a value without wildcards, keep a policy for everybody from being public. */
const NARROWING = [
  'aws:PrincipalOrgID',
  'aws:PrincipalArn',
  'aws:PrincipalAccount',
  'aws:SourceArn',
  'aws:SourceAccount',
  'aws:SourceIp',
  'aws:SourceOwner',
  'aws:SourceVpc',
  'aws:SourceVpce',
  'aws:userid',
  's3:DataAccessPointAccount',
  's3:DataAccessPointArn',
].map((key) => key.toLowerCase());

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status */
export function isPublic(statements: readonly Statement[]): boolean {
  return statements.some(
    ({ effect, principals, conditions }) =>
      effect === 'Allow' &&
      principals.includes('*') &&
      !conditions.some(
        ({ isNegated, key, values }) =>
          !isNegated &&
          NARROWING.includes(key.toLowerCase()) &&
          values.every((value) => !value.includes('*')),
      ),
  );
}
