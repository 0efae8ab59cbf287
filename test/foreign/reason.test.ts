import { reasonFor } from '../../src/foreign/reason.ts';

const ACTION = 'cloudtrail:GetTrail';
const ARN = 'arn:aws:cloudtrail:us-east-1:123456789012:trail/org-audit-trail';

test.each(['AccessDeniedException', 'AccessDenied', 'UnauthorizedOperation'])(
  '%s names the right to grant',
  (name) => {
    expect(reasonFor(name, ACTION, ARN, 'You may not.')).toBe(`${name}: grant ${ACTION} on ${ARN}`);
  },
);

test.each([
  ['CredentialsProviderError', 'set AWS_PROFILE, or sign in with aws sso login'],
  ['UnrecognizedClientException', 'sign in again'],
  ['InvalidClientTokenId', 'sign in again'],
  ['InvalidSignatureException', 'sign in again; if that does not help, set the clock of this machine'],
  ['SignatureDoesNotMatch', 'sign in again; if that does not help, set the clock of this machine'],
  ['RequestTimeTooSkewed', 'set the clock of this machine'],
  ['ExpiredTokenException', 'sign in again'],
  ['ENOTFOUND', 'check --region and the network'],
])('%s says to %s', (name, remedy) => {
  expect(reasonFor(name, ACTION, ARN, 'It failed.')).toBe(`${name}: It failed: ${remedy}`);
});

test.each([
  ['an error without a message is tried again', 'TimeoutError', '', 'TimeoutError: try again'],
  [
    'an error of no known remedy speaks for itself',
    'ThrottlingException',
    'Slow. Down.',
    'ThrottlingException: Slow. Down',
  ],
  ['an error without a name is its message', 'Error', 'No network', 'No network'],
])('%s', (_sentence, name, message, reason) => {
  expect(reasonFor(name, ACTION, ARN, message)).toBe(reason);
});
