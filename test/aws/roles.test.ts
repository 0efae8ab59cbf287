import { DeleteRolePolicyCommand, IAMClient, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { liveRoles } from '../../src/aws/roles.ts';
import { role } from '../../src/kinds/role/role.ts';
import { type DeclaredResource, loopKind } from '../../src/kinds/resource.ts';
import { emptyAws } from '../local/aws/signed-in.ts';

const NAME = 'CloudTrailToLogs';
const policyOf = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });
const trust = {
  Effect: 'Allow',
  Principal: { Service: 'cloudtrail.amazonaws.com' },
  Action: 'sts:AssumeRole',
};
const write = { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '*' };

const declared: DeclaredResource = {
  kind: 'role',
  name: NAME,
  purpose: 'delivery',
  watch: 'enforce',
  trails: ['org-audit-trail'],
  fields: {
    Path: '/audit/',
    AssumeRolePolicyDocument: policyOf(trust),
    Policies: { 'Deliver to the log group': policyOf(write) },
    AttachedPolicies: [],
    PermissionsBoundary: null,
  },
};

function surroundings() {
  const all = emptyAws();
  const port = liveRoles(new IAMClient(all.as('guard')));
  const alice = new IAMClient(all.as('alice'));
  const kind = loopKind(role, { partition: 'aws', region: all.aws.region, account: all.aws.account });
  const heal = async () => {
    const plan = kind.plan(declared, await port.observe(NAME));
    for (const repair of plan) await port.repair(repair);
    return {
      plan: plan.map(({ kind: call }) => call),
      drift: kind.drift(declared, await port.observe(NAME)),
    };
  };
  return { ...all, port, alice, heal };
}

test('a role that is gone is made anew whole, and its policies come back as they were', async () => {
  const { port, alice, heal } = surroundings();
  expect(await port.observe(NAME)).toEqual({ name: NAME, standing: 'missing', state: {}, unread: {} });
  expect(await heal()).toEqual({ plan: ['CreateRole', 'PutRolePolicy'], drift: [] });
  expect((await heal()).plan).toEqual([]);
  await alice.send(new DeleteRolePolicyCommand({ RoleName: NAME, PolicyName: 'Deliver to the log group' }));
  await alice.send(
    new UpdateAssumeRolePolicyCommand({
      RoleName: NAME,
      PolicyDocument: JSON.stringify(policyOf({ ...trust, Effect: 'Deny' })),
    }),
  );
  expect(await heal()).toEqual({ plan: ['UpdateAssumeRolePolicy', 'PutRolePolicy'], drift: [] });
});

test('a reading that is refused keeps no other from being made', async () => {
  const { aws, port, heal } = surroundings();
  await heal();
  aws.fail('ListAttachedRolePolicies', 'AccessDenied');
  expect(await port.observe(NAME)).toMatchObject({ standing: 'here', state: { Path: '/audit/' } });
  aws.fail('ListAttachedRolePolicies', 'AccessDenied');
  expect(Object.keys((await port.observe(NAME)).unread)).toEqual(['AttachedPolicies']);
});
