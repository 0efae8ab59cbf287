/**
 * What a person does about an error that the guard cannot get past, by the error's name.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html#API_CreateTrail_Errors
 */
const REMEDIES = new Map(
  Object.entries({
    AccessDeniedException:
      "the guard's role was refused: look for a changed role policy, a permissions boundary or a service control policy",
    MaximumNumberOfTrailsExceededException:
      'the Region already has its 5 trails: delete those that you do not know, the next pass then recreates this one',
    S3BucketDoesNotExistException:
      'the log bucket is gone: recreate it under the same name, with the policy for CloudTrail',
    InsufficientS3BucketPolicyException:
      'the policy of the log bucket no longer lets CloudTrail in: restore it, see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html',
    InsufficientEncryptionPolicyException:
      'the policy of the KMS key or of the bucket no longer lets CloudTrail encrypt: restore it',
    KmsKeyNotFoundException:
      'the KMS key is gone or in another Region: cancel its deletion or declare another one',
    KmsException: 'the KMS key cannot be used: enable it, or cancel its deletion',
    InsufficientSnsTopicPolicyException: "the topic's policy no longer lets CloudTrail publish: restore it",
    InvalidSnsTopicNameException: 'the topic is gone: recreate it under the same name',
    InvalidCloudWatchLogsLogGroupArnException: 'the log group is gone: recreate it under the same name',
    InvalidCloudWatchLogsRoleArnException:
      'the role for CloudWatch Logs is gone or no longer trusts CloudTrail: restore it',
    NotOrganizationMasterAccountException: "only the organisation's management account may change this trail",
    InvalidHomeRegionException: 'the home of this trail is another Region: deploy Trailkeeper there',
    ThrottlingException: 'CloudTrail throttles changes to one a second: the invocation is tried again',
    ConflictException: 'CloudTrail is busy with another change: the invocation is tried again',
  }),
);

/** The remedy for an error, or where to look for one. */
export function remedy(error: Error): string {
  return REMEDIES.get(error.name) ?? "see the function's log";
}
