import { asRecord } from '../foreign/values.ts';
import type { Home } from './home.ts';
import { isEqual } from './resource.ts';

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
  return Object.fromEntries(
    Object.entries(asRecord(value)).map(([operator, keys]) => [
      operator,
      Object.fromEntries(
        Object.entries(asRecord(keys)).map(([key, values]) => [
          key.toLowerCase(),
          listOf(values).map(String),
        ]),
      ),
    ]),
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

/** Whether two statements mean the same, however they are written. */
export function sameStatement(a: Statement, b: Statement): boolean {
  return isEqual(meaningOf(a), meaningOf(b));
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

/** Keys of conditions by which a statement for everybody is for this account, or its organisation, after all. */
const CONFINING = [
  'aws:principalaccount',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:sourceaccount',
  'aws:sourceorgid',
  'aws:sourcearn',
  'aws:principalarn',
  'aws:sourceowner',
  'kms:calleraccount',
];

const NARROWING = /^(?:ForAnyValue:)?(?:String|Arn)(?:Equals|EqualsIgnoreCase|Like)$/;

/** Whether a condition lets in only who belongs to this account, or to an organisation that is named. */
function isConfined(condition: unknown, { account }: Home): boolean {
  return Object.entries(asRecord(condition)).some(
    ([operator, keys]) =>
      NARROWING.test(operator) &&
      Object.entries(asRecord(keys)).some(([key, values]) => {
        const name = key.toLowerCase();
        if (!CONFINING.includes(name)) return false;
        const isOfOrganization = name.includes('org');
        return listOf(values).every(
          (value) =>
            typeof value === 'string' &&
            !/^[*?]*$/.test(value) &&
            (isOfOrganization || value === account || value.split(':')[4] === account),
        );
      }),
  );
}

/** Whether a principal is somebody outside of this account, or everybody. A service of AWS is not. */
function isStranger(type: string, name: unknown, { account }: Home): boolean {
  if (type === 'Service') return false;
  if (type !== 'AWS' || typeof name !== 'string') return true;
  return (ROOT.exec(name)?.[1] ?? name.split(':')[4] ?? name) !== account;
}

function letsStrangersIn({ Effect, Principal, NotPrincipal, Condition }: Statement, home: Home): boolean {
  if (Effect !== 'Allow' || isConfined(Condition, home)) return false;
  if (NotPrincipal !== undefined) return true;
  if (typeof Principal === 'string') return true;
  return Object.entries(asRecord(Principal)).some(([type, names]) =>
    listOf(names).some((name) => isStranger(type, name, home)),
  );
}

/** Whether a condition is met only by requests without TLS, or with an old one: AWS itself makes none of these. */
function isOfTransport(condition: unknown): boolean {
  return Object.entries(asRecord(condition)).some(([operator, keys]) =>
    Object.entries(asRecord(keys)).some(([key, values]) => {
      const all = listOf(values).map(String);
      if (/^Bool(?:IfExists)?$/.test(operator) && key.toLowerCase() === 'aws:securetransport')
        return all.every((value) => value === 'false');
      const isOfVersion = operator === 'NumericLessThan' && key.toLowerCase() === 's3:tlsversion';
      return isOfVersion && all.every((value) => Number(value) <= 1.2);
    }),
  );
}

function deniesSomebody({ Effect, Condition }: Statement): boolean {
  return Effect === 'Deny' && !isOfTransport(Condition);
}

/** Whether a statement that nobody declared does harm: it lets strangers in, or keeps somebody out. */
export function isHarmful(statement: Statement, home: Home): boolean {
  return letsStrangersIn(statement, home) || deniesSomebody(statement);
}

/** How a policy is put back. */
export interface Merged {
  readonly policy: Policy;
  /** Statements that nobody declared, and that do no harm: left alone. */
  readonly kept: readonly Statement[];
}

/**
 * The policy that ought to be: what is declared, and of what is found beside it what does no harm; nothing of it where the declaration is
 * exact. What cannot be read is not kept.
 */
export function merge(declared: unknown, found: unknown, isExact: boolean, home: Home): Merged {
  const wanted = readPolicy(declared) ?? { Statement: [] };
  const others = (readPolicy(found)?.Statement ?? []).filter(
    (statement) => !wanted.Statement.some((each) => sameStatement(each, statement)),
  );
  const kept = isExact ? [] : others.filter((statement) => !isHarmful(statement, home));
  const { Version = '2012-10-17' } = wanted;
  return { policy: { Version, Statement: [...wanted.Statement, ...kept] }, kept };
}

/** Whether a live policy is as good as the declared one: all that is declared is there, and nothing beside it does harm. */
export function isAsGoodPolicy(declared: unknown, found: unknown, isExact: boolean, home: Home): boolean {
  const live = readPolicy(found);
  if (live?.isUnreadable) return false;
  return samePolicy(merge(declared, found, isExact, home).policy, live ?? { Statement: [] });
}

/** A statement in a few words, for people. */
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
    typeof Sid === 'string' ? `${Sid}:` : '',
    String(Effect),
    JSON.stringify(what),
    'to',
    JSON.stringify(who ?? 'nobody named'),
  ];
  return words.filter(Boolean).join(' ').replaceAll('"', '');
}

function matches(pattern: unknown, action: string): boolean {
  if (typeof pattern !== 'string') return false;
  const escaped = pattern.toLowerCase().replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(action.toLowerCase());
}

function concerns({ Action, NotAction }: Statement, action: string): boolean {
  return NotAction === undefined
    ? listOf(Action).some((each) => matches(each, action))
    : !listOf(NotAction).some((each) => matches(each, action));
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
