import { readdirSync } from 'node:fs';
import type { Holds, Serverless } from './package.ts';

/** Where the parts of the template are, one file for each subject. */
const FOLDER = 'resources';

/** A part of the template, as far as parts are put together. */
export type Part = Readonly<Record<string, object>>;

type Yaml = string | number | boolean | null | readonly Yaml[] | { readonly [key: string]: Yaml };

/** Throws an Error where a When is none that packaging knows: it would leave out a right, or keep one, for good. */
function isKept(value: Yaml, holds: Holds): boolean {
  if (typeof value !== 'object' || value === null || !('When' in value)) return true;
  const { When } = value as { readonly When: Yaml };
  if (typeof When === 'string' && Object.hasOwn(holds, When)) return holds[When as keyof Holds];
  throw new Error(
    `When is ${JSON.stringify(When)} in ${FOLDER}/: allowed are ${Object.keys(holds).join(' and ')}`,
  );
}

function kept(value: Yaml, holds: Holds): Yaml {
  if (Array.isArray(value))
    return value.filter((each: Yaml) => isKept(each, holds)).map((each: Yaml) => kept(each, holds));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key, each]) => key !== 'When' && isKept(each, holds));
  return Object.fromEntries(entries.map(([key, each]) => [key, kept(each, holds)]));
}

/**
 * One template of all its parts. A part, a resource, or an item of a list that has a `When` is there only where that
 * holds; what is neither needed nor chosen is in no template. Throws an Error that names a When which is not known.
 */
export function together(parts: readonly unknown[], holds: Holds): Part {
  const whole: Record<string, object> = {};
  for (const [section, content] of (kept(parts as Yaml[], holds) as Part[]).flatMap(Object.entries<object>))
    whole[section] = { ...whole[section], ...content };
  return whole;
}

/** What serverless.yml takes from the folder of parts: every file there. Their variables are left to the framework. */
export async function parts({ resolveVariable }: Serverless): Promise<Part> {
  const holds = (await resolveVariable('self:custom.packaged.holds')) as Holds;
  const files = readdirSync(FOLDER).toSorted();
  return together(await Promise.all(files.map((file) => resolveVariable(`file(${FOLDER}/${file})`))), holds);
}
