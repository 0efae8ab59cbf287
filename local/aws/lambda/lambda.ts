import { randomUUID } from 'node:crypto';
import type { Access } from '../iam/access.ts';
import type { Activity } from '../wire/activity.ts';
import type { FunctionError, RunOutcome } from './containers.ts';
import { delay } from '../wire/delay.ts';
import type { DeployedFunction } from './deployed-function.ts';
import type { FunctionConfiguration } from './function-configuration.ts';
import { type QueueService, rightsOn } from '../messages/sqs.ts';

/** One run of a function. */
export interface InvocationRecord {
  readonly functionName: string;
  readonly event: unknown;
  /** The same for all attempts of one asynchronous invocation. */
  readonly requestId: string;
  /** 1 for the first. */
  readonly attempt: number;
  readonly coldStart: boolean;
  /** Milliseconds that loading the handler took, on a cold start. */
  readonly initMs: number | undefined;
  /** Milliseconds of `performance.now()`. */
  readonly startedAt: number;
  /** Milliseconds, a cold start included. */
  readonly duration: number;
  readonly result?: unknown;
  readonly error?: FunctionError;
  /** Lines of stdout and stderr. */
  readonly logs: readonly string[];
}

/** Lambda of one account and Region. */
export interface Lambda {
  /** Throws an Error with the function's error as its cause. */
  readonly invoke: (deployed: DeployedFunction, event: unknown) => Promise<unknown>;
  /** Runs a function once, whatever comes of it; `attempt` is for the record. */
  readonly run: (
    deployed: DeployedFunction,
    event: unknown,
    requestId: string,
    attempt: number,
  ) => Promise<RunOutcome>;
  /** Queues the event for the function; retries and destinations follow by themselves. */
  readonly invokeAsynchronously: (deployed: DeployedFunction, event: unknown) => void;
}

/** What Lambda needs of its surroundings. */
export interface LambdaSurroundings {
  readonly access: Access;
  readonly activity: Activity;
  /** Milliseconds between the attempts of an asynchronous invocation; AWS waits one minute, then two. */
  readonly retryDelayMs: number;
  readonly invocations: InvocationRecord[];
  readonly queues: Pick<QueueService, 'find' | 'bury'>;
  /** Told of what Lambda could not do, in words. */
  readonly problem: (text: string) => void;
  /** Ends all waiting. */
  readonly stopped: AbortSignal;
}

/**
 * Lambda's way with events: an asynchronous invocation that fails is tried again as often as its EventInvokeConfig says
 * (twice by default), then goes to the on-failure destination and the dead-letter queue, which the function's role must
 * be allowed to send to. A reserved concurrency of 0 sends it there at once.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export function lambda(surroundings: LambdaSurroundings): Lambda {
  const { activity, invocations, problem, queues, retryDelayMs, stopped } = surroundings;

  const run = async (deployed: DeployedFunction, event: unknown, requestId: string, attempt: number) => {
    const startedAt = performance.now();
    const outcome = await deployed.run(event, requestId);
    invocations.push({
      functionName: deployed.configuration.name,
      event,
      requestId,
      attempt,
      startedAt,
      duration: performance.now() - startedAt,
      ...outcome,
    });
    return outcome;
  };

  const send = (configuration: FunctionConfiguration, queueArn: string, body: unknown, attributes = {}) => {
    const queue = queues.find(queueArn) ?? { arn: queueArn, keyArn: undefined, policy: [] };
    const missing = rightsOn(queue, 'SendMessage', ['GenerateDataKey', 'Decrypt']).find(
      (right) => surroundings.access.judge(configuration.role.arn, right) !== 'allowed',
    );
    if (missing) {
      problem(
        `${configuration.role.name} may not ${missing.action} on ${missing.resource}: the event is lost`,
      );
      return;
    }
    queues.bury(queueArn, { body: JSON.stringify(body), attributes });
  };

  const giveUp = (
    deployed: DeployedFunction,
    event: unknown,
    requestId: string,
    attempts: number,
    last?: RunOutcome,
  ) => {
    const { configuration } = deployed;
    const onFailure = configuration.asynchronous?.onFailure;
    if (onFailure)
      send(configuration, onFailure, failureRecord(configuration, event, requestId, attempts, last));
    if (configuration.deadLetters) {
      send(configuration, configuration.deadLetters, event, {
        RequestID: requestId,
        ErrorCode: '200',
        ErrorMessage: last?.error?.errorMessage ?? '',
      });
    }
    if (!onFailure && !configuration.deadLetters)
      problem(`${configuration.name} failed for good and has no queue`);
  };

  const untilItSucceeds = async (deployed: DeployedFunction, event: unknown) => {
    const requestId = randomUUID();
    const queuedAt = Date.now();
    let last: RunOutcome | undefined;
    for (let attempt = 1; !stopped.aborted; attempt += 1) {
      const { reservedConcurrency, asynchronous } = deployed.configuration;
      const { retries = 2, maximumAge = 21_600 } = asynchronous ?? {};
      if (deployed.isGone) {
        problem(`${deployed.configuration.name} is deleted: an event is lost`);
        return;
      }
      const isTooOld = Date.now() - queuedAt > maximumAge * 1000;
      if (reservedConcurrency === 0 || attempt > 1 + retries || isTooOld) {
        giveUp(deployed, event, requestId, attempt - 1, last);
        return;
      }
      last = await run(deployed, event, requestId, attempt);
      if (!last.error) return;
      if (attempt <= retries) await delay(retryDelayMs, stopped);
    }
  };

  return {
    run,
    invoke: async (deployed, event) => {
      const outcome = await activity.track(run(deployed, event, randomUUID(), 1));
      if (!outcome.error) return outcome.result;
      throw new Error(`${outcome.error.errorType}: ${outcome.error.errorMessage}`, { cause: outcome.error });
    },
    invokeAsynchronously: (deployed, event) => {
      void activity.track(
        untilItSucceeds(deployed, event).catch((error: unknown) => {
          if (!stopped.aborted) problem(`${deployed.configuration.name}: ${String(error)}`);
        }),
      );
    },
  };
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
function failureRecord(
  configuration: FunctionConfiguration,
  event: unknown,
  requestId: string,
  attempts: number,
  last: RunOutcome | undefined,
): unknown {
  return {
    version: '1.0',
    timestamp: new Date().toISOString(),
    requestContext: {
      requestId,
      functionArn: `${configuration.arn}:$LATEST`,
      condition: attempts === 0 ? 'ZeroReservedConcurrency' : 'RetriesExhausted',
      approximateInvokeCount: attempts,
    },
    requestPayload: event,
    ...(last?.error && {
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: last.error,
    }),
  };
}
