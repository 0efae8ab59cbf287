import { createHash } from 'node:crypto';
import type { OwnPart } from '../config/own-parts.ts';
import { kindOf } from '../kinds/kinds.ts';

/** A resource of a compiled template. */
interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** A compiled template, as the framework leaves it. */
export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
}

/**
 * A part of the guard, as the template declares it. What only the deployment knows stands in its texts as `${…}`: account, Region,
 * partition, and the names of what AWS names, by logical id.
 */
export interface GuardPart extends OwnPart {
  readonly repairedBy: readonly ('heal' | 'watch')[];
}

/** A part before it is said who puts it back. */
type Part = Omit<GuardPart, 'repairedBy'>;

type Properties = Readonly<Record<string, unknown>>;

const HERE = '${AWS::Region}:${AWS::AccountId}';

/** How a type is named: by which property, and what its ARN is. What has no such property is named by AWS. */
const NAMES: Readonly<
  Record<string, { property?: string; arn: (name: string) => string; isArn?: true; isUrl?: true }>
> = {
  'AWS::Lambda::Function': {
    property: 'FunctionName',
    arn: (name) => `arn:\${AWS::Partition}:lambda:${HERE}:function:${name}`,
  },
  'AWS::IAM::Role': {
    property: 'RoleName',
    arn: (name) => `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/${name}`,
  },
  'AWS::IAM::ManagedPolicy': {
    property: 'ManagedPolicyName',
    isArn: true,
    arn: (name) => `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:policy/${name}`,
  },
  'AWS::SNS::Topic': {
    property: 'TopicName',
    isArn: true,
    arn: (name) => `arn:\${AWS::Partition}:sns:${HERE}:${name}`,
  },
  'AWS::SQS::Queue': {
    property: 'QueueName',
    isUrl: true,
    arn: (name) => `arn:\${AWS::Partition}:sqs:${HERE}:${name}`,
  },
  'AWS::Events::Rule': {
    property: 'Name',
    arn: (name) => `arn:\${AWS::Partition}:events:${HERE}:rule/${name}`,
  },
  'AWS::Scheduler::Schedule': {
    property: 'Name',
    arn: (name) => `arn:\${AWS::Partition}:scheduler:${HERE}:schedule/default/${name}`,
  },
  'AWS::Logs::LogGroup': {
    property: 'LogGroupName',
    arn: (name) => `arn:\${AWS::Partition}:logs:${HERE}:log-group:${name}:*`,
  },
  'AWS::CloudWatch::Alarm': {
    property: 'AlarmName',
    arn: (name) => `arn:\${AWS::Partition}:cloudwatch:${HERE}:alarm:${name}`,
  },
  'AWS::CloudWatch::Dashboard': {
    property: 'DashboardName',
    arn: (name) => `arn:\${AWS::Partition}:cloudwatch::\${AWS::AccountId}:dashboard/${name}`,
  },
  'AWS::Lambda::EventSourceMapping': {
    arn: (name) => `arn:\${AWS::Partition}:lambda:${HERE}:event-source-mapping:${name}`,
  },
  'AWS::DynamoDB::Table': { arn: (name) => `arn:\${AWS::Partition}:dynamodb:${HERE}:table/${name}` },
  'AWS::S3::Bucket': { arn: (name) => `arn:\${AWS::Partition}:s3:::${name}` },
  'AWS::KMS::Key': { arn: (name) => `arn:\${AWS::Partition}:kms:${HERE}:key/${name}` },
};

