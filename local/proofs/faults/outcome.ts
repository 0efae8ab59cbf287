import { z } from 'zod';
import type { AwsWithoutNetwork } from '../../aws/embedded-aws.ts';
import { differences, type Snapshot } from '../../drill/drill.ts';

/** By what it came about: by the guard itself, by one sweep after the faults, by handing back what Lambda gave up on. */
export type By = 'itself' | 'sweep' | 'queue';

/** What came of a trouble. */
export interface Outcome {
  /** What should have come about and has not, in words; nothing if all is well. */
  readonly broken: readonly string[];
  readonly whole?: By;
  readonly told?: By;
  /** From Mallory's last call to the last change that the guard made, in ms; 0 if it made none. */
  readonly healedInMs: number;
  /** The operations that the guard called before the faults ended, in order. */
  readonly calls: readonly string[];
}

/** How things stand at one moment. */
export interface Glance {
  readonly by: By;
  /** Fields that are not as before, `trail.field`. */
  readonly broken: readonly string[];
  readonly isTold: boolean;
}

/** Looks at the trails themselves, and at the alerts that have been sent. */
export function glance(by: By, before: Snapshot, { trails, messages }: AwsWithoutNetwork): Glance {
  return { by, broken: differences(before, trails()), isTold: messages.length > 0 };
}

/** Both functions' roles. */
const GUARD = /(Heal|Tell)Role/;

/** The operations that the guard has called, in order. */
export function callsOfTheGuard({ calls }: AwsWithoutNetwork): string[] {
  return calls.filter(({ principal }) => GUARD.test(principal)).map(({ operation }) => operation);
}

/** What comes by a queue stays there until it is told. */
const byQueue = z.object({ Records: z.array(z.unknown()) });

/** The events that failed for good and came to no queue. */
function lostEvents({ invocations, queued }: AwsWithoutNetwork): string[] {
  const events = invocations.filter(({ event }) => !byQueue.safeParse(event).success);
  const last = new Map(events.map((invocation) => [invocation.requestId, invocation]));
  const inQueues = JSON.stringify(queued);
  return [...last.values()].flatMap(({ error, requestId }) =>
    error && !inQueues.includes(requestId) ? [`an event came to no queue: ${error.errorMessage}`] : [],
  );
}

/** What `tell` has put aside as never to be told: AWS's troubles make nothing so. */
function parked({ calls }: AwsWithoutNetwork): string[] {
  return calls.flatMap(({ operation, input }) =>
    operation === 'SendMessage' && String(input['QueueUrl']).includes('-parked') ? ['a pass was parked'] : [],
  );
}

/** When the guard last changed a trail, whether it got the answer or not. */
function lastChange({ calls }: AwsWithoutNetwork): number {
  const changes = calls.filter(
    ({ mutating, principal, error }) =>
      mutating && GUARD.test(principal) && [undefined, 'lost', 'killed-after'].includes(error),
  );
  return Math.max(0, ...changes.map(({ until }) => until));
}

/** What is still wrong after the sweep, and never told, and lost: that is what a trouble must not come to. */
export function outcomeOf(
  glances: readonly Glance[],
  aws: AwsWithoutNetwork,
  { struckAt, calls }: { readonly struckAt: number; readonly calls: readonly string[] },
): Outcome {
  const whole = glances.find(({ broken }) => broken.length === 0)?.by;
  const told = glances.find(({ isTold }) => isTold)?.by;
  const swept = glances.find(({ by }) => by === 'sweep')?.broken ?? [];
  return {
    broken: [
      ...swept,
      ...(told ? [] : ['nobody was told']),
      ...lostEvents(aws),
      ...parked(aws),
      ...aws.problems,
    ],
    ...(whole && { whole }),
    ...(told && { told }),
    healedInMs: Math.max(0, lastChange(aws) - struckAt),
    calls,
  };
}
