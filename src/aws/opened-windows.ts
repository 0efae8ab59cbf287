import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  CreateGrantCommand,
  type GrantListEntry,
  KMSClient,
  type KMSClientConfig,
  paginateListGrants,
  RevokeGrantCommand,
} from '@aws-sdk/client-kms';
import { asError } from '../foreign/error.ts';
import { isRefusal, reasonFor } from '../foreign/reason.ts';
import type { ChangeWindow } from '../kinds/change-window.ts';
import { contextOf, readGrant, type Wish } from '../windows/window.ts';
import { clockSkewOf } from './clock-skew.ts';

/** Why a window was not opened, listed or closed, in words that tell the person at the terminal what to do. */
export class WindowError extends Error {
  override readonly name = 'WindowError';
}

/** Where the change windows of a stage are: outputs of its stack. */
export interface WindowPlace {
  /** ARN of the key whose grants they are. */
  readonly key: string;
  /** ARN of the role that opens them. */
  readonly role: string;
}

/** How the clients reach AWS, where it is not by the standard chain. */
export type Connection = Pick<KMSClientConfig, 'region' | 'endpoint' | 'credentials' | 'requestHandler'>;

const EXPIRED = ['ExpiredTokenException', 'ExpiredToken'];

/** A clock that is further off than this would show an open window as over, and take it away; AWS refuses signatures that are. */
const MOST_SKEW_MS = 5 * 60_000;

/** Rejects with a {@link WindowError} that says what to do. */
async function asking<T>(action: string, role: string, asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (thrown) {
    const error: Error & { readonly code?: unknown } = asError(thrown);
    const name = typeof error.code === 'string' ? error.code : error.name;
    const assume = `assume ${role}, with MFA where the stage asks for it, and try again: docs/windows.md`;
    const remedy = isRefusal(name)
      ? assume
      : EXPIRED.includes(name)
        ? `the credentials have expired: ${assume}`
        : name === 'CredentialsProviderError'
          ? `there are no credentials: ${assume}`
          : reasonFor(name, action, role, error.message.split('\n')[0]);
    throw new WindowError(`${action} failed: ${remedy}`, { cause: thrown });
  }
}

/** Where a stage has its windows. Rejects with a {@link WindowError} where it has none, and where the clock of this machine is wrong. */
export async function windowPlace(
  connection: Connection,
  stack: string,
  now: () => number,
): Promise<WindowPlace> {
  const client = new CloudFormationClient(connection);
  const skew = clockSkewOf(client, now);
  const { Stacks } = await client
    .send(new DescribeStacksCommand({ StackName: stack }))
    .catch((thrown: unknown) => {
      const error = asError(thrown);
      if (error.name === 'ValidationError')
        throw new WindowError(`There is no stack ${stack} here: check --stage, --region and the account`);
      return asking(
        'cloudformation:DescribeStacks',
        `the role WindowRole of ${stack}`,
        Promise.reject(error),
      );
    });
  const off = skew() ?? 0;
  if (Math.abs(off) > MOST_SKEW_MS)
    throw new WindowError(
      `The clock of this machine is ${Math.round(Math.abs(off) / 60_000)} minutes ${off > 0 ? 'behind' : 'ahead of'} AWS: set it`,
    );
  const output = (name: string) =>
    Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === name)?.OutputValue;
  const [key, role] = [output('WindowKey'), output('WindowRole')];
  if (key && role) return { key, role };
  throw new WindowError(
    `${stack} has no change windows: deploy it with --param="windowPrincipals=<ARNs of who may open one>"`,
  );
}

/** The change windows of a stage, for people. Everything rejects with a {@link WindowError}. */
export interface OpenedWindows {
  open(wish: Wish): Promise<string>;
  /** Those that were not closed, over or not. */
  list(): Promise<readonly ChangeWindow[]>;
  close(id: string): Promise<void>;
}

/** The windows as grants of a key. https://docs.aws.amazon.com/kms/latest/developerguide/grants.html */
export function openedWindows(connection: Connection, { key: KeyId, role }: WindowPlace): OpenedWindows {
  const kms = new KMSClient(connection);
  const grants = async (): Promise<GrantListEntry[]> => {
    const found: GrantListEntry[] = [];
    for await (const { Grants = [] } of paginateListGrants({ client: kms }, { KeyId })) found.push(...Grants);
    return found;
  };
  return {
    open: async (wish) => {
      const { GrantId } = await asking(
        'kms:CreateGrant',
        role,
        kms.send(
          new CreateGrantCommand({
            KeyId,
            GranteePrincipal: role,
            // A grant with such a constraint needs an operation that has an encryption context. Nothing is encrypted with this key.
            Operations: ['Encrypt'],
            Constraints: { EncryptionContextSubset: contextOf(wish) },
          }),
        ),
      );
      if (!GrantId) throw new WindowError('KMS gave no id for the grant: npm run window -- list');
      return GrantId;
    },
    list: async () =>
      (await asking('kms:ListGrants', role, grants())).flatMap(
        ({ CreationDate, ...grant }) =>
          readGrant({ ...grant, CreationDate: CreationDate && CreationDate.getTime() / 1000 }) ?? [],
      ),
    close: async (GrantId) => {
      await asking('kms:RevokeGrant', role, kms.send(new RevokeGrantCommand({ KeyId, GrantId })));
    },
  };
}
