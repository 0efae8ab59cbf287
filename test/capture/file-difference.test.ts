import type { Trail } from '../../src/kinds/trail/schema.ts';
import { renderBaseline } from '../../src/capture/render.ts';
import { fileDifference, lineDifference } from '../../src/capture/file-difference.ts';
import { dataTrail, orgAuditTrail } from '../fakes/samples.ts';

const capture = (...Trails: Trail[]) => {
  const baseline = { Account: '123456789012', Region: 'us-east-1', Trails };
  return { baseline, text: renderBaseline(baseline) };
};

const file = 'baselines/prod.yml';
const { text } = capture(orgAuditTrail, dataTrail);

test.each([
  ['an identical file', text],
  ['comments of its own', `# Ours.\n${text}# The end.\n`],
  ['trails in another order', capture(dataTrail, orgAuditTrail).text],
  ['other quotes', text.replaceAll('"', "'")],
])('%s makes no difference', (_what, existing) => {
  expect(fileDifference(existing, capture(orgAuditTrail, dataTrail), file)).toEqual([]);
});

test('another value is a line less and a line more', () => {
  const changed = capture({ ...orgAuditTrail, S3KeyPrefix: 'elsewhere' }, dataTrail);
  const lines = fileDifference(text, changed, file);
  expect(lines.filter((line) => !line.startsWith(' '))).toEqual([
    '@@ line 7 @@',
    '-     S3KeyPrefix: prod',
    '+     S3KeyPrefix: elsewhere',
  ]);
});

test('a file that is no baseline differs', () => {
  expect(fileDifference('Account: 1\n', { ...capture(), text: 'Account: 2\n' }, file)).toEqual([
    '@@ line 1 @@',
    '- Account: 1',
    '+ Account: 2',
  ]);
});

test('no line of a difference can hide or reorder what is shown', () => {
  expect(lineDifference('a\u001b[2K\u202eb\n', '')).toEqual(['@@ line 1 @@', '- a\\u001b[2K\\u202eb']);
});
