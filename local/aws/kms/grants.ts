import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { RecordForm, Request } from '../iam/call.ts';
import type { Right } from '../iam/iam.ts';
import type { Row } from '../operation.ts';
import { AwsError } from '../wire/aws-error.ts';
import { readRequest } from '../wire/request-shape.ts';

/** What grants need of the keys that they are on. */
export interface GrantedKeys {
  readonly account: string;
  /** The key of a request. Throws an AwsError where there is none. */
  readonly asked: (request: Request) => { readonly arn: string; readonly state: string };
  readonly onIt: (request: Request) => readonly Omit<Right, 'action'>[];
  readonly ofKey: Partial<RecordForm>;
}

interface Grant {
  readonly keyArn: string;
  readonly GrantId: string;
  readonly CreationDate: number;
}

const pairs = z
  .record(z.string(), z.string())
  .refine(
    (all) => Object.keys(all).length <= 8 && Object.entries(all).flat().join('').length <= 384,
    'At most 8 pairs of 384 characters together',
  );
const newGrant = z.object({
  GranteePrincipal: z.string().startsWith('arn:'),
  Operations: z.array(z.enum(['Encrypt', 'Decrypt', 'DescribeKey', 'CreateGrant', 'RetireGrant'])).min(1),
  Constraints: z.object({ EncryptionContextSubset: pairs.optional() }).optional(),
  Name: z
    .string()
    .regex(/^[\w:/-]{1,256}$/)
    .optional(),
});
const listing = z.object({ Limit: z.number().min(1).max(100).default(50), Marker: z.string().optional() });

/**
 * The grants of keys. They let nobody do anything here.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html
 */
export function grantRows({ account, asked, onIt, ofKey }: GrantedKeys): readonly Row[] {
  let grants: readonly Grant[] = [];
  return [
    {
      name: 'CreateGrant',
      changes: {
        ...ofKey,
        responseElements: (output, { KeyId }) => ({
          grantId: z.object({ GrantId: z.string() }).parse(output).GrantId,
          keyId: KeyId,
        }),
      },
      on: onIt,
      run: (request) => {
        const { arn, state } = asked(request);
        if (state !== 'Enabled') throw new AwsError('DisabledException', `${arn} is disabled.`);
        const asks = readRequest(newGrant, request.input, 'ValidationException');
        const GrantId = randomUUID().replaceAll('-', '');
        const grant = { ...asks, keyArn: arn, GrantId, CreationDate: Math.floor(Date.now() / 1000) };
        grants = [...grants, grant];
        return { GrantId, GrantToken: randomUUID() };
      },
    },
    {
      name: 'ListGrants',
      on: onIt,
      run: (request) => {
        const { arn } = asked(request);
        const { Limit, Marker = '0' } = readRequest(listing, request.input, 'ValidationException');
        const all = grants.filter(({ keyArn }) => keyArn === arn);
        const end = Number(Marker) + Limit;
        return {
          Grants: all.slice(Number(Marker), end).map(({ keyArn, ...grant }) => ({
            ...grant,
            KeyId: keyArn,
            IssuingAccount: `arn:aws:iam::${account}:root`,
          })),
          Truncated: end < all.length,
          ...(end < all.length && { NextMarker: String(end) }),
        };
      },
    },
    {
      name: 'RevokeGrant',
      changes: ofKey,
      on: onIt,
      run: (request) => {
        const { arn } = asked(request);
        const { GrantId } = readRequest(
          z.object({ GrantId: z.string() }),
          request.input,
          'ValidationException',
        );
        const found = grants.some((grant) => grant.keyArn === arn && grant.GrantId === GrantId);
        if (!found) throw new AwsError('NotFoundException', `Grant ID ${GrantId} not found`);
        grants = grants.filter((grant) => grant.GrantId !== GrantId);
        return {};
      },
    },
  ];
}
