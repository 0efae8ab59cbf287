import { isNamedIn, knownCall } from '../../../src/kinds/kinds.ts';
import {
  type DeclaredResource,
  harmOf,
  loopKind,
  type ObservedResource,
  remarksOn,
} from '../../../src/kinds/resource.ts';
import { role } from '../../../src/kinds/role/role.ts';

const HOME = { partition: 'aws', region: 'us-east-1', account: '111122223333' };
const NAME = 'CloudTrailToLogs';

const policyOf = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });
const trust = {
  Effect: 'Allow',
  Principal: { Service: 'cloudtrail.amazonaws.com' },
  Action: 'sts:AssumeRole',
};
const stranger = { ...trust, Principal: { AWS: '999988887777' } };
const write = { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '*' };
const read = { Effect: 'Allow', Action: 'logs:GetLogEvents', Resource: '*' };
const deny = { Effect: 'Deny', Action: 'logs:*', Resource: '*' };
const BOUNDARY = 'arn:aws:iam::111122223333:policy/Boundary';
const DENY_ALL = 'arn:aws:iam::aws:policy/AWSDenyAll';

const declared: DeclaredResource = {
  kind: 'role',
  name: NAME,
  purpose: 'delivery',
  watch: 'enforce',
  trails: ['audit'],
  fields: {
    Path: '/audit/',
    AssumeRolePolicyDocument: policyOf(trust),
    Policies: { Deliver: policyOf(write) },
    AttachedPolicies: [],
    PermissionsBoundary: null,
  },
};

const live = (changes: Record<string, unknown> = {}): ObservedResource => ({
  name: NAME,
  standing: 'here',
  unread: {},
  state: { ...declared.fields, PermissionsBoundary: undefined, ...changes },
});

const kind = loopKind(role, HOME);
const calls = (repairs: readonly { kind: string }[]) => repairs.map(({ kind: call }) => call);

test('a role as declared has no drift', () => {
  expect(kind.drift(declared, live())).toEqual([]);
});

test.each<[string, Record<string, unknown>, string, string[]]>([
  [
    'trusts nobody',
    { AssumeRolePolicyDocument: policyOf({ ...trust, Effect: 'Deny' }) },
    'delayed',
    ['UpdateAssumeRolePolicy'],
  ],
  [
    'trusts a stranger, too',
    { AssumeRolePolicyDocument: policyOf(trust, stranger) },
    'exposed',
    ['UpdateAssumeRolePolicy'],
  ],
  ['has lost its inline policy', { Policies: {} }, 'delayed', ['PutRolePolicy']],
  ['may do less', { Policies: { Deliver: policyOf(read) } }, 'delayed', ['PutRolePolicy']],
  ['is denied what it may', { Policies: { Deliver: policyOf(write, deny) } }, 'delayed', ['PutRolePolicy']],
  [
    'is denied it elsewhere',
    { Policies: { Deliver: policyOf(write), X: policyOf(deny) } },
    'delayed',
    ['DeleteRolePolicy'],
  ],
  [
    'has one policy for another',
    { Policies: { X: policyOf(deny) } },
    'delayed',
    ['DeleteRolePolicy', 'PutRolePolicy'],
  ],
  ['has a policy attached', { AttachedPolicies: [DENY_ALL] }, 'delayed', ['DetachRolePolicy']],
  ['is bounded', { PermissionsBoundary: BOUNDARY }, 'delayed', ['DeleteRolePermissionsBoundary']],
])('a role that %s: %#', (_what, changes, harm, expected) => {
  const observed = live(changes);
  const [drift, ...others] = kind.drift(declared, observed);
  expect(others).toEqual([]);
  expect(drift && harmOf(role, drift, HOME)).toBe(harm);
  const plan = kind.plan(declared, observed);
  expect(calls(plan)).toEqual(expected);
  expect(
    kind.drift(
      declared,
      plan.reduce((seen, repair) => kind.after(repair, seen), observed),
    ),
  ).toEqual([]);
});

test('what is attached and bounded by declaration comes back', () => {
  const more = { ...declared, fields: { AttachedPolicies: [DENY_ALL], PermissionsBoundary: BOUNDARY } };
  expect(calls(kind.plan(more, live()))).toEqual(['PutRolePermissionsBoundary', 'AttachRolePolicy']);
});

test('what was added and takes nothing is told, and goes where the declaration is exact', () => {
  const observed = live({ Policies: { Deliver: policyOf(write), Team: policyOf(read) } });
  expect(kind.drift(declared, observed)).toEqual([]);
  expect(remarksOn(role, declared, observed, HOME)).toEqual(['it also has the inline policy Team']);
  expect(calls(kind.plan({ ...declared, exact: true }, observed))).toEqual(['DeleteRolePolicy']);
});

test('a role that is gone is made anew, unless nobody said whom it trusts', () => {
  const gone: ObservedResource = { name: NAME, standing: 'missing', unread: {}, state: {} };
  const plan = kind.plan(declared, gone);
  expect(calls(plan)).toEqual(['CreateRole', 'PutRolePolicy']);
  expect(plan[0]).toMatchObject({ founds: true, input: { RoleName: NAME, Path: '/audit/' } });
  expect(JSON.parse(String(plan[0]?.input['AssumeRolePolicyDocument']))).toEqual(policyOf(trust));
  expect(kind.plan({ ...declared, fields: { Policies: { Deliver: policyOf(write) } } }, gone)).toEqual([]);
});

test('a trust by which CloudTrail could not assume it is never written', () => {
  const closed = { ...declared, fields: { AssumeRolePolicyDocument: policyOf(stranger) } };
  expect(kind.plan(closed, live({ AssumeRolePolicyDocument: policyOf() }))).toEqual([]);
});

test('its calls are known, and are about it by its name', () => {
  expect(knownCall('iam.amazonaws.com', 'DeleteRolePolicy')).toMatchObject({ kind: 'role' });
  expect(isNamedIn({ roleName: NAME, policyName: 'x' }, declared, HOME)).toBe(true);
  expect(isNamedIn({ roleName: 'Other' }, declared, HOME)).toBe(false);
});
