import type { Access } from '../iam/access.ts';
import type { Hosting, RunOutcome } from './containers.ts';
import type { Credentials } from '../iam/principal.ts';
import { stableUuid } from '../wire/stable-uuid.ts';
import type { FunctionConfiguration } from './function-configuration.ts';
import type { Deployment } from '../stack/template.ts';

/** Where a function is deployed, and the log groups that are there already. */
export interface Surroundings {
  readonly deployment: Deployment;
  readonly logGroups: readonly string[];
}

/** A function with its containers. */
export interface DeployedFunction {
  readonly configuration: FunctionConfiguration;
  readonly run: (event: unknown, requestId: string) => Promise<RunOutcome>;
  readonly kill: () => Promise<void>;
  /** Ends the containers and removes what they left. */
  readonly remove: () => Promise<void>;
}

/** Makes a function ready to run, with its role's credentials. */
export function deployFunction(
  stack: Surroundings,
  configuration: FunctionConfiguration,
  credentials: Credentials,
  hosting: Hosting,
  access: Access,
): DeployedFunction {
  const logGroup = `/aws/lambda/${configuration.name}`;
  const logStream = `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${stableUuid(configuration.arn).replaceAll('-', '')}`;
  const containers = hosting({
    code: configuration.code,
    memoryMegabytes: configuration.memoryMegabytes,
    environment: {
      ...configuration.environment,
      ...environmentOf(stack, configuration, credentials),
      AWS_LAMBDA_LOG_GROUP_NAME: logGroup,
      AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    },
  });

  const place = turnstile(configuration.reservedConcurrency ?? Infinity);
  return {
    configuration,
    run: async (event, requestId) => {
      const leave = await place();
      try {
        writeLogs(stack, configuration, logGroup, logStream, access);
        return await containers.run({
          event,
          timeoutMs: configuration.timeoutSeconds * 1000,
          context: {
            functionName: configuration.name,
            functionVersion: '$LATEST',
            invokedFunctionArn: configuration.arn,
            memoryLimitInMB: String(configuration.memoryMegabytes),
            awsRequestId: requestId,
            logGroupName: logGroup,
            logStreamName: logStream,
          },
        });
      } finally {
        leave();
      }
    },
    kill: containers.kill,
    remove: containers.remove,
  };
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
function environmentOf(
  { deployment: { region } }: Surroundings,
  configuration: FunctionConfiguration,
  credentials: Credentials,
): Record<string, string> {
  return {
    _HANDLER: configuration.handler,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${configuration.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: configuration.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration.memoryMegabytes),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(credentials.sessionToken !== undefined && { AWS_SESSION_TOKEN: credentials.sessionToken }),
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
  };
}

// The Lambda service writes the logs with the rights of the function's role, and names the function.
// https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
function writeLogs(
  { deployment, logGroups }: Surroundings,
  { arn, role }: FunctionConfiguration,
  logGroup: string,
  logStream: string,
  access: Access,
): void {
  const group = `arn:${deployment.partition}:logs:${deployment.region}:${deployment.account}:log-group:${logGroup}`;
  const stream = `${group}:log-stream:${logStream}`;
  const context = { 'lambda:SourceFunctionArn': arn };
  const judge = (action: string, resource: string) =>
    access.judge(role.arn, { action: `logs:${action}`, resource, context });
  if (!logGroups.includes(logGroup)) judge('CreateLogGroup', group);
  judge('CreateLogStream', stream);
  judge('PutLogEvents', stream);
}

/** Lets at most `places` in at once, the others wait in turn; gives the way out. */
function turnstile(places: number): () => Promise<() => void> {
  let free = places;
  const waiting: (() => void)[] = [];
  const leave = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return async () => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    return leave;
  };
}
