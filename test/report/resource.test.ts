import type { ResourceOutcome } from '../../src/kinds/resource.ts';
import { stillBrokenOn } from '../../src/report/resource.ts';

const gone = (kind: string, name: string): ResourceOutcome => {
  const missing = { name, standing: 'missing', state: {}, unread: {} } as const;
  const drift = [{ field: 'standing', declared: 'here', found: 'missing' }];
  return {
    origin: 'declared',
    declared: { kind, name, purpose: 'guard', watch: 'enforce', trails: [], fields: {} },
    first: missing,
    last: missing,
    found: drift,
    planned: [],
    attempts: [],
    remaining: drift,
    verifiedAt: 0,
    remarks: [],
  };
};

test.each([
  ['table', 'ledger', /^table ledger: is gone\. To do: aws dynamodb restore-table-from-backup /],
  ['stack', 'trailkeeper-prod', /: is gone\. To do: npx serverless deploy --stage prod$/],
  ['rule', 'heal-rule-1', /: is gone\.$/],
  ['key', 'arn:aws:kms:us-east-1:111122223333:key/1', /: is gone: recreate it by hand/],
])('of a %s that is gone people read what to do', (kind, name, expected) => {
  expect(stillBrokenOn(gone(kind, name))).toEqual([expect.stringMatching(expected)]);
});
