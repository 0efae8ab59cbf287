import type { ResourceKind, ResourceTampering } from '../resource.ts';

const changed = (what: string, part: string, harm: ResourceTampering['harm']): ResourceTampering => ({
  deed: `${what} changed`,
  story: `had its ${what.toUpperCase()} changed`,
  part,
  harm,
});

const deleted = (what: string, part: string, harm: ResourceTampering['harm']): ResourceTampering => ({
  deed: `${what} deleted`,
  story: `had its ${what.toUpperCase()} deleted`,
  part,
  harm,
});

/**
 * The calls that tamper with a bucket. CloudTrail calls some of them otherwise than the API does.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html#cloudtrail-bucket-level-tracking
 * It does not list ownership controls and object lock: by which name those are recorded is unverified, so that either stands here.
 * So are the names of the last two, by which strangers get a list of the log files, or the log files become slow to read.
 */
export const bucketTamperings: ResourceKind['tamperings'] = {
  CreateBucket: { deed: 'created', story: 'was created', part: 'all', harm: 'minor' },
  DeleteBucket: { deed: 'deleted', story: 'was DELETED', part: 'all', harm: 'lost' },
  PutBucketPolicy: changed('policy', 'Policy', 'lost'),
  DeleteBucketPolicy: deleted('policy', 'Policy', 'lost'),
  PutBucketPublicAccessBlock: changed('public access block', 'PublicAccessBlockConfiguration', 'exposed'),
  DeleteBucketPublicAccessBlock: deleted('public access block', 'PublicAccessBlockConfiguration', 'exposed'),
  PutBucketVersioning: changed('versioning', 'VersioningConfiguration', 'lost'),
  PutBucketLifecycle: changed('lifecycle', 'LifecycleConfiguration', 'lost'),
  DeleteBucketLifecycle: deleted('lifecycle', 'LifecycleConfiguration', 'minor'),
  PutBucketEncryption: changed('encryption', 'ServerSideEncryptionConfiguration', 'lost'),
  DeleteBucketEncryption: deleted('encryption', 'ServerSideEncryptionConfiguration', 'minor'),
  PutBucketOwnershipControls: changed('object ownership', 'OwnershipControls', 'exposed'),
  DeleteBucketOwnershipControls: deleted('object ownership', 'OwnershipControls', 'exposed'),
  PutBucketAcl: changed('access control list', 'ACL', 'exposed'),
  PutBucketObjectLockConfiguration: changed('object lock', 'ObjectLockConfiguration', 'lost'),
  PutObjectLockConfiguration: changed('object lock', 'ObjectLockConfiguration', 'lost'),
  PutBucketLogging: changed('access logging', 'LoggingEnabled', 'minor'),
  PutBucketReplication: changed('replication', 'ReplicationConfiguration', 'exposed'),
  DeleteBucketReplication: deleted('replication', 'ReplicationConfiguration', 'delayed'),
  PutBucketNotification: changed('notifications', 'NotificationConfiguration', 'delayed'),
  PutBucketRequestPayment: changed('payer', 'RequestPaymentConfiguration', 'lost'),
  PutBucketInventoryConfiguration: changed('inventory', 'inventory', 'exposed'),
  PutBucketIntelligentTieringConfiguration: changed('archiving', 'archiving', 'delayed'),
};
