import { IAMClient, type IAMClientConfig, ListAccountAliasesCommand } from '@aws-sdk/client-iam';

/**
 * The account's alias, for people to know it by. An account need not have one, and whoever asks need not have the right to
 * see it (iam:ListAccountAliases): then there is none.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccountAliases.html
 */
export async function accountAlias(config: IAMClientConfig): Promise<string | undefined> {
  const { AccountAliases } = await new IAMClient(config)
    .send(new ListAccountAliasesCommand({}))
    .catch(() => ({ AccountAliases: undefined }));
  return AccountAliases?.[0];
}