/** Resolves what the template says, as far as packaging can know it. Throws an Error that names what it does not understand. */
function resolver({ Resources }: Template) {
  const nameOf = (id: string): string => {
    const { Type = '', Properties = {} } = Resources[id] ?? {};
    const { property } = NAMES[Type] ?? {};
    const given = property === undefined ? undefined : resolve(Properties[property]);
    return typeof given === 'string' ? given : `\${${id}}`;
  };
  const namingOf = (id: string) => {
    const naming = NAMES[Resources[id]?.Type ?? ''];
    if (!naming)
      throw new Error(`${id}: nothing is known of how a ${Resources[id]?.Type ?? 'nothing'} is named`);
    return naming;
  };
  const ref = (id: string): string => {
    if (id.startsWith('AWS::')) return `\${${id}}`;
    const { isArn, isUrl, arn } = namingOf(id);
    if (isUrl) return `https://sqs.\${AWS::Region}.amazonaws.com/\${AWS::AccountId}/${nameOf(id)}`;
    return isArn ? arn(nameOf(id)) : nameOf(id);
  };
  const attribute = (id: string, name: string): string => {
    if (name === 'Arn' || name === 'TopicArn') return namingOf(id).arn(nameOf(id));
    return nameOf(id);
  };
  /** The names of what outlives the stack are made of the stack's id: they are known by whose they are. */
  const retained = new Map(
    Object.entries(Resources).flatMap(([id, { Type, Properties = {} }]) => {
      const name = { 'AWS::DynamoDB::Table': 'TableName', 'AWS::S3::Bucket': 'BucketName' }[Type];
      return name && typeof Properties[name] === 'object'
        ? [[JSON.stringify(Properties[name]), id] as const]
        : [];
    }),
  );
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    const whose = retained.get(JSON.stringify(value));
    if (whose !== undefined) return `\${${whose}}`;
    const [[name, operand] = ['', undefined], ...more] = Object.entries(value);
    if (more.length === 0 && name === 'Ref') return ref(String(operand));
    if (more.length === 0 && name === 'Fn::GetAtt') {
      const [id = '', ...path] = Array.isArray(operand) ? operand.map(String) : String(operand).split('.');
      return attribute(id, path.join('.'));
    }
    if (more.length === 0 && name === 'Fn::Sub' && typeof operand === 'string')
      return operand.replaceAll(/\$\{([^}!]+)\}/g, (found, id: string) => {
        if (id.startsWith('AWS::')) return found;
        const [resource = '', ...path] = id.split('.');
        return path.length > 0 ? attribute(resource, path.join('.')) : ref(resource);
      });
    if (more.length === 0 && name === 'Fn::Join' && Array.isArray(operand)) {
      const [separator, parts] = operand as [string, unknown[]];
      return parts.map(resolve).map(String).join(separator);
    }
    if (name.startsWith('Fn::')) throw new Error(`${name} is not understood in a part of the guard`);
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, resolve(each)]));
  };
  return { resolve: (value: unknown) => resolve(value) as Properties, nameOf, ref, attribute };
}

type Resolver = ReturnType<typeof resolver>;

/** What is said of the fields that a kind knows, where template and API call them alike. */
function known(kind: string, properties: Properties): Properties {
  return Object.fromEntries(
    Object.entries(properties).filter(([name]) => Object.hasOwn(kindOf({ kind }).fields, name)),
  );
}

/** All of a type that belong to something: the permissions of a function, the policy of a queue. */
function belonging(
  template: Template,
  type: string,
  isIts: (properties: Properties) => boolean,
  { resolve }: Resolver,
) {
  return Object.values(template.Resources)
    .filter(({ Type }) => Type === type)
    .map(({ Properties = {} }) => resolve(Properties))
    .filter(isIts);
}

/** What Lambda keeps of a permission, as a statement of the function's policy. */
function statementOf({ Action, Principal, SourceArn, SourceAccount, FunctionName }: Properties) {
  const condition = {
    ...(SourceArn !== undefined && { ArnLike: { 'AWS:SourceArn': SourceArn } }),
    ...(SourceAccount !== undefined && { StringEquals: { 'AWS:SourceAccount': SourceAccount } }),
  };
  return {
    Effect: 'Allow',
    Principal: { Service: Principal },
    Action,
    Resource: FunctionName,
    ...(Object.keys(condition).length > 0 && { Condition: condition }),
  };
}

