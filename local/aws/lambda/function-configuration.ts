import { basename, join } from 'node:path';
import { z } from 'zod';
import type { Role } from '../iam/roles.ts';
import type { Template } from '../stack/template.ts';

/** A function as deployed. */
export interface FunctionConfiguration {
  readonly name: string;
  readonly arn: string;
  readonly handler: string;
  readonly runtime: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly role: Role;
  /** Path of the zip. */
  readonly code: string;
  readonly reservedConcurrency: number | undefined;
  /** Retries of a failed asynchronous invocation. */
  readonly retries: number;
  /** Queue ARN that gets a record of an asynchronous invocation that failed for good. */
  readonly onFailure: string | undefined;
  /** Queue ARN that gets the event itself. */
  readonly deadLetters: string | undefined;
}

const functionProperties = z.object({
  Handler: z.string(),
  Runtime: z.string().regex(/^nodejs/),
  Timeout: z.coerce.number().default(3),
  MemorySize: z.coerce.number().default(128),
  Role: z.string(),
  Environment: z.object({ Variables: z.record(z.string(), z.coerce.string()).default({}) }).optional(),
  Code: z.object({ S3Key: z.string() }),
  ReservedConcurrentExecutions: z.coerce.number().optional(),
  DeadLetterConfig: z.object({ TargetArn: z.string() }).optional(),
});
const invokeConfig = z.object({
  FunctionName: z.string(),
  MaximumRetryAttempts: z.coerce.number().default(2),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.string() }).optional() }).optional(),
});

/** Reads a function with its EventInvokeConfig. Throws unless its role is in the template and Lambda may assume it. */
export function readFunction(
  template: Template,
  id: string,
  directory: string,
  roles: readonly Role[],
): FunctionConfiguration {
  const properties = template.read(id, functionProperties);
  const name = template.reference(id);
  const arn = template.attribute(id, 'Arn');
  const role = roles.find((each) => each.arn === properties.Role);
  if (!role) throw new Error(`${id}.Role: ${properties.Role} is not a role of this template`);
  if (!role.services.includes('lambda.amazonaws.com')) {
    throw new Error(`${id}.Role: ${role.name} does not let lambda.amazonaws.com assume it`);
  }
  const asynchronous = template
    .resources('AWS::Lambda::EventInvokeConfig')
    .map((configId) => template.read(configId, invokeConfig))
    .find((config) => config.FunctionName === name || config.FunctionName === arn);
  return {
    name,
    arn,
    handler: properties.Handler,
    runtime: properties.Runtime,
    timeoutSeconds: properties.Timeout,
    memoryMegabytes: properties.MemorySize,
    environment: properties.Environment?.Variables ?? {},
    role,
    code: join(directory, basename(properties.Code.S3Key)),
    reservedConcurrency: properties.ReservedConcurrentExecutions,
    retries: asynchronous?.MaximumRetryAttempts ?? 2,
    onFailure: asynchronous?.DestinationConfig?.OnFailure?.Destination,
    deadLetters: properties.DeadLetterConfig?.TargetArn,
  };
}
