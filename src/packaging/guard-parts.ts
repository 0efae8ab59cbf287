import { createHash } from 'node:crypto';
import type { OwnPart } from '../config/own-parts.ts';
import { kindOf } from '../kinds/kinds.ts';
import { type Properties, type Resolver, resolver, type Template } from './template-references.ts';

/**
 * A part of the guard, as the template declares it. What only the deployment knows stands in its texts as `${…}`: account, Region,
 * partition, and the names of what AWS names, by logical id.
 */
export interface GuardPart extends OwnPart {
  readonly repairedBy: readonly ('heal' | 'watch')[];
}

/** A part before it is said who puts it back. */
type Part = Omit<GuardPart, 'repairedBy'>;

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
