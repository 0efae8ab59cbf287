import type { ResourceOutcome } from '../../src/kinds/resource.ts';
import { resourceHeadline, stillBrokenOn, toldResource } from '../../src/report/resource.ts';
import { incidentOf } from '../fakes/incident.ts';

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

test('of the inline policies of a role people read the statements, by the names of the policies', () => {
  const deny = { Effect: 'Deny', Action: 'logs:*', Resource: '*' };
  const allow = { Effect: 'Allow', Action: 'logs:PutLogEvents', Resource: '*' };
  const outcome = gone('role', 'ToLogs');
  const found = [
    {
      field: 'Policies',
      declared: { Deliver: { Statement: [allow] } },
      found: { Deliver: { Statement: [allow] }, X: JSON.stringify({ Statement: [deny] }) },
    },
  ];
  expect(toldResource({ ...outcome, found, remaining: [] }).changes[0]?.added).toEqual(['X: Deny logs:*']);
});

test.each([
  ['bucket', 'logs', /whole again, and verified, but made anew: the log files that were in it are LOST\.$/],
  ['log-group', 'logs', /but made anew: the events that were in it are LOST\.$/],
  ['topic', 'arn:aws:sns:us-east-1:111122223333:audit', /its subscriptions are LOST, subscribe again\.$/],
  ['role', 'ToLogs', /whole again, and verified\.$/],
])('of a %s that was made anew people read what is lost', (kind, name, expected) => {
  const outcome = gone(kind, name);
  const repair = { kind: 'Create', name, input: {}, sets: {} };
  const again: ResourceOutcome = {
    ...outcome,
    declared: { ...outcome.declared, purpose: 'delivery' },
    attempts: [{ repair }],
    last: { ...outcome.last, standing: 'here' },
    remaining: [],
  };
  expect(resourceHeadline(incidentOf({}, { resources: [again] }), again)).toMatch(expected);
});
