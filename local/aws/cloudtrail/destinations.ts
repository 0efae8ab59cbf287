import { AwsError } from '../wire/aws-error.ts';
import { refusalsOf, type Resources } from './delivery-path.ts';

/** Error names that a broken destination makes CreateTrail and UpdateTrail answer with. */
export type DestinationError =
  | 'S3BucketDoesNotExistException'
  | 'InsufficientS3BucketPolicyException'
  | 'InsufficientEncryptionPolicyException'
  | 'KmsKeyNotFoundException'
  | 'KmsException'
  | 'InsufficientSnsTopicPolicyException'
  | 'InvalidSnsTopicNameException'
  | 'CloudWatchLogsDeliveryUnavailableException'
  | 'InvalidCloudWatchLogsLogGroupArnException'
  | 'InvalidCloudWatchLogsRoleArnException';

/** Where a trail delivers to, as far as CloudTrail checks it. */
export interface Delivery {
  readonly S3BucketName: string;
  readonly S3KeyPrefix?: string | undefined;
  readonly KmsKeyId?: string | undefined;
  readonly SnsTopicARN?: string | undefined;
  readonly CloudWatchLogsLogGroupArn?: string | undefined;
  readonly CloudWatchLogsRoleArn?: string | undefined;
}

/** The errors that GetTrailStatus tells of destinations that no longer take deliveries. */
export interface DeliveryErrors {
  readonly LatestDeliveryError?: string;
  readonly LatestNotificationError?: string;
  readonly LatestCloudWatchLogsDeliveryError?: string;
}

/** A trail, as far as its deliveries go. */
export interface Delivering {
  readonly arn: string;
  readonly logging: boolean;
  readonly settings: Delivery;
}

/** Buckets (by name), keys, topics, log groups and roles (by ARN); all work until broken, by a test or by calls. */
export interface Destinations {
  readonly breakDestination: (nameOrArn: string, error: DestinationError) => void;
  readonly mendDestination: (nameOrArn: string) => void;
  /**
   * Throws the first destination's error: CloudTrail validates all destinations of the resulting trail in one call.
   *
   * @see https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateTrail.html
   */
  readonly check: (trailArn: string, delivery: Delivery) => void;
  /**
   * A trail with a broken destination keeps `IsLogging: true` and only its delivery errors tell.
   *
   * @see https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html
   */
  readonly deliveryErrors: (trail: Delivering) => DeliveryErrors;
  /** Seconds since the epoch at which a logging trail delivered last: now, or when an error began. */
  readonly lastDelivery: (trail: Delivering, error: keyof DeliveryErrors) => number;
  /** Notes which of these trails deliver at this moment: to be called whenever something has changed. */
  readonly note: (trails: Iterable<Delivering>) => void;
}

const ERRORS = [
  'LatestDeliveryError',
  'LatestNotificationError',
  'LatestCloudWatchLogsDeliveryError',
] as const satisfies (keyof DeliveryErrors)[];

/** Destinations that all work but for what is broken, or in a state of its own that refuses CloudTrail. */
export function destinationsOn(resources: Resources): Destinations {
  const broken = new Map<string, DestinationError>();
  const refusing = new Map<string, number>();
  const errorOf = (nameOrArn: string | undefined) =>
    nameOrArn === undefined ? undefined : broken.get(nameOrArn);
  const deliveryErrors = ({ arn, settings }: Delivering): DeliveryErrors => {
    const bucket = errorOf(settings.S3BucketName);
    const logs = errorOf(settings.CloudWatchLogsLogGroupArn) ?? errorOf(settings.CloudWatchLogsRoleArn);
    const refused = refusalsOf(resources, settings, arn);
    const delivery =
      (bucket && (bucket === 'S3BucketDoesNotExistException' ? 'NoSuchBucket' : 'AccessDenied')) ??
      (errorOf(settings.KmsKeyId) && 'AccessDenied') ??
      refused.bucket?.told ??
      refused.key?.told;
    const notification = (errorOf(settings.SnsTopicARN) && 'AuthorizationError') ?? refused.topic?.told;
    const toLogs = (logs && 'Access denied') ?? refused.logs?.told;
    return {
      ...(delivery !== undefined && { LatestDeliveryError: delivery }),
      ...(notification !== undefined && { LatestNotificationError: notification }),
      ...(toLogs !== undefined && { LatestCloudWatchLogsDeliveryError: toLogs }),
    };
  };
  const seconds = () => Date.now() / 1000;
  return {
    breakDestination: (nameOrArn, error) => void broken.set(nameOrArn, error),
    mendDestination: (nameOrArn) => void broken.delete(nameOrArn),
    check: (trailArn, delivery) => {
      const used = [
        delivery.S3BucketName,
        delivery.KmsKeyId,
        delivery.SnsTopicARN,
        delivery.CloudWatchLogsLogGroupArn,
        delivery.CloudWatchLogsRoleArn,
      ];
      for (const nameOrArn of used) {
        const error = errorOf(nameOrArn);
        if (error) throw new AwsError(error, `CloudTrail cannot deliver to ${nameOrArn ?? ''}`);
      }
      const { bucket, key, topic, logs } = refusalsOf(resources, delivery, trailArn);
      const refusal = bucket ?? key ?? topic ?? logs;
      if (refusal) throw new AwsError(refusal.error, refusal.message);
    },
    deliveryErrors,
    lastDelivery: ({ arn }, error) => refusing.get(`${arn} ${error}`) ?? seconds(),
    note: (trails) => {
      for (const trail of trails) {
        const errors = trail.logging ? deliveryErrors(trail) : {};
        for (const error of ERRORS) {
          const id = `${trail.arn} ${error}`;
          if (errors[error] === undefined) refusing.delete(id);
          else if (!refusing.has(id)) refusing.set(id, seconds());
        }
      }
    },
  };
}
