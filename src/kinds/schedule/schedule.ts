import { asRecord } from '../../foreign/values.ts';
import { type DeclaredResource, isEqual, type ResourceKind, type ResourceRepair } from '../resource.ts';

/** A schedule is put back whole: a call that leaves something out resets it. https://docs.aws.amazon.com/scheduler/latest/APIReference/API_UpdateSchedule.html */
function whole({ name, fields }: DeclaredResource, kind: string): ResourceRepair {
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
  return { kind, name, input: { Name: name, ...given }, sets: fields };
}

const field = {
  harm: 'lost',
  repair: (resource: DeclaredResource) => [whole(resource, 'UpdateSchedule')],
} as const;

/** What is declared of a target; what the service adds by itself says nothing. */
function isAsGoodTarget(declared: unknown, found: unknown): boolean {
  const live = asRecord(found);
  return Object.entries(asRecord(declared)).every(([member, value]) => isEqual(value, live[member]));
}

/** Schedules of EventBridge Scheduler. https://docs.aws.amazon.com/scheduler/latest/UserGuide/logging-using-cloudtrail.html */
export const schedule: ResourceKind = {
  noun: 'schedule',
  source: 'scheduler.amazonaws.com',
  arn: ({ name }, { partition, region, account }) =>
    `arn:${partition}:scheduler:${region}:${account}:schedule/default/${name}`,
  naming: ['name'],
  tamperings: {
    UpdateSchedule: { deed: 'changed', story: 'was CHANGED', part: 'State', harm: 'lost' },
    DeleteSchedule: { deed: 'deleted', story: 'was DELETED', part: 'all', harm: 'lost' },
    CreateSchedule: { deed: 'created', story: 'was created', part: 'all', harm: 'minor' },
  },
  fields: {
    State: field,
    ScheduleExpression: field,
    FlexibleTimeWindow: field,
    Description: { ...field, harm: 'minor' },
    Target: { ...field, isAsGood: isAsGoodTarget },
    // A schedule that has ended, or begins in a hundred years, runs never; one that is encrypted by a disabled key, neither.
    ScheduleExpressionTimezone: {
      ...field,
      isAsGood: (declared, found) => isEqual(declared ?? 'UTC', found ?? 'UTC'),
    },
    StartDate: field,
    EndDate: field,
    KmsKeyArn: field,
    ActionAfterCompletion: {
      ...field,
      isAsGood: (declared, found) => isEqual(declared ?? 'NONE', found ?? 'NONE'),
    },
  },
  create: (resource) => ({ ...whole(resource, 'CreateSchedule'), founds: true }),
};
