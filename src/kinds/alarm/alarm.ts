import { asRecord, asRecords } from '../../foreign/values.ts';
import {
  type DeclaredResource,
  type FieldRule,
  isEqual,
  type ResourceKind,
  type ResourceRepair,
} from '../resource.ts';

/**
 * What defines an alarm: PutMetricAlarm sets all of it, and forgets what it does not name. A template's properties have the same names.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
const DEFINITION = [
  'AlarmDescription',
  'ActionsEnabled',
  'OKActions',
  'AlarmActions',
  'InsufficientDataActions',
  'MetricName',
  'Namespace',
  'Statistic',
  'ExtendedStatistic',
  'Dimensions',
  'Period',
  'Unit',
  'EvaluationPeriods',
  'DatapointsToAlarm',
  'Threshold',
  'ComparisonOperator',
  'TreatMissingData',
  'EvaluateLowSampleCountPercentile',
  'Metrics',
  'ThresholdMetricId',
] as const;

/** These are numbers, which a template may write as texts. */
const NUMBERS = ['Period', 'EvaluationPeriods', 'DatapointsToAlarm', 'Threshold'];

/** A value as the API takes it. */
function requested(name: string, value: unknown): unknown {
  if (NUMBERS.includes(name) && typeof value === 'string') return Number(value);
  if (name === 'ActionsEnabled' || name === 'ReturnData') return String(value) === 'true';
  if (Array.isArray(value)) return value.map((item) => requested('', item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, requested(key, member)]));
}

/** What is gone by where nothing is said. */
const UNSAID: Readonly<Record<string, unknown>> = { ActionsEnabled: true, TreatMissingData: 'missing' };

/** A field so that what means the same is equal: of what a metric shows, it is returned unless it says otherwise. */
function meaningOf(name: string, value: unknown): unknown {
  const said = requested(name, value ?? UNSAID[name]);
  return name === 'Metrics'
    ? asRecords(said).map((metric) => ({ ReturnData: true, ...asRecord(metric) }))
    : said;
}

function write({ name, fields }: DeclaredResource): ResourceRepair {
  const said = DEFINITION.flatMap((field) => {
    const value = fields[field] ?? undefined;
    return value === undefined ? [] : [[field, requested(field, value)] as const];
  });
  const input = Object.fromEntries(said);
  const forgotten = Object.fromEntries(DEFINITION.map((field) => [field, undefined]));
  return {
    kind: 'PutMetricAlarm',
    name,
    input: { AlarmName: name, ...input },
    sets: { ...forgotten, ...input },
  };
}

const FALSE_ALARMS: readonly string[] = ['AlarmDescription', 'OKActions', 'InsufficientDataActions', 'Unit'];

const defined = (field: string): FieldRule => ({
  harm: FALSE_ALARMS.includes(field) ? 'minor' : 'lost',
  mayBeAbsent: true,
  isAsGood: (declared, found) => isEqual(meaningOf(field, declared), meaningOf(field, found)),
  repair: (alarm) => [write(alarm)],
});

/**
 * Alarms of CloudWatch: by them people hear of a guard that is silent. One that is made anew has no tags.
 */
export const alarm: ResourceKind = {
  noun: 'alarm',
  source: 'monitoring.amazonaws.com',
  arn: ({ name }, { partition, region, account }) =>
    `arn:${partition}:cloudwatch:${region}:${account}:alarm:${name}`,
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/logging_cw_api_calls.html
  tamperings: {
    DeleteAlarms: { deed: 'deleted', story: 'was DELETED', part: 'all', harm: 'lost' },
    DisableAlarmActions: { deed: 'silenced', story: 'was SILENCED', part: 'ActionsEnabled', harm: 'lost' },
    EnableAlarmActions: { deed: 'enabled', story: 'was enabled', part: 'ActionsEnabled', harm: 'minor' },
    PutMetricAlarm: { deed: 'redefined', story: 'was REDEFINED', part: 'all', harm: 'lost' },
    PutCompositeAlarm: { deed: 'replaced', story: 'was REPLACED', part: 'all', harm: 'lost' },
    PutLogAlarm: { deed: 'replaced', story: 'was REPLACED', part: 'all', harm: 'lost' },
    PutAlarmMuteRule: { deed: 'muted', story: 'was MUTED', part: 'mute rule', harm: 'lost' },
    SetAlarmState: { deed: 'state set', story: 'had its STATE set by hand', part: 'state', harm: 'lost' },
  },
  // How a record writes the targets of a mute rule is UNVERIFIED: as all else.
  naming: ['alarmName', 'alarmNames', 'muteTargets.alarmNames'],
  create: (declared) => ({ ...write(declared), founds: true }),
  fields: {
    ...Object.fromEntries(DEFINITION.map((field) => [field, defined(field)])),
    ActionsEnabled: {
      ...defined('ActionsEnabled'),
      repair: (declared) => {
        const { name, fields } = declared;
        if (meaningOf('ActionsEnabled', fields['ActionsEnabled']) !== true) return [write(declared)];
        const input = { AlarmNames: [name] };
        return [{ kind: 'EnableAlarmActions', name, input, sets: { ActionsEnabled: true } }];
      },
    },
  },
};
