import { z } from 'zod';
import type { PassedRole } from '../iam/live-roles.ts';
import type { Operation, Request } from '../iam/call.ts';
import { lowerCamel } from '../cloudtrail/cloudtrail-record.ts';
import { operationsOf, passRole, type Row, SERVER_FAULTS } from '../operation.ts';
import { AwsError } from '../wire/aws-error.ts';
import { readRequest } from '../wire/request-shape.ts';
import { type Schedule, SCHEDULER, scheduleOf, scheduleShape } from './schedule.ts';

/** EventBridge Scheduler of one account. */
export interface ScheduleService {
  readonly routes: readonly (readonly [method: string, path: string, operation: Operation])[];
  readonly add: (schedules: readonly Schedule[]) => void;
  readonly all: () => readonly Schedule[];
}

/** What the scheduler's operations need of their surroundings. */
export interface ScheduleSurroundings {
  readonly account: string;
  readonly partition: string;
  readonly roleOf: (arn: string) => PassedRole | undefined;
}

/** @see https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Operations.html */
const METHODS: Readonly<Record<string, string>> = {
  GetSchedule: 'GET',
  CreateSchedule: 'POST',
  UpdateSchedule: 'PUT',
  DeleteSchedule: 'DELETE',
};

const seconds = (date: Date) => date.getTime() / 1000;

/** No schedules. */
export function scheduleService({ account, partition, roleOf }: ScheduleSurroundings): ScheduleService {
  const schedules = new Map<string, Schedule & { readonly created: Date; readonly modified: Date }>();

  // The group stands in the body of what changes a schedule, and in the query of what does not.
  const groupOf = ({ input }: Request) =>
    z
      .string()
      .default('default')
      .parse(input['GroupName'] ?? input['groupName']);
  const arnOf = (request: Request) =>
    `arn:${partition}:scheduler:${request.region}:${account}:schedule/${groupOf(request)}/${String(request.input['Name'])}`;
  const on = (request: Request) => [{ resource: arnOf(request) }];
  const find = (request: Request) => {
    const found = schedules.get(arnOf(request));
    if (found) return found;
    throw new AwsError(
      'ResourceNotFoundException',
      `Schedule ${String(request.input['Name'])} does not exist.`,
      404,
    );
  };
  const put = (request: Request, created: Date) => {
    const { Name: name, ...given } = request.input;
    const described = readRequest(scheduleShape, given, 'ValidationException');
    const role = roleOf(described.Target.RoleArn);
    if (!role?.services.includes(SCHEDULER))
      throw new AwsError(
        'ValidationException',
        'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.',
      );
    const arn = arnOf(request);
    schedules.set(arn, {
      ...scheduleOf(String(name), arn, role, described),
      created,
      modified: new Date(),
    });
    return { ScheduleArn: arn };
  };
  const passed = ({ input: { Target } }: Request) =>
    typeof Target === 'object' && Target !== null && 'RoleArn' in Target
      ? passRole(Target.RoleArn, SCHEDULER)
      : [];

  const rows: readonly Row[] = [
    {
      name: 'GetSchedule',
      on,
      run: (request) => {
        const { name, arn, described, created, modified } = find(request);
        return {
          Name: name,
          Arn: arn,
          ...described,
          ActionAfterCompletion: 'NONE',
          CreationDate: seconds(created),
          LastModificationDate: seconds(modified),
        };
      },
    },
    {
      name: 'CreateSchedule',
      on,
      alsoNeeds: passed,
      changes: { responseElements: lowerCamel },
      run: (request) => {
        if (schedules.has(arnOf(request)))
          throw new AwsError(
            'ConflictException',
            `Schedule ${String(request.input['Name'])} already exists.`,
            409,
          );
        return put(request, new Date());
      },
    },
    // All of it is written anew: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_UpdateSchedule.html
    {
      name: 'UpdateSchedule',
      on,
      alsoNeeds: passed,
      changes: { responseElements: lowerCamel },
      run: (request) => put(request, find(request).created),
    },
    {
      name: 'DeleteSchedule',
      on,
      changes: {},
      run: (request) => {
        schedules.delete(find(request).arn);
        return {};
      },
    },
  ];
  const operations = operationsOf(
    {
      prefix: 'scheduler',
      denied: { name: 'AccessDeniedException', status: 403 },
      statuses: SERVER_FAULTS,
    },
    rows,
  );

  return {
    routes: operations.map((operation) => [METHODS[operation.name] ?? '', '/schedules/{Name}', operation]),
    add: (added) => {
      const now = new Date();
      for (const schedule of added) schedules.set(schedule.arn, { ...schedule, created: now, modified: now });
    },
    all: () => [...schedules.values()],
  };
}
