const REPORT_IT =
  'CloudTrail did not take the request for one about a trail: report it as a fault of Trailkeeper';

const RESTORE_ORGANIZATION =
  'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-an-organizational-trail-prepare.html';

const BUCKET_POLICY =
  'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html';

/**
 * What a person does about an error that the guard cannot get past, by the error's name: every cause that CloudTrail documents for
 * it, and no more than that. Each error of the calls that the guard makes is here.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html#API_CreateTrail_Errors
 */
export const REMEDIES = {
  AccessDeniedException:
    "the guard's role was refused: look for a changed role policy, a permissions boundary or a service control policy",
  MaximumNumberOfTrailsExceededException:
    'the Region already has its 5 trails: delete those that you do not know, the next pass then recreates this one',

  S3BucketDoesNotExistException:
    'the log bucket is gone: recreate it under the same name, with the policy for CloudTrail',
  InsufficientS3BucketPolicyException: `the policy of the log bucket does not let CloudTrail in, or not under the trail's prefix: restore it, see ${BUCKET_POLICY}`,
  InvalidS3BucketNameException: 'the declared bucket name is not valid: correct S3BucketName in the baseline',
  InvalidS3PrefixException: 'the declared prefix is not valid: correct S3KeyPrefix in the baseline',

  InsufficientEncryptionPolicyException:
    'the policy of the KMS key or of the bucket does not let CloudTrail encrypt: restore both',
  KmsKeyNotFoundException:
    "the KMS key is gone, the bucket is not in the key's Region, or the key of the SNS topic is gone or in another Region: restore what is missing, or declare another key or topic",
  KmsException:
    'CloudTrail cannot use the KMS key: see that it is enabled, that its deletion is not pending, and that its policy lets CloudTrail in',
  KmsKeyDisabledException: 'the KMS key is disabled: enable it',
  InvalidKmsKeyIdException: 'the declared key is not valid: correct KmsKeyId in the baseline',

  InsufficientSnsTopicPolicyException:
    "the topic's policy does not let CloudTrail publish: restore it, and look at the policy of the topic's key",
  InvalidSnsTopicNameException:
    'the declared topic is not valid: see that it is there under its name, or correct SnsTopicName in the baseline',
  CloudTrailInvalidClientTokenIdException:
    "AWS does not accept somebody's credentials, as when the account of the SNS topic is suspended: declare another topic",

  InvalidCloudWatchLogsLogGroupArnException:
    'CloudTrail cannot use the log group: see that it is there under its name, that its ARN is of the right form, and that the declared role may write to it; rights that are a few minutes old may not count yet',
  InvalidCloudWatchLogsRoleArnException:
    'CloudTrail cannot use the role for CloudWatch Logs: see that it is there, trusts CloudTrail and may write to the log group; rights that are a few minutes old may not count yet',
  CloudWatchLogsDeliveryUnavailableException:
    'CloudTrail cannot deliver to CloudWatch Logs in this Region: remove CloudWatchLogsLogGroupArn and CloudWatchLogsRoleArn from the baseline',

  CloudTrailAccessNotEnabledException: `trusted access between CloudTrail and Organizations is off: enable it in the management account, see ${RESTORE_ORGANIZATION}`,
  InsufficientDependencyServiceAccessPermissionException:
    "the guard's role lacks a right in another service that a trail of the organisation needs, such as iam:GetRole or organizations:ListAWSServiceAccessForOrganization: look for a changed role policy or a service control policy",
  InsufficientIAMAccessPermissionException:
    "the guard's role may not see or create CloudTrail's service-linked role: create it in the management account",
  NoManagementAccountSLRExistsException:
    'the management account has no service-linked role AWSServiceRoleForCloudTrail: create it there',
  NotOrganizationMasterAccountException: "only the organisation's management account may change this trail",
  OrganizationNotInAllFeaturesModeException:
    'the organisation does not have all features enabled, which its trail needs: enable them in the management account',
  OrganizationsNotInUseException:
    'this account is in no organisation: bring it back, or set IsOrganizationTrail: false in the baseline',

  InvalidHomeRegionException: 'the home of this trail is another Region: deploy Trailkeeper there',
  TrailNotFoundException: 'the trail was not there at that moment: the next pass looks again',
  TrailAlreadyExistsException: 'the trail was there by then: the next pass looks again',
  ResourceNotFoundException: 'the trail was not there at that moment: the next pass looks again',
  ThrottlingException: 'CloudTrail throttles changes to one a second: the next pass tries again',
  ConflictException:
    'CloudTrail is still loading the trail, or busy with another change of it: the next pass tries again',

  InvalidEventSelectorsException:
    'the declared selectors are not valid, or there are too many of them (5 selectors, 250 data resources, 500 values of advanced ones): correct them in the baseline',
  InvalidInsightSelectorsException:
    'the declared Insights are not valid, or the trail does not record the management events that they need: correct InsightSelectors or the selectors in the baseline',
  TagsLimitExceededException: 'a trail holds 50 tags: remove those that are not needed',
  InvalidTagParameterException:
    'a declared tag is not valid, stands there twice, or is one too many: correct TagsList in the baseline',
  InvalidParameterCombinationException:
    'CloudTrail does not take the declared values together: correct the baseline',
  InvalidParameterException: 'CloudTrail does not take a declared value: correct the baseline',
  InvalidTrailNameException: 'the declared name is not valid: correct Name in the baseline',
  TrailNotProvidedException: REPORT_IT,
  UnsupportedOperationException:
    'CloudTrail does not support this here: remove the field from the baseline if the Region does not know it',
  OperationNotPermittedException:
    'CloudTrail does not permit this for this trail or account: ask AWS Support why',

  CloudTrailARNInvalidException: REPORT_IT,
  ResourceTypeNotSupportedException: REPORT_IT,
  ChannelARNInvalidException: REPORT_IT,
  ChannelNotFoundException: REPORT_IT,
  EventDataStoreARNInvalidException: REPORT_IT,
  EventDataStoreNotFoundException: REPORT_IT,
  InactiveEventDataStoreException: REPORT_IT,
  InvalidEventDataStoreCategoryException: REPORT_IT,
  InvalidEventDataStoreStatusException: REPORT_IT,
} as const;

/** The remedy for an error, or where to look for one. */
export function remedy({ name }: Error): string {
  return Object.hasOwn(REMEDIES, name) ? REMEDIES[name as keyof typeof REMEDIES] : "see the function's log";
}
