import fc from './fast-check.ts';

const SURROGATES = 0xd800;
const AFTER_SURROGATES = 0xe000;

function codePointOf(text: unknown): number {
  const codePoint = typeof text === 'string' ? (text.codePointAt(0) ?? -1) : -1;
  if (String(text) !== String.fromCodePoint(Math.max(0, codePoint)))
    throw new Error('It is not one code point');
  return codePoint < SURROGATES ? codePoint : codePoint - (AFTER_SURROGATES - SURROGATES);
}

/**
 * Any code point but half of a surrogate pair: what fast-check calls `binary`, which builds a table of a million entries in each
 * test file before its first text.
 */
export const codePoint = fc
  .integer({ min: 0, max: 0x10ffff - (AFTER_SURROGATES - SURROGATES) })
  .map(
    (nth) => String.fromCodePoint(nth < SURROGATES ? nth : nth + (AFTER_SURROGATES - SURROGATES)),
    codePointOf,
  );
