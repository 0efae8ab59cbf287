import { pinSettings } from '../../src/aws/pin-settings.ts';

const HERS = {
  AWS_ACCOUNT_ID_ENDPOINT_MODE: 'required',
  AWS_ENDPOINT_URL: 'https://mallory.example',
  AWS_ENDPOINT_URL_CLOUDTRAIL: 'https://mallory.example',
  AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false',
  AWS_USE_FIPS_ENDPOINT: 'true',
  AWS_USE_DUALSTACK_ENDPOINT: 'true',
  AWS_RETRY_MODE: 'none',
  AWS_MAX_ATTEMPTS: '1',
  AWS_AUTH_SCHEME_PREFERENCE: 'noAuth',
  AWS_DISABLE_CLOCK_SKEW_CORRECTION: 'true',
};

const pinned = (isLocal: boolean): NodeJS.ProcessEnv => {
  const environment: NodeJS.ProcessEnv = { ...HERS, LEDGER_TABLE: 'ledger' };
  pinSettings(environment, isLocal);
  return environment;
};

test('nothing of the environment sends calls elsewhere, or keeps them from arriving', () => {
  expect(pinned(false)).toEqual({
    LEDGER_TABLE: 'ledger',
    AWS_ACCOUNT_ID_ENDPOINT_MODE: 'preferred',
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
    AWS_USE_FIPS_ENDPOINT: 'false',
    AWS_USE_DUALSTACK_ENDPOINT: 'false',
    AWS_RETRY_MODE: 'standard',
    AWS_MAX_ATTEMPTS: '3',
    AWS_AUTH_SCHEME_PREFERENCE: 'sigv4',
    AWS_DISABLE_CLOCK_SKEW_CORRECTION: 'false',
    AWS_SDK_UA_APP_ID: 'trailkeeper',
  });
});

test('a build for a local AWS keeps its endpoints, and nothing else', () => {
  expect(pinned(true)).toMatchObject({
    AWS_ENDPOINT_URL: 'https://mallory.example',
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false',
    AWS_USE_FIPS_ENDPOINT: 'false',
  });
});
