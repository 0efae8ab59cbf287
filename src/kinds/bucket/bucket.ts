import { asRecord, asRecords, asText } from '../../foreign/values.ts';
import { locksOut } from '../policy-effect.ts';
import { policyField } from '../policy-field.ts';
import {
  type DeclaredResource,
  type FieldRule,
  inTurn,
  isEqual,
  normal,
  type ResourceKind,
  type ResourceRepair,
} from '../resource.ts';
import { missingForCloudTrail } from './cloudtrail.ts';
import { harmOfLifecycle, sameLifecycle } from './lifecycle.ts';
import { areNotified, extraNotifications, mergedNotifications } from './notifications.ts';
import { bucketTamperings } from './tamperings.ts';

function repair(
  { name }: DeclaredResource,
  kind: string,
  sets: ResourceRepair['sets'],
  input: ResourceRepair['input'] = sets,
): ResourceRepair {
  return { kind, name, input: { Bucket: name, ...input }, sets };
}

const isNone = (value: unknown): boolean => normal(value) === undefined;

/** A configuration that is put back by writing it, or by deleting it where none is declared. */
function configuration(field: string, put: string, remove: string): Pick<FieldRule, 'repair'> {
  return {
    repair: (bucket) => {
      const wanted = bucket.fields[field];
      return isNone(wanted)
        ? [repair(bucket, remove, { [field]: undefined }, {})]
        : [repair(bucket, put, { [field]: wanted })];
    },
  };
}

const member = (value: unknown, name: string): unknown => asRecord(value)[name];

/** Of ownership and of encryption a bucket has one rule. */
const ruleOf = (configured: unknown): Readonly<Record<string, unknown>> =>
  asRecords(member(configured, 'Rules'))[0] ?? {};

const ownershipOf = (controls: unknown): unknown => ruleOf(controls)['ObjectOwnership'];

const BLOCKS = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'];

/** What every new bucket has. https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html */
const NEW = {
  PublicAccessBlockConfiguration: Object.fromEntries(BLOCKS.map((block) => [block, true])),
  OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
  RequestPaymentConfiguration: { Payer: 'BucketOwner' },
  ServerSideEncryptionConfiguration: {
    Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
  },
};

const keyOf = (encryption: unknown): unknown => ruleOf(encryption)['ApplyServerSideEncryptionByDefault'];

/** Whether retention by default is as long at least, and as strict. */
function retains(declared: unknown, found: unknown): boolean {
  const [wanted, live] = [declared, found].map((lock) =>
    asRecord(member(member(lock, 'Rule'), 'DefaultRetention')),
  );
  if (!wanted || !live || isNone(wanted)) return true;
  const days = ({ Days, Years }: Readonly<Record<string, unknown>>) => Number(Days ?? Number(Years) * 365);
  return (live['Mode'] === wanted['Mode'] || live['Mode'] === 'COMPLIANCE') && days(live) >= days(wanted);
}

const withOwner = (acl: unknown) => ({
  Owner: { ID: member(member(acl, 'Owner'), 'ID') },
  Grants: member(acl, 'Grants'),
});

/**
 * Buckets that trails deliver to. A bucket that is gone is made anew, so that nobody else can take its name; the log files in it are lost.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */
