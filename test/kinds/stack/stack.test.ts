import { isNamedIn, knownCall } from '../../../src/kinds/kinds.ts';
import { type DeclaredResource, loopKind, type ObservedResource } from '../../../src/kinds/resource.ts';
import { stack } from '../../../src/kinds/stack/stack.ts';

const HOME = { partition: 'aws', region: 'us-east-1', account: '111122223333' };
const NAME = 'trailkeeper-drill';
const ID = `arn:aws:cloudformation:us-east-1:111122223333:stack/${NAME}/0b1c2d3e-4f56-4789-8abc-def012345678`;

const declared: DeclaredResource = {
  kind: 'stack',
  name: NAME,
  purpose: 'guard',
  watch: 'enforce',
  trails: [],
  fields: { StackStatus: 'CREATE_COMPLETE', EnableTerminationProtection: true },
};
const live = (changes: Record<string, unknown> = {}): ObservedResource => ({
  name: NAME,
  standing: 'here',
  unread: {},
  state: { StackStatus: 'CREATE_COMPLETE', EnableTerminationProtection: true, ...changes },
});

const kind = loopKind(stack, HOME);

test.each([
  ['as declared', {}, []],
  ['being updated', { StackStatus: 'UPDATE_IN_PROGRESS' }, []],
  ['being deleted', { StackStatus: 'DELETE_IN_PROGRESS' }, ['StackStatus']],
  ['not protected', { EnableTerminationProtection: false }, ['EnableTerminationProtection']],
])('a stack that is %s drifts in %p: %#', (_what, changes, fields) => {
  expect(kind.drift(declared, live(changes)).map(({ field }) => field)).toEqual(fields);
});

test('a stack is protected again, if that was declared', () => {
  const observed = live({ EnableTerminationProtection: false });
  const plan = kind.plan(declared, observed);
  expect(plan).toMatchObject([
    {
      kind: 'UpdateTerminationProtection',
      input: { StackName: NAME, EnableTerminationProtection: true },
    },
  ]);
  const mended = plan.reduce((seen, repair) => kind.after(repair, seen), observed);
  expect(kind.drift(declared, mended)).toEqual([]);
  expect(kind.plan({ ...declared, fields: { StackStatus: '' } }, observed)).toEqual([]);
});

test('a stack that is gone comes back by one command', () => {
  expect(stack.command?.(NAME)).toBe('npx serverless deploy --stage drill');
});

test.each([
  ['being deleted', live({ StackStatus: 'DELETE_IN_PROGRESS' })],
  ['gone', { name: NAME, standing: 'missing', unread: {}, state: {} } as const],
])('that a stack is %s can only be told', (_what, observed) => {
  expect(kind.drift(declared, observed)).not.toEqual([]);
  expect(kind.plan(declared, observed)).toEqual([]);
});

test.each([
  ['DeleteStack', { stackName: NAME }, true],
  ['DeleteStack', { stackName: ID }, true],
  ['ExecuteChangeSet', { changeSetName: 'x', stackName: NAME }, true],
  ['UpdateTerminationProtection', { stackName: ID.replace(NAME, `${NAME}-2`) }, false],
])('a call of %s with %p is about it: %p', (call, request, expected) => {
  expect(knownCall('cloudformation.amazonaws.com', call)).toMatchObject({ kind: 'stack' });
  expect(isNamedIn(request, declared, HOME)).toBe(expected);
});
