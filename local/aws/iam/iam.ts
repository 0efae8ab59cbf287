import { z } from 'zod';
import { AwsError } from '../wire/aws-error.ts';

/** Values of the condition keys that come with a call; keys are compared without case. */
export type Context = Readonly<Record<string, string>>;

/** One thing a call needs to be allowed to do. */
export interface Right {
  readonly action: string;
  readonly resource: string;
  readonly context?: Context;
  /** The policy of the resource itself, where it has one. */
  readonly policy?: readonly Statement[];
  /**
   * Whether that policy has to allow the caller, or the caller's account, before the caller's own policies count: so it is
   * with keys, and with what belongs to another account.
   */
  readonly isPolicyDecisive?: boolean;
}

/** One statement of a policy, ready to be judged. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Service principals; of resource policies only. */
  readonly services: readonly string[];
  /** Account principals, ARNs or `*`; of resource policies only. */
  readonly principals: readonly string[];
  readonly conditions: readonly Condition[];
}

interface Condition {
  readonly operator: string;
  readonly isNegated: boolean;
  readonly holdsWithoutKey: boolean;
  readonly key: string;
  readonly values: readonly string[];
}

/** Explicit denials win over allowances; what no statement allows is denied. */
export type Decision = 'allowed' | 'denied' | 'explicitly denied';

const listOf = <T extends z.ZodType>(item: T) =>
  z.preprocess((value): unknown => (Array.isArray(value) ? value : [value]), z.array(item));
const texts = listOf(z.string());
const scalars = z.union([z.string(), z.boolean(), z.number()]).transform(String);

const statementDocument = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.union([z.string(), z.record(z.string(), texts)]).optional(),
  Action: texts,
  Resource: texts.optional(),
  Condition: z.record(z.string(), z.record(z.string(), listOf(scalars))).default({}),
});

const policyDocument = z.object({ Statement: listOf(statementDocument) });

const like = (value: string, expected: string) => glob(expected).test(value);

/** An ARN has six parts, each of which is compared for itself. */
const partsOf = (arn: string) => {
  const [scheme, partition, service, region, account, ...resource] = arn.split(':');
  return [scheme, partition, service, region, account, resource.join(':')].map((part) => part ?? '');
};
const likeArn = (value: string, expected: string) => {
  const parts = partsOf(value);
  return partsOf(expected).every((part, index) => like(parts[index] ?? '', part));
};

/** What has `Not` in its name is the same, negated. */
const operators: Readonly<Record<string, (value: string, expected: string) => boolean>> = {
  StringEquals: (value, expected) => value === expected,
  StringLike: like,
  ArnEquals: likeArn,
  ArnLike: likeArn,
  Bool: (value, expected) => value.toLowerCase() === expected.toLowerCase(),
  DateLessThan: (value, expected) => Date.parse(value) < Date.parse(expected),
};

function readOperator(operator: string, where: string): Omit<Condition, 'key' | 'values'> {
  const [, set, base = '', not, ifExists] =
    /^(ForAnyValue:|ForAllValues:)?((?:String|Arn)(Not)?(?:Equals|Like)|\w+?)(IfExists)?$/.exec(operator) ??
    [];
  const name = not ? base.replace('Not', '') : base;
  if (name !== 'Null' && !(name in operators))
    throw new Error(`${where}: unsupported condition operator ${operator}`);
  return {
    operator: name,
    isNegated: not !== undefined,
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    holdsWithoutKey:
      set === 'ForAllValues:' || (set === undefined && (not !== undefined || ifExists !== undefined)),
  };
}

/**
 * The statements of a policy document. Throws an Error naming `where` for what the judge below cannot judge: NotAction,
 * NotResource, NotPrincipal and condition operators other than Null, DateLessThan, Bool and Equals, NotEquals, Like and
 * NotLike of String and Arn, each with IfExists, ForAnyValue or ForAllValues.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
 */
