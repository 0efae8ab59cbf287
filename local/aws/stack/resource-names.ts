import { stableUuid } from '../wire/stable-uuid.ts';

/** Where a stack lives. */
export interface Placement {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  readonly stackName: string;
  /** Where queues' URLs point to; AWS by default. An SDK's client follows them, whatever its endpoint is. */
  readonly queueHost?: string;
}

/** A resource of a template whose name is asked for; `text` resolves one of its properties. */
export interface NamedResource {
  readonly type: string;
  readonly logicalId: string;
  readonly text: (property: string) => string | undefined;
}

interface Naming {
  /** The property that names the resource; without it CloudFormation makes a name up. */
  readonly property?: string;
  readonly name?: (resource: NamedResource, place: Placement) => string;
  readonly arn: (name: string, place: Placement, resource: NamedResource) => string;
  /** What `Ref` gives; the name unless said otherwise. */
  readonly ref?: (name: string, place: Placement, resource: NamedResource) => string;
  /** What `Fn::GetAtt` gives beside `Arn`. */
  readonly attributes?: Readonly<Record<string, (name: string, place: Placement) => string>>;
}

const at = (service: string, resource: string, { partition, region, account }: Placement) =>
  `arn:${partition}:${service}:${region}:${account}:${resource}`;
const global = (service: string, resource: string, { partition, account }: Placement) =>
  `arn:${partition}:${service}::${account}:${resource}`;
const queueUrl = (name: string, { region, account, queueHost }: Placement) =>
  `${queueHost ?? `https://sqs.${region}.amazonaws.com`}/${account}/${name}`;

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html */
const namings: Readonly<Record<string, Naming>> = {
  'AWS::Lambda::Function': {
    property: 'FunctionName',
    arn: (name, place) => at('lambda', `function:${name}`, place),
  },
  'AWS::IAM::Role': {
    property: 'RoleName',
    arn: (name, place, role) => global('iam', `role${role.text('Path') ?? '/'}${name}`, place),
  },
  'AWS::IAM::ManagedPolicy': {
    property: 'ManagedPolicyName',
    arn: (name, place) => global('iam', `policy/${name}`, place),
    ref: (name, place) => global('iam', `policy/${name}`, place),
  },
  'AWS::SNS::Topic': {
    property: 'TopicName',
    arn: (name, place) => at('sns', name, place),
    ref: (name, place) => at('sns', name, place),
    attributes: { TopicArn: (name, place) => at('sns', name, place), TopicName: (name) => name },
  },
  'AWS::SQS::Queue': {
    property: 'QueueName',
    name: (queue, place) =>
      madeUp(queue.logicalId, place) + (queue.text('FifoQueue') === 'true' ? '.fifo' : ''),
    arn: (name, place) => at('sqs', name, place),
    ref: queueUrl,
    attributes: { QueueUrl: queueUrl, QueueName: (name) => name },
  },
  'AWS::DynamoDB::Table': {
    property: 'TableName',
    arn: (name, place) => at('dynamodb', `table/${name}`, place),
  },
  'AWS::Scheduler::Schedule': {
    property: 'Name',
    arn: (name, place, schedule) =>
      at('scheduler', `schedule/${schedule.text('GroupName') ?? 'default'}/${name}`, place),
  },
  'AWS::Lambda::EventSourceMapping': {
    name: ({ logicalId }, place) => stableUuid(`${place.stackName}/${logicalId}`),
    arn: (name, place) => at('lambda', `event-source-mapping:${name}`, place),
    attributes: {
      Id: (name) => name,
      EventSourceMappingArn: (name, place) => at('lambda', `event-source-mapping:${name}`, place),
    },
  },
  'AWS::KMS::Key': {
    name: ({ logicalId }, place) => stableUuid(`${place.stackName}/${logicalId}`),
    arn: (name, place) => at('kms', `key/${name}`, place),
    attributes: { KeyId: (name) => name },
  },
  'AWS::KMS::Alias': { property: 'AliasName', arn: (name, place) => at('kms', name, place) },
  'AWS::Events::Rule': { property: 'Name', arn: (name, place) => at('events', `rule/${name}`, place) },
  'AWS::Logs::LogGroup': {
    property: 'LogGroupName',
    arn: (name, place) => at('logs', `log-group:${name}:*`, place),
  },
  'AWS::S3::Bucket': {
    property: 'BucketName',
    name: ({ logicalId }, place) => madeUp(logicalId, place).toLowerCase(),
    arn: (name, { partition }) => `arn:${partition}:s3:::${name}`,
  },
  'AWS::CloudWatch::Alarm': {
    property: 'AlarmName',
    arn: (name, place) => at('cloudwatch', `alarm:${name}`, place),
  },
};

/** What `Ref` gives for a resource. Throws for types whose names are not known here. */
export function referenceTo(resource: NamedResource, place: Placement): string {
  const naming = namingOf(resource, 'Ref');
  const name = nameOf(resource, naming, place);
  return naming.ref?.(name, place, resource) ?? name;
}

/** What CloudFormation calls a resource; made up for types whose names nobody refers to. */
export function physicalId(resource: NamedResource, place: Placement): string {
  return namings[resource.type] ? referenceTo(resource, place) : madeUp(resource.logicalId, place);
}

/** What `Fn::GetAtt` gives for a resource. Throws for types and attributes that are not known here. */
export function attributeOf(resource: NamedResource, attribute: string, place: Placement): string {
  const naming = namingOf(resource, attribute);
  const name = nameOf(resource, naming, place);
  if (attribute === 'Arn') return naming.arn(name, place, resource);
  const value = naming.attributes?.[attribute];
  if (!value) throw unknown(resource, attribute);
  return value(name, place);
}

function nameOf(resource: NamedResource, naming: Naming, place: Placement): string {
  const given = naming.property === undefined ? undefined : resource.text(naming.property);
  return given ?? naming.name?.(resource, place) ?? madeUp(resource.logicalId, place);
}

function namingOf(resource: NamedResource, what: string): Naming {
  const naming = namings[resource.type];
  if (!naming) throw unknown(resource, what);
  return naming;
}

function unknown({ type, logicalId }: NamedResource, what: string): Error {
  return new Error(`${logicalId}: ${what} of ${type} is not known to the embedded AWS`);
}

function madeUp(logicalId: string, { stackName }: Placement): string {
  const suffix = stableUuid(`${stackName}/${logicalId}`).slice(24).toUpperCase();
  return `${stackName}-${logicalId}-${suffix}`;
}
