import { asRecord, asText } from '../../foreign/values.ts';
import type { Home } from '../home.ts';
import { readPolicy, sameStatement, type Statement } from '../policy.ts';
import { merge } from '../policy-merge.ts';
import {
  type DeclaredResource,
  type FieldRule,
  isEqual,
  type ObservedResource,
  type ResourceKind,
  type ResourceRepair,
} from '../resource.ts';

/** The settings that one call changes. */
const SETTINGS = [
  'Handler',
  'Runtime',
  'Role',
  'Timeout',
  'MemorySize',
  'Environment',
  'Layers',
  'FileSystemConfigs',
  'LoggingConfig',
];

/**
 * What takes a setting away. Variables that are encrypted by a key of somebody's are not there once it is disabled, and in a network without a
 * way out no call arrives. https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html
 */
const NONE: Readonly<Record<string, unknown>> = {
  KMSKeyArn: '',
  VpcConfig: { SubnetIds: [], SecurityGroupIds: [] },
};

function repair(
  { name }: DeclaredResource,
  kind: string,
  sets: ResourceRepair['sets'],
  input: ResourceRepair['input'] = {},
): ResourceRepair {
  return { kind, name, input: { FunctionName: name, ...input }, sets };
}

/** Only what differs is asked for: to hand over a role takes a right that the rest does not. */
const setting = (field: string): FieldRule => ({
  harm: 'lost',
  isAsGood: field === 'Environment' ? sameVariables : isEqual,
  repair: (resource) => {
    const value = { [field]: resource.fields[field] ?? [] };
    return [repair(resource, 'UpdateFunctionConfiguration', value, value)];
  },
});

const absence = (field: string): FieldRule => ({
  harm: 'lost',
  mayBeAbsent: true,
  isAsGood: (_declared, found) =>
    isEqual(
      NONE[field],
      typeof found === 'object' ? { ...found, VpcId: undefined, Ipv6AllowedForDualStack: undefined } : found,
    ),
  repair: (resource) => [
    repair(resource, 'UpdateFunctionConfiguration', { [field]: undefined }, { [field]: NONE[field] }),
  ],
});

/** Lambda keeps every value of a variable as a text. */
function sameVariables(declared: unknown, found: unknown): boolean {
  const [wanted, live] = [declared, found].map((value) =>
    Object.fromEntries(
      Object.entries(asRecord(asRecord(value)['Variables'])).map(([name, each]) => [name, String(each)]),
    ),
  );
  return isEqual(wanted, live);
}

const statementsOf = (policy: unknown): readonly Statement[] => readPolicy(policy)?.Statement ?? [];

function missing(declared: unknown, found: unknown): Statement[] {
  const live = statementsOf(found);
  return statementsOf(declared).filter((each) => !live.some((other) => sameStatement(each, other)));
}

function harmful(declared: unknown, found: unknown, home: Home): Statement[] {
  const { policy } = merge(declared, found, false, home);
  return statementsOf(found).filter((each) => !policy.Statement.some((other) => sameStatement(each, other)));
}

/** The live mapping of the declared queue: a function may have more of them. */
function mappingIn(found: unknown, declared: unknown): Readonly<Record<string, unknown>> {
  const { EventSourceArn } = asRecord(declared);
  const live = (Array.isArray(found) ? found : []).map(asRecord);
  return live.find((each) => each['EventSourceArn'] === EventSourceArn) ?? {};
}

const isAsDeclared = (declared: unknown, found: unknown): boolean =>
  isEqual({ ...asRecord(declared), UUID: undefined }, { ...mappingIn(found, declared), UUID: undefined });

/** What else it reads: of any other queue than the declared one it would believe what anybody writes. */
function othersIn(found: unknown, declared: unknown): Readonly<Record<string, unknown>>[] {
  const { EventSourceArn } = asRecord(declared);
  const live = (Array.isArray(found) ? found : []).map(asRecord);
  return live.filter((each) => each['EventSourceArn'] !== EventSourceArn && each['Enabled'] === true);
}

const slug = (value: unknown) =>
  String(value)
    .replaceAll(/[^\w-]/g, '-')
    .slice(-60);

/** A permission, as the call that adds it has it: by an id that is always the same, so that two who add it at once add one. */
function permissionOf({ Action, Principal, Condition }: Statement) {
  const source = asRecord(asRecord(Condition)['ArnLike'])['AWS:SourceArn'];
  const account = asRecord(asRecord(Condition)['StringEquals'])['AWS:SourceAccount'];
  return {
    StatementId: `trailkeeper-${slug(Action).slice(-24)}-${slug(asText(source) ?? 'any')}`,
    Action,
    Principal: asRecord(Principal)['Service'] ?? Principal,
    ...(source !== undefined && { SourceArn: source }),
    ...(account !== undefined && { SourceAccount: account }),
  };
}