function functionPart(
  template: Template,
  id: string,
  properties: Properties,
  digests: Readonly<Record<string, string>>,
  all: Resolver,
): Part {
  const name = all.nameOf(id);
  const arn = all.attribute(id, 'Arn');
  const isIts = ({ FunctionName }: Properties) => FunctionName === name || FunctionName === arn;
  const [invoked] = belonging(template, 'AWS::Lambda::EventInvokeConfig', isIts, all);
  const permissions = belonging(template, 'AWS::Lambda::Permission', isIts, all);
  const [sourceId = '', source] =
    Object.entries(template.Resources)
      .filter(([, { Type }]) => Type === 'AWS::Lambda::EventSourceMapping')
      .map(([id, { Properties = {} }]) => [id, all.resolve(Properties)] as const)
      .find(([, properties]) => isIts(properties)) ?? [];
  const { Handler, Runtime, Role, Timeout, MemorySize, Environment } = properties;
  return {
    kind: 'function',
    name,
    fields: {
      ...{ Handler, Runtime, Role, Timeout, MemorySize },
      Environment,
      Layers: [],
      FileSystemConfigs: [],
      LoggingConfig: { LogFormat: 'Text', LogGroup: `/aws/lambda/${name}` },
      ReservedConcurrentExecutions: null,
      CodeSha256: digests[name] ?? undefined,
      ...(invoked && {
        EventInvokeConfig: {
          MaximumRetryAttempts: invoked['MaximumRetryAttempts'],
          MaximumEventAgeInSeconds: invoked['MaximumEventAgeInSeconds'],
          DestinationConfig: invoked['DestinationConfig'],
        },
      }),
      Policy: {
        Version: '2012-10-17',
        Statement: permissions.map((permission) => ({ ...statementOf(permission), Resource: arn })),
      },
      ...(source && {
        EventSourceMapping: {
          EventSourceArn: source['EventSourceArn'],
          Enabled: true,
          BatchSize: source['BatchSize'],
          FunctionResponseTypes: source['FunctionResponseTypes'],
          UUID: `\${${sourceId}}`,
        },
      }),
    },
  };
}

function queuePart(template: Template, id: string, properties: Properties, all: Resolver): Part {
  const url = all.ref(id);
  const [policy] = belonging(
    template,
    'AWS::SQS::QueuePolicy',
    ({ Queues }) => Array.isArray(Queues) && Queues.includes(url),
    all,
  );
  return {
    kind: 'queue',
    name: all.nameOf(id),
    fields: { ...known('queue', properties), Policy: policy?.['PolicyDocument'] ?? null },
  };
}

function topicPart(template: Template, id: string, properties: Properties, all: Resolver): Part {
  const arn = all.ref(id);
  const [policy] = belonging(
    template,
    'AWS::SNS::TopicPolicy',
    ({ Topics }) => Array.isArray(Topics) && Topics.includes(arn),
    all,
  );
  return {
    kind: 'topic',
    name: arn,
    fields: { ...known('topic', properties), Policy: policy?.['PolicyDocument'] },
  };
}

/** The policies that the template attaches to a role. */
function attachedTo({ Resources }: Template, role: string, all: Resolver): string[] {
  return Object.entries(Resources)
    .filter(([, { Type }]) => Type === 'AWS::IAM::ManagedPolicy')
    .filter(([, { Properties = {} }]) => {
      const roles = all.resolve({ Roles: Properties['Roles'] })['Roles'];
      return Array.isArray(roles) && roles.includes(role);
    })
    .map(([id]) => all.ref(id));
}

function rolePart(
  template: Template,
  id: string,
  { AssumeRolePolicyDocument, Policies }: Properties,
  all: Resolver,
): Part {
  const policies = Array.isArray(Policies) ? (Policies as Properties[]) : [];
  return {
    kind: 'role',
    name: all.nameOf(id),
    fields: {
      AssumeRolePolicyDocument,
      Policies: Object.fromEntries(
        policies.map(({ PolicyName, PolicyDocument }) => [PolicyName, PolicyDocument]),
      ),
      AttachedPolicies: attachedTo(template, all.nameOf(id), all),
    },
  };
}

function schedulePart(id: string, properties: Properties, all: Resolver): Part {
  const { ScheduleExpressionTimezone } = properties;
  return {
    kind: 'schedule',
    name: all.nameOf(id),
    fields: {
      State: 'ENABLED',
      ...known('schedule', properties),
      ScheduleExpressionTimezone: ScheduleExpressionTimezone ?? 'UTC',
      ...{ StartDate: null, EndDate: null, KmsKeyArn: null, ActionAfterCompletion: 'NONE' },
    },
  };
}

