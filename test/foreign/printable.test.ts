import { asciiLine, oneLine } from '../../src/foreign/printable.ts';

describe('one line of foreign text', () => {
  test.each([
    ['plain text is as it was', 'role Admin, session mallory', 'role Admin, session mallory'],
    ['letters of any script stay', 'Ünïcødé 名前 имя', 'Ünïcødé 名前 имя'],
    ['a line break is shown, not made', 'a\r\nb', 'a\\u{d}\\u{a}b'],
    [
      'so are the line breaks that only Unicode knows',
      'a\u2028b\u2029c\u0085d',
      'a\\u{2028}b\\u{2029}c\\u{85}d',
    ],
    ['a tabulator is shown', 'a\tb', 'a\\u{9}b'],
    ['an escape sequence is shown', '\u001b[31mred', '\\u{1b}[31mred'],
    ['text that runs backwards is shown', '\u202egnp.exe', '\\u{202e}gnp.exe'],
    ['invisible characters are shown', 'a\u200bb\ufeffc\u00add', 'a\\u{200b}b\\u{feff}c\\u{ad}d'],
    ['spaces that are none are shown', 'a\u00a0b\u3000c', 'a\\u{a0}b\\u{3000}c'],
    ['half a character is shown', '\ud800x', '\\u{d800}x'],
    ['a tag character beyond the first plane is shown', '\u{e0041}', '\\u{e0041}'],
    ['an address is no link', 'https://phish.example', 'https[:]//phish.example'],
    ['an empty text stays empty', '', ''],
  ])('%s', (_rule, text, line) => {
    expect(oneLine(text)).toBe(line);
  });

  test('what is cut off is counted', () => {
    expect(oneLine('x'.repeat(300), 256)).toBe(`${'x'.repeat(256)} (+44 more characters)`);
  });

  test('a text of exactly the limit is not cut', () => {
    expect(oneLine('x'.repeat(256), 256)).toBe('x'.repeat(256));
  });

  test('a character of two code units counts as one, and is not cut in half', () => {
    expect(oneLine('🧨🧨🧨', 2)).toBe('🧨🧨 (+1 more characters)');
  });
});

describe('one line of ASCII', () => {
  test.each([
    ['fits', 'mallory', 24, 'mallory'],
    ['fits exactly', 'mallory', 7, 'mallory'],
    ['is shortened, and shows that it is', 'mallory', 6, 'mall..'],
    ['shows other letters as ?', 'Zoë', 24, 'Zo?'],
    ['shows a line break', 'a\nb', 24, 'a\\u{a}b'],
  ])('%s', (_rule, text, limit, line) => {
    expect(asciiLine(text, limit)).toBe(line);
  });

  test.each([1, 0, -5])('a limit of %d leaves no room, and nothing is shown', (limit) => {
    expect(asciiLine('mallory', limit).length).toBeLessThanOrEqual(Math.max(limit, 0));
  });
});
