import { z } from 'zod';
import type { Operation, Request } from '../iam/call.ts';
import { lowerCamel } from '../cloudtrail/cloudtrail-record.ts';
import { operationsOf, passRole, type Row, SERVER_FAULTS } from '../operation.ts';
import { AwsError } from '../wire/aws-error.ts';
import { readRequest } from '../wire/request-shape.ts';
import { type EventPattern, matchesPattern } from './event-pattern.ts';
import { type Rule, ruleTarget, targetShape } from './event-rule.ts';

/** EventBridge's rules on the default buses of one account. */
export interface RuleService {
  readonly operations: readonly Operation[];
  readonly add: (rules: readonly Rule[]) => void;
  readonly all: () => readonly Rule[];
}

const invalid = (message: string) => new AwsError('ValidationException', message);

const ruleRequest = z.object({
  Name: z.string().regex(/^[.\-_A-Za-z0-9]{1,64}$/),
  EventPattern: z.string().max(4096).optional(),
  ScheduleExpression: z.string().max(256).optional(),
  State: z.enum(['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS']).default('ENABLED'),
  Description: z.string().max(512).optional(),
  RoleArn: z.string().optional(),
});

/** A target's settings are judged where it is put: another service's name no settings that are run here. */
const targetsRequest = z.object({ Targets: z.array(targetShape).min(1).max(100) });
const idsRequest = z.object({ Ids: z.array(z.string()).min(1).max(100) });

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const MOST_TARGETS = 5;

/**
 * Why EventBridge does not take a pattern, in the words of its open-source matcher; patterns that the matcher here cannot judge
 * are refused, too.
 *
 * @see https://github.com/aws/event-ruler
 */
function readPattern(text: string): EventPattern {
  const refuse = (reason: string) =>
    new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
  const check = (value: unknown): void => {
    if (Array.isArray(value)) {
      if (value.length === 0) throw refuse('Empty arrays are not allowed');
    } else if (typeof value === 'object' && value !== null) {
      if (Object.keys(value).length === 0) throw refuse('Empty objects are not allowed');
      Object.values(value).forEach(check);
    } else throw refuse('Match value must be String, number, true, false, or null');
  };
  try {
    const pattern = z.record(z.string(), z.unknown()).parse(JSON.parse(text));
    check(pattern);
    matchesPattern(pattern, {});
    return pattern;
  } catch (error) {
    throw error instanceof AwsError ? error : refuse(String(error));
  }
}