function tablePart(id: string, properties: Properties): Part {
  const { ResourcePolicy } = properties;
  return {
    kind: 'table',
    name: `\${${id}}`,
    fields: {
      ...known('table', properties),
      ResourcePolicy: (ResourcePolicy as Properties | undefined)?.['PolicyDocument'],
    },
  };
}

/** By which the template and the API of S3 do not call the same thing alike. */
const IN_THE_API: Readonly<Record<string, string>> = {
  Id: 'ID',
  ServerSideEncryptionByDefault: 'ApplyServerSideEncryptionByDefault',
};

/** A configuration of a bucket in the API's words. https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html */
function inTheApi(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inTheApi);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).flatMap(([name, each]) => {
    if (name === 'ExpirationInDays') return [['Expiration', { Days: Number(each) }] as const];
    if (name === 'NoncurrentDays' || name === 'DaysAfterInitiation') return [[name, Number(each)] as const];
    return [[IN_THE_API[name] ?? name, inTheApi(each)] as const];
  });
  return Object.fromEntries(members);
}

function bucketPart(template: Template, id: string, properties: Properties, all: Resolver): Part {
  const name = all.nameOf(id);
  const [policy] = belonging(template, 'AWS::S3::BucketPolicy', ({ Bucket }) => Bucket === name, all);
  const { BucketEncryption, LifecycleConfiguration } = properties;
  const { Rules = [] } = (LifecycleConfiguration ?? {}) as { readonly Rules?: readonly Properties[] };
  return {
    kind: 'bucket',
    name,
    fields: {
      ...known('bucket', properties),
      Policy: policy?.['PolicyDocument'],
      RequestPaymentConfiguration: { Payer: 'BucketOwner' },
      // S3 shows an empty prefix where a rule is for all objects.
      LifecycleConfiguration: { Rules: Rules.map((rule) => inTheApi({ ...rule, Filter: { Prefix: '' } })) },
      ServerSideEncryptionConfiguration: {
        Rules: inTheApi((BucketEncryption as Properties | undefined)?.['ServerSideEncryptionConfiguration']),
      },
    },
  };
}

function logGroupPart(id: string, { RetentionInDays, KmsKeyId }: Properties, all: Resolver): Part {
  return {
    kind: 'log-group',
    name: all.nameOf(id),
    fields: { retentionInDays: RetentionInDays ?? null, kmsKeyId: KmsKeyId ?? null },
  };
}

/** The stack itself is no resource of its template. */
const stackPart = (isProtected: boolean): Part => ({
  kind: 'stack',
  name: '${AWS::StackName}',
  fields: {
    StackStatus: 'CREATE_COMPLETE',
    ...(isProtected && { EnableTerminationProtection: true }),
  },
});

const CONFIRMED = { PendingConfirmation: 'false' };

/** The types of which the guard is made, as far as they are guarded. */
const GUARDED = [
  ...['AWS::Lambda::Function', 'AWS::Events::Rule', 'AWS::Scheduler::Schedule', 'AWS::SQS::Queue'],
  ...['AWS::SNS::Topic', 'AWS::SNS::Subscription', 'AWS::IAM::Role', 'AWS::CloudWatch::Alarm'],
  ...['AWS::DynamoDB::Table', 'AWS::KMS::Key', 'AWS::Logs::LogGroup', 'AWS::CloudWatch::Dashboard'],
  ...['AWS::S3::Bucket', 'AWS::IAM::ManagedPolicy'],
];

/** What packaging and the template have in common that is no part of the guard. */
const OF_THE_FRAMEWORK = 'ServerlessDeployment';

/**
 * Who puts a part back. Neither of the two functions may change what it is itself made of: whoever has the key of one must not silence
 * both. `heal` keeps the other functions alive; all else is `watch`'s. Who may open a change window neither may say, or it could open one
 * itself: that is told, and put back by deploying.
 */
function keepersOf({ kind, name }: Part): GuardPart['repairedBy'] {
  const isWatch = /-watch(?:-sweep)?$/.test(name) || /\$\{Watch\w*\}/.test(name);
  if (kind === 'function') return isWatch ? ['heal'] : name.endsWith('-tell') ? ['heal', 'watch'] : ['watch'];
  if (kind === 'schedule') return isWatch ? ['heal'] : ['watch'];
  if (kind === 'log-group') return ['watch'];
  if (kind === 'managed-policy' || /\$\{Window(?:Key|Role)\}/.test(name)) return [];
  return isWatch ? [] : ['watch'];
}

