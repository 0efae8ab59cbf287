import type { FaultOf } from '../../aws/wire/faults.ts';

const READS = /^(Get|List|Describe|Lookup)/;

const OF_THE_LEDGER = ['BatchGetItem', 'GetItem', 'Query', 'PutItem', 'DeleteItem'];

/** An error by the names that CloudTrail, SNS, SQS and DynamoDB give it. */
const named =
  (cloudTrail: string, sns: string, sqs: string, dynamoDb: string): FaultOf =>
  (operation) => {
    if (operation === 'Publish') return sns;
    if (operation === 'SendMessage') return sqs;
    return OF_THE_LEDGER.includes(operation) ? dynamoDb : cloudTrail;
  };

/** What a topic and a queue that are gone are called; a table's error is the other one. */
const GONE: Readonly<Record<string, string>> = {
  Publish: 'NotFoundException',
  SendMessage: 'QueueDoesNotExist',
};

const isOfTrails = (operation: string): boolean =>
  !['Publish', 'SendMessage', ...OF_THE_LEDGER].includes(operation);

/**
 * What can become of one call to AWS. A conflict is between changes of a trail, so that nothing else meets one.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/CommonErrors.html
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html#API_SendMessage_Errors
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 */
export const KINDS = {
  throttled: named(
    'ThrottlingException',
    'ThrottledException',
    'RequestThrottled',
    'ProvisionedThroughputExceededException',
  ),
  conflict: (operation) =>
    READS.test(operation) || !isOfTrails(operation) ? undefined : 'ConflictException',
  'timed out': () => 'hung',
  'connection reset': () => 'reset',
  '5xx': named('InternalFailure', 'InternalErrorException', 'InternalError', 'InternalServerError'),
  'access denied': named(
    'AccessDeniedException',
    'AuthorizationErrorException',
    'AccessDeniedException',
    'AccessDeniedException',
  ),
  /** Somebody has deleted it. */
  gone: (operation) => (isOfTrails(operation) ? undefined : (GONE[operation] ?? 'ResourceNotFoundException')),
  'answer lost': () => 'lost',
  'killed before': () => 'killed',
  'killed after': () => 'killed-after',
} satisfies Record<string, FaultOf>;

/** What can become of a call, by name. */
export type Kind = keyof typeof KINDS;

/** All that can become of a call. */
export const KIND_NAMES = Object.keys(KINDS) as Kind[];
