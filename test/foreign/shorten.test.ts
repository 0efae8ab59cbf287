import { shorten } from '../../src/foreign/shorten.ts';

const bytesOf = (text: string) => Buffer.byteLength(text);

test.each([
  ['a text that fits stays as it is', 'mallory', 7, 'mallory'],
  ['a longer one ends in an ellipsis, which counts', 'mallory stopped it', 10, 'mallory…'],
  ['no character is cut in two', 'ab名名', 7, 'ab…'],
  ['nor is one outside the basic plane', '\u{1f9e8}\u{1f9e8}', 7, '\u{1f9e8}…'],
])('%s', (_rule, text, bytes, short) => {
  expect(shorten(text, bytes)).toBe(short);
  expect(bytesOf(short)).toBeLessThanOrEqual(bytes);
});
