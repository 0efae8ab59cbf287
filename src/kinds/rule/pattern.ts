import { asText } from '../../foreign/values.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A value as text, so that patterns that match the same events are the same text: keys and alternatives in any order, numbers to compare with in theirs. */
function canonical(value: Json, isOrdered = false): string {
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map((item) => canonical(item));
    return `[${(isOrdered ? items : [...new Set(items)].sort()).join()}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value as Readonly<Record<string, Json>>).map(
    ([key, member]) => `${JSON.stringify(key)}:${canonical(member, key === 'numeric')}`,
  );
  return `{${members.sort().join()}}`;
}

function keysIn(value: Json): number {
  if (typeof value !== 'object' || value === null) return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value as Readonly<Record<string, Json>>).reduce<number>(
    (sum, member) => sum + keysIn(member),
    own,
  );
}

/** What a pattern means; undefined where it cannot be known: of a key that stands twice, each reader may take another one. */
function meaningOf(pattern: unknown): string | undefined {
  const text = asText(pattern) ?? JSON.stringify(pattern ?? null);
  try {
    const value = JSON.parse(text) as Json;
    const colons = text.replace(/"(?:[^"\\]|\\.)*"/gs, '').split(':').length - 1;
    return colons === keysIn(value) ? canonical(value) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether two event patterns, as text or as values, match the same events as far as their words go; nothing is the same as what cannot be
 * read. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern.html
 */
export function isSamePattern(declared: unknown, found: unknown): boolean {
  const meaning = meaningOf(declared);
  return meaning !== undefined && meaning === meaningOf(found);
}
