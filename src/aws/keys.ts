import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  DescribeKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  type KMSClient,
  ListAliasesCommand,
  paginateListGrants,
  PutKeyPolicyCommand,
  RevokeGrantCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-kms';
import type { Port } from '../kinds/kind.ts';
import type { ResourceShape } from '../kinds/resource.ts';
import { commandSender, resourcePort } from './resource-port.ts';

/** The repairs of a key, by the API's names. */
const COMMANDS = {
  EnableKey: EnableKeyCommand,
  CancelKeyDeletion: CancelKeyDeletionCommand,
  PutKeyPolicy: PutKeyPolicyCommand,
  RevokeGrant: RevokeGrantCommand,
  EnableKeyRotation: EnableKeyRotationCommand,
  DisableKeyRotation: DisableKeyRotationCommand,
  UpdateAlias: UpdateAliasCommand,
  CreateAlias: CreateAliasCommand,
};

/** The keys of KMS in this Region. https://docs.aws.amazon.com/kms/latest/APIReference/API_Operations.html */
export function liveKeys(client: KMSClient): Port<ResourceShape> {
  return resourcePort({
    missing: ['NotFoundException'],
    readings: (KeyId) => [
      {
        fields: ['KeyState'],
        read: async () => {
          const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId }));
          return { KeyState: KeyMetadata?.KeyState };
        },
      },
      {
        fields: ['Policy'],
        read: async () => ({ ...(await client.send(new GetKeyPolicyCommand({ KeyId }))) }),
      },
      {
        fields: ['Grants'],
        read: async () => {
          const grants = [];
          for await (const page of paginateListGrants({ client }, { KeyId }))
            grants.push(
              ...(page.Grants ?? []).map(({ GrantId, GranteePrincipal, Operations, Constraints }) => ({
                GrantId,
                GranteePrincipal,
                Operations,
                ...(Constraints && { Constraints }),
              })),
            );
          return { Grants: grants };
        },
      },
      {
        fields: ['KeyRotationEnabled', 'RotationPeriodInDays'],
        read: async () => ({ ...(await client.send(new GetKeyRotationStatusCommand({ KeyId }))) }),
      },
      {
        fields: ['AliasName'],
        read: async () => {
          const { Aliases = [] } = await client.send(new ListAliasesCommand({ KeyId }));
          return { AliasName: Aliases.flatMap(({ AliasName }) => AliasName ?? []) };
        },
      },
    ],
    send: commandSender(client, COMMANDS),
  });
}
