import type { Config } from '../config/config.ts';
import { POLICY_NAME, revokedBefore } from './policy.ts';
import { oneLine } from '../foreign/printable.ts';
import type { Outcome } from './outcome.ts';
import type { Principal } from './principal.ts';

/** How often one principal may tamper before it is contained, and who never is. */
export type Threshold = Config['containment'];

/** Whether one principal's tamperings, at those times in ms, are too many for the minutes before now. */
export function isDue(
  times: readonly number[],
  now: number,
  { after, withinMinutes }: Pick<Threshold, 'after' | 'withinMinutes'>,
): boolean {
  return times.filter((time) => time > now - withinMinutes * 60_000).length >= after;
}

/** The command that takes the policy off again. Its words are safe for a shell. */
function undoOf({ kind, name }: Principal): string {
  const word = kind.toLowerCase();
  return `aws iam delete-${word}-policy --${word}-name ${name} --policy-name ${POLICY_NAME}`;
}

/** A containment that IAM has carried out. */
export function contained(principal: Principal, now: number): Outcome {
  return {
    principal: principal.arn,
    result: 'contained',
    reason: `denied to change trails; its sessions from before ${revokedBefore(now)} are revoked`,
    undo: undoOf(principal),
  };
}

/** A containment that IAM has refused, or of which it is not known that it was carried out. */
export function refused(principal: Principal, error: Error): Outcome {
  return {
    principal: principal.arn,
    result: 'refused',
    reason: oneLine(`${error.name}: ${error.message}`, 512),
  };
}
