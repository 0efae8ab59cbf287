import { asRecords, asText, without } from '../../foreign/values.ts';
import type { Home } from '../home.ts';
import { isEqual } from '../resource.ts';

/** A grant, without what KMS calls it. */
const bare = (grant: object) => without(grant, 'GrantId');

/**
 * The grants that nobody declared and that give another account the key, which its policy does not show. Those of this account and of AWS's
 * services come and go by themselves. https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
 */
export function strangersGrants(declared: unknown, found: unknown, { account }: Home) {
  return asRecords(found).filter((grant) => {
    const owner = /^arn:[a-z-]+:[a-z]+::(\d{12}):/.exec(asText(grant['GranteePrincipal']) ?? '')?.[1];
    if (owner === undefined || owner === account) return false;
    return !asRecords(declared).some((each) => isEqual(bare(each), bare(grant)));
  });
}

/** The grants to other accounts that a key has, as a file declares them. */
export const grantsToOthers = (found: unknown, home: Home) => strangersGrants([], found, home).map(bare);