function permit(resource: DeclaredResource, { state }: ObservedResource, home: Home): ResourceRepair[] {
  const Policy = resource.fields['Policy'];
  const sets = { Policy };
  const added = missing(Policy, state['Policy']).map(permissionOf);
  const leaving = harmful(Policy, state['Policy'], home).map(({ Sid }) => Sid);
  // Whoever has the id of what is gone would keep it from coming back, however harmless.
  const inTheWay = statementsOf(state['Policy'])
    .map(({ Sid }) => Sid)
    .filter((id) => leaving.includes(id) || added.some(({ StatementId }) => StatementId === id));
  return [
    ...inTheWay.flatMap((StatementId) =>
      typeof StatementId === 'string' ? repair(resource, 'RemovePermission', sets, { StatementId }) : [],
    ),
    ...added.map((permission) => repair(resource, 'AddPermission', sets, permission)),
  ];
}

/** How callers may write a function. https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html#API_GetFunction_RequestParameters */
function formsOf(resource: DeclaredResource, home: Home): string[] {
  const { name } = resource;
  const { region, account } = home;
  return [
    name,
    `function:${name}`,
    `${account}:${name}`,
    `${account}:function:${name}`,
    `${region}:${account}:${name}`,
    `${region}:${account}:function:${name}`,
    lambdaFunction.arn(resource, home),
  ];
}

/**
 * Functions of Lambda: the guard's own. Its names of calls carry the dates of its API's versions.
 * https://docs.aws.amazon.com/lambda/latest/dg/logging-using-cloudtrail.html
 */
