import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import type { Access } from '../iam/access.ts';
import { md5, type QueueMessage } from '../messages/queue-messages.ts';
import { type LiveQueue, systemAttributes } from '../messages/message-operations.ts';
import { rightsOn } from '../messages/sqs.ts';
import type { Template } from '../stack/template.ts';
import type { Activity } from '../wire/activity.ts';
import { AwsError } from '../wire/aws-error.ts';
import { delay } from '../wire/delay.ts';
import type { RunOutcome } from './containers.ts';
import { type EventPattern, matchesPattern } from '../events/event-pattern.ts';
import type { DeployedFunction } from './deployed-function.ts';
import type { FunctionConfiguration } from './function-configuration.ts';
import type { Lambda } from './lambda.ts';

/** A queue whose messages go to a function. */
export interface EventSource {
  /** UUID. */
  readonly id: string;
  /** As it is called in its template; its UUID where it is in none. */
  readonly label: string;
  /** Name or ARN. */
  readonly functionName: string;
  readonly queueArn: string;
  readonly batchSize: number;
  readonly enabled: boolean;
  readonly reportsItemFailures: boolean;
  readonly maximumConcurrency: number;
  /** What matches none of them is deleted unread; without any, all is read. */
  readonly filters: readonly EventPattern[];
}

/** An event source mapping in a template and in a request. */
export const eventSourceShape = z.object({
  FunctionName: z.string(),
  EventSourceArn: z.string().regex(/^arn:[\w-]+:sqs:/, 'Only queues are event sources here'),
  BatchSize: z.coerce.number().min(1).max(10).default(10),
  Enabled: z.boolean().default(true),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  ScalingConfig: z.object({ MaximumConcurrency: z.coerce.number().min(2).max(1000).optional() }).optional(),
  MaximumBatchingWindowInSeconds: z.undefined('A batching window is not run here').optional(),
  FilterCriteria: z.object({ Filters: z.array(z.object({ Pattern: z.string() })).default([]) }).optional(),
});

/** A mapping as the poller uses it. */
export function eventSourceOf(
  id: string,
  label: string,
  said: z.output<typeof eventSourceShape>,
): EventSource {
  return {
    id,
    label,
    functionName: said.FunctionName,
    queueArn: said.EventSourceArn,
    batchSize: said.BatchSize,
    enabled: said.Enabled,
    reportsItemFailures: said.FunctionResponseTypes.length > 0,
    maximumConcurrency: said.ScalingConfig?.MaximumConcurrency ?? Infinity,
    filters: (said.FilterCriteria?.Filters ?? []).map(({ Pattern }) => JSON.parse(Pattern) as EventPattern),
  };
}

/**
 * Reads an event source mapping of a queue. Throws for other sources, batching windows and batches of more than
 * 10, which no FIFO queue has.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html
 */
export function readEventSource(template: Template, id: string): EventSource {
  return eventSourceOf(template.reference(id), id, template.read(id, eventSourceShape));
}

/** What a poller needs of its surroundings. */
export interface PollerSurroundings {
  readonly access: Access;
  readonly activity: Activity;
  readonly lambda: Pick<Lambda, 'run'>;
  /** Milliseconds until what a function failed on is delivered again; the queue's visibility timeout if undefined. */
  readonly redeliveryDelayMs: number | undefined;
  readonly problem: (text: string) => void;
  readonly stopped: AbortSignal;
}

/** What a function's role lacks to be given what comes to a queue, if anything. */
function lacking(
  access: Access,
  role: FunctionConfiguration['role'],
  queue: LiveQueue,
  actions: readonly string[],
): string | undefined {
  return actions
    .flatMap((action) => rightsOn(queue, action, action === 'ReceiveMessage' ? ['Decrypt'] : []))
    .find((right) => access.judge(role.arn, right) !== 'allowed')?.action;
}

/**
 * Throws an Error, as deploying does, where the role lacks a right to the queue or the visibility timeout is shorter than
 * the function's.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export function checkEventSource(
  { label }: EventSource,
  { role, name, timeoutSeconds }: FunctionConfiguration,
  queue: LiveQueue,
  access: Access,
): void {
  const missing = lacking(access, role, queue, ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes']);
  if (missing !== undefined) throw new Error(`${label}: ${role.name} may not ${missing} on ${queue.arn}`);
  if (queue.behaviour.visibilityMs < timeoutSeconds * 1000)
    throw new Error(
      `${label}: the visibility timeout of ${queue.name} is shorter than the timeout of ${name}`,
    );
}

/** What takes messages out of a queue. */
export interface Poller {
  /** Looks again whether it may, where something kept it from it. */
  readonly lookAgain: () => void;
  readonly stop: () => void;
}

