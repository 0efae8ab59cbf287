import { asRecord } from '../../foreign/values.ts';
import type { Home } from '../home.ts';
import { readPolicy } from '../policy.ts';

/** Whether the policy of a key names others than its account and CloudTrail: then it is theirs, too. */
export function isShared(policy: unknown, { account }: Home): boolean {
  const known = [account, 'cloudtrail.amazonaws.com'];
  return (readPolicy(policy)?.Statement ?? []).some(({ Effect, Principal, NotPrincipal }) => {
    if (Effect !== 'Allow') return false;
    if (NotPrincipal !== undefined || typeof Principal === 'string') return true;
    return Object.values(asRecord(Principal))
      .flat()
      .map((name) =>
        typeof name === 'string' ? name.replace(/^arn:[a-z-]+:iam::(\d{12}):root$/, '$1') : name,
      )
      .some((name) => typeof name !== 'string' || !known.includes(name));
  });
}
