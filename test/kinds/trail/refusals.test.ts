import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { isBusy, isTransient, meaningOf, REFUSALS } from '../../../src/kinds/trail/refusals.ts';

const sdk = dirname(dirname(createRequire(import.meta.url).resolve('@aws-sdk/client-cloudtrail')));

/** The errors of an operation, as the SDK's model lists them. */
function errorsOf(operation: string): string[] {
  const text = readFileSync(join(sdk, `dist-types/commands/${operation}Command.d.ts`), 'utf8');
  return [...text.matchAll(/@throws \{@link (\w+)\} \(/g)].map(([, name = '']) => name);
}

describe.each([
  ['CreateTrail', 30],
  ['UpdateTrail', 30],
  ['StartLogging', 10],
  ['PutEventSelectors', 10],
  ['PutInsightSelectors', 15],
  ['PutEventConfiguration', 15],
  ['AddTags', 15],
  ['RemoveTags', 14],
])('every error of %s', (operation, atLeast) => {
  const errors = errorsOf(operation);

  test('is found in the model', () => {
    expect(errors.length).toBeGreaterThanOrEqual(atLeast);
  });

  test.each(errors)('is classified: %s', (error) => {
    expect(Object.keys(REFUSALS)).toContain(error);
  });
});

const denied = (message: string) => ({ name: 'AccessDeniedException', message });

test.each([
  ['a denial', denied('User is not authorized to perform: cloudtrail:UpdateTrail'), 'hopeless'],
  ['a denial to hand over the role', denied('not authorized to perform: iam:PassRole on the role'), ['logs']],
  ['a denial to tag', denied('not authorized to perform: cloudtrail:AddTags'), ['tags']],
  [
    'a denial to ask about the organisation',
    denied('not authorized: organizations:ListAccounts'),
    ['organization'],
  ],
  ['an error that no page names', { name: 'BrandNewException', message: '' }, []],
  ['a broken connection', { name: 'Error', message: '', code: 'ECONNRESET' }, 'transient'],
  [
    'what the error blames, whatever its message speaks of',
    { name: 'KmsException', message: 'iam:PassRole' },
    ['key'],
  ],
])('%s', (_what, error, meaning) => {
  expect(meaningOf(error)).toEqual(meaning);
});

test.each([
  ['ThrottlingException', true, true],
  ['ConflictException', true, true],
  ['InternalFailure', true, false],
  ['KmsException', false, false],
])('%s: transient %s, busy %s', (name, transient, busy) => {
  expect([isTransient({ name, message: '' }), isBusy({ name })]).toEqual([transient, busy]);
});
