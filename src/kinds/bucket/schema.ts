import { z } from 'zod';
import { document, orNone, policy, resource } from '../resource-schema.ts';
import { matching } from '../schema-rules.ts';

const block = z.boolean().default(true);

/** A bucket by the names of S3's requests and answers. https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html */
export const bucketSchema = resource(
  matching(
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
    'is not a bucket name: use 3 to 63 lower-case letters, digits, dots and hyphens',
  ),
  {
    BucketRegion: z.string().optional().describe('Where it is made anew. Left out: the Region of this file.'),
    PublicAccessBlockConfiguration: z
      .strictObject({
        BlockPublicAcls: block,
        IgnorePublicAcls: block,
        BlockPublicPolicy: block,
        RestrictPublicBuckets: block,
      })
      .optional(),
    OwnershipControls: orNone(document),
    Policy: policy.optional(),
    VersioningConfiguration: orNone(document),
    RequestPaymentConfiguration: z.strictObject({ Payer: z.enum(['BucketOwner', 'Requester']) }).optional(),
    ObjectLockConfiguration: orNone(document),
    LifecycleConfiguration: orNone(document),
    ServerSideEncryptionConfiguration: document.optional(),
    ACL: z
      .strictObject({ Owner: z.strictObject({ ID: z.string() }), Grants: z.array(document) })
      .optional()
      .describe('Where the owner owns every object, it says nothing.'),
    LoggingEnabled: orNone(document),
    ReplicationConfiguration: orNone(document),
    NotificationConfiguration: orNone(document),
  },
);
