import { oneLine } from '../foreign/printable.ts';
import { asRecord } from '../foreign/values.ts';
import type { Home } from './home.ts';
import { normal } from './resource.ts';

/** One statement of a policy, whose members may each be one value or a list. */
export type Statement = Readonly<Record<string, unknown>>;

/** A policy as a value; undefined: there is none. What is no JSON is a policy without statements that says so. */
export interface Policy {
  readonly Version?: string;
  readonly Statement: readonly Statement[];
  /** It is no JSON object: nothing is known of what it says. */
  readonly isUnreadable?: true;
}

/** Reads a policy that an API shows as text, or that a baseline holds as a value. Total. */
export function readPolicy(value: unknown): Policy | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  let read: unknown = value;
  if (typeof value === 'string') {
    try {
      read = JSON.parse(value);
    } catch {
      return { Statement: [], isUnreadable: true };
    }
  }
  const { Version, Statement: statements } = asRecord(read);
  if (statements === undefined) return { Statement: [], isUnreadable: true };
  const list = (Array.isArray(statements) ? statements : [statements]).map(asRecord);
  return { ...(typeof Version === 'string' && { Version }), Statement: list };
}

const listOf = (value: unknown): unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

const ROOT = /^arn:[a-z-]+:iam::(\d{12}):root$/;

/** An account is named by its id or by its root's ARN. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
function principalOf(value: unknown): unknown {
  if (value === '*') return { AWS: ['*'] };
  if (typeof value === 'string') return value;
  return Object.fromEntries(
    Object.entries(asRecord(value)).map(([type, names]) => [
      type,
      listOf(names).map((name) => (typeof name === 'string' ? (ROOT.exec(name)?.[1] ?? name) : name)),
    ]),
  );
}

/** The service's name in an action is written in any case. */
function actionsOf(value: unknown): unknown {
  return listOf(value).map((action) => (typeof action === 'string' ? action.toLowerCase() : action));
}

/** A condition's values are texts, whether they were written as texts or not; its keys are written in any case. */
function conditionOf(value: unknown): unknown {
  return Object.entries(asRecord(value)).flatMap(([operator, keys]) =>
    Object.entries(asRecord(keys)).map(([key, values]) => ({
      operator,
      key: key.toLowerCase(),
      values: listOf(values).map(String),
    })),
  );
}

/** A statement in a form in which those that mean the same are equal; its id means nothing. */
function meaningOf({
  Effect,
  Principal,
  NotPrincipal,
  Action,
  NotAction,
  Resource,
  NotResource,
  Condition,
}: Statement) {
  return {
    Effect,
    ...(Principal !== undefined && { Principal: principalOf(Principal) }),
    ...(NotPrincipal !== undefined && { NotPrincipal: principalOf(NotPrincipal) }),
    ...(Action !== undefined && { Action: actionsOf(Action) }),
    ...(NotAction !== undefined && { NotAction: actionsOf(NotAction) }),
    ...(Resource !== undefined && { Resource: listOf(Resource) }),
    ...(NotResource !== undefined && { NotResource: listOf(NotResource) }),
    ...(Condition !== undefined && { Condition: conditionOf(Condition) }),
  };
}

/** Each is compared with many others. */
const meanings = new WeakMap<Statement, string>();

function meaning(statement: Statement): string {
  const known = meanings.get(statement);
  if (known !== undefined) return known;
  const text = JSON.stringify(normal(meaningOf(statement)));
  meanings.set(statement, text);
  return text;
}

/** Whether two statements mean the same, however they are written. */
export function sameStatement(a: Statement, b: Statement): boolean {
  return meaning(a) === meaning(b);
}

/** Whether two policies mean the same: the same statements, in any order, ids aside. */
export function samePolicy(a: unknown, b: unknown): boolean {
  const [left, right] = [readPolicy(a), readPolicy(b)];
  if (!left || !right) return left === right || (left ?? right)?.Statement.length === 0;
  if (left.isUnreadable || right.isUnreadable) return false;
  const covers = (all: Policy, some: Policy) =>
    some.Statement.every((statement) => all.Statement.some((each) => sameStatement(each, statement)));
  return covers(left, right) && covers(right, left);
}

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

const texts = (value: unknown): string[] => listOf(value).filter((each) => typeof each === 'string');

/** Keys of conditions that name accounts, those that name an ARN of an account, and those that name organisations. */
const ACCOUNT_KEYS = ['aws:principalaccount', 'aws:sourceaccount', 'aws:sourceowner', 'kms:calleraccount'];
const ARN_KEYS = ['aws:principalarn', 'aws:sourcearn'];
const ORGANIZATION_KEYS = [
  'aws:principalorgid',
  'aws:sourceorgid',
  'aws:principalorgpaths',
  'aws:sourceorgpaths',
];

/** An operator that no request without the key meets, and none whose value is not among those given. */
const NARROWING = /^(?:ForAnyValue:)?(String|Arn)(?:Equals|EqualsIgnoreCase|Like)$/;

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

/** A statement in a few words, for people: what somebody else wrote, in one line of at most 400 characters. */
export function describeStatement({
  Sid,
  Effect,
  Principal,
  NotPrincipal,
  Action,
  NotAction,
}: Statement): string {
  const who = NotPrincipal === undefined ? Principal : { not: NotPrincipal };
  const what = NotAction === undefined ? Action : { not: NotAction };
  const words = [
    typeof Sid === 'string' && Sid !== '' ? `${Sid}:` : '',
    String(Effect),
    JSON.stringify(what),
    // Whom a policy of a role is for goes without saying.
    who === undefined ? '' : `to ${JSON.stringify(who)}`,
  ];
  return oneLine(words.filter(Boolean).join(' ').replaceAll('"', ''), 400);
}

function concerns({ Action, NotAction }: Statement, action: string): boolean {
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