export const lambdaFunction: ResourceKind = {
  noun: 'function',
  source: 'lambda.amazonaws.com',
  arn: ({ name }, { partition, region, account }) =>
    `arn:${partition}:lambda:${region}:${account}:function:${name}`,
  // A mapping goes by its own id.
  naming: ['functionName', 'functionArn', 'resource', 'resourceArn', 'uUID', 'uuid'],
  names: (resource, home) => [
    ...formsOf(resource, home),
    asText(asRecord(resource.fields['EventSourceMapping'])['UUID']) ?? resource.name,
  ],
  // Behind a colon stands a version or an alias.
  prefixes: (resource, home) => formsOf(resource, home).map((form) => `${form}:`),
  // https://docs.aws.amazon.com/lambda/latest/dg/logging-using-cloudtrail.html
  dated: {
    DeleteFunction: '20150331',
    UpdateFunctionCode: '20150331v2',
    UpdateFunctionConfiguration: '20150331v2',
    PutFunctionConcurrency: '20171031',
    DeleteFunctionConcurrency: '20171031',
    AddPermission: '20150331v2',
    RemovePermission: '20150331v2',
    CreateEventSourceMapping: '20150331',
    UpdateEventSourceMapping: '20150331',
    DeleteEventSourceMapping: '20150331',
  },
  tamperings: {
    DeleteFunction: { deed: 'deleted', story: 'was DELETED', part: 'all', harm: 'lost' },
    UpdateFunctionCode: {
      deed: 'code replaced',
      story: 'had its CODE replaced',
      part: 'CodeSha256',
      harm: 'lost',
    },
    UpdateFunctionConfiguration: {
      deed: 'configuration changed',
      story: 'had its CONFIGURATION changed',
      part: 'Environment',
      harm: 'lost',
    },
    PutFunctionConcurrency: {
      deed: 'concurrency limited',
      story: 'had its CONCURRENCY limited',
      part: 'ReservedConcurrentExecutions',
      harm: 'lost',
    },
    DeleteFunctionConcurrency: {
      deed: 'concurrency freed',
      story: 'had the limit of its concurrency taken away',
      part: 'ReservedConcurrentExecutions',
      harm: 'minor',
    },
    AddPermission: {
      deed: 'permission added',
      story: 'had a PERMISSION added',
      part: 'Policy',
      harm: 'lost',
    },
    RemovePermission: {
      deed: 'permission removed',
      story: 'had a PERMISSION removed',
      part: 'Policy',
      harm: 'lost',
    },
    PutFunctionEventInvokeConfig: {
      deed: 'retries changed',
      story: 'had its RETRIES changed',
      part: 'EventInvokeConfig',
      harm: 'lost',
    },
    UpdateFunctionEventInvokeConfig: {
      deed: 'retries changed',
      story: 'had its RETRIES changed',
      part: 'EventInvokeConfig',
      harm: 'lost',
    },
    DeleteFunctionEventInvokeConfig: {
      deed: 'retries deleted',
      story: 'had its RETRIES deleted',
      part: 'EventInvokeConfig',
      harm: 'lost',
    },
    PutResourcePolicy: {
      deed: 'policy replaced',
      story: 'had its POLICY replaced',
      part: 'Policy',
      harm: 'lost',
    },
    DeleteResourcePolicy: {
      deed: 'policy deleted',
      story: 'had its POLICY deleted',
      part: 'Policy',
      harm: 'lost',
    },
    CreateFunctionUrlConfig: { deed: 'URL added', story: 'was given a URL', part: 'url', harm: 'lost' },
    PutRuntimeManagementConfig: {
      deed: 'runtime pinned',
      story: 'had its RUNTIME VERSION changed',
      part: 'runtime',
      harm: 'minor',
    },
    PutFunctionCodeSigningConfig: {
      deed: 'code signing changed',
      story: 'had its CODE SIGNING changed',
      part: 'code signing',
      harm: 'minor',
    },
    // What it is given to read, it believes.
    CreateEventSourceMapping: {
      deed: 'source added',
      story: 'had an EVENT SOURCE added',
      part: 'EventSourceMapping',
      harm: 'lost',
    },
    UpdateEventSourceMapping: {
      deed: 'source changed',
      story: 'had its EVENT SOURCE changed',
      part: 'EventSourceMapping',
      harm: 'lost',
    },
    DeleteEventSourceMapping: {
      deed: 'source deleted',
      story: 'had its EVENT SOURCE deleted',
      part: 'EventSourceMapping',
      harm: 'lost',
    },
  },
  // CloudFormation does not look whether what it made is still there.
  command: (name) => {
    const stage = name.split('-').slice(1, -1).join('-');
    return `npx serverless remove --stage ${stage} && npx serverless deploy --stage ${stage}`;
  },
  fields: {
    ...Object.fromEntries(SETTINGS.map((field) => [field, setting(field)])),
    ...Object.fromEntries(Object.keys(NONE).map((field) => [field, absence(field)])),
    CodeSha256: { harm: 'lost', todo: 'npx serverless deploy --force, from the commit that is deployed' },
    ReservedConcurrentExecutions: {
      harm: 'lost',
      repair: (resource) => [
        repair(resource, 'DeleteFunctionConcurrency', { ReservedConcurrentExecutions: undefined }),
      ],
    },
    EventInvokeConfig: {
      harm: 'lost',
      repair: (resource) => {
        const { EventInvokeConfig } = resource.fields;
        return [
          repair(
            resource,
            'PutFunctionEventInvokeConfig',
            { EventInvokeConfig },
            asRecord(EventInvokeConfig),
          ),
        ];
      },
    },
    Policy: {
      harm: 'lost',
      isAsGood: (declared, found, _resource, home) =>
        missing(declared, found).length + harmful(declared, found, home).length === 0,
      repair: permit,
    },
    EventSourceMapping: {
      harm: 'lost',
      isAsGood: (declared, found) => othersIn(found, declared).length === 0 && isAsDeclared(declared, found),
      repair: (resource, { state }) => {
        const { EventSourceMapping } = resource.fields;
        const { EventSourceArn, Enabled, BatchSize, FunctionResponseTypes } = asRecord(EventSourceMapping);
        const { UUID } = mappingIn(state['EventSourceMapping'], EventSourceMapping);
        const sets = { EventSourceMapping: [EventSourceMapping] };
        // Empty criteria take away a filter, by which Lambda deletes messages unread.
        // https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
        const input = { Enabled, BatchSize, FunctionResponseTypes, FilterCriteria: {} };
        const others = othersIn(state['EventSourceMapping'], EventSourceMapping);
        const put =
          UUID === undefined
            ? repair(resource, 'CreateEventSourceMapping', sets, { EventSourceArn, ...input })
            : repair(resource, 'UpdateEventSourceMapping', sets, { UUID, ...input });
        return [
          ...others.map((other) =>
            repair(resource, 'UpdateEventSourceMapping', sets, { UUID: other['UUID'], Enabled: false }),
          ),
          ...(isAsDeclared(EventSourceMapping, state['EventSourceMapping']) ? [] : [put]),
        ];
      },
    },
  },
};
