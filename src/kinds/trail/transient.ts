/**
 * Errors that say nothing against another try: CloudTrail is busy or out of order, an answer was lost, or the last reading was out of
 * date.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/CommonErrors.html
 */
const TRANSIENT = new Set([
  'TrailNotFoundException',
  'TrailAlreadyExistsException',
  'ThrottlingException',
  'ConflictException',
  'InternalFailure',
  'InternalServerError',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'RequestTimeout',
  'TimeoutError',
]);

/** By which Node.js says that a connection broke. */
const BROKEN_CONNECTION = /^(?:ECONN|ETIMEDOUT|EPIPE|EAI_AGAIN|ENOTFOUND)/;

/** Whether an error may have passed by the next try. */
export function isTransient(error: Error & { readonly code?: unknown }): boolean {
  return TRANSIENT.has(error.name) || (typeof error.code === 'string' && BROKEN_CONNECTION.test(error.code));
}
