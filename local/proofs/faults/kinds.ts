import type { FaultOf } from '../../aws/wire/faults.ts';

const READS = /^(Get|List|Describe|Lookup)/;

/** An error by the names that CloudTrail and SNS give it. */
const named =
  (cloudTrail: string, sns: string): FaultOf =>
  (operation) =>
    operation === 'Publish' ? sns : cloudTrail;

/**
 * What can become of one call to AWS. A conflict is between changes of a trail, so that nothing else meets one.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/CommonErrors.html
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors
 */
export const KINDS = {
  throttled: named('ThrottlingException', 'ThrottledException'),
  conflict: (operation) =>
    READS.test(operation) || operation === 'Publish' ? undefined : 'ConflictException',
  'timed out': () => 'hung',
  'connection reset': () => 'reset',
  '5xx': named('InternalFailure', 'InternalErrorException'),
  'access denied': named('AccessDeniedException', 'AuthorizationErrorException'),
  'answer lost': () => 'lost',
  'killed before': () => 'killed',
  'killed after': () => 'killed-after',
} satisfies Record<string, FaultOf>;

/** What can become of a call, by name. */
export type Kind = keyof typeof KINDS;

/** All that can become of a call. */
export const KIND_NAMES = Object.keys(KINDS) as Kind[];
