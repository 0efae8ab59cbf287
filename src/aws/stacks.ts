import {
  type CloudFormationClient,
  DescribeStacksCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { asError } from '../foreign/error.ts';
import type { Port } from '../kinds/kind.ts';
import type { ResourceShape } from '../kinds/resource.ts';
import { commandSender, resourcePort } from './resource-port.ts';

/** CloudFormation has no name of its own for this. https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html */
class StackMissing extends Error {
  override readonly name = 'StackMissing';
}

/** The stacks of this account and Region. https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html */
export function liveStacks(client: CloudFormationClient): Port<ResourceShape> {
  return resourcePort({
    missing: ['StackMissing'],
    readings: (StackName) => [
      {
        fields: ['StackStatus', 'EnableTerminationProtection'],
        read: async () => {
          try {
            const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName }));
            return { ...Stacks[0] };
          } catch (thrown) {
            const { name, message } = asError(thrown);
            const isMissing = name === 'ValidationError' && message.endsWith('does not exist');
            throw isMissing ? new StackMissing(message) : thrown;
          }
        },
      },
    ],
    send: commandSender(client, { UpdateTerminationProtection: UpdateTerminationProtectionCommand }),
  });
}
