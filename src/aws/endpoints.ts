/**
 * Takes away what would send the guard's calls elsewhere: whoever may change the function's environment could have it report a lie, or
 * swallow each alert. A build for a local endpoint keeps them.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function pinEndpoints(environment: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(environment).filter((each) => each.startsWith('AWS_ENDPOINT_URL')))
    Reflect.deleteProperty(environment, name);
  environment['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'] = 'true';
}
