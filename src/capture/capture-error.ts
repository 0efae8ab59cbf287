/** Why nothing was captured, in words that tell the person at the terminal what to do. */
export class CaptureError extends Error {
  override readonly name = 'CaptureError';
}

/** What to do about an error that keeps one from reading, by its name. */
const REMEDIES: Readonly<Record<string, string>> = {
  CredentialsProviderError: 'set AWS_PROFILE, or sign in with aws sso login',
  UnrecognizedClientException: 'sign in again',
  InvalidClientTokenId: 'sign in again',
  InvalidSignatureException: 'sign in again',
  ExpiredTokenException: 'sign in again',
  ExpiredToken: 'sign in again',
};

const REFUSALS = ['AccessDeniedException', 'AccessDenied', 'UnauthorizedOperation'];

/** Why a call could not be made, by the name of its error: the right to grant, or what else to do. */
export function reasonFor(errorName: string, action: string, resource: string, message = ''): string {
  if (REFUSALS.includes(errorName)) return `${errorName}: grant ${action} on ${resource}`;
  const said = [errorName === 'Error' ? '' : errorName, message.replace(/\.$/, '')]
    .filter(Boolean)
    .join(': ');
  const remedy = REMEDIES[errorName] ?? (message ? undefined : 'try again');
  return remedy ? `${said}: ${remedy}` : said;
}
