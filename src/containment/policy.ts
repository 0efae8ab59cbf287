import { TAMPERINGS } from '../kinds/trail/tamperings.ts';
import type { Principal } from './principal.ts';

/** The inline policy that contains: putting it again replaces it. */
export const POLICY_NAME = 'TrailkeeperContainment';

/** Beside the tamperings: what adds a trail to mislead, or to fill the last of five places, and what else keeps the events. */
const RELATED_CALLS = [
  'CreateTrail',
  'DeleteEventDataStore',
  'UpdateEventDataStore',
  'StopEventDataStoreIngestion',
  'DeregisterOrganizationDelegatedAdmin',
];

/**
 * The sessions issued before this time, ISO 8601, are revoked by a containment at a time in ms. AWS documents no fraction for
 * the time of a token: rounded up, the session that did it is always older.
 */
export function revokedBefore(now: number): string {
  return new Date(Math.ceil(now / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}

/**
 * The policy to put on a principal at a time in ms. It denies changes of trails; it denies everything to sessions from
 * before that time; and it cannot be taken off by the principal itself. A user's long-term key has no such time, and a
 * condition on an absent key is false: only trails, and this policy, are closed to it. Well below the 2,048 characters
 * that all inline policies of a user may have together (10,240 for a role).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export function containmentPolicy({ kind, arn }: Principal, now: number) {
  const denied = [...Object.keys(TAMPERINGS), ...RELATED_CALLS].map((operation) => `cloudtrail:${operation}`);
  return {
    Version: '2012-10-17',
    Statement: [
      { Sid: 'DenyTrailChanges', Effect: 'Deny', Action: denied, Resource: '*' },
      {
        Sid: 'RevokeOlderSessions',
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: { DateLessThan: { 'aws:TokenIssueTime': revokedBefore(now) } },
      },
      {
        Sid: 'KeepContainment',
        Effect: 'Deny',
        Action: [`iam:Put${kind}Policy`, `iam:Delete${kind}Policy`],
        Resource: arn,
      },
    ],
  };
}
