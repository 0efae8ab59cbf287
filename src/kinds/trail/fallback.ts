import type { Repair, Settings, SettingsField } from './repair.ts';

type SettingRepair = Extract<Repair, { readonly settings: Settings }>;

type Refused = Pick<Error, 'name' | 'message'>;

type Destination = readonly SettingsField[];

const KMS: Destination = ['KmsKeyId'];
const SNS: Destination = ['SnsTopicName'];
const CLOUDWATCH_LOGS: Destination = ['CloudWatchLogsLogGroupArn', 'CloudWatchLogsRoleArn'];

/**
 * The optional destinations that an error may speak of, likeliest first. KmsKeyNotFoundException is also what
 * CloudTrail says of the topic's key.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html#API_CreateTrail_Errors
 */
const BLAMES = new Map<string, readonly Destination[]>(
  Object.entries({
    InsufficientEncryptionPolicyException: [KMS],
    KmsKeyNotFoundException: [KMS, SNS],
    KmsKeyDisabledException: [KMS],
    KmsException: [KMS],
    InvalidKmsKeyIdException: [KMS],
    InsufficientSnsTopicPolicyException: [SNS],
    InvalidSnsTopicNameException: [SNS],
    CloudTrailInvalidClientTokenIdException: [SNS],
    InvalidCloudWatchLogsLogGroupArnException: [CLOUDWATCH_LOGS],
    InvalidCloudWatchLogsRoleArnException: [CLOUDWATCH_LOGS],
    CloudWatchLogsDeliveryUnavailableException: [CLOUDWATCH_LOGS],
  }),
);

/**
 * What AWS names when it denies something that CloudTrail asks for on the way. Who may not hand over the role can do
 * without CloudWatch Logs, and who may not ask about the organisation can log the account.
 */
const DENIALS: readonly (readonly [action: string, Destination])[] = [
  ['iam:PassRole', CLOUDWATCH_LOGS],
  ['organizations:', ['IsOrganizationTrail']],
];

function blamedBy({ name, message }: Refused): readonly Destination[] {
  if (name !== 'AccessDeniedException') return BLAMES.get(name) ?? [];
  return DENIALS.flatMap(([action, destination]) => (message.includes(action) ? [destination] : []));
}

function withoutRefusedDestination(repair: SettingRepair, error: Refused): Repair | undefined {
  const refused = blamedBy(error).find((fields) => fields.some((field) => repair.settings[field]));
  return refused && withoutSettings(repair, refused);
}

function withoutSettings(repair: SettingRepair, fields: readonly SettingsField[]): Repair | undefined {
  const kept = Object.entries(repair.settings).filter(([field]) => !fields.some((other) => other === field));
  return kept.length > 0 ? { ...repair, settings: Object.fromEntries(kept) } : undefined;
}

const BUCKET_REFUSALS = [
  'S3BucketDoesNotExistException',
  'InsufficientS3BucketPolicyException',
  'InvalidS3BucketNameException',
];

/** A trail that is on the sink already stays there, and takes what else there is to set. */
function intoSink(repair: SettingRepair, sink: string, liveBucket: string | undefined): Repair | undefined {
  if (repair.settings.S3BucketName === sink) return undefined;
  if (liveBucket === sink) return withoutSettings(repair, ['S3BucketName', 'S3KeyPrefix']);
  return { ...repair, settings: { ...repair.settings, S3BucketName: sink, S3KeyPrefix: '' } };
}

/** The emergency sink, and the bucket that the trail delivers to now. */
export interface Buckets {
  readonly sink?: string | undefined;
  readonly live?: string | undefined;
}

/**
 * What to try in place of a repair that CloudTrail refused, for an imperfect log beats no log: the same without the
 * optional destination that the error blames, or into the emergency sink when it blames the bucket. Undefined when there
 * is nothing else to try.
 */
export function fallback(repair: Repair, error: Refused, { sink, live }: Buckets = {}): Repair | undefined {
  if (repair.kind !== 'createTrail' && repair.kind !== 'updateTrail') return undefined;
  if (!BUCKET_REFUSALS.includes(error.name)) return withoutRefusedDestination(repair, error);
  return sink === undefined ? undefined : intoSink(repair, sink, live);
}
