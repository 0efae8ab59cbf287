import { z } from 'zod';
import type { Operation, Request } from '../iam/call.ts';
import { lowerCamel } from '../cloudtrail/cloudtrail-record.ts';
import { operationsOf, type Row, SERVER_FAULTS } from '../operation.ts';
import { AwsError } from '../wire/aws-error.ts';
import { type Fields, readRequest } from '../wire/request-shape.ts';

/** A stack as CloudFormation tells of it. */
export interface StackRecord {
  readonly id: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly parameters: Readonly<Record<string, string>>;
  readonly outputs: readonly StackOutput[];
  readonly resources: readonly StackResource[];
  /** The template, as it was given. */
  readonly template: string;
  readonly isProtected: boolean;
}

/** An output of a stack. */
export interface StackOutput {
  readonly key: string;
  readonly value: string;
  readonly description: string | undefined;
}

/** A resource of a stack. */
export interface StackResource {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
}

/** CloudFormation of one account and Region. */
export interface StackService {
  readonly operations: readonly Operation[];
  readonly add: (stack: StackRecord) => void;
  /** What is there now. */
  readonly state: () => ReadonlyMap<string, unknown>;
}

const invalid = (message: string) => new AwsError('ValidationError', message);

const protection = z.object({ EnableTerminationProtection: z.enum(['true', 'false']) });

/** As records show them: Query knows texts only. */
const withBoolean = (input: Fields) => {
  const { EnableTerminationProtection: value } = input;
  return lowerCamel({ ...input, EnableTerminationProtection: value === 'true' });
};

/**
 * CloudFormation without a stack. Deleting one is judged and recorded, and goes no further: what it would take away can be
 * taken away by the services' own calls.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html
 */
export function stackService(): StackService {
  const stacks = new Map<string, StackRecord & { readonly created: Date }>();

  const named = (nameOrId: unknown) =>
    [...stacks.values()].find(({ id, name }) => id === nameOrId || name === nameOrId);
  const find = ({ input }: Request) => {
    const found = named(input['StackName']);
    if (found) return found;
    throw invalid(`Stack with id ${String(input['StackName'])} does not exist`);
  };
  const on = ({ input }: Request) => {
    const { StackName: asked = '*' } = input;
    return [{ resource: named(asked)?.id ?? String(asked) }];
  };

  const described = ({ id, name, created, ...stack }: StackRecord & { readonly created: Date }) => ({
    StackId: id,
    StackName: name,
    Description: stack.description,
    Parameters: Object.entries(stack.parameters).map(([ParameterKey, ParameterValue]) => ({
      ParameterKey,
      ParameterValue,
    })),
    CreationTime: created.toISOString(),
    StackStatus: 'CREATE_COMPLETE',
    EnableTerminationProtection: stack.isProtected,
    Outputs: stack.outputs.map(({ key, value, description }) => ({
      OutputKey: key,
      OutputValue: value,
      Description: description,
    })),
  });

  const rows: readonly Row[] = [
    {
      name: 'DescribeStacks',
      on,
      run: (request) => {
        const all = request.input['StackName'] === undefined ? [...stacks.values()] : [find(request)];
        return { Stacks: all.map(described) };
      },
    },
    {
      name: 'DescribeStackResources',
      on,
      run: (request) => {
        const { id, name, resources, created } = find(request);
        const { LogicalResourceId: asked } = request.input;
        return {
          StackResources: resources
            .filter(({ logicalId }) => asked === undefined || logicalId === asked)
            .map(({ logicalId, physicalId, type }) => ({
              StackName: name,
              StackId: id,
              LogicalResourceId: logicalId,
              PhysicalResourceId: physicalId,
              ResourceType: type,
              Timestamp: created.toISOString(),
              ResourceStatus: 'CREATE_COMPLETE',
            })),
        };
      },
    },
    {
      name: 'ListStackResources',
      on,
      run: (request) => {
        const { resources, created } = find(request);
        return {
          StackResourceSummaries: resources.map(({ logicalId, physicalId, type }) => ({
            LogicalResourceId: logicalId,
            PhysicalResourceId: physicalId,
            ResourceType: type,
            LastUpdatedTimestamp: created.toISOString(),
            ResourceStatus: 'CREATE_COMPLETE',
          })),
        };
      },
    },
    { name: 'GetTemplate', on, run: (request) => ({ TemplateBody: find(request).template }) },
    {
      name: 'UpdateTerminationProtection',
      on,
      changes: { requestParameters: withBoolean, responseElements: lowerCamel },
      run: (request) => {
        const stack = find(request);
        const { EnableTerminationProtection: said } = readRequest(
          protection,
          request.input,
          'ValidationError',
        );
        stacks.set(stack.id, { ...stack, isProtected: said === 'true' });
        return { StackId: stack.id };
      },
    },
    {
      name: 'DeleteStack',
      on,
      changes: {},
      run: ({ input }) => {
        const stack = named(input['StackName']);
        if (stack?.isProtected)
          throw invalid(`Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`);
        return {};
      },
    },
  ];

  return {
    operations: operationsOf(
      {
        prefix: 'cloudformation',
        denied: { name: 'AccessDenied', status: 403 },
        statuses: SERVER_FAULTS,
      },
      rows,
    ),
    state: () => stacks,
    add: (stack) => {
      stacks.set(stack.id, { ...stack, created: new Date() });
    },
  };
}
