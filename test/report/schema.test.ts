import { contained, refused } from '../../src/containment/containment.ts';
import { type Principal, principalOf } from '../../src/containment/principal.ts';
import { notableCall } from '../../src/record/notable-call.ts';
import { readActor } from '../../src/record/actor.ts';
import { ENDINGS } from '../../src/report/endings.ts';
import { reportSchema } from '../../src/report/schema.ts';
import { home, mallory } from '../fakes/samples.ts';

const { verdict, containment, aftermath } = reportSchema.shape;
const admin: Principal = { kind: 'Role', name: 'Admin', arn: 'arn:aws:iam::123456789012:role/Admin' };

test('the schema knows every verdict', () => {
  expect([...verdict.options].sort()).toEqual(Object.keys(ENDINGS).sort());
});

test.each([
  ['done', contained(admin, 'arn:aws:iam::123456789012:policy/containment', 0)],
  ['refused', refused(admin, new Error('no'))],
  ['of nobody', principalOf(readActor({ type: 'Root' }), home, [])],
])('the outcome of a containment that is %s is told as the schema says', (_what, outcome) => {
  expect(containment.parse(outcome)).toEqual(outcome);
});

test('a notable call is told as the schema says', () => {
  const call = notableCall({
    eventSource: 'iam.amazonaws.com',
    eventName: 'CreateAccessKey',
    eventID: '7d3c2b1a-0000-4000-8000-00000000000c',
    eventTime: '2026-11-20T23:47:40Z',
    sourceIPAddress: '198.51.100.7',
    userIdentity: mallory,
    errorCode: 'AccessDenied',
    readOnly: false,
    requestParameters: { userName: 'mallory-backdoor' },
  });
  expect(aftermath.unwrap().shape.calls.element.required().parse(call)).toEqual(call);
});
