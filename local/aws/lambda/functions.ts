import { z } from 'zod';
import type { PassedRole } from '../iam/live-roles.ts';
import type { Operation, Request } from '../iam/call.ts';
import { lowerCamel } from '../cloudtrail/cloudtrail-record.ts';
import { operationsOf, passRole, type Row, SERVER_FAULTS } from '../operation.ts';
import { AwsError } from '../wire/aws-error.ts';
import { readRequest } from '../wire/request-shape.ts';
import { stableUuid } from '../wire/stable-uuid.ts';
import type { DeployedFunction } from './deployed-function.ts';
import {
  type EventInvokeConfig,
  type FunctionConfiguration,
  invokeConfigOf,
  invokeConfigShape,
  measured,
} from './function-configuration.ts';
import { type Permission, statementOf } from './permission.ts';

/** The functions of one account and Region, and what of them can be read and changed. */
export interface FunctionService {
  readonly routes: readonly (readonly [method: string, path: string, operation: Operation])[];
  readonly add: (deployed: DeployedFunction) => void;
  readonly addPermissions: (permissions: readonly Permission[]) => void;
  /** By name, ARN, partial ARN, or one of these with `:$LATEST` behind. */
  readonly named: (nameOrArn: string) => DeployedFunction | undefined;
  readonly permissionsOf: (functionArn: string) => readonly Permission[];
  readonly all: () => readonly DeployedFunction[];
  /** What is there now. */
  readonly state: () => ReadonlyMap<string, unknown>;
}

/** What Lambda's operations need of their surroundings. */
export interface FunctionSurroundings {
  /** Account and Region, as they stand in ARNs of Lambda: `arn:aws:lambda:us-east-1:123456789012`. */
  readonly home: string;
  readonly roleOf: (arn: string) => PassedRole | undefined;
  readonly eventSources: readonly Row[];
}

const LAMBDA = 'lambda.amazonaws.com';

/** How many executions an account has at once, and how many of them nobody may reserve. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const [ALL_EXECUTIONS, UNRESERVED] = [1000, 100];

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html */
const ROUTES: Readonly<Record<string, readonly [method: string, path: string]>> = {
  GetFunction: ['GET', '/2015-03-31/functions/{FunctionName}'],
  GetFunctionConfiguration: ['GET', '/2015-03-31/functions/{FunctionName}/configuration'],
  UpdateFunctionConfiguration: ['PUT', '/2015-03-31/functions/{FunctionName}/configuration'],
  UpdateFunctionCode: ['PUT', '/2015-03-31/functions/{FunctionName}/code'],
  DeleteFunction: ['DELETE', '/2015-03-31/functions/{FunctionName}'],
  GetFunctionConcurrency: ['GET', '/2019-09-30/functions/{FunctionName}/concurrency'],
  PutFunctionConcurrency: ['PUT', '/2017-10-31/functions/{FunctionName}/concurrency'],
  DeleteFunctionConcurrency: ['DELETE', '/2017-10-31/functions/{FunctionName}/concurrency'],
  GetPolicy: ['GET', '/2015-03-31/functions/{FunctionName}/policy'],
  AddPermission: ['POST', '/2015-03-31/functions/{FunctionName}/policy'],
  RemovePermission: ['DELETE', '/2015-03-31/functions/{FunctionName}/policy/{StatementId}'],
  GetFunctionEventInvokeConfig: ['GET', '/2019-09-25/functions/{FunctionName}/event-invoke-config'],
  PutFunctionEventInvokeConfig: ['PUT', '/2019-09-25/functions/{FunctionName}/event-invoke-config'],
  DeleteFunctionEventInvokeConfig: ['DELETE', '/2019-09-25/functions/{FunctionName}/event-invoke-config'],
  ListEventSourceMappings: ['GET', '/2015-03-31/event-source-mappings'],
  CreateEventSourceMapping: ['POST', '/2015-03-31/event-source-mappings'],
  GetEventSourceMapping: ['GET', '/2015-03-31/event-source-mappings/{UUID}'],
  UpdateEventSourceMapping: ['PUT', '/2015-03-31/event-source-mappings/{UUID}'],
  DeleteEventSourceMapping: ['DELETE', '/2015-03-31/event-source-mappings/{UUID}'],
};

/**
 * What CloudTrail calls an operation where it is not the operation's own name. That the EventInvokeConfig's have theirs is
 * documented of Put and Update; of Delete it is UNVERIFIED.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/logging-using-cloudtrail.html
 */
