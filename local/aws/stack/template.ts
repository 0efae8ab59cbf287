import { z } from 'zod';
import { stableUuid } from '../wire/stable-uuid.ts';
import type { Placement } from './resource-names.ts';
import { intrinsics, scalarText, truth, unresolved } from './intrinsics.ts';
import type { StackOutput, StackResource } from './cloudformation.ts';
import { attributeOf, physicalId, referenceTo } from './resource-names.ts';

const resource = z.object({
  Type: z.string(),
  Condition: z.string().optional(),
  Properties: z.record(z.string(), z.unknown()).default({}),
});
const compiledTemplate = z.object({
  Parameters: z
    .record(z.string(), z.object({ Type: z.string(), Default: z.unknown().optional() }))
    .default({}),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(z.string(), resource),
  Description: z.string().optional(),
  Outputs: z
    .record(
      z.string(),
      z.object({
        Description: z.string().optional(),
        Condition: z.string().optional(),
        Value: z.unknown(),
      }),
    )
    .default({}),
});

/**
 * A compiled template as CloudFormation would read it. Properties are resolved when they are read, so that what nobody
 * uses need not be understood; what is used and cannot be resolved throws an Error naming the resource and expression.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export interface Template {
  /** Logical ids of the resources of a type whose Condition holds. */
  readonly resources: (type: string) => readonly string[];
  /** All resources whose Condition holds, with what CloudFormation calls them. */
  readonly all: () => readonly StackResource[];
  readonly description: string | undefined;
  /** The stack's ARN. */
  readonly stackId: string;
  readonly outputs: () => readonly StackOutput[];
  /** The type of a resource whose Condition holds, if there is such a resource. */
  readonly typeOf: (logicalId: string) => string | undefined;
  /** A resource's properties by a schema, its fields alone resolved. */
  readonly read: <S extends z.ZodObject>(logicalId: string, schema: S) => z.output<S>;
  /** What `Ref` gives for a resource. */
  readonly reference: (logicalId: string) => string;
  /** What `Fn::GetAtt` gives for a resource. */
  readonly attribute: (logicalId: string, name: string) => string;
}

/** Where and how the template is deployed; `parameters` win over the template's defaults. */
export interface Deployment extends Placement {
  readonly parameters: Readonly<Record<string, string>>;
}

/** Reads a compiled template (parsed JSON). */
export function readTemplate(document: unknown, deployment: Deployment): Template {
  const template = compiledTemplate.parse(document);

  const conditionHolds = (name: string, where: string): boolean => {
    if (!(name in template.Conditions)) throw unresolved(where, { Condition: name });
    return truth(resolve(template.Conditions[name], `Conditions.${name}`), where);
  };
  const existing = (logicalId: string) => {
    const found = template.Resources[logicalId];
    if (!found || (found.Condition && !conditionHolds(found.Condition, logicalId))) return undefined;
    return found;
  };
  const named = (logicalId: string, where: string) => {
    const found = existing(logicalId);
    if (!found) throw unresolved(where, logicalId);
    const text = (property: string) => {
      const value = resolve(found.Properties[property], `${logicalId}.${property}`);
      return value === undefined ? undefined : scalarText(value, `${logicalId}.${property}`);
    };
    return { type: found.Type, logicalId, text };
  };

  const stackId = `arn:${deployment.partition}:cloudformation:${deployment.region}:${deployment.account}:stack/${deployment.stackName}/${stableUuid(deployment.stackName)}`;
  const pseudo: Readonly<Record<string, unknown>> = {
    'AWS::Region': deployment.region,
    'AWS::AccountId': deployment.account,
    'AWS::Partition': deployment.partition,
    'AWS::StackName': deployment.stackName,
    'AWS::StackId': stackId,
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::NoValue': undefined,
  };
  const ref = (name: string, where: string): unknown => {
    if (name in pseudo) return pseudo[name];
    const parameter = template.Parameters[name];
    if (!parameter) return referenceTo(named(name, where), deployment);
    const value = deployment.parameters[name] ?? parameter.Default;
    if (value === undefined) throw unresolved(where, { Ref: name });
    return /^CommaDelimitedList$|^List</.test(parameter.Type) ? scalarText(value, name).split(',') : value;
  };
  const getAtt = (logicalId: string, attribute: string, where: string) =>
    attributeOf(named(logicalId, where), attribute, deployment);

  const functions = intrinsics({ ref, getAtt, conditionHolds, resolve, mappings: template.Mappings });

  function resolve(value: unknown, where: string): unknown {
    if (Array.isArray(value))
      return value.map((item) => resolve(item, where)).filter((item) => item !== undefined);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [[name, operand] = ['', undefined]] = entries;
    const intrinsic = entries.length === 1 ? functions[name] : undefined;
    // An IAM statement has a `Condition` of its own, which is an object and no condition's name.
    if (intrinsic && !(name === 'Condition' && typeof operand !== 'string')) return intrinsic(operand, where);
    if (name.startsWith('Fn::')) throw unresolved(where, value);
    return Object.fromEntries(
      entries
        .map(([key, item]) => [key, resolve(item, `${where}.${key}`)] as const)
        .filter(([, item]) => item !== undefined),
    );
  }

  // Only the fields that the schema names, in objects within objects too.
  function resolveFields(schema: z.ZodObject, properties: object, where: string): Record<string, unknown> {
    const given = new Map<string, unknown>(Object.entries(properties));
    return Object.fromEntries(
      Object.entries(schema.shape).map(([key, field]) => {
        const value = given.get(key);
        const deeper = field instanceof z.ZodObject && typeof value === 'object' && value !== null;
        const path = `${where}.${key}`;
        return [key, deeper ? resolveFields(field, value, path) : resolve(value, path)];
      }),
    );
  }

  return {
    resources: (type) =>
      Object.keys(template.Resources).filter((id) => template.Resources[id]?.Type === type && existing(id)),
    all: () =>
      Object.entries(template.Resources)
        .filter(([logicalId]) => existing(logicalId))
        .map(([logicalId, { Type: type }]) => ({
          logicalId,
          type,
          physicalId: physicalId(named(logicalId, logicalId), deployment),
        })),
    description: template.Description,
    stackId,
    outputs: () =>
      Object.entries(template.Outputs)
        .filter(([key, { Condition }]) => Condition === undefined || conditionHolds(Condition, key))
        .map(([key, { Value, Description: description }]) => ({
          key,
          value: scalarText(resolve(Value, `Outputs.${key}`), `Outputs.${key}`),
          description,
        })),
    typeOf: (logicalId) => existing(logicalId)?.Type,
    read: (logicalId, schema) => {
      const properties = existing(logicalId)?.Properties ?? {};
      const resolved = resolveFields(schema, properties, logicalId);
      const parsed = schema.safeParse(resolved);
      if (parsed.success) return parsed.data;
      throw new Error(`${logicalId}: ${z.prettifyError(parsed.error)}`);
    },
    reference: (logicalId) => referenceTo(named(logicalId, logicalId), deployment),
    attribute: (logicalId, name) => getAtt(logicalId, name, logicalId),
  };
}
