import fc from './fast-check.ts';
import { baseline } from '../../src/baseline/schema.ts';
import type { Baseline } from '../../src/baseline/baseline.ts';
import { BaselineError, parseBaseline } from '../../src/baseline/read.ts';
import { renderBaseline, sameBaseline } from '../../src/capture/render.ts';
import { codePoint } from './any-text.ts';
import { anyBaseline } from './arbitrary-baseline.ts';
import { runs } from './runs.ts';

const FILE = 'baselines/any.yml';

/** What a reader of the text is told: the baseline, or its faults, one a line. */
function read(source: string): Baseline | string[] {
  try {
    return parseBaseline(source, FILE);
  } catch (error) {
    if (error instanceof BaselineError) return error.message.split('\n');
    throw error;
  }
}

const placed = /^baselines\/any\.yml:[1-9]\d*:[1-9]\d* /;

const SIGNS = [
  '-',
  ':',
  '&',
  '*',
  '!',
  '|',
  '>',
  '%',
  '@',
  '"',
  "'",
  '#',
  ',',
  ' ',
  '\n',
  '\t',
  'a',
  '1',
  '~',
];

describe('whatever a baseline declares', () => {
  test('the schema accepts it, and adds nothing to it', () => {
    fc.assert(
      fc.property(anyBaseline, (declared) => {
        expect(baseline.parse(declared)).toEqual(declared);
      }),
    );
  });

  test('its file is read back as it was', () => {
    fc.assert(
      fc.property(anyBaseline, (declared) => {
        expect(read(renderBaseline(declared))).toEqual(declared);
      }),
      runs(300),
    );
  });

  test('its file shows every character', () => {
    fc.assert(
      fc.property(anyBaseline, (declared) => {
        expect(renderBaseline(declared)).not.toMatch(/(?![\n ])[\p{C}\p{Z}]/u);
      }),
    );
  });

  test('it is the same as itself, and as itself in another order', () => {
    fc.assert(
      fc.property(anyBaseline, (declared) => {
        expect(sameBaseline(declared, { ...declared, Trails: declared.Trails.toReversed() })).toBe(true);
      }),
    );
  });
});

/** A value that the field must not have, and the field. */
const faulty = fc.constantFrom<[string, unknown]>(
  ['IsLogging', 'yes'],
  ['S3BucketName', 5],
  ['S3BucketName', ''],
  ['IsMultiRegionTrail', null],
  ['EnableLogFileValidation', []],
  ['InsightSelectors', {}],
  ['TagsList', 'none'],
  ['KmsKeyId', 7],
  ['Encryption', true],
);

describe('a file that is no baseline is refused', () => {
  test('with the line of each fault, its trail and its field', () => {
    const withTrails = anyBaseline.filter(({ Trails }) => Trails.length > 0);
    fc.assert(
      fc.property(withTrails, fc.nat(), faulty, (declared, number, [field, value]) => {
        const index = number % declared.Trails.length;
        const Trails = declared.Trails.map((trail, at) =>
          at === index ? { ...trail, [field]: value } : trail,
        );
        const source = JSON.stringify({ ...declared, Trails }, null, 1);
        const faults = read(source);
        const [fault = '', ...others] = Array.isArray(faults) ? faults : [];
        const [, line = ''] = /:(\d+):\d+ /.exec(fault) ?? [];

        expect(others).toEqual([]);
        expect(fault).toMatch(placed);
        expect(fault).toContain(` trail ${declared.Trails[index]?.Name ?? ''}: ${field} is `);
        expect(source.split('\n')[Number(line) - 1]).toMatch(new RegExp(`^ *"${field}": `));
      }),
    );
  });

  test.each([
    ['any text', fc.string({ unit: codePoint })],
    ['any text in the signs of YAML', fc.string({ unit: fc.constantFrom(...SIGNS) })],
    ['any JSON', fc.json()],
    ['a prototype', fc.constantFrom('{"__proto__":{"Account":"1"}}', '__proto__: {}')],
    [
      'a baseline with a piece cut out',
      fc.tuple(anyBaseline, fc.nat(), fc.nat(40)).map(([declared, at, length]) => {
        const text = renderBaseline(declared);
        const start = at % text.length;
        return text.slice(0, start) + text.slice(start + length);
      }),
    ],
  ])('with a place for each fault, and never with another error: %s', (_what, source) => {
    fc.assert(
      fc.property(source, (text) => {
        const result = read(text);
        if (!Array.isArray(result)) expect(baseline.parse(result)).toEqual(result);
        else for (const fault of result) expect(fault).toMatch(placed);
      }),
    );
  });
});
