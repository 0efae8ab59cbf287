/** All there is to a resource at one moment, in plain values, under its kind and name. */
export interface Part {
  readonly Name: string;
  readonly [field: string]: unknown;
}

/** What is another one each time, or follows from the rest. */
const LEFT_OUT: readonly string[] = [
  ...['changed', 'created', 'createdAt', 'creationTime', 'modified', 'updatedAt'],
  ...['id', 'messages', 'replaced', 'statements'],
];

function sorted<T>(values: readonly T[]): T[] {
  const texts = values.map((value) => [JSON.stringify(value), value] as const);
  return texts.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}

/** What a text holds that is JSON; XML without what is between its tags; any other value as it is. */
function opened(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (!/^[[{]/.test(value)) return value.replaceAll(/>\s+</g, '><');
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

/** The order of fields and of lists says nothing here, and neither does whether a policy is text. */
function plain(value: unknown): unknown {
  const given = opened(value);
  if (Array.isArray(given)) return sorted(given.map(plain));
  if (typeof given !== 'object' || given === null) return given;
  const fields = given instanceof Map ? [...(given as Map<string, unknown>)] : Object.entries(given);
  return Object.fromEntries(
    fields
      .filter(([name, field]) => !LEFT_OUT.includes(name) && field !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, field]) => [name, plain(field)] as const),
  );
}

/** A service changes a resource by putting another in its place. */
const known = new WeakMap<object, object>();

function plainOnce(resource: object): object {
  const before = known.get(resource);
  if (before) return before;
  const made = plain(resource) as object;
  known.set(resource, made);
  return made;
}

const lastOf = (arn: string) => arn.split(/[:/]/).at(-1) ?? arn;

/** The parts of an account, from what its services hold under their names or ARNs. */
export function partsOf(services: Readonly<Record<string, ReadonlyMap<string, unknown>>>): Part[] {
  return Object.entries(services).flatMap(([kind, held]) =>
    [...held]
      .filter(([, resource]) => resource !== 'gone')
      .map(([name, resource]) => ({ ...plainOnce(resource as object), Name: `${kind} ${lastOf(name)}` })),
  );
}
