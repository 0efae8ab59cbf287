import { z } from 'zod';
import type { EventPattern } from './event-pattern.ts';
import type { Template } from '../stack/template.ts';
import type { Fields } from '../wire/request-shape.ts';

/** An EventBridge rule on the default bus of its Region. */
export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly enabled: boolean;
  readonly pattern: EventPattern | undefined;
  readonly schedule: string | undefined;
  readonly description: string | undefined;
  readonly roleArn: string | undefined;
  readonly targets: readonly RuleTarget[];
}

/** What events are handed to. */
export interface Target {
  readonly arn: string;
  /** Constant JSON handed over in place of the event. */
  readonly input: string | undefined;
  readonly deadLetters: string | undefined;
  /** Message group, where it is a FIFO queue. */
  readonly groupId: string | undefined;
}

/** A target of a rule. */
export interface RuleTarget extends Target {
  readonly id: string;
  /** As ListTargetsByRule shows it. */
  readonly described: Fields;
}

/** A target in a template and in a request. What changes its input on the way, and what is of other services, is not run here. */
export const targetShape = z.strictObject({
  Id: z.string().min(1),
  Arn: z.string().min(1),
  RoleArn: z.string().optional(),
  Input: z.string().optional(),
  SqsParameters: z.object({ MessageGroupId: z.string() }).optional(),
  DeadLetterConfig: z.object({ Arn: z.string().optional() }).optional(),
  RetryPolicy: z
    .object({
      MaximumEventAgeInSeconds: z.coerce.number().min(60).max(86_400).optional(),
      MaximumRetryAttempts: z.coerce.number().min(0).max(185).optional(),
    })
    .optional(),
});

/** A target as the bus uses it. */
export function ruleTarget(described: z.output<typeof targetShape>): RuleTarget {
  return {
    id: described.Id,
    arn: described.Arn,
    input: described.Input,
    deadLetters: described.DeadLetterConfig?.Arn,
    groupId: described.SqsParameters?.MessageGroupId,
    described,
  };
}

const ruleProperties = z.object({
  EventPattern: z.record(z.string(), z.unknown()).optional(),
  ScheduleExpression: z.string().optional(),
  Description: z.string().optional(),
  RoleArn: z.string().optional(),
  State: z.string().default('ENABLED'),
  EventBusName: z.literal('default').optional(),
  Targets: z.array(targetShape).default([]),
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
    description: properties.Description,
    roleArn: properties.RoleArn,
    targets: properties.Targets.map(ruleTarget),
  };
}
