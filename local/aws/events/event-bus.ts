import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Activity } from '../wire/activity.ts';
import type { EventEnvelope } from '../cloudtrail/cloudtrail-record.ts';
import { matchesPattern } from './event-pattern.ts';
import { decide, glob } from '../iam/iam.ts';
import { instant } from '../iam/principal.ts';
import type { LiveQueue } from '../messages/message-operations.ts';
import type { QueueService } from '../messages/sqs.ts';
import type { Permission } from '../lambda/permission.ts';
import type { Rule, Target } from './event-rule.ts';

/** An event that came to a default bus, and what became of it. */
export interface BusEvent {
  readonly event: EventEnvelope;
  /** Names of the rules that matched. */
  readonly rules: readonly string[];
  /** Milliseconds of `performance.now()`. */
  readonly at: number;
}

/** The default event buses of an account, one per Region. */
export interface EventBus {
  /** Hands an event to the rules of its Region, in a later turn of the event loop. */
  readonly put: (event: EventEnvelope) => void;
  /** Fires each scheduled rule once. */
  readonly runSchedules: () => void;
}

/** What the bus needs of its surroundings. */
export interface BusSurroundings {
  readonly activity: Activity;
  /** Of all Regions, as they are now. */
  readonly rules: () => readonly Rule[];
  /** What the resource policy of a function says now. */
  readonly permissionsOf: (functionArn: string) => readonly Permission[];
  /** Hands a payload to a function; false if there is no such function. */
  readonly invoke: (functionArn: string, payload: unknown) => boolean;
  readonly events: BusEvent[];
  readonly queues: Pick<QueueService, 'find' | 'send' | 'bury'>;
  readonly problem: (text: string) => void;
}

/**
 * Routes events to Lambda functions and queues. A target that does not let EventBridge in gets nothing: the event goes to the
 * target's dead-letter queue without a retry, or is dropped, and either way the problem is told.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
export function eventBus(surroundings: BusSurroundings): EventBus {
  const { activity, events, problem, queues, rules, permissionsOf } = surroundings;

  const refusalOf = (rule: Rule, target: Target, body: string) => {
    const queue = queues.find(target.arn);
    if (queue)
      return maySend(queue, rule)
        ? queues.send(queue.arn, { body, groupId: target.groupId })
        : 'NO_PERMISSIONS';
    if (!mayInvoke(permissionsOf(target.arn), rule)) return 'NO_PERMISSIONS';
    return surroundings.invoke(target.arn, JSON.parse(body)) ? undefined : 'NO_RESOURCE';
  };

  const fire = (rule: Rule, event: EventEnvelope) => {
    for (const target of rule.targets) {
      const body = target.input ?? JSON.stringify(event);
      const refused = refusalOf(rule, target, body);
      if (refused === undefined) continue;
      problem(`${rule.name} cannot hand over to ${target.arn}: ${refused}`);
      buryEvent(rule, target, body, refused);
    }
  };

  const buryEvent = (rule: Rule, target: Target, body: string, code: string) => {
    if (!target.deadLetters) return;
    const queue = queues.find(target.deadLetters);
    if (!queue || !maySend(queue, rule)) {
      problem(`${target.deadLetters} does not let ${rule.name} send to it: the event is lost`);
      return;
    }
    const attributes = { RULE_ARN: rule.arn, TARGET_ARN: target.arn, ERROR_CODE: code, RETRY_ATTEMPTS: '0' };
    queues.bury(queue.arn, { body, attributes });
  };

  const enabledRules = () => rules().filter(({ enabled }) => enabled);

  return {
    put: (event) => {
      const route = async () => {
        await nextTurn();
        const matching = enabledRules().filter(
          ({ arn, pattern }) =>
            placeOf(arn).region === event.region && pattern !== undefined && matchesPattern(pattern, event),
        );
        events.push({ event, rules: matching.map(({ name }) => name), at: performance.now() });
        for (const rule of matching) fire(rule, event);
      };
      void activity.track(
        route().catch((error: unknown) => {
          problem(`EventBridge: ${String(error)}`);
        }),
      );
    },
    runSchedules: () => {
      for (const rule of enabledRules()) {
        if (rule.schedule !== undefined) fire(rule, scheduledEvent(rule.arn));
      }
    },
  };
}

/**
 * EventBridge sends no source account with an invocation, so a permission that asks for one never applies.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
 */
function mayInvoke(permissions: readonly Permission[], rule: Rule): boolean {
  return permissions.some(
    (permission) =>
      permission.action === 'lambda:InvokeFunction' &&
      permission.principal === 'events.amazonaws.com' &&
      permission.sourceAccount === undefined &&
      (permission.sourceArn === undefined || glob(permission.sourceArn).test(rule.arn)),
  );
}

function maySend({ arn, policy }: LiveQueue, rule: Rule): boolean {
  const forEvents = policy.filter(({ services }) => services.includes('events.amazonaws.com'));
  const context = { 'aws:SourceArn': rule.arn };
  return decide(forEvents, { action: 'sqs:SendMessage', resource: arn, context }) === 'allowed';
}

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html */
function scheduledEvent(ruleArn: string): EventEnvelope {
  const { account, region } = placeOf(ruleArn);
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account,
    time: instant(new Date()),
    region,
    resources: [ruleArn],
    detail: {},
  };
}

function placeOf(arn: string): { readonly region: string; readonly account: string } {
  const [, , , region = '', account = ''] = arn.split(':');
  return { region, account };
}
