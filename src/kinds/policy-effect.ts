import { asRecord } from '../foreign/values.ts';
import type { Home } from './home.ts';
import { listOf, type Policy, ROOT, type Statement, texts } from './policy.ts';

/** Whether a text is of a pattern of `*` and `?`, in as many steps as the two have characters, whatever the pattern. */
function isLike(pattern: string, text: string): boolean {
  let [at, from, star, tried] = [0, 0, -1, 0];
  while (from < text.length) {
    if (pattern[at] === '*') {
      star = at++;
      tried = from;
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === text[from])) {
      at++;
      from++;
    } else if (star >= 0) {
      at = star + 1;
      from = ++tried;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(at));
}

/** An operator that no request without the key meets, and none whose value is not among those given. */
export const NARROWING = /^(?:ForAnyValue:)?(String|Arn)(?:Equals|EqualsIgnoreCase|Like)$/;

/** Whether a statement is about an action. */
export function concerns({ Action, NotAction }: Statement, action: string): boolean {
  const names = (patterns: unknown) =>
    texts(patterns).some((pattern) => isLike(pattern.toLowerCase(), action.toLowerCase()));
  return NotAction === undefined ? names(Action) : !names(NotAction);
}

function isAbout({ Resource, NotResource }: Statement, resource: string): boolean {
  const names = (patterns: unknown) => texts(patterns).some((pattern) => isLike(pattern, resource));
  if (NotResource !== undefined) return !names(NotResource);
  return Resource === undefined || names(Resource);
}

/** What is known of a request beforehand, by the keys of conditions in lower case. */
type Context = Readonly<Record<string, string>>;

/** Whether a condition cannot be met by a request. What is not known of it may well be. */
function isRuledOut(condition: unknown, context: Context): boolean {
  return Object.entries(asRecord(condition)).some(([operator, keys]) => {
    const form = NARROWING.exec(operator.replace(/IfExists$/, ''))?.[1];
    const isPattern = form === 'Arn' || operator.includes('Like');
    return (
      form !== undefined &&
      Object.entries(asRecord(keys)).some(([key, values]) => {
        const known = context[key.toLowerCase()];
        if (known === undefined) return false;
        return !texts(values).some((value) => (isPattern ? isLike(value, known) : value === known));
      })
    );
  });
}

/**
 * Whether a policy lets a service of AWS make a request, as far as can be told beforehand: a statement allows it, and none that has no
 * condition denies it. Where the resource is not known, that it is allowed on some is enough.
 */
export function letsService(
  policy: Policy,
  service: string,
  action: string,
  resource: string | undefined,
  context: Context,
): boolean {
  const isMeant = ({ Principal, NotPrincipal }: Statement, always: boolean): boolean =>
    NotPrincipal === undefined
      ? Principal === '*' ||
        texts(asRecord(Principal)['Service']).includes(service) ||
        texts(asRecord(Principal)['AWS']).includes('*')
      : always;
  const of = (effect: string) =>
    policy.Statement.filter(
      (each) =>
        each['Effect'] === effect &&
        concerns(each, action) &&
        (resource === undefined ? effect === 'Allow' : isAbout(each, resource)),
    );
  return (
    of('Allow').some((each) => isMeant(each, false) && !isRuledOut(each['Condition'], context)) &&
    !of('Deny').some((each) => isMeant(each, true) && each['Condition'] === undefined)
  );
}

/** Whether a statement is about the account itself: its root, or everybody. */
function isAboutAccount({ Principal }: Statement, { account }: Home): boolean {
  if (Principal === '*') return true;
  return listOf(asRecord(Principal)['AWS']).some(
    (name) =>
      name === '*' || name === account || (typeof name === 'string' && ROOT.exec(name)?.[1] === account),
  );
}

/**
 * Whether a policy takes an action from its own account: nobody there is allowed it, where the policy alone allows; or a denial without a
 * condition keeps everybody from it. Such a policy is never written, for nobody could take it back.
 */
export function locksOut(policy: Policy, action: string, home: Home, allowsAlone = true): boolean {
  const isDenied = policy.Statement.some(
    (statement) =>
      statement['Effect'] === 'Deny' &&
      statement['Condition'] === undefined &&
      (isAboutAccount(statement, home) || statement['NotPrincipal'] !== undefined) &&
      concerns(statement, action),
  );
  const isAllowed = policy.Statement.some((statement) => {
    const names = listOf(asRecord(statement['Principal'])['AWS']);
    const isOwn = names.some((name) => typeof name === 'string' && name.split(':')[4] === home.account);
    return (
      statement['Effect'] === 'Allow' &&
      (isOwn || isAboutAccount(statement, home)) &&
      concerns(statement, action)
    );
  });
  return isDenied || (allowsAlone && !isAllowed);
}
