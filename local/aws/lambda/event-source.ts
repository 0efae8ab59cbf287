import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import type { Access } from '../iam/access.ts';
import { md5, type QueueMessage } from '../messages/queue-messages.ts';
import { type LiveQueue, rightsOn, systemAttributes } from '../messages/sqs.ts';
import type { Template } from '../stack/template.ts';
import type { Activity } from '../wire/activity.ts';
import { AwsError } from '../wire/aws-error.ts';
import { delay } from '../wire/delay.ts';
import type { RunOutcome } from './containers.ts';
import type { DeployedFunction } from './deployed-function.ts';
import type { Lambda } from './lambda.ts';

/** A queue whose messages go to a function. */
export interface EventSource {
  readonly id: string;
  /** Name or ARN. */
  readonly functionName: string;
  readonly queueArn: string;
  readonly batchSize: number;
  readonly enabled: boolean;
  readonly reportsItemFailures: boolean;
  readonly maximumConcurrency: number;
}

const properties = z.object({
  FunctionName: z.string(),
  EventSourceArn: z.string().regex(/^arn:[\w-]+:sqs:/, 'Only queues are event sources here'),
  BatchSize: z.coerce.number().min(1).max(10).default(10),
  Enabled: z.boolean().default(true),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  ScalingConfig: z.object({ MaximumConcurrency: z.coerce.number().min(2).max(1000) }).optional(),
  MaximumBatchingWindowInSeconds: z.undefined('A batching window is not run here'),
  FilterCriteria: z.undefined('FilterCriteria are not run here'),
});

/**
 * Reads an event source mapping of a queue. Throws for other sources, batching windows, filters and batches of more than
 * 10, which no FIFO queue has.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html
 */
export function readEventSource(template: Template, id: string): EventSource {
  const mapping = template.read(id, properties);
  return {
    id,
    functionName: mapping.FunctionName,
    queueArn: mapping.EventSourceArn,
    batchSize: mapping.BatchSize,
    enabled: mapping.Enabled,
    reportsItemFailures: mapping.FunctionResponseTypes.length > 0,
    maximumConcurrency: mapping.ScalingConfig?.MaximumConcurrency ?? Infinity,
  };
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

/**
 * Lets a function take what comes to a queue: batches of one message group, one batch of a group at a time. What the
 * function does not fail on is deleted, and what it fails on waits for the visibility timeout. Throws an Error, as
 * deploying does, where the role lacks a right to the queue or the visibility timeout is shorter than the function's.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export function pollQueue(
  source: EventSource,
  deployed: DeployedFunction,
  queue: LiveQueue,
  surroundings: PollerSurroundings,
): void {
  const { access, activity, lambda, problem, redeliveryDelayMs, stopped } = surroundings;
  const { name, role, timeoutSeconds, reservedConcurrency } = deployed.configuration;
  const { messages, behaviour } = queue;
  const lacking = (action: string, onKey: readonly string[] = []) =>
    rightsOn(queue, action, onKey).find((right) => access.judge(role.arn, right) !== 'allowed')?.action;
  const missing =
    lacking('ReceiveMessage', ['Decrypt']) ?? lacking('DeleteMessage') ?? lacking('GetQueueAttributes');
  if (missing !== undefined) throw new Error(`${source.id}: ${role.name} may not ${missing} on ${queue.arn}`);
  if (behaviour.visibilityMs < timeoutSeconds * 1000)
    throw new Error(
      `${source.id}: the visibility timeout of ${queue.name} is shorter than the timeout of ${name}`,
    );
  if (!source.enabled) return;

  let running = 0;
  let waiting = new AbortController();

  const settle = (batch: readonly QueueMessage[], outcome: RunOutcome) => {
    const failed = failuresOf(batch, outcome, source.reportsItemFailures);
    for (const message of batch) {
      try {
        if (!failed.has(message.messageId)) messages.remove(message.receiptHandle);
        else if (redeliveryDelayMs !== undefined)
          messages.changeVisibility(message.receiptHandle, redeliveryDelayMs);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        problem(`${name} took longer than ${queue.name} keeps a message invisible: ${error.message}`);
      }
    }
  };
  const handle = async (batch: readonly QueueMessage[]) => {
    const attempt = Math.max(...batch.map(({ receivedHere }) => receivedHere));
    const throttled: RunOutcome = {
      coldStart: false,
      initMs: undefined,
      logs: [],
      error: { errorType: 'TooManyRequestsException', errorMessage: 'Rate Exceeded.', trace: [] },
    };
    const outcome =
      reservedConcurrency === 0
        ? throttled
        : await lambda.run(deployed, eventOf(queue, batch), randomUUID(), attempt);
    if (!stopped.aborted) settle(batch, outcome);
  };
  const pump = () => {
    while (!stopped.aborted && running < source.maximumConcurrency) {
      const right = lacking('ReceiveMessage', ['Decrypt']) ?? lacking('DeleteMessage');
      if (right !== undefined) {
        if (messages.all().length > 0)
          problem(`${role.name} may not ${right} on ${queue.arn}: messages wait`);
        return;
      }
      const batch = messages.receive(source.batchSize);
      if (batch.length === 0) break;
      running += 1;
      void activity.track(
        handle(batch)
          .catch((error: unknown) => {
            problem(`${name}: ${String(error)}`);
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
  messages.onChange(wake);
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
