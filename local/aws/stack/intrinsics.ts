import { z } from 'zod';

/** Resolves the operand of an intrinsic function; `where` names resource and property in errors. */
export type Intrinsic = (operand: unknown, where: string) => unknown;

/** The template that intrinsic functions look into. */
export interface Scope {
  readonly ref: (name: string, where: string) => unknown;
  readonly getAtt: (logicalId: string, attribute: string, where: string) => string;
  readonly conditionHolds: (name: string, where: string) => boolean;
  readonly resolve: (value: unknown, where: string) => unknown;
  readonly mappings: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
}

const onlyText = z.string().transform((text): [string, Record<string, unknown>] => [text, {}]);
const textAndVariables = z.tuple([z.string(), z.record(z.string(), z.unknown())]);

/**
 * CloudFormation's intrinsic functions by name; Fn::ImportValue, Fn::GetAZs, Fn::Cidr and the like are left out.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export function intrinsics(scope: Scope): Readonly<Record<string, Intrinsic>> {
  const { ref, getAtt, conditionHolds, resolve, mappings } = scope;
  return {
    Ref: (name, where) => ref(z.string().parse(name), where),
    Condition: (name, where) => conditionHolds(z.string().parse(name), where),
    'Fn::GetAtt': (operand, where) => {
      const [logicalId = '', ...path] =
        typeof operand === 'string' ? operand.split('.') : z.array(z.string()).parse(operand);
      return getAtt(logicalId, path.join('.'), where);
    },
    'Fn::Sub': (operand, where) => {
      const [text, variables] = z.union([onlyText, textAndVariables]).parse(operand);
      return text.replace(/\$\{(!?)([^}]+)\}/g, (found, literal: string, name: string) => {
        if (literal) return found.replace('!', '');
        if (name in variables) return scalarText(resolve(variables[name], where), where);
        const [logicalId = '', ...path] = name.split('.');
        return path.length > 0
          ? getAtt(logicalId, path.join('.'), where)
          : scalarText(ref(name, where), where);
      });
    },
    'Fn::Join': (operand, where) => {
      const [separator, parts] = z.tuple([z.string(), z.unknown()]).parse(operand);
      return listOf(resolve(parts, where), where)
        .map((part) => scalarText(part, where))
        .join(separator);
    },
    'Fn::Split': (operand, where) => {
      const [separator, text] = z.tuple([z.string(), z.unknown()]).parse(operand);
      return scalarText(resolve(text, where), where).split(separator);
    },
    'Fn::Select': (operand, where) => {
      const [index, list] = z.tuple([z.unknown(), z.unknown()]).parse(operand);
      return listOf(resolve(list, where), where)[Number(resolve(index, where))];
    },
    'Fn::If': (operand, where) => {
      const [name, yes, no] = z.tuple([z.string(), z.unknown(), z.unknown()]).parse(operand);
      return resolve(conditionHolds(name, where) ? yes : no, where);
    },
    'Fn::Equals': (operand, where) => {
      const [left, right] = z.tuple([z.unknown(), z.unknown()]).parse(operand);
      return scalarText(resolve(left, where), where) === scalarText(resolve(right, where), where);
    },
    'Fn::Not': (operand, where) =>
      !z
        .array(z.unknown())
        .parse(operand)
        .every((each) => truth(resolve(each, where), where)),
    'Fn::And': (operand, where) =>
      z
        .array(z.unknown())
        .parse(operand)
        .every((each) => truth(resolve(each, where), where)),
    'Fn::Or': (operand, where) =>
      z
        .array(z.unknown())
        .parse(operand)
        .some((each) => truth(resolve(each, where), where)),
    'Fn::FindInMap': (operand, where) => {
      const [map, key, field] = z
        .array(z.unknown())
        .parse(operand)
        .map((part) => scalarText(resolve(part, where), where));
      const found = mappings[map ?? '']?.[key ?? '']?.[field ?? ''];
      if (found === undefined) throw unresolved(where, { 'Fn::FindInMap': operand });
      return found;
    },
  };
}

/** A boolean, or an Error naming where it was wanted. */
export function truth(value: unknown, where: string): boolean {
  if (typeof value === 'boolean') return value;
  throw unresolved(where, value);
}

function listOf(value: unknown, where: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw unresolved(where, value);
}

/** The text of a string, number or boolean, or an Error naming where it was wanted. */
export function scalarText(value: unknown, where: string): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  throw unresolved(where, value);
}

/** The Error for an expression that cannot be resolved. */
export function unresolved(where: string, expression: unknown): Error {
  const shown = expression === undefined ? 'nothing' : JSON.stringify(expression);
  return new Error(`${where}: cannot resolve ${shown}`);
}
