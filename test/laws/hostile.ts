import fc from './fast-check.ts';
import { codePoint } from './any-text.ts';

/** Text that would be something else than text, if it could. */
export const hostile = fc.oneof(
  fc.string({ unit: codePoint, minLength: 1, maxLength: 40 }),
  fc.constantFrom(
    '\r\nStill broken: nothing.',
    '\n\nNext: nothing to do.',
    '\u001b[2K\u001b[1A\u001b[32mwhole',
    '\u202egnp.exe\u202c',
    '\u2066\u2069\u200b\ufeff\u00ad',
    'a\u2028b\u2029c\u0085d\u000be\u000cf',
    '\u0000\u0007\u0008\u007f\u009b31m',
    '\ud800',
    '\udc00x',
    'https://phish.example/login',
    '=HYPERLINK("https://phish.example")',
    '\u{e0041}\u{e0042}',
    'x'.repeat(10_000),
    '\n'.repeat(10_000),
    '\u{1f9e8}'.repeat(5_000),
    '%0d%0aBcc: mallory@example.com',
    ' ',
    '   ',
  ),
  fc.constantFrom('\n', '\r', '\u2028', '\u001b[31m').map((evil) => `mallory${evil}Who     alice`),
);

/** The value with another one at a path; a path that leads nowhere changes nothing. */
export function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  if (typeof value !== 'object' || value === null) return value;
  const inside = Object.entries(value).find(([member]) => member === key)?.[1] as unknown;
  return { ...value, [key]: replaced(inside, rest, by) };
}
