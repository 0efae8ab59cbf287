/** A resource of a compiled template. */
interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** A compiled template, as the framework leaves it. */
export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
}

/** The properties of a resource. */
export type Properties = Readonly<Record<string, unknown>>;

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
export function resolver({ Resources }: Template) {
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

/** What resolves a template. */
export type Resolver = ReturnType<typeof resolver>;
