import { lambdaFunction } from '../../../src/kinds/function/function.ts';
import { isNamedIn } from '../../../src/kinds/kinds.ts';
import { type DeclaredResource, loopKind, type ObservedResource } from '../../../src/kinds/resource.ts';

const HOME = { partition: 'aws', region: 'us-east-1', account: '111122223333' };
const QUEUE = 'arn:aws:sqs:us-east-1:111122223333:trailkeeper-prod-passes.fifo';
const UUID = '0b1c2d3e-4f56-4789-8abc-def012345678';
const mapping = {
  EventSourceArn: QUEUE,
  Enabled: true,
  BatchSize: 5,
  FunctionResponseTypes: ['ReportBatchItemFailures'],
};

const declared: DeclaredResource = {
  kind: 'function',
  name: 'trailkeeper-prod-tell',
  purpose: 'guard',
  watch: 'enforce',
  trails: [],
  fields: {
    Timeout: 60,
    Environment: { Variables: { MODE: 'enforce', LATE: 'false' } },
    KMSKeyArn: null,
    VpcConfig: null,
    ReservedConcurrentExecutions: null,
    EventSourceMapping: { ...mapping, UUID },
  },
};

const live = (changes: object = {}): ObservedResource => ({
  name: declared.name,
  standing: 'here',
  unread: {},
  state: {
    ...declared.fields,
    KMSKeyArn: undefined,
    VpcConfig: { SubnetIds: [], SecurityGroupIds: [], VpcId: '' },
    EventSourceMapping: [
      { ...mapping, EventSourceArn: `${QUEUE}-other`, UUID: 'other', Enabled: false },
      { ...mapping, UUID },
    ],
    ...changes,
  },
});

const kind = loopKind(lambdaFunction, HOME);

test('a function as declared has no drift, whatever other queue it has ceased to read', () => {
  expect(kind.drift(declared, live())).toEqual([]);
});

test.each([
  ['may not run', { ReservedConcurrentExecutions: 0 }, 'DeleteFunctionConcurrency', {}],
  ['has no time', { Timeout: 1 }, 'UpdateFunctionConfiguration', { Timeout: 60 }],
  [
    'has its variables encrypted',
    { KMSKeyArn: 'arn:aws:kms:x' },
    'UpdateFunctionConfiguration',
    { KMSKeyArn: '' },
  ],
  [
    'is in a network',
    { VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'], VpcId: 'vpc-1' } },
    'UpdateFunctionConfiguration',
    { VpcConfig: { SubnetIds: [], SecurityGroupIds: [] } },
  ],
  [
    'reads what a filter leaves',
    {
      EventSourceMapping: [
        { ...mapping, UUID, FilterCriteria: { Filters: [{ Pattern: '{"body":["x"]}' }] } },
      ],
    },
    'UpdateEventSourceMapping',
    { UUID, Enabled: true, FilterCriteria: {} },
  ],
  [
    'reads nothing',
    { EventSourceMapping: [{ ...mapping, UUID, Enabled: false }] },
    'UpdateEventSourceMapping',
    { UUID, Enabled: true },
  ],
  ['has lost its queue', { EventSourceMapping: [] }, 'CreateEventSourceMapping', { EventSourceArn: QUEUE }],
  [
    'reads what another queue says',
    {
      EventSourceMapping: [
        { ...mapping, UUID },
        { ...mapping, EventSourceArn: `${QUEUE}-hers`, UUID: 'hers' },
      ],
    },
    'UpdateEventSourceMapping',
    { UUID: 'hers', Enabled: false },
  ],
])('a function that %s is put back', (_what, changes, call, input) => {
  expect(kind.plan(declared, live(changes))).toMatchObject([{ kind: call, input }]);
  const mended = kind
    .plan(declared, live(changes))
    .reduce((seen, repair) => kind.after(repair, seen), live(changes));
  expect(kind.drift(declared, mended)).toEqual([]);
});

test.each([
  [{ functionName: 'trailkeeper-prod-tell' }],
  [{ functionName: 'function:trailkeeper-prod-tell' }],
  [{ functionName: '111122223333:trailkeeper-prod-tell' }],
  [{ functionName: '111122223333:function:trailkeeper-prod-tell:$LATEST' }],
  [{ functionName: 'us-east-1:111122223333:function:trailkeeper-prod-tell' }],
  [{ functionName: 'arn:aws:lambda:us-east-1:111122223333:function:trailkeeper-prod-tell' }],
  [{ uUID: UUID }],
])('a call with %p is about the function', (request) => {
  expect(isNamedIn(request, declared, HOME)).toBe(true);
});

test.each([
  [{ functionName: 'trailkeeper-prod-tell-2' }],
  [{ functionName: '999988887777:function:trailkeeper-prod-tell' }],
  [{ uUID: 'another' }],
])('a call with %p is not', (request) => {
  expect(isNamedIn(request, declared, HOME)).toBe(false);
});

const permission = {
  Effect: 'Allow',
  Principal: { Service: 'events.amazonaws.com' },
  Action: 'lambda:InvokeFunction',
  Resource: 'arn:aws:lambda:us-east-1:111122223333:function:trailkeeper-prod-heal',
  Condition: {
    ArnLike: { 'AWS:SourceArn': 'arn:aws:events:us-east-1:111122223333:rule/trailkeeper-prod-heal-rule-1' },
  },
};
const permitted: DeclaredResource = {
  ...declared,
  name: 'trailkeeper-prod-heal',
  fields: { Policy: { Version: '2012-10-17', Statement: [permission] } },
};

/** What is called to put the policy of the function right. */
const callsFor = (...statements: object[]) =>
  kind
    .plan(permitted, {
      name: permitted.name,
      standing: 'here',
      unread: {},
      state: { Policy: JSON.stringify({ Version: '2012-10-17', Statement: statements }) },
    })
    .map(({ kind: call, input }) => [call, input['StatementId']]);

test('a permission that is gone is added, by the same id each time', () => {
  const [[call, id] = []] = callsFor();
  expect(call).toBe('AddPermission');
  expect(callsFor()).toEqual([[call, id]]);
});

test('whoever has taken the id of a permission that is gone, harmless as it may be, has to give it up', () => {
  const [[, id] = []] = callsFor();
  const otherRule = { 'AWS:SourceArn': 'arn:aws:events:us-east-1:111122223333:rule/another' };
  const squatter = { ...permission, Sid: id, Condition: { ArnLike: otherRule } };
  expect(callsFor(squatter)).toEqual([
    ['RemovePermission', id],
    ['AddPermission', id],
  ]);
});