const EVENT_NAMES: Readonly<Record<string, string>> = {
  UpdateFunctionConfiguration: 'UpdateFunctionConfiguration20150331v2',
  UpdateFunctionCode: 'UpdateFunctionCode20150331v2',
  DeleteFunction: 'DeleteFunction20150331',
  PutFunctionConcurrency: 'PutFunctionConcurrency20171031',
  DeleteFunctionConcurrency: 'DeleteFunctionConcurrency20171031',
  AddPermission: 'AddPermission20150331v2',
  RemovePermission: 'RemovePermission20150331v2',
  CreateEventSourceMapping: 'CreateEventSourceMapping20150331',
  UpdateEventSourceMapping: 'UpdateEventSourceMapping20150331',
  DeleteEventSourceMapping: 'DeleteEventSourceMapping20150331',
};

/** An empty text takes away what was there. */
const unlessEmpty = (text: string | undefined) => (text === '' ? undefined : text);

const invalid = (message: string) => new AwsError('InvalidParameterValueException', message);
const notFound = (message: string) => new AwsError('ResourceNotFoundException', message, 404);
const read = <S extends z.ZodType>(schema: S, { input }: Request) =>
  readRequest(schema, input, 'InvalidParameterValueException');

/** What is left out stays as it is. */
const configurationRequest = z.object({
  Description: z.string().max(256).optional(),
  Handler: z
    .string()
    .regex(/^\S{0,128}$/)
    .optional(),
  Runtime: z.string().optional(),
  Timeout: z.number().min(1).max(900).optional(),
  MemorySize: z.number().min(128).max(10_240).optional(),
  Environment: z.object({ Variables: z.record(z.string(), z.string()).default({}) }).optional(),
  Role: z.string().optional(),
  Layers: z.array(z.string()).max(5).optional(),
  KMSKeyArn: z.string().optional(),
  LoggingConfig: z.record(z.string(), z.unknown()).optional(),
  DeadLetterConfig: z.object({ TargetArn: z.string().optional() }).optional(),
  RevisionId: z.string().optional(),
});

const permissionRequest = z.object({
  StatementId: z.string().regex(/^[\w-]{1,100}$/),
  Action: z.string().regex(/^lambda:(?:\*|[A-Za-z]+)$/),
  Principal: z.string(),
  SourceArn: z.string().optional(),
  SourceAccount: z
    .string()
    .regex(/^\d{12}$/)
    .optional(),
});

/** A request as its record shows it: neither environment nor code. @see https://docs.aws.amazon.com/lambda/latest/dg/logging-using-cloudtrail.html */
function withoutSecrets(said: unknown): unknown {
  const fields = z.looseObject({}).parse(said);
  const shown = { ...('Environment' in fields && { Environment: {} }), ZipFile: undefined };
  return lowerCamel({ ...fields, ...shown });
}

