import fc from '../laws/fast-check.ts';
import { contained, isDue, refused } from '../../src/containment/containment.ts';
import type { Principal } from '../../src/containment/principal.ts';
import { home } from '../fakes/samples.ts';

const iam = (resource: string, account = home.account, partition = 'aws') =>
  `arn:${partition}:iam::${account}:${resource}`;

describe('it is time for a containment', () => {
  const now = Date.parse('2026-11-20T23:47:12Z');
  const minutesAgo = (...minutes: number[]) => minutes.map((each) => now - each * 60_000);

  test.each<[string, number[], boolean]>([
    ['after three tamperings in ten minutes', [9.9, 5, 0], true],
    ['after more', [9, 8, 7, 6, 5], true],
    ['not after two', [5, 0], false],
    ['not after two and one that is long past', [10, 5, 0], false],
    ['not after none', [], false],
    ['whatever their order', [0, 9, 5], true],
    ['though the clock of CloudTrail is ahead', [5, 1, -0.01], true],
  ])('%s', (_when, minutes, due) => {
    expect(isDue(minutesAgo(...minutes), now, { after: 3, withinMinutes: 10 })).toBe(due);
  });

  test('a time that is not known never counts', () => {
    expect(isDue([NaN], now, { after: 1, withinMinutes: 10 })).toBe(false);
  });

  test('the sooner, the lower the threshold and the longer the memory', () => {
    const times = fc.array(fc.integer({ min: now - 7_200_000, max: now }));
    fc.assert(
      fc.property(
        times,
        fc.nat(20),
        fc.nat(100),
        fc.nat(20),
        fc.nat(100),
        (all, after, within, less, more) => {
          if (isDue(all, now, { after: after + less, withinMinutes: within }))
            expect(isDue(all, now, { after, withinMinutes: within + more })).toBe(true);
        },
      ),
    );
  });
});

describe('the outcome', () => {
  const now = Date.parse('2026-11-20T23:47:12Z');
  const admin: Principal = { kind: 'Role', name: 'Admin', arn: iam('role/team/Admin') };

  const policy = iam('policy/trailkeeper-prod-containment-01234567-0123456789ab');
  const older =
    '\'{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*",' +
    '"Condition":{"DateLessThan":{"aws:TokenIssueTime":"2026-11-20T23:47:13Z"}}}}\'';

  test.each<[Principal, string, string]>([
    [
      admin,
      `aws iam detach-role-policy --role-name Admin --policy-arn ${policy}`,
      'revoke its older sessions: aws iam put-role-policy --role-name Admin --policy-name AWSRevokeOlderSessions ' +
        `--policy-document ${older}`,
    ],
    [
      { kind: 'User', name: 'mallory', arn: iam('user/mallory') },
      `aws iam detach-user-policy --user-name mallory --policy-arn ${policy}`,
      'deactivate its keys: aws iam update-access-key --user-name mallory --status Inactive --access-key-id <key>',
    ],
  ])('of %j tells how to undo it, and what it leaves open', (principal, undo, revocation) => {
    expect(contained(principal, policy, now + 345)).toEqual({
      principal: principal.arn,
      result: 'contained',
      reason: `denied to change trails, and nothing else; ${revocation}`,
      undo,
    });
  });

  test('of a refusal gives the reason in one line, and nothing to undo', () => {
    const error = Object.assign(new Error('not authorized\nto do that'), { name: 'AccessDenied' });
    expect(refused(admin, error)).toEqual({
      principal: admin.arn,
      result: 'refused',
      reason: 'AccessDenied: not authorized\\u{a}to do that',
    });
  });
});
