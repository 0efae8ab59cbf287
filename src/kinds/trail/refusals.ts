/** What a repair can do without: settings of a trail, its tags, or single items of a list. */
export type Piece =
  | 'bucket'
  | 'prefix'
  | 'regions'
  | 'organization'
  | 'validation'
  | 'key'
  | 'logs'
  | 'topic'
  | 'recursion'
  | 'tags'
  | 'items';

/**
 * What an error says about another try.
 * - `transient`: the same may pass by the next try: CloudTrail is busy or out of order, or the last reading was out of date.
 * - `hopeless`: less would be refused as well.
 * - else the parts that it blames, likeliest first; none where it blames nothing in particular.
 */
export type Meaning = 'transient' | 'hopeless' | readonly Piece[];

/**
 * Every error on the pages of CreateTrail, UpdateTrail, StartLogging, PutEventSelectors, PutInsightSelectors,
 * PutEventConfiguration, AddTags and RemoveTags, and those that all APIs share. KmsKeyNotFoundException is also said of the
 * topic's key, InsufficientEncryptionPolicyException also of the bucket's policy.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html#API_CreateTrail_Errors,
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/CommonErrors.html
 */
export const REFUSALS: Readonly<Record<string, Meaning>> = {
  ThrottlingException: 'transient',
  ConflictException: 'transient',
  TrailNotFoundException: 'transient',
  TrailAlreadyExistsException: 'transient',
  ResourceNotFoundException: 'transient',
  InternalFailure: 'transient',
  InternalServerError: 'transient',
  ServiceUnavailable: 'transient',
  ServiceUnavailableException: 'transient',
  RequestTimeout: 'transient',
  RequestTimeoutException: 'transient',
  TimeoutError: 'transient',
  TooManyRequestsException: 'transient',

  S3BucketDoesNotExistException: ['bucket'],
  InsufficientS3BucketPolicyException: ['bucket'],
  InvalidS3BucketNameException: ['bucket'],
  InvalidS3PrefixException: ['prefix'],
  InsufficientEncryptionPolicyException: ['key', 'bucket'],
  InvalidKmsKeyIdException: ['key'],
  KmsException: ['key'],
  KmsKeyDisabledException: ['key'],
  KmsKeyNotFoundException: ['key', 'topic'],
  InsufficientSnsTopicPolicyException: ['topic'],
  InvalidSnsTopicNameException: ['topic'],
  CloudTrailInvalidClientTokenIdException: ['topic'],
  InvalidCloudWatchLogsLogGroupArnException: ['logs'],
  InvalidCloudWatchLogsRoleArnException: ['logs'],
  CloudWatchLogsDeliveryUnavailableException: ['logs'],
  CloudTrailAccessNotEnabledException: ['organization'],
  InsufficientDependencyServiceAccessPermissionException: ['organization'],
  InsufficientIAMAccessPermissionException: ['organization'],
  NoManagementAccountSLRExistsException: ['organization'],
  NotOrganizationMasterAccountException: ['organization'],
  OrganizationNotInAllFeaturesModeException: ['organization'],
  OrganizationsNotInUseException: ['organization'],
  InvalidTagParameterException: ['tags'],
  TagsLimitExceededException: ['tags'],
  InvalidEventSelectorsException: ['items'],
  InvalidInsightSelectorsException: ['items'],
  UnsupportedOperationException: ['recursion'],
  InvalidParameterCombinationException: ['recursion'],

  InvalidParameterException: [],
  OperationNotPermittedException: [],
  RequestEntityTooLargeException: [],
  ValidationError: [],
  ValidationException: [],

  AccessDeniedException: 'hopeless',
  CredentialsProviderError: 'hopeless',
  ExpiredTokenException: 'hopeless',
  IncompleteSignature: 'hopeless',
  InvalidClientTokenId: 'hopeless',
  MalformedHttpRequestException: 'hopeless',
  NotAuthorized: 'hopeless',
  OptInRequired: 'hopeless',
  RequestAbortedException: 'hopeless',
  RequestExpired: 'hopeless',
  UnknownOperationException: 'hopeless',
  UnrecognizedClientException: 'hopeless',
  CloudTrailARNInvalidException: 'hopeless',
  InvalidHomeRegionException: 'hopeless',
  InvalidTrailNameException: 'hopeless',
  MaximumNumberOfTrailsExceededException: 'hopeless',
  ResourceTypeNotSupportedException: 'hopeless',
  TrailNotProvidedException: 'hopeless',
  // These are about event data stores and channels, which no repair names.
  ChannelARNInvalidException: 'hopeless',
  ChannelNotFoundException: 'hopeless',
  EventDataStoreARNInvalidException: 'hopeless',
  EventDataStoreNotFoundException: 'hopeless',
  InactiveEventDataStoreException: 'hopeless',
  InvalidEventDataStoreCategoryException: 'hopeless',
  InvalidEventDataStoreStatusException: 'hopeless',
};

/**
 * What AWS names when it denies something that CloudTrail asks for on the way, and what can be done without it: who may not
 * hand over the role goes without CloudWatch Logs, who may not ask about the organisation logs the account.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudtrail.html
 */
const DENIALS: readonly (readonly [action: string, Piece])[] = [
  ['iam:PassRole', 'logs'],
  ['cloudtrail:AddTags', 'tags'],
  ['organizations:', 'organization'],
  ['iam:CreateServiceLinkedRole', 'organization'],
  ['iam:GetRole', 'organization'],
];

/** By which Node.js says that a connection broke. */
const BROKEN_CONNECTION = /^(?:ECONN|ETIMEDOUT|EPIPE|EAI_AGAIN|ENOTFOUND)/;

/** An error as far as it is judged. */
export type Refused = Pick<Error, 'name' | 'message'> & { readonly code?: unknown };

/** What an error means. One that no page names blames nothing in particular. */
export function meaningOf({ name, message, code }: Refused): Meaning {
  if (typeof code === 'string' && BROKEN_CONNECTION.test(code)) return 'transient';
  if (name !== 'AccessDeniedException') return REFUSALS[name] ?? [];
  const denied = DENIALS.flatMap(([action, part]) => (message.includes(action) ? [part] : []));
  return denied.length > 0 ? denied : 'hopeless';
}

/** Whether an error may have passed by the next try. */
export const isTransient = (error: Refused): boolean => meaningOf(error) === 'transient';

/** Whether CloudTrail has too much to do: it is asked again at the pace at which its quotas refill. */
export const isBusy = ({ name }: Pick<Error, 'name'>): boolean =>
  ['ThrottlingException', 'TooManyRequestsException', 'ConflictException'].includes(name);
