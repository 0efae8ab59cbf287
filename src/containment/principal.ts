import type { Actor } from '../record/actor.ts';
import { oneLine } from '../foreign/printable.ts';
import type { Outcome } from './outcome.ts';

/** The account that the guard guards. */
interface Account {
  readonly partition: string;
  readonly account: string;
}

/** An IAM user or role of the guard's own account, which a policy can be put on. */
export interface Principal {
  readonly kind: 'User' | 'Role';
  readonly name: string;
  /** With the path: what stands behind all its sessions. */
  readonly arn: string;
}

/**
 * A name has only what IAM allows, all of it harmless to a shell.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const PRINCIPAL =
  /^arn:([a-z-]+):iam::(\d{12}):(user|role)\/((?:[\x21-\x2e\x30-\x7e]+\/)*)([\w+=,.@-]{1,64})$/;

/**
 * The user or role whose policies bind an actor's credentials; a federated user's are those of the user that issued them.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
 */
function arnBehind({ type, arn, issuerArn }: Actor): string | undefined {
  if (type === 'IAMUser') return arn;
  return type === 'AssumedRole' || type === 'Role' || type === 'FederatedUser' ? issuerArn : undefined;
}

function isExempt(arn: string, exempt: readonly string[]): boolean {
  return exempt.some((each) => (each.endsWith('*') ? arn.startsWith(each.slice(0, -1)) : arn === each));
}

/**
 * Whom to contain of an actor, or why nobody is. The root user and other accounts' principals are out of reach; the roles
 * of services and of IAM Identity Center cannot be changed from here; the guard's own role is on the list of the exempted.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html
 */
export function principalOf(
  actor: Actor,
  { partition, account }: Account,
  exempt: readonly string[],
): Principal | Outcome {
  const behind = arnBehind(actor);
  const sparing = (reason: string): Outcome => ({
    principal: oneLine(behind ?? actor.arn ?? actor.name, 2048),
    result: 'exempt',
    reason,
  });
  if (actor.type === 'Root') return sparing('no policy of the account binds its root user');
  const [arn, itsPartition, itsAccount, kind, path = '', name] = PRINCIPAL.exec(behind ?? '') ?? [];
  if (!arn || !name) return sparing('no IAM user or role is known to stand behind this identity');
  if (itsAccount !== account || itsPartition !== partition)
    return sparing(`only its own account, ${itsAccount}, can contain it`);
  if (path.startsWith('aws-service-role/')) return sparing("a service's role: only AWS can change it");
  if (path.startsWith('aws-reserved/'))
    return sparing("IAM Identity Center's role: revoke the session there");
  if (isExempt(arn, exempt)) return sparing('on the list of exempted principals');
  return { kind: kind === 'user' ? 'User' : 'Role', name, arn };
}

/** Whether somebody is to be contained; otherwise it is the outcome that nobody is. */
export function isPrincipal(found: Principal | Outcome): found is Principal {
  return 'kind' in found;
}
