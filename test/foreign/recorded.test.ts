import { inRequestWords } from '../../src/foreign/recorded.ts';

test.each<[string, unknown, unknown]>([
  [
    'members are spelled as in requests',
    { trailName: 'a', tagsList: [{ key: 'b' }] },
    { TrailName: 'a', TagsList: [{ Key: 'b' }] },
  ],
  ['members that are spelled so already stay', { TrailName: 'a' }, { TrailName: 'a' }],
  [
    'values stay as they are',
    { name: 'lowerCamel', on: true, none: null },
    { Name: 'lowerCamel', On: true, None: null },
  ],
  [
    'a prototype is a member like any other',
    JSON.parse('{"__proto__":{"name":1}}'),
    JSON.parse('{"__proto__":{"Name":1}}'),
  ],
  ['a text is no object', 'name', 'name'],
  ['nothing stays nothing', undefined, undefined],
])('%s', (_sentence, recorded, asked) => {
  expect(inRequestWords(recorded)).toEqual(asked);
});

describe('what is nested deeper than any request', () => {
  const nested = (levels: number, wrap: (inner: unknown) => unknown, core: unknown): unknown =>
    levels === 0 ? core : wrap(nested(levels - 1, wrap, core));

  test.each<[string, (inner: unknown) => unknown]>([
    ['lists', (inner) => [inner]],
    ['objects', (inner) => ({ Inner: inner })],
  ])('is cut off: %s', (_what, wrap) => {
    expect(inRequestWords(nested(10, wrap, 'core'))).toEqual(nested(10, wrap, 'core'));
    expect(inRequestWords(nested(11, wrap, 'core'))).toEqual(nested(10, wrap, 'too deep to be a request'));
    expect(inRequestWords(nested(5_000, wrap, 'core'))).toEqual(nested(10, wrap, 'too deep to be a request'));
  });
});