/** No rules. Each operation is about the Region that it is called in. */
export function ruleService({
  account,
  partition,
}: {
  readonly account: string;
  readonly partition: string;
}): RuleService {
  const rules = new Map<string, Rule>();

  const nameOf = ({ input: { Name, Rule: name } }: Request) => String(Name ?? name);
  const arnOf = (request: Request) =>
    `arn:${partition}:events:${request.region}:${account}:rule/${nameOf(request)}`;
  const on = (request: Request) => [{ resource: arnOf(request) }];
  const find = (request: Request): Rule => {
    const { EventBusName = 'default' } = request.input;
    const found = EventBusName === 'default' ? rules.get(arnOf(request)) : undefined;
    if (found) return found;
    throw new AwsError(
      'ResourceNotFoundException',
      `Rule ${nameOf(request)} does not exist on EventBus ${String(EventBusName)}.`,
    );
  };
  const change = (request: Request, changed: Partial<Rule>) => {
    const rule = find(request);
    rules.set(rule.arn, { ...rule, ...changed });
    return {};
  };
  const entriesDone = { FailedEntryCount: 0, FailedEntries: [] };

  const described = ({ name: Name, arn: Arn, enabled, pattern, ...rule }: Rule) => ({
    Name,
    Arn,
    EventPattern: pattern && JSON.stringify(pattern),
    ScheduleExpression: rule.schedule,
    State: enabled ? 'ENABLED' : 'DISABLED',
    Description: rule.description,
    RoleArn: rule.roleArn,
    EventBusName: 'default',
  });

  const rows: readonly Row[] = [
    {
      name: 'DescribeRule',
      on,
      run: (request) => ({ ...described(find(request)), CreatedBy: account }),
    },
    // One page holds them all here.
    {
      name: 'ListRules',
      on: ({ region }) => [{ resource: `arn:${partition}:events:${region}:${account}:rule/*` }],
      run: ({ input: { NamePrefix } }) => {
        const prefix = typeof NamePrefix === 'string' ? NamePrefix : '';
        return { Rules: [...rules.values()].filter(({ name }) => name.startsWith(prefix)).map(described) };
      },
    },
    {
      name: 'ListTargetsByRule',
      on,
      run: (request) => ({ Targets: find(request).targets.map(({ described }) => described) }),
    },
    // What is left out is not kept: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
    {
      name: 'PutRule',
      on,
      alsoNeeds: ({ input }) => passRole(input['RoleArn'], 'events.amazonaws.com'),
      changes: { responseElements: lowerCamel },
      run: (request) => {
        const given = readRequest(ruleRequest, request.input, 'ValidationException');
        if (!given.EventPattern && !given.ScheduleExpression)
          throw invalid('Parameter(s) EventPattern or ScheduleExpression must be specified.');
        const arn = arnOf(request);
        rules.set(arn, {
          name: given.Name,
          arn,
          enabled: given.State !== 'DISABLED',
          pattern: given.EventPattern ? readPattern(given.EventPattern) : undefined,
          schedule: given.ScheduleExpression,
          description: given.Description,
          roleArn: given.RoleArn,
          targets: rules.get(arn)?.targets ?? [],
        });
        return { RuleArn: arn };
      },
    },
    { name: 'EnableRule', on, changes: {}, run: (request) => change(request, { enabled: true }) },
    { name: 'DisableRule', on, changes: {}, run: (request) => change(request, { enabled: false }) },
    // That a rule which is not there is deleted without an error is UNVERIFIED.
    {
      name: 'DeleteRule',
      on,
      changes: {},
      run: (request) => {
        const arn = arnOf(request);
        if (rules.get(arn)?.targets.length) throw invalid("Rule can't be deleted since it has targets.");
        rules.delete(arn);
        return {};
      },
    },
    {
      name: 'PutTargets',
      on,
      alsoNeeds: ({ input }) =>
        readRequest(targetsRequest, input, 'ValidationException').Targets.flatMap(({ RoleArn }) =>
          passRole(RoleArn, 'events.amazonaws.com'),
        ),
      changes: { responseElements: lowerCamel },
      run: (request) => {
        const added = readRequest(targetsRequest, request.input, 'ValidationException').Targets.map(
          ruleTarget,
        );
        const kept = find(request).targets.filter(({ id }) => !added.some((each) => each.id === id));
        const targets = [...kept, ...added];
        if (targets.length > MOST_TARGETS)
          throw new AwsError(
            'LimitExceededException',
            `The requested resource exceeds the maximum number allowed: ${MOST_TARGETS} targets.`,
          );
        change(request, { targets });
        return entriesDone;
      },
    },
    {
      name: 'RemoveTargets',
      on,
      changes: { responseElements: lowerCamel },
      run: (request) => {
        const { Ids } = readRequest(idsRequest, request.input, 'ValidationException');
        change(request, { targets: find(request).targets.filter(({ id }) => !Ids.includes(id)) });
        return entriesDone;
      },
    },
  ];

  return {
    operations: operationsOf(
      {
        prefix: 'events',
        denied: { name: 'AccessDeniedException', status: 400 },
        statuses: SERVER_FAULTS,
      },
      rows,
    ),
    add: (added) => {
      for (const rule of added) rules.set(rule.arn, rule);
    },
    all: () => [...rules.values()],
  };
}
