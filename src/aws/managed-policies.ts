import { GetPolicyCommand, GetPolicyVersionCommand, type IAMClient } from '@aws-sdk/client-iam';
import type { Port } from '../kinds/kind.ts';
import type { ResourceShape } from '../kinds/resource.ts';
import { commandSender, resourcePort } from './resource-port.ts';
import { decoded } from './roles.ts';

/** The managed policies of this account, which are only read. https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicyVersion.html */
export function liveManagedPolicies(client: IAMClient): Port<ResourceShape> {
  return resourcePort({
    missing: ['NoSuchEntityException', 'NoSuchEntity'],
    readings: (PolicyArn) => [
      {
        fields: ['PolicyDocument'],
        read: async () => {
          const { Policy } = await client.send(new GetPolicyCommand({ PolicyArn }));
          const VersionId = Policy?.DefaultVersionId;
          const { PolicyVersion } = await client.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
          return { PolicyDocument: decoded(PolicyVersion?.Document) };
        },
      },
    ],
    send: commandSender(client, {}),
  });
}
