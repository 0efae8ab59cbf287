import { oneLine } from '../foreign/printable.ts';
import { asRecord } from '../foreign/values.ts';
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

/** The values of a member, be it one or a list. */
export const listOf = (value: unknown): unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

/** The ARN of an account's root, with the account. */
export const ROOT = /^arn:[a-z-]+:iam::(\d{12}):root$/;

/** Those that are texts. */
export const texts = (value: unknown): string[] => listOf(value).filter((each) => typeof each === 'string');

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
