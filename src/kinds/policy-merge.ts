import { asRecord } from '../foreign/values.ts';
import type { Home } from './home.ts';
import {
  listOf,
  type Policy,
  readPolicy,
  ROOT,
  samePolicy,
  sameStatement,
  type Statement,
  texts,
} from './policy.ts';
import { concerns, NARROWING } from './policy-effect.ts';

/** Keys of conditions that name accounts, those that name an ARN of an account, and those that name organisations. */
const ACCOUNT_KEYS = ['aws:principalaccount', 'aws:sourceaccount', 'aws:sourceowner', 'kms:calleraccount'];
const ARN_KEYS = ['aws:principalarn', 'aws:sourcearn'];
const ORGANIZATION_KEYS = [
  'aws:principalorgid',
  'aws:sourceorgid',
  'aws:principalorgpaths',
  'aws:sourceorgpaths',
];

/** Who is no stranger: the account, and the organisations that a declared policy names. */
interface Familiar {
  readonly home: Home;
  readonly organizations: readonly string[];
}

/** The organisations that a policy names, be it in a condition or in the place of their log files. */
function organizationsIn(policy: unknown): string[] {
  return JSON.stringify(policy ?? '').match(/\bo-[a-z0-9]{10,32}\b/g) ?? [];
}

/** Whether a condition lets in only who belongs to this account, or to an organisation that is known. */
function isConfined(condition: unknown, { home: { account }, organizations }: Familiar): boolean {
  const isOurs = (key: string, form: string, value: unknown): boolean => {
    if (typeof value !== 'string') return false;
    if (ACCOUNT_KEYS.includes(key)) return value === account;
    // Of a text, a wildcard takes colons, too; of an ARN it does not.
    const ours = form === 'Arn' ? `^arn(?::[^:]*){3}:${account}:` : `^arn(?::[^:*?]*){3}:${account}:`;
    if (ARN_KEYS.includes(key)) return new RegExp(ours).test(value);
    return ORGANIZATION_KEYS.includes(key) && organizations.includes(value.split('/')[0] ?? '');
  };
  return Object.entries(asRecord(condition)).some(([operator, keys]) => {
    const form = NARROWING.exec(operator)?.[1];
    return (
      form !== undefined &&
      Object.entries(asRecord(keys)).some(([key, values]) => {
        const all = listOf(values);
        return all.length > 0 && all.every((value) => isOurs(key.toLowerCase(), form, value));
      })
    );
  });
}

/**
 * What a service of AWS may do on behalf of whomever it serves without harm: write, and ask what it needs to know for that. To read or to
 * delete it must be bound to this account, for CloudFront reads for whoever has a distribution.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
const SERVICE_MAY =
  /^(?:s3:(?:putobject|getbucketacl|getbucketlocation|listbucket)|sns:publish|sqs:sendmessage|kms:(?:generatedatakey.*|encrypt|describekey)|sts:assumerole|logs:(?:createlogstream|putlogevents))$/i;

/** Whether a principal is somebody outside of this account, or everybody. */
function isStranger(type: string, name: unknown, { account }: Home, statement: Statement): boolean {
  if (type === 'Service') {
    const actions = texts(statement['Action']);
    return actions.length === 0 || !actions.every((action) => SERVICE_MAY.test(action));
  }
  if (type !== 'AWS' || typeof name !== 'string') return true;
  return (ROOT.exec(name)?.[1] ?? name.split(':')[4] ?? name) !== account;
}

function letsStrangersIn(statement: Statement, familiar: Familiar): boolean {
  const { Effect, Principal, NotPrincipal, Condition } = statement;
  if (Effect !== 'Allow' || isConfined(Condition, familiar)) return false;
  if (NotPrincipal !== undefined) return true;
  if (typeof Principal === 'string') return true;
  return Object.entries(asRecord(Principal)).some(([type, names]) =>
    listOf(names).some((name) => isStranger(type, name, familiar.home, statement)),
  );
}

/** Whether a condition is met only by requests without TLS, or with an old one: AWS itself makes none of these. */
function isOfTransport(condition: unknown): boolean {
  return Object.entries(asRecord(condition)).some(([operator, keys]) =>
    Object.entries(asRecord(keys)).some(([key, values]) => {
      const all = listOf(values).map(String);
      if (all.length === 0) return false;
      if (/^Bool(?:IfExists)?$/.test(operator) && key.toLowerCase() === 'aws:securetransport')
        return all.every((value) => value === 'false');
      const isOfVersion = operator === 'NumericLessThan' && key.toLowerCase() === 's3:tlsversion';
      return isOfVersion && all.every((value) => Number(value) <= 1.2);
    }),
  );
}