/**
 * Lets a function take what comes to a queue, until it is stopped: batches of one message group, one batch of
 * a group at a time. What the function does not fail on is deleted, and what it fails on waits for the visibility timeout.
 * `reader` is the function as it is at the moment, if it is there: without it the messages wait.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export function pollQueue(
  source: EventSource,
  reader: () => DeployedFunction | undefined,
  queue: LiveQueue,
  { access, activity, lambda, problem, redeliveryDelayMs, stopped: allStopped }: PollerSurroundings,
): Poller {
  const { messages } = queue;
  const ended = new AbortController();
  const stopped = AbortSignal.any([allStopped, ended.signal]);

  let running = 0;
  let waiting = new AbortController();
  /** What keeps it from taking messages; told once. */
  let hindrance: string | undefined;
  const hinder = (text: string) => {
    if (messages.all().length > 0 && text !== hindrance) problem(`${text}: messages wait`);
    hindrance = text;
  };

  const settle = (batch: readonly QueueMessage[], outcome: RunOutcome) => {
    const failed = failuresOf(batch, outcome, source.reportsItemFailures);
    for (const message of batch) {
      try {
        if (!failed.has(message.messageId)) messages.remove(message.receiptHandle);
        else if (redeliveryDelayMs !== undefined)
          messages.changeVisibility(message.receiptHandle, redeliveryDelayMs);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        problem(
          `${source.functionName} took longer than ${queue.name} keeps a message invisible: ${error.message}`,
        );
      }
    }
  };
  const handle = async (deployed: DeployedFunction, batch: readonly QueueMessage[]) => {
    const attempt = Math.max(...batch.map(({ receivedHere }) => receivedHere));
    const throttled: RunOutcome = {
      coldStart: false,
      initMs: undefined,
      logs: [],
      error: { errorType: 'TooManyRequestsException', errorMessage: 'Rate Exceeded.', trace: [] },
    };
    const read = batch.filter(
      ({ body }) =>
        source.filters.length === 0 || source.filters.some((pattern) => matchesPattern(pattern, { body })),
    );
    // https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
    settle(
      batch.filter((message) => !read.includes(message)),
      { coldStart: false, initMs: undefined, logs: [] },
    );
    if (read.length === 0) return;
    const outcome =
      deployed.configuration.reservedConcurrency === 0
        ? throttled
        : await lambda.run(deployed, eventOf(queue, read), randomUUID(), attempt);
    if (!allStopped.aborted) settle(read, outcome);
  };
  const pump = () => {
    while (!stopped.aborted && running < source.maximumConcurrency) {
      const deployed = reader();
      if (!deployed) {
        hinder(`${source.functionName} is not there`);
        return;
      }
      const { role } = deployed.configuration;
      const right = lacking(access, role, queue, ['ReceiveMessage', 'DeleteMessage']);
      if (right !== undefined) {
        hinder(`${role.name} may not ${right} on ${queue.arn}`);
        return;
      }
      hindrance = undefined;
      const batch = messages.receive(source.batchSize);
      if (batch.length === 0) break;
      running += 1;
      void activity.track(
        handle(deployed, batch)
          .catch((error: unknown) => {
            problem(`${source.functionName}: ${String(error)}`);
          })
          .finally(() => {
            running -= 1;
            wake();
          }),
      );
    }
    waiting.abort();
    waiting = new AbortController();
    const { signal } = waiting;
    const wait = messages.untilVisible();
    // What is under way wakes it, too: a batch that ends well leaves nothing to wait for.
    if (wait !== undefined && !stopped.aborted)
      void activity.track(
        delay(wait, AbortSignal.any([signal, stopped])).then(() => {
          if (!signal.aborted) pump();
        }),
      );
  };
  const wake = () => void activity.track(nextTurn().then(pump));
  const forget = messages.onChange(wake);
  // What has come already waits for nobody but this.
  if (messages.all().length > 0) wake();
  return {
    lookAgain: () => {
      if (hindrance !== undefined) wake();
    },
    stop: () => {
      forget();
      ended.abort();
    },
  };
}

const response = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish() })
  .nullish();

/**
 * Ids of the messages that stay in the queue: all of a batch that failed, else those that the function reports, and no
 * others: a function that reads a FIFO queue has to report what stands behind a failure itself. A report that cannot be
 * read, or that names a message that is not in the batch, is a failure of all.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function failuresOf(
  batch: readonly Pick<QueueMessage, 'messageId'>[],
  { result, error }: Pick<RunOutcome, 'result' | 'error'>,
  reportsItemFailures: boolean,
): ReadonlySet<string> {
  const all = new Set(batch.map(({ messageId }) => messageId));
  if (error) return all;
  if (!reportsItemFailures || result === '') return new Set();
  const { success, data } = response.safeParse(result);
  if (!success) return all;
  const failed = (data?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  return failed.every((id) => all.has(id)) ? new Set(failed) : all;
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-fifo-queue-message-event */
function eventOf({ arn }: LiveQueue, batch: readonly QueueMessage[]): object {
  return {
    Records: batch.map((message) => ({
      messageId: message.messageId,
      receiptHandle: message.receiptHandle,
      body: message.body,
      attributes: systemAttributes(message),
      messageAttributes: Object.fromEntries(
        Object.entries(message.attributes).map(([key, { StringValue, BinaryValue, DataType }]) => [
          key,
          {
            ...(StringValue !== undefined && { stringValue: StringValue }),
            ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
            stringListValues: [],
            binaryListValues: [],
            dataType: DataType,
          },
        ]),
      ),
      md5OfBody: md5(message.body),
      eventSource: 'aws:sqs',
      eventSourceARN: arn,
      awsRegion: arn.split(':')[3],
    })),
  };
}
