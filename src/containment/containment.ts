import type { Config } from '../config/config.ts';
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
function undoOf({ kind, name }: Principal, policyArn: string): string {
  const word = kind.toLowerCase();
  return `aws iam detach-${word}-policy --${word}-name ${name} --policy-arn ${policyArn}`;
}

/** A moment in ms in whole seconds, ISO 8601, rounded up: AWS documents no fraction for the time of a token. */
function wholeSecond(now: number): string {
  return new Date(Math.ceil(now / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}

/**
 * How people end what the principal can still do: the policy is the same for everybody, and so cannot name a time before
 * which sessions are revoked. A user's long-term key has no such time.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html
 */
function revocationOf({ kind, name }: Principal, now: number): string {
  if (kind === 'User')
    return `deactivate its keys: aws iam update-access-key --user-name ${name} --status Inactive --access-key-id <key>`;
  const document = {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { DateLessThan: { 'aws:TokenIssueTime': wholeSecond(now) } },
    },
  };
  return (
    `revoke its older sessions: aws iam put-role-policy --role-name ${name} --policy-name AWSRevokeOlderSessions ` +
    `--policy-document '${JSON.stringify(document)}'`
  );
}

/** A containment that IAM has carried out with the policy of that ARN, at a time in ms. */
export function contained(principal: Principal, policyArn: string, now: number): Outcome {
  return {
    principal: principal.arn,
    result: 'contained',
    reason: `denied to change trails, and nothing else; ${revocationOf(principal, now)}`,
    undo: undoOf(principal, policyArn),
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