export function readPolicy(document: unknown, where: string): readonly Statement[] {
  const parsed = policyDocument.safeParse(document);
  if (!parsed.success) throw new Error(`${where}: ${z.prettifyError(parsed.error)}`);
  return parsed.data.Statement.map((statement) => ({
    effect: statement.Effect,
    actions: statement.Action,
    resources: statement.Resource ?? ['*'],
    services: typeof statement.Principal === 'object' ? (statement.Principal['Service'] ?? []) : [],
    principals:
      typeof statement.Principal === 'object'
        ? (statement.Principal['AWS'] ?? [])
        : [statement.Principal ?? []].flat(),
    conditions: Object.entries(statement.Condition).flatMap(([operator, keys]) => {
      const read = readOperator(operator, where);
      return Object.entries(keys).map(([key, values]) => ({ ...read, key, values }));
    }),
  }));
}

/**
 * Judges a right by the policies of the caller.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function decide(statements: readonly Statement[], right: Right): Decision {
  const applying = statements.filter((statement) => applies(statement, right));
  if (applying.some(({ effect }) => effect === 'Deny')) return 'explicitly denied';
  return applying.length > 0 ? 'allowed' : 'denied';
}

function applies(statement: Statement, right: Right): boolean {
  return (
    statement.actions.some((action) => glob(action.toLowerCase()).test(right.action.toLowerCase())) &&
    statement.resources.some((resource) => glob(resource).test(right.resource)) &&
    statement.conditions.every((condition) => holds(condition, right.context ?? {}))
  );
}

function holds({ operator, isNegated, holdsWithoutKey, key, values }: Condition, context: Context): boolean {
  const value = Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];
  if (operator === 'Null') return values.includes(String(value === undefined));
  if (value === undefined) return holdsWithoutKey;
  const meets = values.some((expected) => operators[operator]?.(value, expected));
  return meets !== isNegated;
}

/** Who asks, as policies of resources name them. */
interface Caller {
  readonly arn: string;
  readonly iamArn?: string;
}

function namesAccountOf({ arn }: Caller): (principal: string) => boolean {
  const account = arn.split(':')[4] ?? '';
  return (principal) => principal === account || principal.endsWith(`:${account}:root`);
}

function namesDirectly({ arn, iamArn }: Caller): (principal: string) => boolean {
  return (principal) => ['*', arn, iamArn].includes(principal);
}

/**
 * What the policy of a resource says of a caller of its own account. The account as a principal denies all who are in it;
 * it allows none by itself, but leaves that to their own policies.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function statementsFor(policy: readonly Statement[], caller: Caller): readonly Statement[] {
  const [isCaller, isAccount] = [namesDirectly(caller), namesAccountOf(caller)];
  return policy.filter(({ effect, principals }) =>
    principals.some((principal) => isCaller(principal) || (effect === 'Deny' && isAccount(principal))),
  );
}

/**
 * What a policy says of a caller or of the caller's whole account: who it lets in, whatever their own policies say.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
 */
export function statementsForAccountOf(policy: readonly Statement[], caller: Caller): readonly Statement[] {
  const [isCaller, isAccount] = [namesDirectly(caller), namesAccountOf(caller)];
  return policy.filter(({ principals }) => principals.some((each) => isCaller(each) || isAccount(each)));
}

/** What the policy of a resource says of an AWS service, such as `cloudtrail.amazonaws.com`. */
export function statementsForService(policy: readonly Statement[], service: string): readonly Statement[] {
  return policy.filter(({ services, principals }) => services.includes(service) || principals.includes('*'));
}

/** The expressions of the patterns so far: each call is judged by the same few. */
const globs = new Map<string, RegExp>();

/** A pattern of policies as a regular expression: `*` for any text, `?` for any one character. */
export function glob(pattern: string): RegExp {
  const known = globs.get(pattern) ?? expressionOf(pattern);
  globs.set(pattern, known);
  return known;
}

function expressionOf(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's');
}

/**
 * The statements of a policy as a caller sent it. Throws an AwsError of that name for what is no policy, and for what the
 * judge cannot judge.
 */
export function readSentPolicy(text: string, error: string): readonly Statement[] {
  try {
    return readPolicy(JSON.parse(text), 'policy');
  } catch (cause) {
    throw new AwsError(
      error,
      `The policy is not valid: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
  }
}
