import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { EventPattern } from '../../aws/events/event-pattern.ts';
import { glob } from '../../aws/iam/iam.ts';
import { ask } from './raw.ts';

const deployedFunction = z.object({
  Configuration: z.object({
    FunctionName: z.string(),
    FunctionArn: z.string(),
    Handler: z.string(),
    Runtime: z.string(),
    MemorySize: z.number(),
    Timeout: z.number(),
    Role: z.string(),
    CodeSha256: z.string(),
    Environment: z.object({ Variables: z.record(z.string(), z.string()) }),
  }),
});
const policy = z.object({
  Statement: z.array(
    z.object({
      Principal: z.object({ Service: z.string().optional() }),
      Condition: z.object({ ArnLike: z.record(z.string(), z.string()).optional() }).optional(),
    }),
  ),
});
const rule = z.object({
  Name: z.string(),
  Arn: z.string(),
  State: z.string(),
  EventPattern: z.string().optional(),
  ScheduleExpression: z.string().optional(),
});
const target = z.object({
  Arn: z.string(),
  SqsParameters: z.object({ MessageGroupId: z.string() }).optional(),
});
const mapping = z.object({
  BatchSize: z.number(),
  EventSourceArn: z.string(),
  FunctionArn: z.string(),
  FunctionResponseTypes: z.array(z.string()).default([]),
});

/** A function, as the endpoint's Lambda holds it, with the zip that it was deployed from. */
export interface DeployedFunction {
  readonly configuration: z.infer<typeof deployedFunction>['Configuration'];
  readonly zip: Uint8Array;
}

/** A rule of the stack, as the endpoint's EventBridge holds it. */
export interface DeployedRule {
  readonly name: string;
  readonly arn: string;
  readonly pattern: EventPattern | undefined;
  readonly isSchedule: boolean;
  /** Functions and FIFO queues. */
  readonly targets: readonly z.infer<typeof target>[];
}

/** A queue whose messages go to a function, as the endpoint's Lambda holds it. */
export type DeployedMapping = z.infer<typeof mapping>;

/** The guard's functions and what wakes them, as the endpoint holds them after `serverless deploy`. */
export interface DeployedGuard {
  readonly functions: readonly DeployedFunction[];
  readonly rules: readonly DeployedRule[];
  readonly mappings: readonly DeployedMapping[];
}

const lambda = async (endpoint: string, path: string) =>
  JSON.parse(
    await ask(endpoint, { service: 'lambda', method: 'GET', path: `/2015-03-31/${path}` }),
  ) as unknown;

async function readFunction(endpoint: string, name: string, zip: Uint8Array): Promise<DeployedFunction> {
  const { Configuration } = deployedFunction.parse(await lambda(endpoint, `functions/${name}`));
  const digest = createHash('sha256').update(zip).digest('base64');
  if (Configuration.CodeSha256 !== digest)
    throw new Error(`${name} is deployed with code of digest ${Configuration.CodeSha256}, not ${digest}`);
  return { configuration: Configuration, zip };
}

async function invokersOf(endpoint: string, name: string): Promise<string[]> {
  const { Policy } = z
    .object({ Policy: z.string() })
    .parse(await lambda(endpoint, `functions/${name}/policy`));
  return policy
    .parse(JSON.parse(Policy))
    .Statement.filter(({ Principal }) => Principal.Service === 'events.amazonaws.com')
    .flatMap(({ Condition }) => Object.values(Condition?.ArnLike ?? {}));
}

async function readRules(endpoint: string, stack: string): Promise<DeployedRule[]> {
  const events = async (operation: string, input: object) =>
    JSON.parse(
      await ask(endpoint, {
        service: 'events',
        target: `AWSEvents.${operation}`,
        body: JSON.stringify(input),
      }),
    ) as unknown;
  const { Rules } = z
    .object({ Rules: z.array(rule) })
    .parse(await events('ListRules', { NamePrefix: `${stack}-` }));
  const enabled = Rules.filter(({ State }) => State === 'ENABLED');
  return Promise.all(
    enabled.map(async ({ Name, Arn, EventPattern, ScheduleExpression }) => {
      const { Targets } = z
        .object({ Targets: z.array(target) })
        .parse(await events('ListTargetsByRule', { Rule: Name }));
      return {
        name: Name,
        arn: Arn,
        pattern: EventPattern === undefined ? undefined : (JSON.parse(EventPattern) as EventPattern),
        isSchedule: ScheduleExpression !== undefined,
        targets: Targets,
      };
    }),
  );
}

/**
 * Reads the deployed functions of a stack by the zips that they were deployed from, what invokes them, and the queues that
 * they read. Throws an Error when deployed code is not the given zip, when a rule lacks a target or a permission, or when
 * a function is woken by nothing.
 */
export async function readGuard(
  endpoint: string,
  stack: string,
  zips: ReadonlyMap<string, Uint8Array>,
): Promise<DeployedGuard> {
  const functions = await Promise.all(
    [...zips].map(([name, zip]) => readFunction(endpoint, `${stack}-${name}`, zip)),
  );
  const rules = await readRules(endpoint, stack);
  const { EventSourceMappings: mappings } = z
    .object({ EventSourceMappings: z.array(mapping) })
    .parse(await lambda(endpoint, 'event-source-mappings/'));
  for (const { name, targets } of rules) if (targets.length === 0) throw new Error(`${name} has no target`);
  for (const { configuration } of functions) {
    const { FunctionName, FunctionArn } = configuration;
    const waking = rules.filter(({ targets }) => targets.some(({ Arn }) => Arn === FunctionArn));
    const isMapped = mappings.some((each) => each.FunctionArn === FunctionArn);
    if (waking.length === 0 && !isMapped) throw new Error(`${FunctionName} is woken by nothing`);
    const invokers = waking.length > 0 ? await invokersOf(endpoint, FunctionName) : [];
    for (const { name, arn } of waking)
      if (!invokers.some((pattern) => glob(pattern).test(arn)))
        throw new Error(`${name} may not invoke ${FunctionName}`);
  }
  return { functions, rules, mappings };
}
