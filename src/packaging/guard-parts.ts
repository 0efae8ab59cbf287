import { createHash } from 'node:crypto';
import type { OwnPart } from '../config/own-parts.ts';

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
    const given = property === undefined ? undefined : Properties[property];
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
      KMSKeyArn: null,
      VpcConfig: null,
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
  const { RedrivePolicy, MessageRetentionPeriod, VisibilityTimeout, SqsManagedSseEnabled } = properties;
  return {
    kind: 'queue',
    name: all.nameOf(id),
    fields: {
      ...{ RedrivePolicy, MessageRetentionPeriod, VisibilityTimeout, SqsManagedSseEnabled },
      Policy: policy?.['PolicyDocument'] ?? null,
    },
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
    fields: { KmsMasterKeyId: properties['KmsMasterKeyId'], Policy: policy?.['PolicyDocument'] },
  };
}

function rolePart(id: string, { AssumeRolePolicyDocument, Policies }: Properties, all: Resolver): Part {
  const policies = Array.isArray(Policies) ? (Policies as Properties[]) : [];
  return {
    kind: 'role',
    name: all.nameOf(id),
    fields: {
      AssumeRolePolicyDocument,
      Policies: Object.fromEntries(
        policies.map(({ PolicyName, PolicyDocument }) => [PolicyName, PolicyDocument]),
      ),
      AttachedPolicies: [],
      PermissionsBoundary: null,
    },
  };
}

function schedulePart(id: string, properties: Properties, all: Resolver): Part {
  const { ScheduleExpression, ScheduleExpressionTimezone, FlexibleTimeWindow, Target } = properties;
  return {
    kind: 'schedule',
    name: all.nameOf(id),
    fields: {
      ...{ State: 'ENABLED', ScheduleExpression, FlexibleTimeWindow, Target },
      ScheduleExpressionTimezone: ScheduleExpressionTimezone ?? 'UTC',
      ...{ StartDate: null, EndDate: null, KmsKeyArn: null, ActionAfterCompletion: 'NONE' },
    },
  };
}

function rulePart(
  id: string,
  { EventPattern, ScheduleExpression, Targets }: Properties,
  all: Resolver,
): Part {
  return {
    kind: 'rule',
    name: all.nameOf(id),
    fields: { State: 'ENABLED', ...{ EventPattern, ScheduleExpression, Targets } },
  };
}

function tablePart(id: string, properties: Properties): Part {
  const {
    DeletionProtectionEnabled,
    PointInTimeRecoverySpecification,
    ResourcePolicy,
    TimeToLiveSpecification,
  } = properties;
  return {
    kind: 'table',
    name: `\${${id}}`,
    fields: {
      DeletionProtectionEnabled,
      PointInTimeRecovery: (PointInTimeRecoverySpecification as Properties | undefined)?.[
        'PointInTimeRecoveryEnabled'
      ],
      ResourcePolicy: (ResourcePolicy as Properties | undefined)?.['PolicyDocument'],
      TimeToLive: TimeToLiveSpecification,
    },
  };
}

/** The types of which the guard is made, as far as they are guarded. */
const GUARDED = [
  ...['AWS::Lambda::Function', 'AWS::Events::Rule', 'AWS::Scheduler::Schedule', 'AWS::SQS::Queue'],
  ...['AWS::SNS::Topic', 'AWS::SNS::Subscription', 'AWS::IAM::Role', 'AWS::CloudWatch::Alarm'],
  ...['AWS::DynamoDB::Table', 'AWS::KMS::Key'],
];

/** What packaging and the template have in common that is no part of the guard. */
const OF_THE_FRAMEWORK = 'ServerlessDeployment';

/**
 * Who puts a part back. Neither of the two functions may change what it is itself made of: whoever has the key of one must not silence
 * both. `heal` keeps the other functions alive; all else is `watch`'s.
 */
function keepersOf({ kind, name }: Part): GuardPart['repairedBy'] {
  const isWatch = /-watch(?:-sweep)?$/.test(name) || /\$\{Watch\w*\}/.test(name);
  if (kind === 'function') return isWatch ? ['heal'] : name.endsWith('-tell') ? ['heal', 'watch'] : ['watch'];
  if (kind === 'schedule') return isWatch ? ['heal'] : ['watch'];
  return isWatch ? [] : ['watch'];
}

/**
 * All parts of the guard that its template declares, each with the properties that are guarded. `digests` are the SHA-256 of the packages
 * as Lambda tells them, by function.
 */
export function guardParts(template: Template, digests: Readonly<Record<string, string>> = {}): GuardPart[] {
  const all = resolver(template);
  const parts = Object.entries(template.Resources).flatMap(([id, { Type, Properties = {} }]): Part[] => {
    if (id.startsWith(OF_THE_FRAMEWORK)) return [];
    // What is none of these need not be understood.
    const properties = GUARDED.includes(Type) ? all.resolve(Properties) : {};
    switch (Type) {
      case 'AWS::Lambda::Function':
        return [functionPart(template, id, properties, digests, all)];
      case 'AWS::Events::Rule':
        return [rulePart(id, properties, all)];
      case 'AWS::Scheduler::Schedule':
        return [schedulePart(id, properties, all)];
      case 'AWS::SQS::Queue':
        return [queuePart(template, id, properties, all)];
      case 'AWS::SNS::Topic':
        return [topicPart(template, id, properties, all)];
      case 'AWS::SNS::Subscription': {
        const { TopicArn, Protocol, Endpoint } = properties;
        return [
          { kind: 'subscription', name: [TopicArn, Protocol, Endpoint].map(String).join(' '), fields: {} },
        ];
      }
      case 'AWS::IAM::Role':
        return [rolePart(id, properties, all)];
      case 'AWS::CloudWatch::Alarm': {
        const definition = Object.fromEntries(
          Object.entries(properties).filter(([key]) => !['AlarmName', 'AlarmDescription'].includes(key)),
        );
        return [{ kind: 'alarm', name: all.nameOf(id), fields: { ActionsEnabled: true, ...definition } }];
      }
      case 'AWS::DynamoDB::Table':
        return [tablePart(id, properties)];
      case 'AWS::KMS::Key':
        return [
          {
            kind: 'key',
            name: all.attribute(id, 'Arn'),
            fields: { KeyState: 'Enabled', Policy: properties['KeyPolicy'] },
          },
        ];
      default:
        return [];
    }
  });
  return parts.map((part) => ({ ...part, repairedBy: keepersOf(part) }));
}

/** The digest of a package as Lambda tells it. https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html */
export function digestOf(zip: Uint8Array): string {
  return createHash('sha256').update(zip).digest('base64');
}
