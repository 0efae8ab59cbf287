import { asChoices, asFlag, asRecord, asRecords, asTexts, asTime } from '../../src/foreign/values.ts';

test.each([
  ['a text', 'mallory'],
  ['a list', ['mallory']],
  ['null', null],
  ['a number', 5],
])('%s is no object', (_what, value) => {
  expect(asRecord(value)).toEqual({});
});

describe('a time', () => {
  test.each(['2026-11-20T23:47:12Z', '2026-11-20T23:47:12.5Z', '2026-11-20T23:47:12.250Z'])(
    'is %s',
    (text) => {
      expect(asTime(text)).toBe(text);
    },
  );

  test.each([
    ['a day', '2026-11-20'],
    ['a time with something before it', 'x2026-11-20T23:47:12Z'],
    ['a time with something behind it', '2026-11-20T23:47:12Z\n'],
    ['a time with a remark behind it', '2026-11-20T23:47:12Z (or so)'],
    ['a year of six digits', '+002026-11-20T23:47:12Z'],
    ['a time of no zone', '2026-11-20T23:47:12'],
    ['a time on no such day', '2026-13-45T23:47:12Z'],
    ['a number', 1795218432000],
    ['nothing', undefined],
  ])('is not %s', (_what, value) => {
    expect(asTime(value)).toBeUndefined();
  });
});

test.each<[string, (value: unknown) => unknown, unknown, unknown]>([
  ['a boolean is itself', (value) => asFlag(value, true), false, false],
  ['what is no boolean is the other given', (value) => asFlag(value, true), 'false', true],
  ['the texts of a list', asTexts, ['a', 1, null, 'b'], ['a', 'b']],
  ['a text is no list of texts', asTexts, 'a', []],
  ['the choices of a list', (value) => asChoices(value, ['a', 'b']), ['b', 'c'], ['b']],
  ['the objects of a list', asRecords, [{ a: 1 }, null, 'a', ['b']], [{ a: 1 }]],
  ['an object is no list of objects', asRecords, { a: 1 }, []],
])('%s', (_sentence, read, value, expected) => {
  expect(read(value)).toEqual(expected);
});
