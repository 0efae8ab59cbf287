/** What to do about an error that keeps one from asking AWS, by its name. */
const REMEDIES: Readonly<Record<string, string>> = {
  CredentialsProviderError: 'set AWS_PROFILE, or sign in with aws sso login',
  UnrecognizedClientException: 'sign in again',
  InvalidClientTokenId: 'sign in again',
  InvalidSignatureException: 'sign in again; if that does not help, set the clock of this machine',
  SignatureDoesNotMatch: 'sign in again; if that does not help, set the clock of this machine',
  RequestTimeTooSkewed: 'set the clock of this machine',
  RequestExpired: 'set the clock of this machine',
  ExpiredTokenException: 'sign in again',
  ExpiredToken: 'sign in again',
  ENOTFOUND: 'check --region and the network',
  EAI_AGAIN: 'check --region and the network',
  ECONNREFUSED: 'check AWS_ENDPOINT_URL and the network',
};

const REFUSALS = [
  'AccessDeniedException',
  'AccessDenied',
  'UnauthorizedOperation',
  'AuthorizationError',
  'AuthorizationErrorException',
];

/** Whether AWS refuses a call for want of a right. Services call it differently. */
export function isRefusal(errorName: string): boolean {
  return REFUSALS.includes(errorName);
}

/** Whether the asker cannot ask anything at all: no credentials, wrong ones, a wrong clock, no way to AWS. */
export function keepsFromAsking(errorName: string): boolean {
  return Object.hasOwn(REMEDIES, errorName);
}

/** Why a call could not be made, by the name of its error: the right to grant, or what else to do. */
export function reasonFor(errorName: string, action: string, resource: string, message = ''): string {
  if (isRefusal(errorName)) return `${errorName}: grant ${action} on ${resource}`;
  const said = [errorName === 'Error' ? '' : errorName, message.replace(/\.$/, '')]
    .filter(Boolean)
    .join(': ');
  const remedy = REMEDIES[errorName] ?? (message ? undefined : 'try again');
  return remedy ? `${said}: ${remedy}` : said;
}
