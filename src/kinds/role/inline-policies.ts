import { asRecord } from '../../foreign/values.ts';
import type { Home } from '../home.ts';
import { isAsGoodPolicy, merge, textsOf } from '../policy-merge.ts';
import { type DeclaredResource, inTurn, type ResourceRepair } from '../resource.ts';

/** All inline policies of a role may have so many characters together. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MOST = 10_240;

/** The names of those that are not as good as declared. */
function changed(wanted: unknown, found: unknown, isExact: boolean, home: Home): string[] {
  const live = asRecord(found);
  return Object.entries(asRecord(wanted))
    .filter(([name, policy]) => !isAsGoodPolicy(policy, live[name], isExact, home))
    .map(([name]) => name);
}

const extra = (wanted: unknown, found: unknown): string[] =>
  Object.keys(asRecord(found)).filter((name) => !Object.hasOwn(asRecord(wanted), name));

/** The names of those that nobody declared and that take something from the role, which only a denial can. */
function harmful(wanted: unknown, found: unknown, isExact: boolean, home: Home): string[] {
  return extra(wanted, found).filter(
    (name) => isExact || !isAsGoodPolicy({ Statement: [] }, asRecord(found)[name], false, home),
  );
}

/** Whether a role has all inline policies that are declared, and none beside them that does harm. */
export function arePoliciesAsGood(wanted: unknown, found: unknown, isExact: boolean, home: Home): boolean {
  return changed(wanted, found, isExact, home).length + harmful(wanted, found, isExact, home).length === 0;
}

/** The names of those that nobody declared, and that do no harm. */
export function otherPolicies(wanted: unknown, found: unknown, isExact: boolean, home: Home): string[] {
  const gone = harmful(wanted, found, isExact, home);
  return extra(wanted, found).filter((name) => !gone.includes(name));
}

/** The requests that put them back, one a policy. */
export function policyRepairs(
  { name: RoleName, exact = false, fields }: DeclaredResource,
  found: unknown,
  home: Home,
): ResourceRepair[] {
  const wanted = fields['Policies'];
  let left = asRecord(found);
  const deleted = harmful(wanted, found, exact, home).map((PolicyName): ResourceRepair => {
    left = Object.fromEntries(Object.entries(left).filter(([name]) => name !== PolicyName));
    return {
      kind: 'DeleteRolePolicy',
      name: RoleName,
      input: { RoleName, PolicyName },
      sets: { Policies: left },
    };
  });
  const put = changed(wanted, found, exact, home).flatMap((PolicyName) => {
    const texts = textsOf(merge(asRecord(wanted)[PolicyName], left[PolicyName], exact, home), MOST);
    const before = left;
    left = { ...before, [PolicyName]: texts[0] };
    return inTurn(
      texts.map((PolicyDocument) => ({
        kind: 'PutRolePolicy',
        name: RoleName,
        input: { RoleName, PolicyName, PolicyDocument },
        sets: { Policies: { ...before, [PolicyName]: PolicyDocument } },
      })),
    );
  });
  return [...deleted, ...put];
}
