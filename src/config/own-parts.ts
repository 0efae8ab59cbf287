import { asRecord, asText } from '../foreign/values.ts';
import type { Home } from '../kinds/home.ts';
import { KINDS } from '../kinds/kinds.ts';
import type { DeclaredResource } from '../kinds/resource.ts';

/** The functions that look after the guard's own parts; the third only needs to know which there are. */
export type Keeper = 'heal' | 'watch' | 'tell';

/** A part of the guard, as packaging has written it down: texts hold `${…}` for what only the deployment knows. */
export interface OwnPart {
  readonly kind: string;
  readonly name: string;
  /** Who puts it back. */
  readonly repairedBy: readonly string[];
  readonly fields: Readonly<Record<string, unknown>>;
}

/** `id=name` of what AWS has named, by logical id, separated by commas. */
export function namesIn({
  GUARD_NAMES = '',
}: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    GUARD_NAMES.split(',').flatMap((each) => {
      const [id, name] = each.split('=');
      return id && name ? [[id, name] as const] : [];
    }),
  );
}

function substituted(value: unknown, names: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string')
    return value.replaceAll(/\$\{([\w:]+)\}/g, (found, id: string) =>
      Object.hasOwn(names, id) ? (names[id] ?? found) : found,
    );
  if (Array.isArray(value)) return value.map((each) => substituted(each, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [String(substituted(key, names)), substituted(each, names)]),
  );
}

/** What the deployment did not tell is never written into a live part: such a part is told of only. */
function isUnknown(fields: unknown): boolean {
  return /\$\{(?:AWS::\w+|[A-Z]\w*)\}/.test(JSON.stringify(fields));
}

/** Whether a function needs to know of a part: `heal` of those that it can put back, `watch` and `tell` of all. */
export function isFor(keeper: Keeper, { repairedBy }: Pick<OwnPart, 'repairedBy'>): boolean {
  return keeper !== 'heal' || repairedBy.includes('heal');
}

function readParts(text: string): OwnPart[] {
  const parts: unknown = JSON.parse(text);
  return Array.isArray(parts) ? (parts as OwnPart[]) : [];
}

/**
 * The guard's own parts as resources to guard, as far as one of its functions needs to know them. What nobody may put back is told. Throws a SyntaxError for a text that is no JSON.
 */
export function ownParts(
  text: string,
  keeper: Keeper,
  { partition, region, account }: Home,
  names: Readonly<Record<string, string>>,
): DeclaredResource[] {
  const known = { 'AWS::Partition': partition, 'AWS::Region': region, 'AWS::AccountId': account, ...names };
  return readParts(text)
    .filter((part) => Object.hasOwn(KINDS, part.kind) && isFor(keeper, part))
    .map(({ kind, name, repairedBy, fields }) => ({
      kind,
      name: asText(substituted(name, known)) ?? name,
      purpose: 'guard',
      watch: repairedBy.includes(keeper) && !isUnknown(substituted(fields, known)) ? 'enforce' : 'alert',
      trails: [],
      fields: asRecord(substituted(fields, known)),
    }));
}
