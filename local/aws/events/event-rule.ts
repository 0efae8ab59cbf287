import { z } from 'zod';
import type { EventPattern } from './event-pattern.ts';
import type { Deployment, Template } from '../stack/template.ts';

/** An EventBridge rule on the default bus. */
export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly enabled: boolean;
  readonly pattern: EventPattern | undefined;
  readonly schedule: string | undefined;
  readonly targets: readonly Target[];
}

/** What a rule hands its events to. */
export interface Target {
  readonly arn: string;
  /** Constant JSON handed over in place of the event. */
  readonly input: string | undefined;
  readonly deadLetters: string | undefined;
  /** Message group, where it is a FIFO queue. */
  readonly groupId: string | undefined;
}

/** A statement of a function's resource policy. */
export interface Permission {
  readonly functionArn: string;
  readonly principal: string;
  readonly sourceArn: string | undefined;
  readonly sourceAccount: string | undefined;
}

const ruleProperties = z.object({
  EventPattern: z.record(z.string(), z.unknown()).optional(),
  ScheduleExpression: z.string().optional(),
  State: z.string().default('ENABLED'),
  EventBusName: z.literal('default').optional(),
  Targets: z
    .array(
      z.strictObject({
        Id: z.string(),
        Arn: z.string(),
        Input: z.string().optional(),
        SqsParameters: z.object({ MessageGroupId: z.string() }).optional(),
        DeadLetterConfig: z.object({ Arn: z.string() }).optional(),
        RetryPolicy: z.unknown().optional(),
      }),
    )
    .default([]),
});

/** Reads a rule. Throws for other buses than the default one and for target settings that are not run here. */
export function readRule(template: Template, id: string): Rule {
  const properties = template.read(id, ruleProperties);
  return {
    name: template.reference(id),
    arn: template.attribute(id, 'Arn'),
    enabled: properties.State !== 'DISABLED',
    pattern: properties.EventPattern,
    schedule: properties.ScheduleExpression,
    targets: properties.Targets.map((target) => ({
      arn: target.Arn,
      input: target.Input,
      deadLetters: target.DeadLetterConfig?.Arn,
      groupId: target.SqsParameters?.MessageGroupId,
    })),
  };
}

const permissionProperties = z.object({
  Action: z.string(),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
  SourceAccount: z.coerce.string().optional(),
});

/** Reads a statement of a function's resource policy. */
export function readPermission(
  template: Template,
  id: string,
  { partition, region, account }: Deployment,
): Permission {
  const properties = template.read(id, permissionProperties);
  const { FunctionName: name } = properties;
  return {
    functionArn: name.startsWith('arn:')
      ? name
      : `arn:${partition}:lambda:${region}:${account}:function:${name}`,
    principal: properties.Action === 'lambda:InvokeFunction' ? properties.Principal : '',
    sourceArn: properties.SourceArn,
    sourceAccount: properties.SourceAccount,
  };
}
