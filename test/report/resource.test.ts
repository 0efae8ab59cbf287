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

const drifted = (field: string, watch: 'enforce' | 'alert'): ResourceOutcome => {
  const outcome = gone('bucket', 'logs');
  const here = { ...outcome.first, standing: 'here' } as const;
  const remaining = [{ field, declared: 'a', found: 'b' }];
  const declared = { ...outcome.declared, watch };
  return { ...outcome, declared, first: here, last: here, found: remaining, remaining };
};

test.each([
  ['Policy', 'enforce', ['bucket logs: Policy is not as declared.']],
  ['Policy', 'alert', ['bucket logs: Policy is not as declared. To do: put it back by hand.']],
  ['BucketRegion', 'enforce', ['bucket logs: BucketRegion is not as declared. To do: put it back by hand.']],
] as const)('of a bucket whose %s is not as declared, by %s, people read %j', (field, watch, expected) => {
  expect(stillBrokenOn(drifted(field, watch))).toEqual(expected);
});

test.each([
  ['table', 'ledger', /^table ledger: is gone\. To do: aws dynamodb restore-table-from-backup /],
  ['stack', 'trailkeeper-prod', /: is gone\. To do: npx serverless deploy --stage prod$/],
  ['rule', 'heal-rule-1', /: is gone\.$/],
  ['key', 'arn:aws:kms:us-east-1:111122223333:key/1', /: is gone: recreate it by hand/],
])('of a %s that is gone people read what to do', (kind, name, expected) => {
  expect(stillBrokenOn(gone(kind, name))).toEqual([expect.stringMatching(expected)]);
});
