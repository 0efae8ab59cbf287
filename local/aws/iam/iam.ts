import { z } from 'zod';

/** Values of the condition keys that come with a call; keys are compared without case. */
export type Context = Readonly<Record<string, string>>;

/** One thing a call needs to be allowed to do. */
export interface Right {
  readonly action: string;
  readonly resource: string;
  readonly context?: Context;
}

/** One statement of a policy, ready to be judged. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Service principals; of resource policies only. */
  readonly services: readonly string[];
  readonly conditions: readonly Condition[];
}

interface Condition {
  readonly operator: string;
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

const operators: Readonly<Record<string, (value: string, expected: string) => boolean>> = {
  StringEquals: (value, expected) => value === expected,
  StringLike: (value, expected) => glob(expected).test(value),
  ArnEquals: (value, expected) => glob(expected).test(value),
  ArnLike: (value, expected) => glob(expected).test(value),
  Bool: (value, expected) => value.toLowerCase() === expected.toLowerCase(),
  DateLessThan: (value, expected) => Date.parse(value) < Date.parse(expected),
};

/**
 * The statements of a policy document. Throws an Error naming `where` for what the judge below cannot judge: NotAction,
 * NotResource and condition operators other than StringEquals, StringLike, ArnEquals, ArnLike, Bool and
 * DateLessThan.
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
    conditions: Object.entries(statement.Condition).flatMap(([operator, keys]) => {
      if (!(operator in operators)) throw new Error(`${where}: unsupported condition operator ${operator}`);
      return Object.entries(keys).map(([key, values]) => ({ operator, key, values }));
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

// A key that the call does not carry fulfils none of the supported operators.
function holds({ operator, key, values }: Condition, context: Context): boolean {
  const value = Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];
  const compare = operators[operator];
  return value !== undefined && compare !== undefined && values.some((expected) => compare(value, expected));
}

/** A pattern of policies as a regular expression: `*` for any text, `?` for any one character. */
export function glob(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's');
}
