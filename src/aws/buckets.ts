import {
  CreateBucketCommand,
  DeleteBucketEncryptionCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketOwnershipControlsCommand,
  DeleteBucketReplicationCommand,
  GetBucketAclCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketLoggingCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketReplicationCommand,
  GetBucketRequestPaymentCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  ListBucketsCommand,
  PutBucketAclCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketLoggingCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutBucketRequestPaymentCommand,
  PutBucketVersioningCommand,
  PutObjectLockConfigurationCommand,
  PutPublicAccessBlockCommand,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { asRecord, asRecords, asText, without } from '../foreign/values.ts';
import type { Home } from '../kinds/home.ts';
import type { Port } from '../kinds/kind.ts';
import type { ResourceShape } from '../kinds/resource.ts';
import { commandSender, type FieldReading, resourcePort } from './resource-port.ts';
import { PATIENCE } from './timeouts.ts';

/** The repairs of a bucket, by the API's names. */
const COMMANDS = {
  CreateBucket: CreateBucketCommand,
  PutPublicAccessBlock: PutPublicAccessBlockCommand,
  PutBucketOwnershipControls: PutBucketOwnershipControlsCommand,
  DeleteBucketOwnershipControls: DeleteBucketOwnershipControlsCommand,
  PutBucketPolicy: PutBucketPolicyCommand,
  PutBucketVersioning: PutBucketVersioningCommand,
  PutBucketRequestPayment: PutBucketRequestPaymentCommand,
  PutObjectLockConfiguration: PutObjectLockConfigurationCommand,
  PutBucketLifecycleConfiguration: PutBucketLifecycleConfigurationCommand,
  DeleteBucketLifecycle: DeleteBucketLifecycleCommand,
  PutBucketEncryption: PutBucketEncryptionCommand,
  DeleteBucketEncryption: DeleteBucketEncryptionCommand,
  PutBucketAcl: PutBucketAclCommand,
  PutBucketLogging: PutBucketLoggingCommand,
  PutBucketReplication: PutBucketReplicationCommand,
  DeleteBucketReplication: DeleteBucketReplicationCommand,
  PutBucketNotificationConfiguration: PutBucketNotificationConfigurationCommand,
};

/** By these S3 says that there is none of something. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const ABSENT = [
  'NoSuchBucketPolicy',
  'NoSuchPublicAccessBlockConfiguration',
  'NoSuchLifecycleConfiguration',
  'OwnershipControlsNotFoundError',
  'ObjectLockConfigurationNotFoundError',
  'ServerSideEncryptionConfigurationNotFoundError',
  'ReplicationConfigurationNotFoundError',
];

/** Two Regions have names of their own in S3. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html */
const regionOf = (location: string | undefined): string =>
  ({ '': 'us-east-1', EU: 'eu-west-1' })[location ?? ''] ?? location ?? '';

/** The rules of a lifecycle with their dates as texts, as files have them, or as the SDK sends them. */
function withDates(rules: unknown, asSent: boolean): object[] {
  const dated = (value: unknown): unknown => {
    const { Date: date } = asRecord(value);
    if (typeof date !== 'string' && !(date instanceof Date)) return value;
    return { ...asRecord(value), Date: asSent ? new Date(date) : new Date(date).toISOString() };
  };
  return asRecords(rules).map(({ Expiration, Transitions, ...rule }) => ({
    ...rule,
    ...(Expiration !== undefined && { Expiration: dated(Expiration) }),
    ...(Transitions !== undefined && { Transitions: asRecords(Transitions).map(dated) }),
  }));
}

function readingsOf(client: S3Client, ExpectedBucketOwner: string) {
  return (Bucket: string): FieldReading[] => {
    const asked = { Bucket, ExpectedBucketOwner };
    const whole = (field: string, answer: () => Promise<object>): FieldReading => ({
      fields: [field],
      read: async () => ({ ...(await answer()) }),
    });
    return [
      {
        fields: ['BucketRegion'],
        read: async () => {
          const { LocationConstraint } = await client.send(new GetBucketLocationCommand(asked));
          return { BucketRegion: regionOf(LocationConstraint) };
        },
      },
      whole('PublicAccessBlockConfiguration', () => client.send(new GetPublicAccessBlockCommand(asked))),
      whole('OwnershipControls', () => client.send(new GetBucketOwnershipControlsCommand(asked))),
      whole('Policy', () => client.send(new GetBucketPolicyCommand(asked))),
      {
        fields: ['VersioningConfiguration'],
        read: async () => {
          const { Status, MFADelete } = await client.send(new GetBucketVersioningCommand(asked));
          return { VersioningConfiguration: Status && { Status, ...(MFADelete && { MFADelete }) } };
        },
      },
      {
        fields: ['RequestPaymentConfiguration'],
        read: async () => {
          const { Payer } = await client.send(new GetBucketRequestPaymentCommand(asked));
          return { RequestPaymentConfiguration: Payer && { Payer } };
        },
      },
      whole('ObjectLockConfiguration', () => client.send(new GetObjectLockConfigurationCommand(asked))),
      {
        fields: ['LifecycleConfiguration'],
        read: async () => {
          const { Rules } = await client.send(new GetBucketLifecycleConfigurationCommand(asked));
          return { LifecycleConfiguration: { Rules: withDates(Rules, false) } };
        },
      },
      whole('ServerSideEncryptionConfiguration', () => client.send(new GetBucketEncryptionCommand(asked))),
      {
        fields: ['ACL'],
        read: async () => {
          // The names of owners, which S3 shows in some Regions still, mean nothing.
          const { Owner, Grants = [] } = await client.send(new GetBucketAclCommand(asked));
          const grants = Grants.map(({ Grantee, Permission }) => ({
            Grantee: without(Grantee ?? {}, 'DisplayName'),
            Permission,
          }));
          return { ACL: { Owner: without(Owner ?? {}, 'DisplayName'), Grants: grants } };
        },
      },
      whole('LoggingEnabled', () => client.send(new GetBucketLoggingCommand(asked))),
      whole('ReplicationConfiguration', () => client.send(new GetBucketReplicationCommand(asked))),
      {
        fields: ['NotificationConfiguration'],
        read: async () => {
          const shown = await client.send(new GetBucketNotificationConfigurationCommand(asked));
          return { NotificationConfiguration: without(shown, '$metadata') };
        },
      },
    ];
  };
}

/**
 * The buckets of this account, in whatever Region. Each reading and each repair says whose bucket is meant, so that one that somebody else
 * has taken is told apart, and never written to.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
 */
export function liveBuckets({ region, account }: Home, config: S3ClientConfig = {}): Port<ResourceShape> {
  const clientIn = (place: string) =>
    new S3Client({ requestHandler: PATIENCE, ...config, region: place, followRegionRedirects: true });
  const client = clientIn(region);
  return resourcePort({
    missing: ['NoSuchBucket'],
    absent: ABSENT,
    readings: readingsOf(client, account),
    // The answer to whoever asks for somebody else's bucket is the same as to whoever may not ask.
    isForeign: async (name) => {
      const { Buckets = [] } = await client.send(new ListBucketsCommand({ Prefix: name, MaxBuckets: 1 }));
      return !Buckets.some(({ Name }) => Name === name);
    },
    send: (call, input) => {
      if (call === 'CreateBucket') {
        const place = asText(asRecord(asRecord(input)['CreateBucketConfiguration'])['LocationConstraint']);
        // Only the Region itself makes a bucket in it.
        return commandSender(clientIn(place ?? 'us-east-1'), COMMANDS)(call, input);
      }
      const { LifecycleConfiguration, ...others } = asRecord(input);
      const { Rules } = asRecord(LifecycleConfiguration);
      return commandSender(client, COMMANDS)(call, {
        ...others,
        ExpectedBucketOwner: account,
        ...(Rules !== undefined && { LifecycleConfiguration: { Rules: withDates(Rules, true) } }),
      });
    },
  });
}
