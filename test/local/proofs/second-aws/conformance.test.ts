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
/** .ci/nightly asks moto, too, where it is. */
const isNightly = Boolean(process.env['NIGHTLY']);
const moto = isNightly ? motoVersion() : undefined;

let embedded: Conformance;

beforeAll(async () => {
  embedded = await examine(await embeddedCandidate());
});

test.each(CASES.map(({ service, operation, what }, index) => [service, operation, what, index] as const))(
  'the embedded AWS answers as AWS documents it: %s %s, %s',
  (_service, _operation, _what, index) => {
    expect(embedded.findings[index]?.observed).toEqual(CASES[index]?.documented);
  },
);

test('no case is there twice, and each names a page of the documentation', () => {
  expect(new Set(CASES.map(({ service, operation, what }) => `${service} ${operation}, ${what}`)).size).toBe(
    CASES.length,
  );
  for (const { page } of CASES)
    expect(page).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/\w+\/latest\/\S+\.html$/);
});

test.each([
  ['CloudTrail', 'cloudtrail', 'repair-roles', 10],
  ['CloudTrail', 'cloudtrail', 'tell-role', 0],
  ['SQS', 'sqs', 'repair-roles', 0],
  ['SQS', 'sqs', 'tell-role', 2],
  ['DynamoDB', 'dynamodb', 'tell-role', 3],
  ['IAM', 'iam', 'containment', 1],
])('every operation of %s, %s, that %s.yml allows has cases', (service, prefix, part, more) => {
  const actions = new RegExp(`^\\s+(?:- |Action: )${prefix}:(\\w+)$`, 'gm');
  // What watch puts back of other services has no cases yet.
  const [text = ''] = readFileSync(`resources/${part}.yml`, 'utf8').split('\n  WatchRole:');
  const allowed = [...text.matchAll(actions)].map(([, name]) => name);
  const tried = new Set(CASES.filter((each) => each.service === service).map(({ operation }) => operation));
  expect(allowed.length).toBeGreaterThan(more);
  expect(allowed.filter((name) => name === undefined || !tried.has(name))).toEqual([]);
});

test('every tampering has cases', () => {
  const tried = CASES.map(({ operation }) => operation);
  expect(Object.keys(TAMPERINGS).filter((name) => !tried.includes(name))).toEqual([]);
});

if (isNightly && moto === undefined)
  process.stderr.write(`\nSkipped: ${DOCUMENT} is not compared with moto. ${HOW_TO_GET_MOTO}\n`);

(moto === undefined ? test.skip : test)(
  'the document says what the embedded AWS and moto answer: else npm run second-aws -- --conformance --write',
  async () => {
    const other = await examine(await motoCandidate());
    expect(readFileSync(DOCUMENT, 'utf8')).toBe(await markdown([embedded, other]));
  },
);