/**
 * To deny these protects log files, and what they are delivered through. Of other services it is to delete one whole thing: tell lives by
 * deleting messages and items, and the guard mends by deleting settings, so that a denial with a `*` may be of these.
 */
const PROTECTED =
  /^(?:s3:delete|kms:(?:delete|schedulekeydeletion|disablekey)|logs:delete(?:loggroup|logstream)$|sns:deletetopic$|sqs:deletequeue$|dynamodb:deletetable$|lambda:deletefunction$)/i;

/** Who denies nothing but to delete and to disable protects. */
function onlyProtects({ Action }: Statement): boolean {
  const actions = listOf(Action);
  return (
    actions.length > 0 && actions.every((action) => typeof action === 'string' && PROTECTED.test(action))
  );
}

/** Whether a statement that nobody declared does harm: it lets strangers in, or keeps somebody out. */
function isHarmful(statement: Statement, familiar: Familiar): boolean {
  if (statement['Effect'] === 'Deny')
    return !isOfTransport(statement['Condition']) && !onlyProtects(statement);
  return letsStrangersIn(statement, familiar);
}

/** How a policy is put back. */
export interface Merged {
  readonly policy: Policy;
  /** Statements that nobody declared, and that do no harm: left alone. */
  readonly kept: readonly Statement[];
}

/**
 * The policy that ought to be: what is declared, and of what is found beside it what does no harm; nothing of it where the declaration is
 * exact. What cannot be read is not kept, nor is a statement with the id of a declared one: it is that one, changed, and no policy may
 * have an id twice. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
 */
export function merge(declared: unknown, found: unknown, isExact: boolean, home: Home): Merged {
  const wanted = readPolicy(declared) ?? { Statement: [] };
  const familiar = { home, organizations: organizationsIn(wanted) };
  const isChanged = ({ Sid }: Statement) =>
    typeof Sid === 'string' && Sid !== '' && wanted.Statement.some((each) => each['Sid'] === Sid);
  const others = (readPolicy(found)?.Statement ?? []).filter(
    (statement) => !isChanged(statement) && !wanted.Statement.some((each) => sameStatement(each, statement)),
  );
  const kept = isExact ? [] : others.filter((statement) => !isHarmful(statement, familiar));
  const { Version = '2012-10-17' } = wanted;
  return { policy: { Version, Statement: [...wanted.Statement, ...kept] }, kept };
}

/**
 * The texts to write for a policy, in the order to try: what ought to be, and, where AWS refuses that or it is larger than the service
 * takes (in bytes), what is declared alone. `isSound` keeps out those that must not be written.
 */
export function textsOf(
  { policy, kept }: Merged,
  most: number,
  isSound: (policy: Policy) => boolean = () => true,
): string[] {
  const alone = { ...policy, Statement: policy.Statement.filter((each) => !kept.includes(each)) };
  return (kept.length > 0 ? [policy, alone] : [policy])
    .filter(isSound)
    .map((each) => JSON.stringify(each))
    .filter((text) => new TextEncoder().encode(text).length <= most);
}

/** Whether a live policy is as good as the declared one: all that is declared is there, and nothing beside it does harm. */
export function isAsGoodPolicy(declared: unknown, found: unknown, isExact: boolean, home: Home): boolean {
  const live = readPolicy(found);
  if (live?.isUnreadable) return false;
  const { policy } = merge(declared, found, isExact, home);
  // In a policy of the older version a variable is plain text, which nothing equals.
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
  const isVersionSame = live?.Version === policy.Version || !JSON.stringify(policy).includes('${');
  return isVersionSame && samePolicy(policy, live ?? { Statement: [] });
}

/** Whether all that is wrong with a live policy is that strangers see more than they should: they can do none of the changing actions. */
export function onlyExposes(
  declared: unknown,
  found: unknown,
  changing: readonly string[],
  home: Home,
): boolean {
  const [wanted, live] = [readPolicy(declared), readPolicy(found)];
  if (!wanted || !live || live.isUnreadable) return false;
  const familiar = { home, organizations: organizationsIn(wanted) };
  const isDeclared = (statement: Statement) =>
    wanted.Statement.some((each) => sameStatement(each, statement));
  return (
    wanted.Statement.every((statement) => live.Statement.some((each) => sameStatement(each, statement))) &&
    live.Statement.filter((each) => !isDeclared(each)).every(
      (each) =>
        !isHarmful(each, familiar) ||
        (each['Effect'] === 'Allow' && !changing.some((action) => concerns(each, action))),
    )
  );
}
