import fc from './fast-check.ts';
import { asciiLine, oneLine } from '../../src/foreign/printable.ts';
import { codePoint } from './any-text.ts';

describe('whatever the text', () => {
  test('one line of it is one line, and holds nothing invisible', () => {
    fc.assert(
      fc.property(fc.string({ unit: codePoint, maxLength: 300 }), (text) => {
        expect(oneLine(text)).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]*$/u);
        expect(oneLine(text)).not.toContain('://');
      }),
    );
  });

  test('one line of ASCII is printable ASCII within its limit', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: codePoint, maxLength: 300 }),
        fc.integer({ min: 2, max: 99 }),
        (text, limit) => {
          expect(asciiLine(text, limit)).toMatch(/^[\x20-\x7e]*$/);
          expect(asciiLine(text, limit).length).toBeLessThanOrEqual(limit);
        },
      ),
    );
  });
});
