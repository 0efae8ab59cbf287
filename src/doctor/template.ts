import { asRecord, asRecords, asText, asTexts } from '../foreign/values.ts';
import type { Stack, StackResource, Template } from './examined.ts';

/** Stands for what a template says and only CloudFormation knows: it is compared with nothing. */
export const UNRESOLVED = Symbol('unresolved');

const last = (id: string): string => id.replace(/^.*[:/]/, '');

interface Place {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** The ARN of a resource by its physical id, as Fn::GetAtt gives it. */
const ARNS: Readonly<Record<string, (id: string, at: Place) => string>> = {
  'AWS::Lambda::Function': (id, { partition, region, account }) =>
    `arn:${partition}:lambda:${region}:${account}:function:${id}`,
  'AWS::IAM::Role': (id, { partition, account }) => `arn:${partition}:iam::${account}:role/${id}`,
  'AWS::SQS::Queue': (id, { partition, region, account }) =>
    `arn:${partition}:sqs:${region}:${account}:${last(id)}`,
  'AWS::Logs::LogGroup': (id, { partition, region, account }) =>
    `arn:${partition}:logs:${region}:${account}:log-group:${id}:*`,
  'AWS::KMS::Key': (id, { partition, region, account }) =>
    `arn:${partition}:kms:${region}:${account}:key/${id}`,
  'AWS::Events::Rule': (id, { partition, region, account }) =>
    `arn:${partition}:events:${region}:${account}:rule/${id}`,
  'AWS::DynamoDB::Table': (id, { partition, region, account }) =>
    `arn:${partition}:dynamodb:${region}:${account}:table/${id}`,
  'AWS::S3::Bucket': (id, { partition }) => `arn:${partition}:s3:::${id}`,
};

/**
 * What the values of a deployed template come to. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export function resolver(stack: Stack, resources: readonly StackResource[]): (value: unknown) => unknown {
  const [, partition = '', , region = '', account = '', path = ''] = stack.id.split(':');
  const place = { partition, region, account };
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::Partition': partition,
    'AWS::Region': region,
    'AWS::AccountId': account,
    'AWS::StackId': stack.id,
    'AWS::StackName': path.split('/')[1] ?? '',
  };
  const named = (id: string) => resources.find(({ logicalId }) => logicalId === id);
  const ref = (id: string): unknown => pseudo[id] ?? named(id)?.physicalId ?? UNRESOLVED;
  const attribute = (id: string, name: string): unknown => {
    const { type = '', physicalId = '' } = named(id) ?? {};
    if (name === 'Arn') return ARNS[type]?.(physicalId, place) ?? UNRESOLVED;
    return physicalId && /^(?:Queue|Topic)Name$/.test(name) ? last(physicalId) : UNRESOLVED;
  };
  const join = (parts: readonly unknown[], separator: string): unknown =>
    parts.includes(UNRESOLVED) ? UNRESOLVED : parts.map(String).join(separator);
  const substituted = (text: string): unknown =>
    join(
      text.split(/(\$\{[^!}][^}]*\})/).map((part) => {
        const [, name] = /^\$\{(.+)\}$/.exec(part) ?? [];
        if (name === undefined) return part;
        const [id = '', attributeName] = name.split('.');
        return attributeName === undefined ? ref(id) : attribute(id, attributeName);
      }),
      '',
    );
  const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);
  const functions: Readonly<Record<string, (given: unknown) => unknown>> = {
    Ref: (given) => ref(String(given)),
    'Fn::GetAtt': (given) => {
      const [id = '', name = ''] = asTexts(typeof given === 'string' ? given.split('.') : given);
      return attribute(id, name);
    },
    'Fn::Sub': (given) => (typeof given === 'string' ? substituted(given) : UNRESOLVED),
    'Fn::Join': (given) => {
      const [separator, parts] = list(given);
      return join(list(resolve(parts)), asText(separator) ?? '');
    },
    'Fn::Select': (given) => {
      const [index, parts] = list(given);
      return list(resolve(parts))[Number(index)] ?? UNRESOLVED;
    },
    'Fn::Split': (given) => {
      const [separator, text] = list(given);
      const whole = resolve(text);
      return typeof whole === 'string' ? whole.split(asText(separator) ?? '') : UNRESOLVED;
    },
  };
  function resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries<unknown>({ ...value });
    const [first] = entries;
    if (entries.length === 1 && first) {
      const [name, given] = first;
      if (Object.hasOwn(functions, name)) return functions[name]?.(given);
      if (name.startsWith('Fn::')) return UNRESOLVED;
    }
    return Object.fromEntries(entries.map(([key, each]) => [key, resolve(each)]));
  }
  return resolve;
}

/** The resources by what their services know them by: a policy of a bucket, by the bucket. */
export function byService(
  template: Template,
  stack: Stack,
  resources: readonly StackResource[],
): StackResource[] {
  const resolve = resolver(stack, resources);
  return resources.map((resource) => {
    if (resource.type !== 'AWS::S3::BucketPolicy') return resource;
    const bucket = resolve(template.Resources[resource.logicalId]?.Properties?.['Bucket']);
    return { ...resource, physicalId: asText(bucket) ?? resource.physicalId };
  });
}

/** One statement of a role's policy, as the simulator of IAM is asked about it. */
export interface Need {
  readonly role: string;
  readonly statement: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** What the conditions of the statement ask for. */
  readonly context: Readonly<Record<string, string>>;
}

const several = (value: unknown): string[] =>
  (Array.isArray(value) ? (value as unknown[]) : [value]).filter((each) => typeof each === 'string');

/** For each key that a condition asks for, a value that satisfies it. */
function contextOf(condition: unknown): Record<string, string> {
  const asked = Object.entries(asRecord(condition)).filter(([operator]) => !operator.includes('Not'));
  return Object.fromEntries(
    asked.flatMap(([, keys]) =>
      Object.entries(asRecord(keys)).flatMap(([key, values]) => {
        const [first] = several(values);
        return first === undefined ? [] : [[key, first] as const];
      }),
    ),
  );
}

/** What the roles of a stack are there for: what each statement of their own policies allows. */
export function needsOf(template: Template, stack: Stack, resources: readonly StackResource[]): Need[] {
  const resolve = resolver(stack, resources);
  return Object.entries(template.Resources).flatMap(([id, { Type, Properties = {} }]) => {
    const name = resources.find(({ logicalId }) => logicalId === id)?.physicalId;
    if (Type !== 'AWS::IAM::Role' || name === undefined) return [];
    const policies = asRecords(resolve(Properties['Policies']));
    return policies
      .flatMap(({ PolicyDocument }) => asRecords(asRecord(PolicyDocument)['Statement']))
      .filter(({ Effect }) => Effect === 'Allow')
      .map(({ Sid, Action, Resource, Condition }): Need => ({
        role: name,
        statement: asText(Sid) ?? several(Action).join(' '),
        actions: several(Action).filter((action) => !action.includes('*')),
        resources: several(Resource),
        context: contextOf(Condition),
      }))
      .filter(({ actions, resources: on }) => actions.length > 0 && on.length > 0);
  });
}
