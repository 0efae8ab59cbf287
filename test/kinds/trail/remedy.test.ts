import { readdirSync, readFileSync } from 'node:fs';
import { REMEDIES, remedy } from '../../../src/kinds/trail/remedy.ts';

const commands = new URL(
  '../../../node_modules/@aws-sdk/client-cloudtrail/dist-types/commands/',
  import.meta.url,
);

/** The errors that the SDK's model gives one call. */
function errorsOf(call: string): string[] {
  const file = readFileSync(new URL(`${call}Command.d.ts`, commands), 'utf8');
  return [...file.matchAll(/@throws \{@link (\w+Exception)\}/g)]
    .flatMap(([, name]) => name ?? [])
    .filter((name) => name !== 'CloudTrailServiceException');
}

const CALLS = [
  'CreateTrail',
  'UpdateTrail',
  'StartLogging',
  'PutEventSelectors',
  'PutInsightSelectors',
  'PutEventConfiguration',
  'AddTags',
  'RemoveTags',
];

test('the calls are those of the SDK', () => {
  expect(readdirSync(commands)).toEqual(expect.arrayContaining(CALLS.map((call) => `${call}Command.d.ts`)));
});

test.each(CALLS)('every error of %s has a remedy', (call) => {
  const errors = errorsOf(call);
  expect(errors.length).toBeGreaterThan(8);
  expect(errors.filter((name) => !Object.hasOwn(REMEDIES, name))).toEqual([]);
});

test('there is a remedy for no error that the calls do not have', () => {
  const known = new Set([...CALLS.flatMap(errorsOf), 'AccessDeniedException']);
  expect(Object.keys(REMEDIES).filter((name) => !known.has(name))).toEqual([]);
});

test.each<[string, RegExp[]]>([
  ['InvalidCloudWatchLogsLogGroupArnException', [/is there/, /form/, /role may write/]],
  ['InvalidCloudWatchLogsRoleArnException', [/is there/, /trusts CloudTrail/, /may write/]],
  ['InsufficientEncryptionPolicyException', [/KMS key/, /bucket/]],
  ['KmsKeyNotFoundException', [/is gone/, /bucket is not in the key's Region/, /key of the SNS topic/]],
  ['ConflictException', [/loading/, /another change/]],
  ['InvalidTagParameterException', [/not valid/, /twice/, /too many/]],
])('the remedy for %s names every documented cause', (name, causes) => {
  for (const cause of causes) expect(remedy(Object.assign(new Error(), { name }))).toMatch(cause);
});

test.each(['SomeNewException', 'toString'])('an error called %s sends to the log', (name) => {
  expect(remedy(Object.assign(new Error(), { name }))).toBe("see the function's log");
});
