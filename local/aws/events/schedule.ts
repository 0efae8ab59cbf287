import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Access } from '../iam/access.ts';
import { type Right, statementsFor } from '../iam/iam.ts';
import type { Role } from '../iam/roles.ts';
import { type QueueService, rightsOn } from '../messages/sqs.ts';
import type { Template } from '../stack/template.ts';
import type { Fields } from '../wire/request-shape.ts';
import type { Target } from './event-rule.ts';

/** A schedule of EventBridge Scheduler. */
export interface Schedule {
  readonly name: string;
  readonly arn: string;
  readonly enabled: boolean;
  readonly role: Pick<Role, 'name' | 'arn'>;
  readonly target: Target & { readonly input: string };
  /** As GetSchedule shows it, its name, ARN and dates left out. */
  readonly described: Fields;
}

/** A schedule in a template and in a request, which are alike. */
export const scheduleShape = z.object({
  GroupName: z.string().default('default'),
  ScheduleExpression: z.string().regex(/^(?:rate|cron|at)\(.+\)$/),
  ScheduleExpressionTimezone: z.string().default('UTC'),
  StartDate: z.unknown().optional(),
  EndDate: z.unknown().optional(),
  Description: z.string().default(''),
  KmsKeyArn: z.string().optional(),
  FlexibleTimeWindow: z
    .object({
      Mode: z.enum(['OFF', 'FLEXIBLE']),
      MaximumWindowInMinutes: z.coerce.number().min(1).max(1440).optional(),
    })
    .default({ Mode: 'OFF' }),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Target: z.strictObject({
    Arn: z
      .string()
      .regex(
        /^arn:[\w-]+:(?:lambda|sqs):[\w-]+:\d/,
        'Only functions and queues are targets of schedules here',
      ),
    RoleArn: z.string(),
    // What a target gets without one is not documented well enough to run it.
    Input: z.string('Input is needed here'),
    SqsParameters: z.object({ MessageGroupId: z.string() }).optional(),
    DeadLetterConfig: z.object({ Arn: z.string().optional() }).optional(),
    RetryPolicy: z
      .object({
        MaximumEventAgeInSeconds: z.coerce.number().min(60).max(86_400).optional(),
        MaximumRetryAttempts: z.coerce.number().min(0).max(185).optional(),
      })
      .optional(),
  }),
});

/** A schedule as the scheduler runs it. */
export function scheduleOf(
  name: string,
  arn: string,
  role: Schedule['role'],
  described: z.output<typeof scheduleShape>,
): Schedule {
  const { State, Target: target } = described;
  return {
    name,
    arn,
    enabled: State === 'ENABLED',
    role,
    target: {
      arn: target.Arn,
      input: target.Input,
      deadLetters: target.DeadLetterConfig?.Arn,
      groupId: target.SqsParameters?.MessageGroupId,
    },
    described,
  };
}

/**
 * Reads a schedule. Throws for one without an input, for other targets than functions and queues, and for a role that is
 * not in the template or that the scheduler may not assume.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-scheduler-schedule.html
 */
export function readSchedule(template: Template, id: string, roles: readonly Role[]): Schedule {
  const described = template.read(id, scheduleShape);
  const { RoleArn } = described.Target;
  const role = roles.find(({ arn }) => arn === RoleArn);
  if (!role?.services.includes(SCHEDULER)) throw new Error(`${id}: ${SCHEDULER} may not assume ${RoleArn}`);
  return scheduleOf(template.reference(id), template.attribute(id, 'Arn'), role, described);
}

/** The service as a principal. */
export const SCHEDULER = 'scheduler.amazonaws.com';

/** What the scheduler needs of its surroundings. */
export interface SchedulerSurroundings {
  readonly access: Access;
  readonly queues: Pick<QueueService, 'find' | 'send' | 'bury'>;
  /** Hands a payload to a function; false if there is no such function. */
  readonly invoke: (functionArn: string, payload: unknown) => boolean;
  readonly problem: (text: string) => void;
}

const SEND = ['SendMessage', ['GenerateDataKey', 'Decrypt']] as const;

/**
 * Lets a schedule call its target once, with the rights of its role. What the target does not get goes to the dead-letter
 * queue, if the role may send there, and the problem is told.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html
 */
export function runSchedule(
  { name, arn, role, target }: Schedule,
  surroundings: SchedulerSurroundings,
): void {
  const { access, queues, invoke, problem } = surroundings;
  const caller = { arn: role.arn, iamArn: role.arn };
  const lacks = (rights: readonly Right[]) =>
    rights.some(
      (right) => access.judge(role.arn, right, statementsFor(right.policy ?? [], caller)) !== 'allowed',
    );
  // https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
  const body = target.input
    .replaceAll('<aws.scheduler.schedule-arn>', arn)
    .replaceAll('<aws.scheduler.scheduled-time>', new Date().toISOString())
    .replaceAll('<aws.scheduler.execution-id>', randomUUID())
    .replaceAll('<aws.scheduler.attempt-number>', '1');

  const refusal = () => {
    const queue = queues.find(target.arn);
    const rights = queue
      ? rightsOn(queue, ...SEND)
      : [{ action: 'lambda:InvokeFunction', resource: target.arn }];
    if (lacks(rights)) return 'NO_PERMISSIONS';
    if (queue) return queues.send(target.arn, { body, groupId: target.groupId });
    return invoke(target.arn, JSON.parse(body)) ? undefined : 'NO_RESOURCE';
  };
  const refused = refusal();
  if (refused === undefined) return;
  problem(`${name} cannot hand over to ${target.arn}: ${refused}`);
  if (target.deadLetters === undefined) return;
  const deadLetters = queues.find(target.deadLetters);
  if (deadLetters && !lacks(rightsOn(deadLetters, ...SEND)))
    queues.bury(deadLetters.arn, { body, attributes: { ERROR_CODE: refused, SCHEDULE_ARN: arn } });
  else problem(`${role.name} may not send to ${target.deadLetters}: the event is lost`);
}
