/** An EventBridge event pattern, as far as it is an object. */
export type EventPattern = Readonly<Record<string, unknown>>;

type Scalar = string | number | boolean | null;

/**
 * Whether an event matches an EventBridge pattern. Supported: exact values, null, arrays (any element matches), nested
 * objects, `$or`, prefix, suffix, equals-ignore-case, anything-but, exists, wildcard and numeric. Throws an Error that
 * names any other operator: a pattern this matcher cannot judge must not look like one that does not match.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function matchesPattern(pattern: EventPattern, event: unknown): boolean {
  return Object.entries(pattern).every(([name, expected]) => {
    if (name === '$or') return alternatives(expected).some((each) => matchesPattern(each, event));
    const actual = fieldOf(event, name);
    if (Array.isArray(expected)) return expected.some((condition) => meets(condition, actual));
    if (!isObject(expected)) throw new Error(`The pattern of ${name} must be an array or an object.`);
    // A nested pattern matches an array of objects when one of them matches.
    const candidates: readonly unknown[] = Array.isArray(actual) ? actual : [actual];
    return candidates.some((candidate) => matchesPattern(expected, candidate));
  });
}

function meets(condition: unknown, actual: unknown): boolean {
  if (isObject(condition)) {
    const [[operator, operand] = ['', undefined], ...more] = Object.entries(condition);
    if (more.length > 0) throw new Error(`A condition takes one operator: ${JSON.stringify(condition)}`);
    if (operator === 'exists') return operand === isLeaf(actual);
    return values(actual).some((value) => satisfies(operator, operand, value));
  }
  return values(actual).some((value) => value === condition);
}

function satisfies(operator: string, operand: unknown, value: Scalar): boolean {
  switch (operator) {
    case 'prefix':
      return compareText(operand, value, (text, prefix) => text.startsWith(prefix));
    case 'suffix':
      return compareText(operand, value, (text, suffix) => text.endsWith(suffix));
    case 'equals-ignore-case':
      return typeof value === 'string' && value.toLowerCase() === textOf(operator, operand).toLowerCase();
    case 'wildcard':
      return typeof value === 'string' && wildcard(textOf(operator, operand)).test(value);
    case 'anything-but':
      return isAnythingBut(operand, value);
    case 'numeric':
      return isWithin(operand, value);
    default:
      throw new Error(`Unsupported event pattern operator: ${operator}`);
  }
}

function isAnythingBut(operand: unknown, value: Scalar): boolean {
  if (Array.isArray(operand)) return operand.every((each) => value !== each);
  if (!isObject(operand)) return value !== operand;
  const [[operator, inner] = ['', undefined]] = Object.entries(operand);
  if (!['prefix', 'suffix', 'equals-ignore-case', 'wildcard'].includes(operator)) {
    throw new Error(`Unsupported event pattern operator: anything-but ${operator}`);
  }
  const excluded: readonly unknown[] = Array.isArray(inner) ? inner : [inner];
  return excluded.every((each) => !satisfies(operator, each, value));
}

function compareText(
  operand: unknown,
  value: Scalar,
  compare: (text: string, part: string) => boolean,
): boolean {
  if (typeof value !== 'string') return false;
  if (!isObject(operand)) return compare(value, textOf('prefix or suffix', operand));
  const ignoringCase = operand['equals-ignore-case'];
  return compare(value.toLowerCase(), textOf('equals-ignore-case', ignoringCase).toLowerCase());
}

function isWithin(operand: unknown, value: Scalar): boolean {
  if (!Array.isArray(operand) || operand.length === 0 || operand.length % 2 !== 0) {
    throw new Error(`numeric takes pairs of a comparison and a number: ${JSON.stringify(operand)}`);
  }
  const terms: readonly unknown[] = operand;
  return terms.every((comparison, i) => {
    if (i % 2 === 1) return true;
    const bound = terms[i + 1];
    if (typeof bound !== 'number')
      throw new Error(`numeric compares with numbers: ${JSON.stringify(operand)}`);
    if (typeof value !== 'number') return false;
    switch (comparison) {
      case '=':
        return value === bound;
      case '<':
        return value < bound;
      case '<=':
        return value <= bound;
      case '>':
        return value > bound;
      case '>=':
        return value >= bound;
      default:
        throw new Error(`Unsupported numeric comparison: ${String(comparison)}`);
    }
  });
}

// `\` escapes a literal `*` or `\`.
function wildcard(pattern: string): RegExp {
  const source = pattern.replace(/\\([*\\])|\*|[.+?^${}()|[\]\\]/g, (found, escaped: string | undefined) =>
    escaped !== undefined ? `\\${escaped}` : found === '*' ? '.*' : `\\${found}`,
  );
  return new RegExp(`^${source}$`, 's');
}

function textOf(operator: string, operand: unknown): string {
  if (typeof operand === 'string') return operand;
  throw new Error(`Unsupported operand of ${operator}: ${JSON.stringify(operand)}`);
}

function alternatives(expected: unknown): readonly EventPattern[] {
  if (Array.isArray(expected) && expected.every(isObject)) return expected;
  throw new Error('$or takes an array of patterns.');
}

// `exists` looks at leaves only: an object is not one, and an empty array holds none.
function isLeaf(actual: unknown): boolean {
  return values(actual).length > 0;
}

function values(actual: unknown): readonly Scalar[] {
  const candidates: readonly unknown[] = Array.isArray(actual) ? actual.flat(Infinity) : [actual];
  return candidates.filter(isScalar);
}

function isScalar(value: unknown): value is Scalar {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function fieldOf(event: unknown, name: string): unknown {
  return isObject(event) ? event[name] : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
