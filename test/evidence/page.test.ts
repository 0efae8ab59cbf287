import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import fc from '../laws/fast-check.ts';
import { evidenceCsv } from '../../src/evidence/csv.ts';
import { evidenceOf } from '../../src/evidence/evidence.ts';
import { html } from '../../src/evidence/html.ts';
import { evidencePage } from '../../src/evidence/page.ts';
import { countText, secondsText, shareText } from '../../src/evidence/words.ts';
import type { Sources } from '../../src/evidence/sources.ts';
import type { Report } from '../../src/report/schema.ts';
import { chained, ledgerOf, QUARTER, recordAt, sourcesOf } from '../fakes/evidence.ts';
import { hostile } from '../laws/hostile.ts';

/** What is reviewed by eye. To write a file anew after a change on purpose: delete it, and run this test. */
const GOLDEN = 'test/golden/evidence';

test.each<[string, (sources: Sources) => string]>([
  ['quarter.html', (sources) => evidencePage(evidenceOf(sources))],
  ['quarter.csv', (sources) => evidenceCsv(evidenceOf(sources))],
])('a quarter is shown as the reviewed %s', (name, render) => {
  const file = `${GOLDEN}/${name}`;
  const text = render(sourcesOf());
  if (!existsSync(file) && !process.env['CI']) writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, 'utf8'));
});

test.each<[string, Partial<Sources>, string]>([
  [
    'a trail does not log at the end',
    { ledgers: [ledgerOf(chained([{ ...leftOff() }]))] },
    'NOT logging at the end',
  ],
  ['the chain is broken', { ledgers: [ledgerOf(chained(QUARTER), { items: [] })] }, '>BROKEN<'],
  ['there is no ledger in the period', { ledgers: [] }, 'No part of the period is covered by a ledger.'],
  ['nothing happened', { ledgers: [ledgerOf([])] }, 'None was detected in this period.'],
  [
    'the metrics are missing',
    { metrics: { fault: 'left out on request' } },
    'The metrics were not read: left out on request.',
  ],
  ['it was a drill', { notice: 'This was a drill.' }, '<p class="notice">This was a drill.</p>'],
])('the page says so when %s', (_what, changed, said) => {
  expect(evidencePage(evidenceOf(sourcesOf(changed)))).toContain(said);
});

function leftOff(): Report {
  const [report] = QUARTER.slice(-1) as [Report];
  return {
    ...report,
    trails: report.trails.map((trail) => ({ ...trail, blind: undefined, isLogging: false })),
  };
}

/** All that somebody else has written, replaced by one text. */
function wordsOf(text: string): Sources {
  const reports = QUARTER.map((report): Report => ({
    ...report,
    subject: text,
    calls: report.calls.map((call) => ({
      ...call,
      eventName: text,
      sourceIp: text,
      actor: { ...call.actor, name: text },
    })),
    trails: report.trails.map((trail) => ({ ...trail, name: text })),
  }));
  const sources = sourcesOf();
  return sourcesOf({
    notice: text,
    declared: [],
    ledgers: [ledgerOf(chained(reports), { table: text })],
    history: {
      known: {
        read: sources.period,
        records: [
          recordAt('AddTags', '2026-11-24T10:00:00Z', { userIdentity: { type: 'IAMUser', userName: text } }),
        ],
        ...{ told: [], own: [] },
      },
    },
    commits: { known: [{ id: text, at: '2026-09-03T08:21:00Z', author: text, subject: text }] },
    drills: [{ name: text, story: text, passed: true, outcome: text }],
  });
}

const pageOf = (text: string): string => evidencePage(evidenceOf(wordsOf(text)));
const tagsOf = (page: string): readonly string[] => page.match(/<[^>]*>/g) ?? [];

const markup = fc.constantFrom(
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</title></style></svg><iframe src="https://phish.example">',
  '<!-- ',
  '-->',
  '&lt;script&gt;',
  '&#60;script&#62;',
  '${html}',
  ']]>',
);

describe('no text that somebody else has written', () => {
  const harmless = tagsOf(pageOf('x'));

  test('becomes markup: the tags and their attributes are the same whatever it says', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          hostile,
          markup,
          fc.tuple(markup, hostile).map(([a, b]) => a + b),
        ),
        (text) => {
          expect(tagsOf(pageOf(text))).toEqual(harmless);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('hides or reorders anything', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(pageOf(text).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
      { numRuns: 20 },
    );
  });

  test('ends a quoted attribute', () => {
    fc.assert(
      fc.property(fc.oneof(hostile, markup), (text) => {
        expect(html`<a title="${text}"></a>`.text.slice('<a title="'.length, -'"></a>'.length)).not.toMatch(
          /["'<>]/,
        );
      }),
    );
  });
});

test('the page loads nothing, runs nothing and leads nowhere', () => {
  const page = pageOf('x');
  expect(page).toContain(
    "content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\"",
  );
  expect(page).not.toMatch(
    /<(?:script|link|img|iframe|object|embed|a)\b|@import|url\((?!#)|\bon\w+=|https?:/i,
  );
});

describe('CSV', () => {
  const rowOf = (subject: string): string => {
    const [incident] = evidenceOf(sourcesOf()).incidents.slice(-1);
    const [, row = ''] = evidenceCsv({ incidents: incident ? [{ ...incident, subject }] : [] }).split('\r\n');
    return row.slice(row.lastIndexOf(',1,') + 3);
  };

  test.each([
    ['a comma', 'a,b', '"a,b"'],
    ['a quotation mark', 'say "no"', '"say ""no"""'],
    ['the end of a line', 'a\r\nb', 'a\\u{d}\\u{a}b'],
    ['a formula', '=HYPERLINK("x")', `"'=HYPERLINK(""x"")"`],
    ['a formula behind a space', ' @SUM(A1)', `' @SUM(A1)`],
    ['a number that is none', '-1+1', `'-1+1`],
  ])('is harmless with %s', (_what, subject, cell) => {
    expect(rowOf(subject)).toBe(cell);
  });
});

test.each([
  [0, '0 s'],
  [0.0523, '52 ms'],
  [4.3, '4.3 s'],
  [600, '10 min'],
])('%d seconds are %s', (seconds, text) => {
  expect(secondsText(seconds)).toBe(text);
});

test.each([
  [1, '100 %'],
  [0.99999999, '99.9999 %'],
  [0.999, '99.9000 %'],
  [0.8766, '87.6 %'],
  [0, '0.0 %'],
])('a share of %d is %s, and never rounded up', (share, text) => {
  expect(shareText(share)).toBe(text);
});

test.each([
  [0, '0'],
  [999, '999'],
  [26148, '26,148'],
  [1234567, '1,234,567'],
])('%d is counted as %s', (count, text) => {
  expect(countText(count)).toBe(text);
});
