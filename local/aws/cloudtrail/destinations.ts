import { AwsError } from '../wire/aws-error.ts';

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

/** Buckets (by name), keys, topics, log groups and roles (by ARN); all work until broken. */
export interface Destinations {
  readonly breakDestination: (nameOrArn: string, error: DestinationError) => void;
  readonly mendDestination: (nameOrArn: string) => void;
  /**
   * Throws the first destination's error: CloudTrail validates all destinations of the resulting trail in one call.
   *
   * @see https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateTrail.html
   */
  readonly check: (delivery: Delivery) => void;
  /**
   * A trail with a broken destination keeps `IsLogging: true` and only its delivery errors tell.
   *
   * @see https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html
   */
  readonly deliveryErrors: (delivery: Delivery) => DeliveryErrors;
}

/** Destinations that all work. */
export function workingDestinations(): Destinations {
  const broken = new Map<string, DestinationError>();
  const errorOf = (nameOrArn: string | undefined) =>
    nameOrArn === undefined ? undefined : broken.get(nameOrArn);
  return {
    breakDestination: (nameOrArn, error) => void broken.set(nameOrArn, error),
    mendDestination: (nameOrArn) => void broken.delete(nameOrArn),
    check: (delivery) => {
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
    },
    deliveryErrors: (delivery) => {
      const bucket = errorOf(delivery.S3BucketName);
      const logs = errorOf(delivery.CloudWatchLogsLogGroupArn) ?? errorOf(delivery.CloudWatchLogsRoleArn);
      return {
        ...(bucket === 'S3BucketDoesNotExistException' && { LatestDeliveryError: 'NoSuchBucket' }),
        ...(bucket !== undefined &&
          bucket !== 'S3BucketDoesNotExistException' && { LatestDeliveryError: 'AccessDenied' }),
        ...(bucket === undefined && errorOf(delivery.KmsKeyId) && { LatestDeliveryError: 'AccessDenied' }),
        ...(errorOf(delivery.SnsTopicARN) && { LatestNotificationError: 'AuthorizationError' }),
        ...(logs && { LatestCloudWatchLogsDeliveryError: 'Access denied' }),
      };
    },
  };
}
