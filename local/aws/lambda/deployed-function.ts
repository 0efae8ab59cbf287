import type { Access } from '../iam/access.ts';
import type { Containers, Hosting, RunOutcome } from './containers.ts';
import type { Credentials } from '../iam/principal.ts';
import { stableUuid } from '../wire/stable-uuid.ts';
import type { FunctionConfiguration } from './function-configuration.ts';
import type { Deployment } from '../stack/template.ts';

/** Where a function is deployed, and the log groups that are there already. */
export interface Surroundings {
  readonly deployment: Deployment;
  readonly logGroups: readonly { readonly name: string }[];
}

/** What a function needs to run. */
export interface FunctionHosting {
  readonly hosting: Hosting;
  readonly access: Access;
  /** Credentials of a function's role, for its containers. */
  readonly signIn: (configuration: FunctionConfiguration) => Credentials;
}

/** A function with its containers. */
export interface DeployedFunction {
  /** As it is now. */
  readonly configuration: FunctionConfiguration;
  /** Whether it has been deleted: what is still under way ends, and nothing begins. */
  readonly isGone: boolean;
  /**
   * Changes it. All but its concurrency and its way with asynchronous invocations takes effect in containers that start
   * from now on; those that are at work finish with what they were started with.
   */
  readonly change: (changed: Partial<FunctionConfiguration>) => void;
  readonly run: (event: unknown, requestId: string) => Promise<RunOutcome>;
  readonly kill: () => Promise<void>;
  /** Ends the idle containers now, and the others when they have finished. */
  readonly retire: () => void;
  /** Ends the containers and removes what they left. */
  readonly remove: () => Promise<void>;
}

/** Containers that were started with the same configuration. */
interface Generation {
  readonly configuration: FunctionConfiguration;
  readonly containers: Containers;
  atWork: number;
}

/** What changes nothing in a container. */
const BESIDE: readonly string[] = [
  'reservedConcurrency',
  'asynchronous',
] satisfies (keyof FunctionConfiguration)[];

/** Makes a function ready to run, with its role's credentials. */
export function deployFunction(
  stack: Surroundings,
  deployed: FunctionConfiguration,
  { hosting, access, signIn }: FunctionHosting,
): DeployedFunction {
  const logGroup = `/aws/lambda/${deployed.name}`;
  const logStream = `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${stableUuid(deployed.arn).replaceAll('-', '')}`;
  let credentials = signIn(deployed);
  const start = (configuration: FunctionConfiguration): Generation => ({
    configuration,
    containers: hosting({
      code: configuration.code,
      // Whoever puts the same zip back has put the function back.
      replaced: configuration.codeSha256 === deployed.codeSha256 ? undefined : configuration.replaced,
      memoryMegabytes: configuration.memoryMegabytes,
      environment: {
        ...configuration.environment,
        ...environmentOf(stack, configuration, credentials),
        AWS_LAMBDA_LOG_GROUP_NAME: logGroup,
        AWS_LAMBDA_LOG_STREAM_NAME: logStream,
      },
    }),
    atWork: 0,
  });

  let current = deployed;
  let isGone = false;
  let generation = start(deployed);
  const generations = new Set([generation]);
  const concurrency = turnstile(deployed.reservedConcurrency ?? Infinity);

  const end = async (old: Generation) => {
    generations.delete(old);
    await old.containers.remove();
  };
  const retire = () => {
    if (generation.atWork === 0) void end(generation);
  };

  return {
    get configuration() {
      return current;
    },
    get isGone() {
      return isGone;
    },
    change: (changed) => {
      if (changed.role && changed.role.arn !== current.role.arn)
        credentials = signIn({ ...current, ...changed });
      current = { ...current, ...changed };
      concurrency.limit(current.reservedConcurrency ?? Infinity);
      if (Object.keys(changed).every((name) => BESIDE.includes(name))) return;
      retire();
      generation = start(current);
      generations.add(generation);
    },
    run: async (event, requestId) => {
      const leave = await concurrency.enter();
      const mine = generation;
      const { configuration } = mine;
      mine.atWork += 1;
      try {
        writeLogs(stack, configuration, logGroup, logStream, access);
        if (!configuration.runtime.startsWith('nodejs')) return cannotLoad(configuration);
        return await mine.containers.run({
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
        mine.atWork -= 1;
        if (mine.atWork === 0 && (mine !== generation || isGone)) void end(mine);
        leave();
      }
    },
    kill: async () => {
      await Promise.all([...generations].map(({ containers }) => containers.kill()));
    },
    retire: () => {
      isGone = true;
      retire();
    },
    remove: async () => {
      await Promise.all([...generations].map(end));
    },
  };
}

/** Only Node.js is run here, which is the language of the code: with any other, it could not be loaded in AWS either. */
function cannotLoad({ handler }: FunctionConfiguration): RunOutcome {
  const errorMessage = `Unable to import module '${handler.replace(/\.[^.]*$/, '')}'`;
  return {
    coldStart: true,
    initMs: undefined,
    logs: [],
    error: { errorType: 'Runtime.ImportModuleError', errorMessage, trace: [] },
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
  if (!logGroups.some(({ name }) => name === logGroup)) judge('CreateLogGroup', group);
  judge('CreateLogStream', stream);
  judge('PutLogEvents', stream);
}

/** Lets at most so many in at once, the others wait in turn; `enter` gives the way out. */
interface Turnstile {
  readonly enter: () => Promise<() => void>;
  readonly limit: (places: number) => void;
}

function turnstile(initially: number): Turnstile {
  let places = initially;
  let taken = 0;
  const waiting: (() => void)[] = [];
  const letIn = () => {
    while (taken < places) {
      const next = waiting.shift();
      if (!next) return;
      taken += 1;
      next();
    }
  };
  const leave = () => {
    taken -= 1;
    letIn();
  };
  return {
    enter: async () => {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        letIn();
      });
      return leave;
    },
    limit: (now) => {
      places = now;
      letIn();
    },
  };
}