export const bucket: ResourceKind = {
  noun: 'bucket',
  source: 's3.amazonaws.com',
  arn: ({ name }, { partition }) => `arn:${partition}:s3:::${name}`,
  tamperings: bucketTamperings,
  naming: ['bucketName'],
  lost: 'the log files that were in it are LOST',
  create: (resource, { region }) => {
    const { BucketRegion = region, ObjectLockConfiguration, OwnershipControls } = resource.fields;
    const ownership = ownershipOf(OwnershipControls);
    const made = repair(
      resource,
      'CreateBucket',
      {
        ...NEW,
        BucketRegion,
        ...(ownership !== undefined && { OwnershipControls: { Rules: [{ ObjectOwnership: ownership }] } }),
      },
      {
        // The one Region that is not said. https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucketConfiguration.html
        ...(BucketRegion !== 'us-east-1' && {
          CreateBucketConfiguration: { LocationConstraint: BucketRegion },
        }),
        ...(!isNone(ObjectLockConfiguration) && { ObjectLockEnabledForBucket: true }),
        ...(ownership !== undefined && { ObjectOwnership: ownership }),
      },
    );
    return { ...made, founds: true };
  },
  fields: {
    BucketRegion: { harm: 'minor' },
    PublicAccessBlockConfiguration: {
      harm: 'exposed',
      isAsGood: (declared, found) =>
        BLOCKS.every((block) => member(declared, block) !== true || member(found, block) === true),
      repair: (resource, { state }) => {
        const field = 'PublicAccessBlockConfiguration';
        const blocks = BLOCKS.filter((block) =>
          [resource.fields[field], state[field]].some((each) => member(each, block) === true),
        );
        const all = Object.fromEntries(BLOCKS.map((block) => [block, blocks.includes(block)]));
        return [repair(resource, 'PutPublicAccessBlock', { [field]: all })];
      },
    },
    OwnershipControls: {
      mayBeAbsent: true,
      harm: 'exposed',
      ...configuration('OwnershipControls', 'PutBucketOwnershipControls', 'DeleteBucketOwnershipControls'),
    },
    Policy: policyField({
      field: 'Policy',
      harm: 'lost',
      changing: [
        's3:PutObject',
        's3:DeleteObject',
        's3:DeleteObjectVersion',
        's3:DeleteBucket',
        's3:PutBucketPolicy',
        's3:PutLifecycleConfiguration',
        's3:PutBucketVersioning',
      ],
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html
      most: 20_480,
      write: (resource, Policy) => repair(resource, 'PutBucketPolicy', { Policy }),
      isSound: (policy, { name, trails }, home) =>
        !locksOut(policy, 's3:PutBucketPolicy', home, false) &&
        (trails.length === 0 || missingForCloudTrail(policy, name, home, {}).length === 0),
    }),
    VersioningConfiguration: {
      harm: 'lost',
      isAsGood: (declared, found) =>
        member(declared, 'Status') !== 'Enabled' ||
        (member(found, 'Status') === 'Enabled' &&
          (member(declared, 'MFADelete') !== 'Enabled' || member(found, 'MFADelete') === 'Enabled')),
      repair: (resource, { state }) => {
        const field = 'VersioningConfiguration';
        // That deleting takes a second factor can be set with a second factor only.
        if (member(state[field], 'Status') === 'Enabled') return [];
        const sets = { [field]: { ...asRecord(state[field]), Status: 'Enabled' } };
        return [repair(resource, 'PutBucketVersioning', sets, { [field]: { Status: 'Enabled' } })];
      },
    },
    // CloudTrail delivers to no bucket whose requester pays.
    // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
    RequestPaymentConfiguration: {
      harm: 'lost',
      repair: (resource) => [
        repair(resource, 'PutBucketRequestPayment', {
          RequestPaymentConfiguration: resource.fields['RequestPaymentConfiguration'],
        }),
      ],
    },
    ObjectLockConfiguration: {
      harm: 'lost',
      isAsGood: (declared, found) =>
        isNone(declared) || (member(found, 'ObjectLockEnabled') === 'Enabled' && retains(declared, found)),
      repair: (resource) => [
        repair(resource, 'PutObjectLockConfiguration', {
          ObjectLockConfiguration: resource.fields['ObjectLockConfiguration'],
        }),
      ],
    },
    LifecycleConfiguration: {
      mayBeAbsent: true,
      harm: 'lost',
      grade: harmOfLifecycle,
      isAsGood: sameLifecycle,
      ...configuration('LifecycleConfiguration', 'PutBucketLifecycleConfiguration', 'DeleteBucketLifecycle'),
    },
    ServerSideEncryptionConfiguration: {
      harm: 'lost',
      // With another key, whoever has that key decides who reads; the rest only costs.
      grade: (declared, found) => (isEqual(keyOf(declared), keyOf(found)) ? 'minor' : 'lost'),
      // S3 shows more of it as it gains settings: what is not declared of those is not judged.
      isAsGood: (declared, found) =>
        Object.entries(ruleOf(declared)).every(([name, value]) => isEqual(value, ruleOf(found)[name])),
      ...configuration('ServerSideEncryptionConfiguration', 'PutBucketEncryption', 'DeleteBucketEncryption'),
    },
    ACL: {
      harm: 'exposed',
      isAsGood: (declared, found) => isEqual(withOwner(declared), withOwner(found)),
      repair: (resource, { state }) => {
        const controls = resource.fields['OwnershipControls'] ?? state['OwnershipControls'];
        // Where the owner owns all, there are no ACLs to write.
        if (ownershipOf(controls) === 'BucketOwnerEnforced') return [];
        const ACL = withOwner(resource.fields['ACL']);
        return [repair(resource, 'PutBucketAcl', { ACL }, { AccessControlPolicy: ACL })];
      },
    },
    LoggingEnabled: {
      mayBeAbsent: true,
      harm: 'minor',
      repair: (resource) => {
        const LoggingEnabled = resource.fields['LoggingEnabled'];
        const status = isNone(LoggingEnabled) ? {} : { LoggingEnabled };
        return [repair(resource, 'PutBucketLogging', { LoggingEnabled }, { BucketLoggingStatus: status })];
      },
    },
    ReplicationConfiguration: {
      mayBeAbsent: true,
      harm: 'exposed',
      grade: (_declared, found) => (isNone(found) ? 'delayed' : 'exposed'),
      ...configuration('ReplicationConfiguration', 'PutBucketReplication', 'DeleteBucketReplication'),
    },
    NotificationConfiguration: {
      mayBeAbsent: true,
      harm: 'delayed',
      isAsGood: (declared, found, { exact = false }) => areNotified(declared, found, exact),
      repair: (resource, { state }) => {
        const field = 'NotificationConfiguration';
        const all = mergedNotifications(resource.fields[field], state[field], resource.exact ?? false);
        const put = repair(resource, 'PutBucketNotificationConfiguration', { [field]: all });
        // One destination that S3 cannot reach now would keep all the others from being told.
        return inTurn([put, { ...put, input: { ...put.input, SkipDestinationValidation: true } }]);
      },
      remarks: (declared, found) =>
        extraNotifications(declared, found).map((each) => {
          const to = ['TopicArn', 'QueueArn', 'LambdaFunctionArn'].map((name) => asText(each[name]));
          return `it also notifies ${to.find((arn) => arn !== undefined) ?? 'EventBridge'}`;
        }),
    },
  },
};
