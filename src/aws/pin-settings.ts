/**
 * What the SDK asks the environment for, and then files that no Lambda function has: it waits for them before the first request.
 * https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
 */
const SETTINGS = {
  AWS_ACCOUNT_ID_ENDPOINT_MODE: 'preferred',
  AWS_AUTH_SCHEME_PREFERENCE: 'sigv4',
  AWS_DISABLE_CLOCK_SKEW_CORRECTION: 'false',
  AWS_MAX_ATTEMPTS: '3',
  AWS_RETRY_MODE: 'standard',
  AWS_SDK_UA_APP_ID: 'trailkeeper',
  AWS_USE_DUALSTACK_ENDPOINT: 'false',
  AWS_USE_FIPS_ENDPOINT: 'false',
};

/**
 * Settles what would send the guard's calls elsewhere, or keep them from arriving: whoever may change the function's environment could have
 * it report a lie, or swallow each alert. A build for a local AWS keeps its endpoints.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function pinSettings(environment: NodeJS.ProcessEnv, isLocal: boolean): void {
  Object.assign(environment, SETTINGS, { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: String(!isLocal) });
  if (isLocal) return;
  for (const name of Object.keys(environment).filter((each) => each.startsWith('AWS_ENDPOINT_URL')))
    Reflect.deleteProperty(environment, name);
}
