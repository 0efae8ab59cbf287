import { alarm } from '../../../src/kinds/alarm/alarm.ts';
import { isNamedIn, knownCall } from '../../../src/kinds/kinds.ts';
import {
  type DeclaredResource,
  harmOf,
  loopKind,
  type ObservedResource,
} from '../../../src/kinds/resource.ts';

const HOME = { partition: 'aws', region: 'us-east-1', account: '111122223333' };
const NAME = 'trailkeeper-drill-missing-sweeps';
const TOPIC = 'arn:aws:sns:us-east-1:111122223333:trailkeeper-drill-alerts';
const counted = {
  Id: 'counted',
  ReturnData: false,
  MetricStat: { Period: 300, Stat: 'Sum', Metric: { Namespace: 'Trailkeeper', MetricName: 'SweepFinished' } },
};
const heartbeat = { Id: 'heartbeat', Expression: 'FILL(counted, 0)', Label: 'Counted' };

const declared: DeclaredResource = {
  kind: 'alarm',
  name: NAME,
  purpose: 'guard',
  watch: 'enforce',
  trails: [],
  fields: {
    AlarmDescription: 'No sweep has finished.',
    ActionsEnabled: null,
    AlarmActions: [TOPIC],
    OKActions: [TOPIC],
    InsufficientDataActions: null,
    Metrics: [{ ...counted, MetricStat: { ...counted.MetricStat, Period: '300' } }, heartbeat],
    MetricName: null,
    Dimensions: null,
    EvaluationPeriods: '3',
    DatapointsToAlarm: 3,
    Threshold: 1,
    ComparisonOperator: 'LessThanThreshold',
    TreatMissingData: 'breaching',
  },
};

const live = (changes: Record<string, unknown> = {}): ObservedResource => ({
  name: NAME,
  standing: 'here',
  unread: {},
  state: {
    AlarmDescription: 'No sweep has finished.',
    ActionsEnabled: true,
    AlarmActions: [TOPIC],
    OKActions: [TOPIC],
    InsufficientDataActions: [],
    Metrics: [{ ...heartbeat, ReturnData: true }, counted],
    Dimensions: [],
    EvaluationPeriods: 3,
    DatapointsToAlarm: 3,
    Threshold: 1,
    ComparisonOperator: 'LessThanThreshold',
    TreatMissingData: 'breaching',
    ...changes,
  },
});

const kind = loopKind(alarm, HOME);
const mended = (observed: ObservedResource) =>
  kind.plan(declared, observed).reduce((seen, repair) => kind.after(repair, seen), observed);

test('an alarm as declared has no drift', () => {
  expect(kind.drift(declared, live())).toEqual([]);
});

test.each<[string, Record<string, unknown>, string[], string]>([
  ['does nothing', { ActionsEnabled: false }, ['EnableAlarmActions'], 'lost'],
  ['tells nobody', { AlarmActions: [] }, ['PutMetricAlarm'], 'lost'],
  ['tells somebody else', { AlarmActions: [`${TOPIC}-2`] }, ['PutMetricAlarm'], 'lost'],
  ['does not tell that it is over', { OKActions: [] }, ['PutMetricAlarm'], 'minor'],
  ['rings never', { Threshold: -1 }, ['PutMetricAlarm'], 'lost'],
  ['waits for longer', { EvaluationPeriods: 100, DatapointsToAlarm: 100 }, ['PutMetricAlarm'], 'lost'],
  ['takes silence for good', { TreatMissingData: 'notBreaching' }, ['PutMetricAlarm'], 'lost'],
  ['says nothing of silence', { TreatMissingData: undefined }, ['PutMetricAlarm'], 'lost'],
  [
    'counts something else',
    { Metrics: [counted, { ...heartbeat, Expression: '7' }] },
    ['PutMetricAlarm'],
    'lost',
  ],
  [
    'looks at what it should only use',
    {
      Metrics: [
        { ...counted, ReturnData: true },
        { ...heartbeat, ReturnData: false },
      ],
    },
    ['PutMetricAlarm'],
    'lost',
  ],
  ['is of a metric', { Metrics: undefined, MetricName: 'Errors' }, ['PutMetricAlarm'], 'lost'],
  [
    'does nothing, and rings never',
    { ActionsEnabled: false, Threshold: -1 },
    ['EnableAlarmActions', 'PutMetricAlarm'],
    'lost',
  ],
])('an alarm that %s is put back: %#', (_what, changes, calls, harm) => {
  const drift = kind.drift(declared, live(changes));
  expect(drift.map((each) => harmOf(alarm, each, HOME))).toContain(harm);
  expect(new Set(kind.plan(declared, live(changes)).map(({ kind: call }) => call))).toEqual(new Set(calls));
  expect(kind.plan(declared, live(changes))).toHaveLength(calls.length);
  expect(kind.drift(declared, mended(live(changes)))).toEqual([]);
});

test('an alarm that is gone is made anew by one request, numbers as numbers', () => {
  const gone: ObservedResource = { name: NAME, standing: 'missing', unread: {}, state: {} };
  expect(kind.plan(declared, gone)).toMatchObject([
    {
      kind: 'PutMetricAlarm',
      founds: true,
      input: {
        AlarmName: NAME,
        AlarmActions: [TOPIC],
        EvaluationPeriods: 3,
        Metrics: [counted, heartbeat],
        TreatMissingData: 'breaching',
      },
    },
  ]);
  expect(kind.drift(declared, mended(gone))).toEqual([]);
});

test('actions that were declared to be off are switched off again', () => {
  const off = { ...declared, fields: { ...declared.fields, ActionsEnabled: false } };
  expect(kind.plan(off, live())).toMatchObject([
    { kind: 'PutMetricAlarm', input: { ActionsEnabled: false } },
  ]);
});

test.each([
  ['DisableAlarmActions', { alarmNames: ['another', NAME] }, true],
  ['DeleteAlarms', { alarmNames: [NAME] }, true],
  ['PutMetricAlarm', { alarmName: NAME }, true],
  ['SetAlarmState', { alarmName: NAME, stateValue: 'OK' }, true],
  ['DeleteAlarms', { alarmNames: ['another', { name: NAME }] }, false],
])('a call of %s with %p is about it: %p', (call, request, expected) => {
  expect(knownCall('monitoring.amazonaws.com', call)).toMatchObject({ kind: 'alarm' });
  expect(isNamedIn(request, declared, HOME)).toBe(expected);
});