/** No functions. */
export function functionService({ home, roleOf, eventSources }: FunctionSurroundings): FunctionService {
  const functions = new Map<string, DeployedFunction>();
  const permissions = new Map<string, readonly Permission[]>();
  const modified = new Map<string, Date>();

  const arnOf = (nameOrArn: string) => {
    const name =
      /^(?:arn:[\w-]+:lambda:)?(?:[a-z]{2}[a-z0-9-]*-\d:)?(?:\d{12}:)?(?:function:)?([\w-]+)(?::\$LATEST)?$/.exec(
        nameOrArn,
      )?.[1];
    return `${home}:function:${name ?? nameOrArn}`;
  };
  const named = (nameOrArn: string) => functions.get(arnOf(nameOrArn));
  const asked = ({ input }: Request) => arnOf(String(input['FunctionName']));
  const on = (request: Request) => [{ resource: asked(request) }];
  const find = (request: Request): DeployedFunction => {
    const found = functions.get(asked(request));
    if (found) return found;
    throw notFound(`Function not found: ${asked(request)}`);
  };
  const assumable = (roleArn: string) => {
    const role = roleOf(roleArn);
    if (role?.services.includes(LAMBDA)) return role;
    throw invalid('The role defined for the function cannot be assumed by Lambda.');
  };
  const change = (deployed: DeployedFunction, changed: Partial<FunctionConfiguration>) => {
    deployed.change(changed);
    modified.set(deployed.configuration.arn, new Date());
  };
  const policyOf = (arn: string) => permissions.get(arn) ?? [];
  const revision = (value: unknown) => stableUuid(JSON.stringify(value));
  const revisionOf = (configuration: FunctionConfiguration) =>
    revision({ ...configuration, replaced: undefined });
  const dateOf = (arn: string) => modified.get(arn) ?? new Date();

  const configurationOf = ({ configuration }: DeployedFunction) => {
    const { environment, deadLetters, ...is } = configuration;
    return {
      FunctionName: is.name,
      FunctionArn: is.arn,
      Runtime: is.runtime,
      Role: is.role.arn,
      Handler: is.handler,
      CodeSize: is.codeSize,
      Description: is.description,
      Timeout: is.timeoutSeconds,
      MemorySize: is.memoryMegabytes,
      LastModified: dateOf(is.arn).toISOString().replace('Z', '+0000'),
      CodeSha256: is.codeSha256,
      Version: '$LATEST',
      ...(Object.keys(environment).length > 0 && { Environment: { Variables: environment } }),
      ...(deadLetters !== undefined && { DeadLetterConfig: { TargetArn: deadLetters } }),
      KMSKeyArn: is.keyArn,
      LoggingConfig: is.logging,
      TracingConfig: { Mode: 'PassThrough' },
      RevisionId: revisionOf(configuration),
      ...(is.layers.length > 0 && { Layers: is.layers.map((Arn) => ({ Arn })) }),
      State: 'Active',
      LastUpdateStatus: 'Successful',
      PackageType: 'Zip',
      Architectures: is.architectures,
      EphemeralStorage: { Size: 512 },
    };
  };
  const concurrencyOf = ({ configuration: { reservedConcurrency } }: DeployedFunction) =>
    reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency };
  const invokeConfig = ({ configuration: { arn } }: DeployedFunction, said: EventInvokeConfig) => ({
    LastModified: dateOf(arn).getTime() / 1000,
    FunctionArn: `${arn}:$LATEST`,
    MaximumRetryAttempts: said.retries,
    MaximumEventAgeInSeconds: said.maximumAge,
    DestinationConfig: {
      OnSuccess: said.onSuccess === undefined ? {} : { Destination: said.onSuccess },
      OnFailure: said.onFailure === undefined ? {} : { Destination: said.onFailure },
    },
  });
  const invokeConfigAt = (deployed: DeployedFunction) => {
    const { asynchronous, arn } = deployed.configuration;
    if (asynchronous) return asynchronous;
    throw notFound(`The function ${arn}:$LATEST doesn't have an EventInvokeConfig`);
  };
  const checkRevision = (deployed: DeployedFunction, given: string | undefined) => {
    if (given !== undefined && given !== revisionOf(deployed.configuration))
      throw new AwsError(
        'PreconditionFailedException',
        'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
        412,
      );
  };

  const rows: readonly Row[] = [
    {
      name: 'GetFunction',
      on,
      run: (request) => {
        const found = find(request);
        const Concurrency = concurrencyOf(found);
        return {
          Configuration: configurationOf(found),
          Code: { RepositoryType: 'S3' },
          ...('ReservedConcurrentExecutions' in Concurrency && { Concurrency }),
        };
      },
    },
    { name: 'GetFunctionConfiguration', on, run: (request) => configurationOf(find(request)) },
    {
      name: 'UpdateFunctionConfiguration',
      on,
      alsoNeeds: ({ input }) => passRole(input['Role'], LAMBDA),
      changes: {
        requestParameters: withoutSecrets,
        responseElements: withoutSecrets,
      },
      run: (request) => {
        const found = find(request);
        const { Environment, Role, DeadLetterConfig, ...given } = read(configurationRequest, request);
        checkRevision(found, given.RevisionId);
        const changed: Readonly<Record<string, unknown>> = {
          description: given.Description,
          handler: given.Handler,
          runtime: given.Runtime,
          timeoutSeconds: given.Timeout,
          memoryMegabytes: given.MemorySize,
          layers: given.Layers,
          logging: given.LoggingConfig && { ...found.configuration.logging, ...given.LoggingConfig },
          environment: Environment?.Variables,
          role: Role === undefined ? undefined : assumable(Role),
        };
        const said = Object.entries(changed).filter(([, value]) => value !== undefined);
        change(found, {
          ...(Object.fromEntries(said) as Partial<FunctionConfiguration>),
          ...(given.KMSKeyArn !== undefined && { keyArn: unlessEmpty(given.KMSKeyArn) }),
          ...(DeadLetterConfig && { deadLetters: unlessEmpty(DeadLetterConfig.TargetArn) }),
        });
        return configurationOf(found);
      },
    },
    {
      name: 'UpdateFunctionCode',
      on,
      changes: {
        requestParameters: withoutSecrets,
        responseElements: withoutSecrets,
      },
      run: (request) => {
        const found = find(request);
        const { ZipFile, RevisionId } = read(
          z.object({
            ZipFile: z.base64('The embedded AWS takes a ZipFile only'),
            RevisionId: z.string().optional(),
          }),
          request,
        );
        checkRevision(found, RevisionId);
        const replaced = Buffer.from(ZipFile, 'base64');
        change(found, { replaced, ...measured(replaced) });
        return configurationOf(found);
      },
    },
    {
      name: 'DeleteFunction',
      on,
      changes: {},
      run: (request) => {
        const found = find(request);
        const { arn } = found.configuration;
        functions.delete(arn);
        permissions.delete(arn);
        found.retire();
        return {};
      },
    },
    { name: 'GetFunctionConcurrency', on, run: (request) => concurrencyOf(find(request)) },
    {
      name: 'PutFunctionConcurrency',
      on,
      changes: { responseElements: lowerCamel },
      run: (request) => {
        const found = find(request);
        const { ReservedConcurrentExecutions: reservedConcurrency } = read(
          z.object({ ReservedConcurrentExecutions: z.number().min(0) }),
          request,
        );
        const others = [...functions.values()].filter((each) => each !== found);
        const reserved = others.reduce((sum, each) => sum + (each.configuration.reservedConcurrency ?? 0), 0);
        if (ALL_EXECUTIONS - reserved - reservedConcurrency < UNRESERVED)
          throw invalid(
            `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${UNRESERVED}].`,
          );
        found.change({ reservedConcurrency });
        return concurrencyOf(found);
      },
    },
    {
      name: 'DeleteFunctionConcurrency',
      on,
      changes: {},
      run: (request) => {
        find(request).change({ reservedConcurrency: undefined });
        return {};
      },
    },
    {
      name: 'GetPolicy',
      on,
      run: (request) => {
        const statements = policyOf(find(request).configuration.arn).map(statementOf);
        if (statements.length === 0) throw notFound('The resource you requested does not exist.');
        return {
          Policy: JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: statements }),
          RevisionId: revision(statements),
        };
      },
    },
    {
      name: 'AddPermission',
      on,
      changes: { responseElements: lowerCamel },
      run: (request) => {
        const { arn } = find(request).configuration;
        const given = read(permissionRequest, request);
        if (policyOf(arn).some(({ id }) => id === given.StatementId))
          throw new AwsError(
            'ResourceConflictException',
            `The statement id (${given.StatementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
            409,
          );
        const permission: Permission = {
          id: given.StatementId,
          functionArn: arn,
          action: given.Action,
          principal: given.Principal,
          sourceArn: given.SourceArn,
          sourceAccount: given.SourceAccount,
        };
        permissions.set(arn, [...policyOf(arn), permission]);
        return { Statement: JSON.stringify(statementOf(permission)) };
      },
    },
    {
      name: 'RemovePermission',
      on,
      changes: {},
      run: (request) => {
        const { arn } = find(request).configuration;
        const kept = policyOf(arn).filter(({ id }) => id !== request.input['StatementId']);
        if (kept.length === policyOf(arn).length)
          throw notFound(
            `Statement ${String(request.input['StatementId'])} is not found in resource policy.`,
          );
        permissions.set(arn, kept);
        return {};
      },
    },
    {
      name: 'GetFunctionEventInvokeConfig',
      on,
      run: (request) => {
        const found = find(request);
        return invokeConfig(found, invokeConfigAt(found));
      },
    },
    // It overwrites all: https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html
    {
      name: 'PutFunctionEventInvokeConfig',
      on,
      changes: { responseElements: lowerCamel },
      run: (request) => {
        const found = find(request);
        const asynchronous = invokeConfigOf(read(invokeConfigShape, request));
        change(found, { asynchronous });
        return invokeConfig(found, asynchronous);
      },
    },
    {
      name: 'DeleteFunctionEventInvokeConfig',
      on,
      changes: {},
      run: (request) => {
        const found = find(request);
        invokeConfigAt(found);
        change(found, { asynchronous: undefined });
        return {};
      },
    },
    ...eventSources,
  ];
  const dated = rows.map(({ changes, ...row }) => {
    const eventName = EVENT_NAMES[row.name];
    return {
      ...row,
      ...(changes && { changes: { ...changes, ...(eventName !== undefined && { eventName }) } }),
    };
  });
  const operations = operationsOf(
    {
      prefix: 'lambda',
      denied: { name: 'AccessDeniedException', status: 403 },
      statuses: SERVER_FAULTS,
    },
    dated,
  );

  return {
    routes: operations.map((operation) => [...(ROUTES[operation.name] ?? ['', '']), operation] as const),
    add: (deployed) => {
      functions.set(deployed.configuration.arn, deployed);
      modified.set(deployed.configuration.arn, new Date());
    },
    addPermissions: (added) => {
      for (const each of added) permissions.set(each.functionArn, [...policyOf(each.functionArn), each]);
    },
    named,
    permissionsOf: policyOf,
    all: () => [...functions.values()],
    state: () =>
      new Map(
        [...functions].map(([arn, { configuration }]) => [
          arn,
          { ...configuration, role: configuration.role.arn, permissions: policyOf(arn) },
        ]),
      ),
  };
}
