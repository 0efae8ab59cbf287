import * as cloudtrail from '@aws-sdk/client-cloudtrail';
import { containmentPolicy } from '../../src/containment/policy.ts';
import { TAMPERINGS } from '../../src/kinds/trail/tamperings.ts';
import { type Principal } from '../../src/containment/principal.ts';

const iam = (resource: string) => `arn:aws:iam::123456789012:${resource}`;

describe('the policy', () => {
  const now = Date.parse('2026-11-20T23:47:12.345Z');
  const longest: Record<Principal['kind'], Principal> = {
    User: { kind: 'User', name: 'u'.repeat(64), arn: iam(`user/${'p'.repeat(510)}/${'u'.repeat(64)}`) },
    Role: { kind: 'Role', name: 'r'.repeat(64), arn: iam(`role/${'p'.repeat(510)}/${'r'.repeat(64)}`) },
  };

  test('denies every tampering, and its kin, of every trail', () => {
    const [changes] = containmentPolicy(longest.Role, now).Statement;
    expect(changes).toMatchObject({ Effect: 'Deny', Resource: '*' });
    expect(changes?.Action).toEqual(
      expect.arrayContaining([...Object.keys(TAMPERINGS), 'CreateTrail'].map((name) => `cloudtrail:${name}`)),
    );
  });

  test('denies no operation that CloudTrail does not have, and not the repair of a trail', () => {
    const [changes] = containmentPolicy(longest.Role, now).Statement;
    const operations = [changes?.Action ?? []].flat().map((action) => action.replace('cloudtrail:', ''));
    expect(operations.filter((operation) => !(`${operation}Command` in cloudtrail))).toEqual([]);
    expect(operations).not.toContain('StartLogging');
  });

  test('revokes sessions from before, to the next whole second', () => {
    const [, older] = containmentPolicy(longest.Role, now).Statement;
    expect(older).toMatchObject({
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { DateLessThan: { 'aws:TokenIssueTime': '2026-11-20T23:47:13Z' } },
    });
  });

  test.each(['User', 'Role'] as const)('cannot be taken off by the %s itself', (kind) => {
    const [, , keep] = containmentPolicy(longest[kind], now).Statement;
    expect(keep).toMatchObject({
      Effect: 'Deny',
      Action: [`iam:Put${kind}Policy`, `iam:Delete${kind}Policy`],
      Resource: longest[kind].arn,
    });
  });

  test('allows nothing', () => {
    const effects = containmentPolicy(longest.User, now).Statement.map(({ Effect }) => Effect);
    expect(effects).toEqual(['Deny', 'Deny', 'Deny']);
  });

  test.each([
    ['User', 2048],
    ['Role', 10_240],
  ] as const)('of a %s with the longest name and path is shorter than %i characters', (kind, most) => {
    expect(JSON.stringify(containmentPolicy(longest[kind], now)).length).toBeLessThan(most);
  });
});
