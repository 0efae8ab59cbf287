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

const GUARD = 'HealRole';

/** The operations that the guard has called, in order. */
export function callsOfTheGuard({ calls }: AwsWithoutNetwork): string[] {
  return calls.filter(({ principal }) => principal.includes(GUARD)).map(({ operation }) => operation);
}

/** The events that failed for good and came to no queue. */
function lostEvents({ invocations, queued }: AwsWithoutNetwork): string[] {
  const last = new Map(invocations.map((invocation) => [invocation.requestId, invocation]));
  const inQueues = JSON.stringify(queued);
  return [...last.values()].flatMap(({ error, requestId }) =>
    error && !inQueues.includes(requestId) ? [`an event came to no queue: ${error.errorMessage}`] : [],
  );
}

/** When the guard last changed a trail, whether it got the answer or not. */
function lastChange({ calls }: AwsWithoutNetwork): number {
  const changes = calls.filter(
    ({ mutating, principal, error }) =>
      mutating && principal.includes(GUARD) && [undefined, 'lost', 'killed-after'].includes(error),
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
    broken: [...swept, ...(told ? [] : ['nobody was told']), ...lostEvents(aws), ...aws.problems],
    ...(whole && { whole }),
    ...(told && { told }),
    healedInMs: Math.max(0, lastChange(aws) - struckAt),
    calls,
  };
}
