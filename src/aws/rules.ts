import {
  DescribeRuleCommand,
  EnableRuleCommand,
  type EventBridgeClient,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  type PutTargetsResultEntry,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { asRecord } from '../foreign/values.ts';
import type { Port } from '../kinds/kind.ts';
import type { ResourceShape } from '../kinds/resource.ts';
import { commandSender, resourcePort } from './resource-port.ts';

/** The repairs of a rule, by the API's names. */
const COMMANDS = {
  EnableRule: EnableRuleCommand,
  PutRule: PutRuleCommand,
  PutTargets: PutTargetsCommand,
  RemoveTargets: RemoveTargetsCommand,
};

/** Targets that were refused: the call as a whole succeeds. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html */
class TargetsRefused extends Error {
  constructor([first, ...others]: readonly PutTargetsResultEntry[]) {
    super(`${first?.TargetId ?? ''}: ${first?.ErrorMessage ?? ''} (and ${others.length} more)`);
    this.name = first?.ErrorCode ?? 'TargetsRefused';
  }
}

/** The rules on the default bus of this account and Region. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Operations.html */
export function liveRules(client: EventBridgeClient): Port<ResourceShape> {
  const send = commandSender(client, COMMANDS);
  return resourcePort({
    missing: ['ResourceNotFoundException'],
    readings: (name) => [
      {
        fields: ['State', 'EventPattern', 'ScheduleExpression', 'Description'],
        read: async () => ({ ...(await client.send(new DescribeRuleCommand({ Name: name }))) }),
      },
      {
        // A rule holds five targets, unless AWS was asked for more; an answer holds a hundred.
        fields: ['Targets'],
        read: async () => ({ ...(await client.send(new ListTargetsByRuleCommand({ Rule: name }))) }),
      },
    ],
    send: async (call, input) => {
      const answer = await send(call, input);
      const { FailedEntries: failed = [] } = asRecord(answer) as { FailedEntries?: PutTargetsResultEntry[] };
      if (failed.length > 0) throw new TargetsRefused(failed);
      return answer;
    },
  });
}
