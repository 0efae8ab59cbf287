import type { Trail } from './baseline.ts';
import {
  DEFAULT_EVENT_SELECTORS,
  type FIELDS,
  type Field,
  type ObservedTrail,
  type TrailState,
} from './trail.ts';

/** The fields that CreateTrail and UpdateTrail set, all in one call. */
export type SettingsField = { [F in Field]: (typeof FIELDS)[F] extends 'settings' ? F : never }[Field];

/** Values to set; an empty string clears a field. */
export type Settings = { readonly [F in SettingsField]?: NonNullable<Trail[F]> };

/** One idempotent API call that removes drift. `trail` is a name. */
export type Repair =
  | { readonly kind: 'startLogging'; readonly trail: string }
  | {
      readonly kind: 'createTrail';
      readonly trail: string;
      readonly settings: Settings;
      readonly tags: Trail['TagsList'];
    }
  | { readonly kind: 'updateTrail'; readonly trail: string; readonly settings: Settings }
  | {
      readonly kind: 'putEventSelectors';
      readonly trail: string;
      readonly selectors: Pick<Trail, 'EventSelectors' | 'AdvancedEventSelectors'>;
    }
  | {
      readonly kind: 'putInsightSelectors';
      readonly trail: string;
      readonly selectors: Trail['InsightSelectors'];
    }
  | {
      readonly kind: 'putEventConfiguration';
      readonly trail: string;
      readonly aggregations: Trail['AggregationConfigurations'];
    }
  | { readonly kind: 'addTags'; readonly trail: string; readonly tags: Trail['TagsList'] }
  | { readonly kind: 'removeTags'; readonly trail: string; readonly tags: Trail['TagsList'] };

function withState(observed: ObservedTrail, state: TrailState): ObservedTrail {
  return { ...observed, state: { ...observed.state, ...state } };
}

/** CloudTrail shows a cleared field as absent. */
function shown(sent: Settings): TrailState {
  return Object.fromEntries(
    Object.entries(sent).map(([field, value]) => [field, value === '' ? undefined : value]),
  );
}

/**
 * The trail as it stands once a repair has succeeded, so that a plan can be made from a reading that was taken before.
 * A created trail does not log, and has the default selectors.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-create-and-update-a-trail-by-using-the-aws-cli-create-trail.html
 */
export function after(repair: Repair, observed: ObservedTrail): ObservedTrail {
  switch (repair.kind) {
    case 'startLogging': {
      const unread = Object.entries(observed.unread).filter(([part]) => part !== 'logging');
      return { ...withState(observed, { IsLogging: true }), unread: Object.fromEntries(unread) };
    }
    case 'createTrail':
      return {
        Name: repair.trail,
        standing: 'homed',
        state: {
          ...shown(repair.settings),
          IsLogging: false,
          EventSelectors: [...DEFAULT_EVENT_SELECTORS],
          InsightSelectors: [],
          AggregationConfigurations: [],
          TagsList: repair.tags,
        },
        unread: {},
        deliveryErrors: [],
      };
    case 'updateTrail':
      return withState(observed, shown(repair.settings));
    case 'putEventSelectors':
      return withState(observed, {
        EventSelectors: undefined,
        AdvancedEventSelectors: undefined,
        ...repair.selectors,
      });
    case 'putInsightSelectors':
      return withState(observed, { InsightSelectors: repair.selectors });
    case 'putEventConfiguration':
      return withState(observed, { AggregationConfigurations: repair.aggregations });
    case 'addTags':
    case 'removeTags': {
      const kept = (observed.state.TagsList ?? []).filter(
        ({ Key }) => !repair.tags.some((tag) => tag.Key === Key),
      );
      return withState(observed, { TagsList: repair.kind === 'addTags' ? [...kept, ...repair.tags] : kept });
    }
  }
}

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
