import { packaged } from '../../src/packaging/package.ts';
import { parts } from '../../src/packaging/parts.ts';
import { framework, type Given } from '../fakes/framework.ts';

type Packaged = Awaited<ReturnType<typeof packaged>>;

/** What differs from what packaging makes of a stage's baseline and parameters. */
type Changes = Partial<Omit<Packaged, 'holds'>> & { readonly holds?: Partial<Packaged['holds']> };

/** Puts the variables into a part of the template as the framework does: one that is a whole value keeps its form. */
function filled(value: unknown, variable: (name: string) => unknown): unknown {
  const pattern = /\$\{((?:self|sls):[\w.-]+)\}/g;
  if (typeof value === 'string') {
    const [, whole] = /^\$\{((?:self|sls):[\w.-]+)\}$/.exec(value) ?? [];
    return whole ? variable(whole) : value.replaceAll(pattern, (_, name: string) => String(variable(name)));
  }
  if (Array.isArray(value)) return value.map((each) => filled(each, variable));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, filled(each, variable)]));
}

/** The values of an object, and of the objects in it, by the names of the framework's variables. */
function named(prefix: string, values: object, levels = 2): Record<string, unknown> {
  const entries = Object.entries(values as Readonly<Record<string, unknown>>);
  return Object.assign(
    {},
    ...entries.map(([key, value]) => ({
      [`${prefix}.${key}`]: value,
      ...(levels > 1 && typeof value === 'object' && value && named(`${prefix}.${key}`, value, levels - 1)),
    })),
  ) as Record<string, unknown>;
}

/**
 * The parts of the template as a stage has them with its parameters, in a moment: without what the framework makes of the
 * functions, and without a package.
 */
export async function partsOf(given: Given, { holds, ...changes }: Changes = {}): Promise<object> {
  const own = await packaged(framework(given));
  const values = { ...own, ...changes, holds: { ...own.holds, ...holds } };
  const { stage = 'drill' } = given;
  const variables: Readonly<Record<string, unknown>> = {
    'self:service': 'trailkeeper',
    'sls:stage': stage,
    'self:custom.name': `trailkeeper-${stage}`,
    ...named('self:custom.packaged', values),
  };
  return filled(await parts(framework(given, variables)), (name) => {
    if (name in variables) return variables[name];
    throw new Error(`\${${name}} is in a part of the template and not declared`);
  }) as object;
}