/** What may be absent of a kind: where it is not declared it must not be there, for somebody may add it. */
function absences(kind: string): Properties {
  const absent = Object.entries(kindOf({ kind }).fields).filter(([, { mayBeAbsent }]) => mayBeAbsent);
  return Object.fromEntries(absent.map(([name]) => [name, null]));
}

/**
 * All parts of the guard that its template declares, each with the properties that are guarded. `digests` are the SHA-256 of the packages
 * as Lambda tells them, by function.
 */
export function guardParts(
  template: Template,
  isProtected: boolean,
  digests: Readonly<Record<string, string>> = {},
): GuardPart[] {
  const all = resolver(template);
  const parts = Object.entries(template.Resources).flatMap(([id, { Type, Properties = {} }]): Part[] => {
    if (id.startsWith(OF_THE_FRAMEWORK)) return [];
    // What is none of these need not be understood.
    const properties = GUARDED.includes(Type) ? all.resolve(Properties) : {};
    switch (Type) {
      case 'AWS::Lambda::Function':
        return [functionPart(template, id, properties, digests, all)];
      case 'AWS::Events::Rule':
        return [
          { kind: 'rule', name: all.nameOf(id), fields: { State: 'ENABLED', ...known('rule', properties) } },
        ];
      case 'AWS::Scheduler::Schedule':
        return [schedulePart(id, properties, all)];
      case 'AWS::SQS::Queue':
        return [queuePart(template, id, properties, all)];
      case 'AWS::SNS::Topic':
        // Anybody's subscription will do, but there has to be one.
        return [
          topicPart(template, id, properties, all),
          { kind: 'subscription', name: all.ref(id), fields: CONFIRMED },
        ];
      case 'AWS::SNS::Subscription': {
        const { TopicArn, Protocol, Endpoint } = properties;
        return [
          {
            kind: 'subscription',
            name: [TopicArn, Protocol, Endpoint].map(String).join(' '),
            fields: { ...absences('subscription'), ...CONFIRMED },
          },
        ];
      }
      case 'AWS::S3::Bucket':
        return [bucketPart(template, id, properties, all)];
      case 'AWS::Logs::LogGroup':
        return [logGroupPart(id, properties, all)];
      case 'AWS::CloudWatch::Dashboard':
        return [{ kind: 'dashboard', name: all.nameOf(id), fields: known('dashboard', properties) }];
      case 'AWS::IAM::Role':
        return [rolePart(template, id, properties, all)];
      case 'AWS::IAM::ManagedPolicy': {
        const { PolicyDocument } = properties;
        return [{ kind: 'managed-policy', name: all.ref(id), fields: { PolicyDocument } }];
      }
      case 'AWS::CloudWatch::Alarm':
        return [
          {
            kind: 'alarm',
            name: all.nameOf(id),
            fields: { ActionsEnabled: true, ...known('alarm', properties) },
          },
        ];
      case 'AWS::DynamoDB::Table':
        return [tablePart(id, properties)];
      case 'AWS::KMS::Key':
        return [
          {
            kind: 'key',
            name: all.attribute(id, 'Arn'),
            fields: {
              KeyState: 'Enabled',
              Policy: properties['KeyPolicy'],
              // The grants of that key are the change windows, and told as such.
              ...(id !== 'WindowKey' && { Grants: [] }),
            },
          },
        ];
      default:
        return [];
    }
  });
  // Of a subscription of anybody's, and of its filters, nothing is known.
  const absent = ({ kind }: Part) => (kind === 'subscription' ? {} : absences(kind));
  return [...parts, stackPart(isProtected)].map((part) => ({
    ...part,
    fields: { ...absent(part), ...part.fields },
    repairedBy: keepersOf(part),
  }));
}

/** The digest of a package as Lambda tells it. https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html */
export function digestOf(zip: Uint8Array): string {
  return createHash('sha256').update(zip).digest('base64');
}
