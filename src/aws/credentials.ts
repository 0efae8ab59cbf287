/**
 * Stands in for the default credential chain in the package: a Lambda function has its role's credentials in the
 * environment, and the chain's other links would be paid for at each cold start.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 *
 * The provider throws when the environment holds none.
 */
export const defaultProvider = () => () => {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = process.env;
  if (!accessKeyId || !secretAccessKey)
    return Promise.reject(
      new Error(
        'No AWS credentials in the environment: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, ' +
          'or try a sample without an account: npm run invoke -- events/StopLogging.json',
      ),
    );
  return Promise.resolve({ accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) });
};
