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
  S3ServiceException,
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

type Send = <Answer extends object>(ask: (client: S3Client) => Promise<Answer>) => Promise<Answer>;

function readingsOf(send: Send, asked: { Bucket: string; ExpectedBucketOwner: string }): FieldReading[] {
  const whole = (field: string, ask: (client: S3Client) => Promise<object>): FieldReading => ({
    fields: [field],
    read: async () => ({ ...(await send(ask)) }),
  });
  return [
    {
      fields: ['BucketRegion'],
      read: async () => {
        const { LocationConstraint } = await send((s3) => s3.send(new GetBucketLocationCommand(asked)));
        return { BucketRegion: regionOf(LocationConstraint) };
      },
    },
    whole('PublicAccessBlockConfiguration', (s3) => s3.send(new GetPublicAccessBlockCommand(asked))),
    whole('OwnershipControls', (s3) => s3.send(new GetBucketOwnershipControlsCommand(asked))),
    whole('Policy', (s3) => s3.send(new GetBucketPolicyCommand(asked))),
    {
      fields: ['VersioningConfiguration'],
      read: async () => {
        const { Status, MFADelete } = await send((s3) => s3.send(new GetBucketVersioningCommand(asked)));
        return { VersioningConfiguration: Status && { Status, ...(MFADelete && { MFADelete }) } };
      },
    },
    {
      fields: ['RequestPaymentConfiguration'],
      read: async () => {
        const { Payer } = await send((s3) => s3.send(new GetBucketRequestPaymentCommand(asked)));
        return { RequestPaymentConfiguration: Payer && { Payer } };
      },
    },
    whole('ObjectLockConfiguration', (s3) => s3.send(new GetObjectLockConfigurationCommand(asked))),
    {
      fields: ['LifecycleConfiguration'],
      read: async () => {
        const { Rules } = await send((s3) => s3.send(new GetBucketLifecycleConfigurationCommand(asked)));
        return { LifecycleConfiguration: { Rules: withDates(Rules, false) } };
      },
    },
    whole('ServerSideEncryptionConfiguration', (s3) => s3.send(new GetBucketEncryptionCommand(asked))),
    {
      fields: ['ACL'],
      read: async () => {
        // The names of owners, which S3 shows in some Regions still, mean nothing.
        const { Owner, Grants = [] } = await send((s3) => s3.send(new GetBucketAclCommand(asked)));
        const grants = Grants.map(({ Grantee, Permission }) => ({
          Grantee: without(Grantee ?? {}, 'DisplayName'),
          Permission,
        }));
        return { ACL: { Owner: without(Owner ?? {}, 'DisplayName'), Grants: grants } };
      },
    },
    whole('LoggingEnabled', (s3) => s3.send(new GetBucketLoggingCommand(asked))),
    whole('ReplicationConfiguration', (s3) => s3.send(new GetBucketReplicationCommand(asked))),
    {
      fields: ['NotificationConfiguration'],
      read: async () => {
        const shown = await send((s3) => s3.send(new GetBucketNotificationConfigurationCommand(asked)));
        return { NotificationConfiguration: without(shown, '$metadata') };
      },
    },
  ];
}

/**
 * The Region of a bucket, where S3 refuses to answer for it elsewhere. The SDK's own way of following is not safe for requests that are made
 * at the same time. https://docs.aws.amazon.com/AmazonS3/latest/API/Redirects.html
 */
function regionNamedBy(error: unknown): string | undefined {
  if (!(error instanceof S3ServiceException)) return undefined;
  const isElsewhere = ['PermanentRedirect', 'TemporaryRedirect', 'AuthorizationHeaderMalformed'];
  return isElsewhere.includes(error.name) || error.$metadata.httpStatusCode === 301
    ? error.$response?.headers['x-amz-bucket-region']
    : undefined;
}

/**
 * The buckets of this account, in whatever Region. Each reading and each repair says whose bucket is meant, so that one that somebody else
 * has taken is told apart, and never written to. One client speaks to each Region: `listen` learns of them.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
 */
export function liveBuckets(
  { region, account }: Home,
  config: S3ClientConfig = {},
  listen: (client: S3Client) => unknown = () => undefined,
): Port<ResourceShape> {
  const clients = new Map<string, S3Client>();
  const clientIn = (place: string): S3Client => {
    const known = clients.get(place);
    if (known) return known;
    const client = new S3Client({ requestHandler: PATIENCE, ...config, region: place });
    listen(client);
    clients.set(place, client);
    return client;
  };
  const places = new Map<string, string>();
  const inItsRegion =
    (name: string): Send =>
    async (ask) => {
      const place = places.get(name) ?? region;
      try {
        return await ask(clientIn(place));
      } catch (error) {
        const elsewhere = regionNamedBy(error);
        if (elsewhere === undefined || elsewhere === place) throw error;
        places.set(name, elsewhere);
        return ask(clientIn(elsewhere));
      }
    };
  return resourcePort({
    missing: ['NoSuchBucket'],
    absent: ABSENT,
    readings: (name) => readingsOf(inItsRegion(name), { Bucket: name, ExpectedBucketOwner: account }),
    // The answer to whoever asks for somebody else's bucket is the same as to whoever may not ask.
    isForeign: async (name) => {
      const { Buckets = [] } = await clientIn(region).send(
        new ListBucketsCommand({ Prefix: name, MaxBuckets: 1 }),
      );
      return !Buckets.some(({ Name }) => Name === name);
    },
    send: (call, input) => {
      const { Bucket, CreateBucketConfiguration, LifecycleConfiguration, ...others } = asRecord(input);
      // Only the Region itself makes a bucket in it.
      const place = asText(asRecord(CreateBucketConfiguration)['LocationConstraint']) ?? 'us-east-1';
      if (call === 'CreateBucket') return commandSender(clientIn(place), COMMANDS)(call, input);
      const { Rules } = asRecord(LifecycleConfiguration);
      const sent = {
        ...others,
        Bucket,
        ExpectedBucketOwner: account,
        ...(Rules !== undefined && { LifecycleConfiguration: { Rules: withDates(Rules, true) } }),
      };
      return inItsRegion(String(Bucket))((client) => commandSender(client, COMMANDS)(call, sent));
    },
  });
}
