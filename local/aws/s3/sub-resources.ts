import { type Bucket, cannedAcl, element } from './bucket.ts';

/** Something that a bucket has, and its operations. */
export interface SubResource {
  /** In the query. */
  readonly query: string;
  /** Of the SDK; the operations are Get…, Put… and Delete… of it. */
  readonly name: string;
  /** In the Event history, where it is another. */
  readonly recordedAs?: string;
  /** Of the actions to get and to put, where it is another; deleting needs the latter, but for the policy. */
  readonly action?: string;
  /** Of the XML; undefined: JSON. */
  readonly root?: string;
  readonly canDelete: boolean;
  /** What is answered where nothing was put: an error, or a body. */
  readonly absent: readonly [error: string, message: string] | ((bucket: Bucket) => string);
}

/**
 * What a bucket has beside its objects.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html (which has no names for
 * ownership controls and object lock: UNVERIFIED)
 */
export const SUB_RESOURCES: readonly SubResource[] = [
  {
    query: 'policy',
    name: 'BucketPolicy',
    canDelete: true,
    absent: ['NoSuchBucketPolicy', 'The bucket policy does not exist'],
  },
  {
    query: 'publicAccessBlock',
    name: 'PublicAccessBlock',
    recordedAs: 'BucketPublicAccessBlock',
    action: 'BucketPublicAccessBlock',
    root: 'PublicAccessBlockConfiguration',
    canDelete: true,
    absent: ['NoSuchPublicAccessBlockConfiguration', 'The public access block configuration was not found'],
  },
  {
    query: 'versioning',
    name: 'BucketVersioning',
    root: 'VersioningConfiguration',
    canDelete: false,
    absent: () => element('VersioningConfiguration'),
  },
  {
    query: 'lifecycle',
    name: 'BucketLifecycleConfiguration',
    recordedAs: 'BucketLifecycle',
    action: 'LifecycleConfiguration',
    root: 'LifecycleConfiguration',
    canDelete: true,
    absent: ['NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist'],
  },
  {
    query: 'encryption',
    name: 'BucketEncryption',
    action: 'EncryptionConfiguration',
    root: 'ServerSideEncryptionConfiguration',
    canDelete: true,
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html
    absent: () =>
      element(
        'ServerSideEncryptionConfiguration',
        '<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm>' +
          '</ApplyServerSideEncryptionByDefault><BucketKeyEnabled>false</BucketKeyEnabled></Rule>',
      ),
  },
  {
    query: 'ownershipControls',
    name: 'BucketOwnershipControls',
    root: 'OwnershipControls',
    canDelete: true,
    absent: ['OwnershipControlsNotFoundError', 'The bucket ownership controls were not found'],
  },
  {
    query: 'acl',
    name: 'BucketAcl',
    root: 'AccessControlPolicy',
    canDelete: false,
    absent: ({ owner }) => cannedAcl('private', owner) ?? '',
  },
  {
    query: 'object-lock',
    name: 'ObjectLockConfiguration',
    recordedAs: 'BucketObjectLockConfiguration',
    action: 'BucketObjectLockConfiguration',
    root: 'ObjectLockConfiguration',
    canDelete: false,
    absent: [
      'ObjectLockConfigurationNotFoundError',
      'Object Lock configuration does not exist for this bucket',
    ],
  },
  {
    query: 'requestPayment',
    name: 'BucketRequestPayment',
    root: 'RequestPaymentConfiguration',
    canDelete: false,
    absent: () => element('RequestPaymentConfiguration', '<Payer>BucketOwner</Payer>'),
  },
  {
    query: 'logging',
    name: 'BucketLogging',
    root: 'BucketLoggingStatus',
    canDelete: false,
    absent: () => element('BucketLoggingStatus'),
  },
  {
    query: 'replication',
    name: 'BucketReplication',
    action: 'ReplicationConfiguration',
    root: 'ReplicationConfiguration',
    canDelete: true,
    absent: ['ReplicationConfigurationNotFoundError', 'The replication configuration was not found'],
  },
  {
    query: 'notification',
    name: 'BucketNotificationConfiguration',
    recordedAs: 'BucketNotification',
    action: 'BucketNotification',
    root: 'NotificationConfiguration',
    canDelete: false,
    absent: () => element('NotificationConfiguration'),
  },
];
