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

const STRUCK = 'no scenario strikes the other functions: test/stories/guard-under-attack.test.ts does';

/** Why a right is granted that no scenario needs, by its name. */
export const UNUSED_FOR_A_REASON: Readonly<Record<string, string>> = {
  'KeepTheOthersAlive lambda:UpdateFunctionConfiguration function:trailkeeper-drill-watch': STRUCK,
  'KeepTheOthersAlive lambda:DeleteFunctionConcurrency function:trailkeeper-drill-watch': STRUCK,
  'KeepTheOthersAlive lambda:PutFunctionEventInvokeConfig function:trailkeeper-drill-watch': STRUCK,
  'KeepTheOthersAlive lambda:AddPermission function:trailkeeper-drill-watch': STRUCK,
  'KeepTheOthersAlive lambda:RemovePermission function:trailkeeper-drill-watch': STRUCK,
  'KeepTheOthersAlive lambda:UpdateFunctionConfiguration function:trailkeeper-drill-tell': STRUCK,
  'KeepTheOthersAlive lambda:DeleteFunctionConcurrency function:trailkeeper-drill-tell': STRUCK,
  'KeepTheOthersAlive lambda:PutFunctionEventInvokeConfig function:trailkeeper-drill-tell': STRUCK,
  'KeepTheOthersAlive lambda:AddPermission function:trailkeeper-drill-tell': STRUCK,
  'KeepTheOthersAlive lambda:RemovePermission function:trailkeeper-drill-tell': STRUCK,
  'RestoreEventSources lambda:UpdateEventSourceMapping *': STRUCK,
  'RestoreEventSources lambda:CreateEventSourceMapping *': STRUCK,
  'KeepTheScheduleOfWatch scheduler:UpdateSchedule schedule/default/trailkeeper-drill-watch-sweep': STRUCK,
  'KeepTheScheduleOfWatch scheduler:CreateSchedule schedule/default/trailkeeper-drill-watch-sweep': STRUCK,
  'HandTheirRolesBack iam:PassRole role/trailkeeper-test-WatchRole-*': STRUCK,
  'HandTheirRolesBack iam:PassRole role/trailkeeper-test-WatchSweepRole-*': STRUCK,
  'HandTheirRolesBack iam:PassRole role/trailkeeper-test-TellRole-*': STRUCK,
  'CompareAndRestoreDeclaredTrails cloudtrail:AddTags trail/payments-data-trail':
    'this trail declares no tag; one statement serves all declared trails',
  'KeepTheLedger dynamodb:DeleteItem table/trailkeeper-drill-ledger-b7f5f9d3-f75065110bf9':
    'what was followed for five minutes is removed: no scenario waits so long',
  'ParkWhatCannotBeTold sqs:SendMessage trailkeeper-drill-parked.fifo':
    'only what a fault of the guard itself keeps from being told is parked',
  ...Object.fromEntries(
    RESTORING.map((action) => [
      `CompareAndRestoreDeclaredTrails cloudtrail:${action} trail/trailkeeper-drill-*`,
      'a fire drill on a live account needs it: docs/live-drill.md',
    ]),
  ),
};

/** Undergoes scenarios one after the other, each under the roles of the package in `directory` as they are deployed. */
export async function exercise(scenarios: readonly Ordeal[], directory: string): Promise<Exercise> {
  const trials: Trial[] = [];
  const uses: { readonly scenario: string; readonly used: readonly RoleAction[] }[] = [];
  let rights: readonly GrantedRight[] = [];
  for (const scenario of scenarios) {
    const watched: Ordeal<Range> = {
      ...scenario,
      run: async (range) => {
        const verdict = await scenario.run(range);
        rights = ROLES.flatMap((role) => readGrant(directory, range.stack.deployment, role).rights);
        uses.push({ scenario: scenario.name, used: range.aws.usedActions() });
        return verdict;
      },
    };
    trials.push(await undergo(watched, { directory, latencyMs: 0 }));
  }
  return {
    trials,
    rights: rights.map((right) => ({
      right,
      scenarios: uses
        .filter(({ used }) => used.some((use) => rightBehind(rights, use) === right))
        .map(({ scenario }) => scenario),
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
