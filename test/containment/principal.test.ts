import fc from '../laws/fast-check.ts';
import { readActor } from '../../src/record/actor.ts';
import { isPrincipal, type Principal, principalOf } from '../../src/containment/principal.ts';
import { guardRole, home, mallory } from '../fakes/samples.ts';

const iam = (resource: string, account = home.account, partition = 'aws') =>
  `arn:${partition}:iam::${account}:${resource}`;
const session = (issuer: string, type = 'AssumedRole') => ({
  type,
  arn: 'arn:aws:sts::123456789012:assumed-role/Admin/mallory',
  sessionContext: { sessionIssuer: { arn: issuer } },
});
const user = (arn: string) => ({ type: 'IAMUser', arn, userName: 'mallory' });
const contain = (identity: unknown, exempt: readonly string[] = []) =>
  principalOf(readActor(identity), home, exempt);

describe('the principal to contain is', () => {
  test.each<[string, unknown, Principal]>([
    ['the role behind a session', mallory, { kind: 'Role', name: 'Admin', arn: iam('role/Admin') }],
    [
      'a role with a path',
      session(iam('role/team/ops/Admin')),
      { kind: 'Role', name: 'Admin', arn: iam('role/team/ops/Admin') },
    ],
    [
      'a role that is only called like one of a service',
      session(iam('role/AWSReservedSSO_Admin')),
      { kind: 'Role', name: 'AWSReservedSSO_Admin', arn: iam('role/AWSReservedSSO_Admin') },
    ],
    [
      'a user',
      user(iam('user/ops/mallory')),
      { kind: 'User', name: 'mallory', arn: iam('user/ops/mallory') },
    ],
    [
      'the user that issued the session of a federated one',
      session(iam('user/mallory'), 'FederatedUser'),
      { kind: 'User', name: 'mallory', arn: iam('user/mallory') },
    ],
  ])('%s', (_who, identity, principal) => {
    expect(contain(identity)).toEqual(principal);
  });
});

describe('nobody is contained of', () => {
  const unknown = 'no IAM user or role is known to stand behind this identity';

  test.each<[string, unknown, string]>([
    ['the root user', { type: 'Root', arn: iam('root') }, 'no policy of the account binds its root user'],
    ['a session of the root user', session(iam('root'), 'FederatedUser'), unknown],
    [
      'a service-linked role',
      session(iam('role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig')),
      "a service's role: only AWS can change it",
    ],
    [
      'a role of IAM Identity Center',
      session(iam('role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef')),
      "IAM Identity Center's role: revoke the session there",
    ],
    [
      "another account's role",
      session(iam('role/Admin', '111122223333')),
      'only its own account, 111122223333, can contain it',
    ],
    [
      "another partition's role",
      session(iam('role/Admin', home.account, 'aws-cn')),
      'only its own account, 123456789012, can contain it',
    ],
    ['a service', { type: 'AWSService', invokedBy: 'config.amazonaws.com' }, unknown],
    ['another account', { type: 'AWSAccount', accountId: '111122223333' }, unknown],
    ['a web identity', { type: 'WebIdentityUser', userName: 'mallory' }, unknown],
    ['a role that the event does not name', { ...mallory, sessionContext: {} }, unknown],
    ['a user whose ARN is none', user('mallory'), unknown],
    ['a name that is none', user(iam('user/mallory; rm -rf .')), unknown],
    ['a name that ends the line', user(`${iam('user/mallory')}\n`), unknown],
    ['nothing', undefined, unknown],
  ])('%s', (_who, identity, reason) => {
    expect(contain(identity)).toMatchObject({ result: 'exempt', reason });
  });

  test.each([
    ['as it is', iam('role/Admin')],
    ['by its beginning', iam('role/Adm*')],
    ['with all others', iam('role/*')],
  ])('a role that is exempt %s', (_how, exempt) => {
    expect(contain(mallory, [iam('user/alice'), exempt])).toEqual({
      principal: iam('role/Admin'),
      result: 'exempt',
      reason: 'on the list of exempted principals',
    });
  });

  test.each([iam('role/Adm'), iam('role/Admin2'), iam('role/admin'), iam('user/*'), iam('role/A*n')])(
    'the role Admin, but not for %s',
    (exempt) => {
      expect(isPrincipal(contain(mallory, [exempt]))).toBe(true);
    },
  );

  test("the guard's own role, which is on its list", () => {
    expect(contain(guardRole, [iam('role/trailkeeper-prod-heal')])).toMatchObject({ result: 'exempt' });
  });

  test('whoever it is, in one harmless line', () => {
    fc.assert(
      fc.property(fc.anything(), fc.string(), (identity, arn) => {
        for (const found of [contain(identity), contain(user(arn)), contain(session(arn))])
          if (!isPrincipal(found)) expect(`${found.principal}${found.reason}`).not.toMatch(/[\p{Cc}\u2028]/u);
      }),
    );
  });
});
