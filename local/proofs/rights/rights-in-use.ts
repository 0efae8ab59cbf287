import type { RoleAction } from '../../aws/iam/access.ts';
import { type GrantedRight, nameOf, readGrant, rightBehind, ROLES } from './granted-rights.ts';
import type { Range } from '../../drill/drill.ts';
import { type Ordeal, type Trial, undergo } from '../../drill/ordeal.ts';

/** A right, and the scenarios that could not have done without it. */
export interface UsedRight {
  readonly right: GrantedRight;
  readonly scenarios: readonly string[];
}

/** What the scenarios came to, and what they needed of the deployed roles. */
export interface Exercise {
  readonly trials: readonly Trial[];
  /** What a deployed role asked for and has no right to, whatever the conditions, one a line. */
  readonly missing: readonly string[];
  readonly rights: readonly UsedRight[];
}

/** What restores a declared trail. */
const RESTORING = [
  'GetTrail',
  'GetEventSelectors',
  'GetInsightSelectors',
  'GetEventConfiguration',
  'ListTags',
  'CreateTrail',
  'UpdateTrail',
  'PutEventSelectors',
  'PutInsightSelectors',
  'PutEventConfiguration',
  'AddTags',
  'RemoveTags',
];

/** For the rights of a function on a kind of resource, by one statement: why some actions of it are not needed. */
const because = (of: string, actions: readonly string[], resource: string, why: string) =>
  Object.fromEntries(actions.map((action) => [`${of} ${action} ${resource}`, why] as const));

const ONE_LIST = 'one list of actions serves all resources of a kind';
const BUCKET_AS_DECLARED = `${ONE_LIST}: this bucket has no ACL, and no object lock`;
const GROUP_AS_DECLARED = `${ONE_LIST}: this log group is kept for a time, without key, masking and protection, and may have more metrics`;
const ROLE_AS_DECLARED = `${ONE_LIST}: this role has no managed policy, and no boundary`;
const QUEUE_ALONE = `${ONE_LIST}: tell is woken by its queue alone`;

/** Why a right is granted that no scenario needs, by its name. */
export const UNUSED_FOR_A_REASON: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['HealRole', 'WatchRole'].flatMap((role): (readonly [string, string])[] => [
      ...RESTORING.map((action): readonly [string, string] => [
        `${role} CompareAndRestoreDeclaredTrails cloudtrail:${action} trail/trailkeeper-drill-*`,
        'a fire drill on a live account needs it: docs/live-drill.md',
      ]),
      [
        `${role} CompareAndRestoreDeclaredTrails cloudtrail:AddTags trail/payments-data-trail`,
        'this trail declares no tag; one statement serves all declared trails',
      ],
    ]),
  ),
  ...because(
    'HealRole KeepTheOthersAlive',
    ['lambda:PutFunctionEventInvokeConfig', 'lambda:AddPermission'],
    'function:trailkeeper-drill-tell',
    QUEUE_ALONE,
  ),
  ...because(
    'WatchRole CompareAndRestoreFunctions',
    ['lambda:PutFunctionEventInvokeConfig', 'lambda:AddPermission'],
    'function:trailkeeper-drill-tell',
    QUEUE_ALONE,
  ),
  ...because(
    'WatchRole CompareAndRestoreKeys',
    ['kms:DisableKeyRotation'],
    'key/0b1c2d3e-4f56-4789-8abc-def012345678',
    `${ONE_LIST}: this key rotates`,
  ),
  ...because(
    'WatchRole CompareAndRestoreBuckets',
    ['s3:PutBucketAcl', 's3:PutBucketObjectLockConfiguration'],
    'example-org-audit-logs',
    BUCKET_AS_DECLARED,
  ),
  ...because(
    'WatchRole CompareAndRestoreTheSink',
    ['s3:PutBucketAcl', 's3:PutBucketObjectLockConfiguration', 's3:PutBucketNotification'],
    'trailkeeper-drill-sink-b7f5f9d3-f75065110bf9',
    BUCKET_AS_DECLARED,
  ),
  ...because(
    'WatchRole CompareAndRestoreLogGroups',
    [
      ...['AssociateKmsKey', 'DeleteRetentionPolicy', 'DeleteMetricFilter'],
      ...['PutLogGroupDeletionProtection', 'DeleteDataProtectionPolicy'],
    ].map((action) => `logs:${action}`),
    'log-group:org-audit-trail:*',
    GROUP_AS_DECLARED,
  ),
  ...because(
    'WatchRole CompareAndRestoreRoles',
    ['iam:AttachRolePolicy', 'iam:PutRolePermissionsBoundary'],
    'role/CloudTrailToCloudWatchLogs',
    ROLE_AS_DECLARED,
  ),
  'TellRole ParkWhatCannotBeTold sqs:SendMessage trailkeeper-drill-parked.fifo':
    'only what a fault of the guard itself keeps from being told is parked',
};

/**
 * Undergoes scenarios one after the other, in virtual time, each under the roles of the package in `directory` as they are
 * deployed.
 */
export async function exercise(scenarios: readonly Ordeal[], directory: string): Promise<Exercise> {
  const trials: Trial[] = [];
  const uses: { readonly scenario: string; readonly used: readonly RoleAction[] }[] = [];
  const missing = new Set<string>();
  let rights: readonly GrantedRight[] = [];
  for (const scenario of scenarios) {
    const watched: Ordeal<Range> = {
      ...scenario,
      isLong: true,
      run: async (range) => {
        const verdict = await scenario.run(range);
        rights = ROLES.flatMap((role) => readGrant(directory, range.stack.deployment, role).rights);
        uses.push({ scenario: scenario.name, used: range.aws.usedActions() });
        for (const refused of range.aws.refusedActions())
          if (!rightBehind(rights, refused))
            missing.add(`${scenario.name}: ${refused.role} may not ${refused.action} on ${refused.resource}`);
        return verdict;
      },
    };
    trials.push(await undergo(watched, { directory, latencyMs: 0 }));
  }
  const needs = uses.map(({ scenario, used }) => ({
    scenario,
    needed: new Set(used.map((use) => rightBehind(rights, use))),
  }));
  return {
    trials,
    missing: [...missing],
    rights: rights.map((right) => ({
      right,
      scenarios: needs.filter(({ needed }) => needed.has(right)).map(({ scenario }) => scenario),
    })),
  };
}

/**
 * What is wrong with the rights, one a line: those that nothing needed and nobody explained, and explanations of rights
 * that are needed after all or no longer granted.
 */
export function faultsInRights(
  rights: readonly UsedRight[],
  explained: Readonly<Record<string, string>> = UNUSED_FOR_A_REASON,
): string[] {
  const unused = rights.filter(({ scenarios }) => scenarios.length === 0).map(({ right }) => nameOf(right));
  return [
    ...unused
      .filter((name) => !(name in explained))
      .map((name) => `${name}: no scenario needs it, and nobody says why it is granted`),
    ...Object.keys(explained)
      .filter((name) => !unused.includes(name))
      .map((name) => `${name}: explained as unused, but it is needed or no longer granted`),
  ];
}
