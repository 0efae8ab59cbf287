import {
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  DetachRolePolicyCommand,
  DetachUserPolicyCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import { ACCOUNT } from '../raw.ts';
import { type Case, NOT_REFUSED, outcome } from './case.ts';
import { RESOURCES } from './stack.ts';

const api = (name: string) => `https://docs.aws.amazon.com/IAM/latest/APIReference/API_${name}.html`;

const policyArn = (name: string) => `arn:aws:iam::${ACCOUNT}:policy/${name}`;

/** A managed policy on a role or a user. */
interface Attachment {
  readonly attach: (name?: string, policy?: string) => Promise<unknown>;
  readonly detach: (name?: string, policy?: string) => Promise<unknown>;
}

const attachments: Readonly<Record<'Role' | 'User', (client: IAMClient) => Attachment>> = {
  Role: (client) => ({
    attach: (RoleName = RESOURCES.role, policy = RESOURCES.policy) =>
      client.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: policyArn(policy) })),
    detach: (RoleName = RESOURCES.role, policy = RESOURCES.policy) =>
      client.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: policyArn(policy) })),
  }),
  User: (client) => ({
    attach: (UserName = RESOURCES.user, policy = RESOURCES.policy) =>
      client.send(new AttachUserPolicyCommand({ UserName, PolicyArn: policyArn(policy) })),
    detach: (UserName = RESOURCES.user, policy = RESOURCES.policy) =>
      client.send(new DetachUserPolicyCommand({ UserName, PolicyArn: policyArn(policy) })),
  }),
};

const NOT_THERE = 'NoSuchEntityException';

/** What containment, and whoever ends it, stands on: no policy is attached before a case, nor after it. */
export const PRINCIPAL_CASES: readonly Case[] = (['Role', 'User'] as const).flatMap((kind) => {
  const on = (
    verb: 'Attach' | 'Detach',
    what: string,
    documented: unknown,
    run: (attachment: Attachment) => Promise<unknown>,
  ): Case => ({
    service: 'IAM',
    operation: `${verb}${kind}Policy`,
    what,
    documented,
    page: api(`${verb}${kind}Policy`),
    run: async (connect) => {
      const attachment = attachments[kind](connect(IAMClient));
      try {
        await run(attachment);
        return NOT_REFUSED;
      } finally {
        await outcome(attachment.detach());
      }
    },
  });
  const someone = `no such ${kind.toLowerCase()}`;
  return [
    on('Attach', 'a policy of the account', NOT_REFUSED, ({ attach }) => attach()),
    on('Attach', someone, NOT_THERE, ({ attach }) => attach('nobody')),
    on('Attach', 'no such policy', NOT_THERE, ({ attach }) => attach(undefined, 'no-such-policy')),
    on('Detach', 'a policy that is attached', NOT_REFUSED, async ({ attach, detach }) => {
      await attach();
      await detach();
    }),
    on('Detach', 'a policy that is not attached', NOT_THERE, ({ detach }) => detach()),
    on('Detach', someone, NOT_THERE, ({ detach }) => detach('nobody')),
  ];
});
