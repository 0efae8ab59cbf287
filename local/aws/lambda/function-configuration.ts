import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { Role } from '../iam/roles.ts';
import type { Template } from '../stack/template.ts';

/** How a function is invoked asynchronously. What is undefined was never said. */
export interface EventInvokeConfig {
  /** Retries of an invocation that failed; 2 by default. */
  readonly retries: number | undefined;
  /** Seconds until an event is given up; 21,600 by default. */
  readonly maximumAge: number | undefined;
  /** Queue ARN that gets a record of an invocation that failed for good. */
  readonly onFailure: string | undefined;
  /** Shown, and not used: nothing here hears of what went well. */
  readonly onSuccess: string | undefined;
}

/** A function as it is now. */
export interface FunctionConfiguration {
  readonly name: string;
  readonly arn: string;
  readonly description: string;
  readonly handler: string;
  readonly runtime: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly role: Pick<Role, 'name' | 'arn'>;
  /** Path of the zip that was deployed. */
  readonly code: string;
  /** The zip that was put in its place. */
  readonly replaced: Uint8Array | undefined;
  readonly codeSize: number | undefined;
  /** Base64 of the SHA-256 of the zip; undefined where there is none, which only runs in this process. */
  readonly codeSha256: string | undefined;
  readonly architectures: readonly string[];
  /** ARNs. They are shown, and nothing of them is loaded. */
  readonly layers: readonly string[];
  readonly keyArn: string | undefined;
  /** Shown; all logs go to the group of the function's name. */
  readonly logging: Readonly<Record<string, unknown>>;
  readonly reservedConcurrency: number | undefined;
  readonly asynchronous: EventInvokeConfig | undefined;
  /** Queue ARN that gets the event itself. */
  readonly deadLetters: string | undefined;
}

const functionProperties = z.object({
  Description: z.string().default(''),
  Handler: z.string(),
  Runtime: z.string().regex(/^nodejs/),
  Timeout: z.coerce.number().default(3),
  MemorySize: z.coerce.number().default(128),
  Role: z.string(),
  Environment: z.object({ Variables: z.record(z.string(), z.coerce.string()).default({}) }).optional(),
  Code: z.object({ S3Key: z.string() }),
  Architectures: z.array(z.string()).default(['x86_64']),
  Layers: z.array(z.string()).default([]),
  KmsKeyArn: z.string().optional(),
  ReservedConcurrentExecutions: z.coerce.number().optional(),
  DeadLetterConfig: z.object({ TargetArn: z.string() }).optional(),
});

const destination = z.object({ Destination: z.string().optional() }).optional();

/** An EventInvokeConfig in a template and in a request. */
export const invokeConfigShape = z.object({
  MaximumRetryAttempts: z.coerce.number().min(0).max(2).optional(),
  MaximumEventAgeInSeconds: z.coerce.number().min(60).max(21_600).optional(),
  DestinationConfig: z.object({ OnFailure: destination, OnSuccess: destination }).optional(),
});

/** An EventInvokeConfig as Lambda uses it. */
export function invokeConfigOf(said: z.output<typeof invokeConfigShape>): EventInvokeConfig {
  return {
    retries: said.MaximumRetryAttempts,
    maximumAge: said.MaximumEventAgeInSeconds,
    onFailure: said.DestinationConfig?.OnFailure?.Destination,
    onSuccess: said.DestinationConfig?.OnSuccess?.Destination,
  };
}

/** Where nobody says otherwise. https://docs.aws.amazon.com/lambda/latest/api/API_LoggingConfig.html */
export const loggingOf = (name: string) => ({ LogFormat: 'Text', LogGroup: `/aws/lambda/${name}` });

/** Size and hash of a zip, as Lambda gives them. */
export function measured(zip: Uint8Array): Pick<FunctionConfiguration, 'codeSize' | 'codeSha256'> {
  return { codeSize: zip.length, codeSha256: createHash('sha256').update(zip).digest('base64') };
}

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
  const ofThisFunction = z.object({ FunctionName: z.string(), ...invokeConfigShape.shape });
  const asynchronous = template
    .resources('AWS::Lambda::EventInvokeConfig')
    .map((configId) => template.read(configId, ofThisFunction))
    .find((config) => config.FunctionName === name || config.FunctionName === arn);
  const code = join(directory, basename(properties.Code.S3Key));
  return {
    name,
    arn,
    description: properties.Description,
    handler: properties.Handler,
    runtime: properties.Runtime,
    timeoutSeconds: properties.Timeout,
    memoryMegabytes: properties.MemorySize,
    environment: properties.Environment?.Variables ?? {},
    role,
    code,
    replaced: undefined,
    ...(existsSync(code) ? measured(readFileSync(code)) : { codeSize: undefined, codeSha256: undefined }),
    architectures: properties.Architectures,
    layers: properties.Layers,
    keyArn: properties.KmsKeyArn,
    logging: loggingOf(name),
    reservedConcurrency: properties.ReservedConcurrentExecutions,
    asynchronous: asynchronous && invokeConfigOf(asynchronous),
    deadLetters: properties.DeadLetterConfig?.TargetArn,
  };
}
