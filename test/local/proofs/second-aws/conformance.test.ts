import { readFileSync } from 'node:fs';
import {
  embeddedCandidate,
  motoCandidate,
} from '../../../../local/proofs/second-aws/conformance/candidates.ts';
import {
  CASES,
  type Conformance,
  examine,
} from '../../../../local/proofs/second-aws/conformance/conformance.ts';
import { markdown } from '../../../../local/proofs/second-aws/conformance/report.ts';
import { TAMPERINGS } from '../../../../src/kinds/trail/tamperings.ts';
import { HOW_TO_GET_MOTO, motoVersion } from '../../../../local/proofs/second-aws/moto.ts';

const DOCUMENT = 'docs/conformance.md';
const moto = motoVersion();

let embedded: Conformance;

beforeAll(async () => {
  embedded = await examine(await embeddedCandidate());
});

test.each(CASES.map(({ operation, what }, index) => [operation, what, index] as const))(
  'the embedded AWS answers as AWS documents it: %s, %s',
  (_operation, _what, index) => {
    expect(embedded.findings[index]?.observed).toEqual(CASES[index]?.documented);
  },
);

test('no case is there twice, and each names a page of the documentation', () => {
  expect(new Set(CASES.map(({ operation, what }) => `${operation}, ${what}`)).size).toBe(CASES.length);
  for (const { page } of CASES)
    expect(page).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/awscloudtrail\/latest\/\S+\.html$/);
});

test('every CloudTrail operation that the deployed role allows has cases, and those of the attacks too', () => {
  const allowed = [...readFileSync('resources/heal-role.yml', 'utf8').matchAll(/- cloudtrail:(\w+)$/gm)];
  const used = [...allowed.map(([, name]) => name), ...Object.keys(TAMPERINGS)];
  expect(allowed.length).toBeGreaterThan(10);
  expect(used.filter((name) => !CASES.some(({ operation }) => operation === name))).toEqual([]);
});

if (moto === undefined) {
  process.stderr.write(`\nSkipped: ${DOCUMENT} is not compared with moto. ${HOW_TO_GET_MOTO}\n`);
  test.skip('the document says what the embedded AWS and moto answer', () => undefined);
} else {
  test('the document says what the embedded AWS and moto answer: else npm run second-aws -- --conformance --write', async () => {
    const other = await examine(await motoCandidate());
    expect(readFileSync(DOCUMENT, 'utf8')).toBe(await markdown([embedded, other]));
  });
}
