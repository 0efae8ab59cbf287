import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { EventPattern } from '../../aws/events/event-pattern.ts';
import { ask } from './raw.ts';

const targets = z.object({ Targets: z.array(z.object({ Arn: z.string(), Input: z.string().optional() })) });
const rules = z.object({
  Rules: z.array(
    z.object({
      Name: z.string(),
      Arn: z.string(),
      State: z.string(),
      EventPattern: z.string().optional(),
      ScheduleExpression: z.string().optional(),
    }),
  ),
});
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

/** A rule of the stack, as the endpoint's EventBridge holds it. */
export interface DeployedRule {
  readonly name: string;
  readonly arn: string;
  readonly pattern: EventPattern | undefined;
  readonly isSchedule: boolean;
}

/** The guard's function and its rules, as the endpoint holds them after `serverless deploy`. */
export interface DeployedGuard {
  readonly configuration: z.infer<typeof deployedFunction>['Configuration'];
  readonly rules: readonly DeployedRule[];
}

/**
 * Reads the deployed function and the rules that may and do invoke it. Throws an Error when the deployed code is not the
 * given zip, or when a rule lacks its target or its permission.
 */
export async function readGuard(endpoint: string, name: string, zip: Uint8Array): Promise<DeployedGuard> {
  const path = `/2015-03-31/functions/${name}`;
  const { Configuration } = deployedFunction.parse(
    JSON.parse(await ask(endpoint, { service: 'lambda', method: 'GET', path })),
  );
  const digest = createHash('sha256').update(zip).digest('base64');
  if (Configuration.CodeSha256 !== digest)
    throw new Error(`${name} is deployed with code of digest ${Configuration.CodeSha256}, not ${digest}`);

  const { Policy } = z
    .object({ Policy: z.string() })
    .parse(JSON.parse(await ask(endpoint, { service: 'lambda', method: 'GET', path: `${path}/policy` })));
  const invokers = policy
    .parse(JSON.parse(Policy))
    .Statement.filter(({ Principal }) => Principal.Service === 'events.amazonaws.com')
    .flatMap(({ Condition }) => Object.values(Condition?.ArnLike ?? {}));

  const events = async (operation: string, input: object) =>
    JSON.parse(
      await ask(endpoint, {
        service: 'events',
        target: `AWSEvents.${operation}`,
        body: JSON.stringify(input),
      }),
    ) as unknown;
  const { Rules } = rules.parse(await events('ListRules', { NamePrefix: name }));
  for (const { Name, Arn } of Rules) {
    const { Targets } = targets.parse(await events('ListTargetsByRule', { Rule: Name }));
    if (!Targets.some((target) => target.Arn === Configuration.FunctionArn))
      throw new Error(`${Name} does not target ${name}`);
    if (!invokers.includes(Arn)) throw new Error(`${Name} may not invoke ${name}`);
  }
  return {
    configuration: Configuration,
    rules: Rules.filter(({ State }) => State === 'ENABLED').map((rule) => ({
      name: rule.Name,
      arn: rule.Arn,
      pattern: rule.EventPattern === undefined ? undefined : (JSON.parse(rule.EventPattern) as EventPattern),
      isSchedule: rule.ScheduleExpression !== undefined,
    })),
  };
}
