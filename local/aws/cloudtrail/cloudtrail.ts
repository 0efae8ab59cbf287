import { AwsError } from '../wire/aws-error.ts';
import type { Operation, RecordForm, Request } from '../iam/call.ts';
import type { Right } from '../iam/iam.ts';
import type { Fields } from '../wire/request-shape.ts';
import {
  getEventConfiguration,
  getEventSelectors,
  getInsightSelectors,
  putEventConfiguration,
  putEventSelectors,
  putInsightSelectors,
} from './selectors.ts';
import { addTags, listTags, removeTags } from './tags.ts';
import {
  createTrail,
  deleteTrail,
  describeTrails,
  getTrail,
  getTrailStatus,
  listTrails,
  startLogging,
  stopLogging,
  updateTrail,
} from './trail-operations.ts';
import { lowerCamel } from './cloudtrail-record.ts';
import type { CloudTrailAccount, Run } from './trail.ts';
import { arnOf } from './trail.ts';

type ResourceField = 'Name' | 'TrailName' | 'ResourceId' | 'ResourceIdList' | undefined;

// Operation, the request's field that names the resource to authorise on (none: `*`), and whether it changes a trail.
const operations: Readonly<Record<string, readonly [Run, ResourceField, 'changes' | 'reads']>> = {
  CreateTrail: [createTrail, 'Name', 'changes'],
  UpdateTrail: [updateTrail, 'Name', 'changes'],
  DeleteTrail: [deleteTrail, 'Name', 'changes'],
  StartLogging: [startLogging, 'Name', 'changes'],
  StopLogging: [stopLogging, 'Name', 'changes'],
  PutEventSelectors: [putEventSelectors, 'TrailName', 'changes'],
  PutInsightSelectors: [putInsightSelectors, 'TrailName', 'changes'],
  PutEventConfiguration: [putEventConfiguration, 'TrailName', 'changes'],
  AddTags: [addTags, 'ResourceId', 'changes'],
  RemoveTags: [removeTags, 'ResourceId', 'changes'],
  GetTrail: [getTrail, 'Name', 'reads'],
  GetTrailStatus: [getTrailStatus, 'Name', 'reads'],
  DescribeTrails: [describeTrails, undefined, 'reads'],
  ListTrails: [listTrails, undefined, 'reads'],
  GetEventSelectors: [getEventSelectors, 'TrailName', 'reads'],
  GetInsightSelectors: [getInsightSelectors, 'TrailName', 'reads'],
  GetEventConfiguration: [getEventConfiguration, 'TrailName', 'reads'],
  ListTags: [listTags, 'ResourceIdList', 'reads'],
};

/** Stop, Start, Delete and the tag calls have null response elements. */
const ANSWER_IS_RECORDED = [
  'CreateTrail',
  'UpdateTrail',
  'PutEventSelectors',
  'PutInsightSelectors',
  'PutEventConfiguration',
];

/** How a call of CloudTrail's own is written down; undefined for reads. */
export function recordedAs(operation: string): RecordForm | undefined {
  if (operations[operation]?.[2] !== 'changes') return undefined;
  return {
    eventSource: 'cloudtrail.amazonaws.com',
    ...(ANSWER_IS_RECORDED.includes(operation) && { responseElements: lowerCamel }),
  };
}

/**
 * CloudTrail's operations on an account. Quotas in calls per second: 1 for each changing operation, 10 for each
 * reading one, 2 for LookupEvents.
 *
 * @see https://docs.aws.amazon.com/general/latest/gr/ct.html
 */
export function cloudTrailOperations(
  cloud: CloudTrailAccount,
  lookUp: (region: string, input: unknown) => object,
): readonly Operation[] {
  const all: Readonly<Record<string, readonly [Run, ResourceField, 'changes' | 'reads']>> = {
    ...operations,
    LookupEvents: [(_cloud, region, input) => lookUp(region, input), undefined, 'reads'],
  };
  return Object.entries(all).map(([name, [run, field, effect]]) => {
    const recorded = recordedAs(name);
    return {
      name,
      mutating: effect === 'changes',
      ...(recorded && { recorded }),
      perSecond: name === 'LookupEvents' ? 2 : effect === 'changes' ? 1 : 10,
      rights: (request) => [
        ...ownRights(cloud, name, field, request),
        ...dependentRights(cloud, name, request),
      ],
      denial: ({ principal }, { action, resource }, decision) =>
        new AwsError(
          'AccessDeniedException',
          `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource} ` +
            (decision === 'explicitly denied'
              ? 'with an explicit deny in an identity-based policy'
              : `because no identity-based policy allows the ${action} action`),
        ),
      failure: (fault) => new AwsError(fault, `${fault} was injected into ${name}.`, serverFaults[fault]),
      run: ({ region, input }) => run(cloud, region, input),
    };
  });
}

const serverFaults: Readonly<Record<string, number>> = {
  InternalFailure: 500,
  InternalServerError: 500,
  ServiceUnavailable: 503,
  ServiceUnavailableException: 503,
};

function ownRights(
  cloud: CloudTrailAccount,
  name: string,
  field: ResourceField,
  request: Request,
): readonly Right[] {
  const value = field === undefined ? '*' : request.input[field];
  const named = [value].flat().filter((each) => typeof each === 'string');
  return named.map((each) => ({
    action: `cloudtrail:${name}`,
    resource: each === '*' ? each : arnOf(cloud, request.region, each),
    context: { 'aws:RequestedRegion': request.region },
  }));
}

/**
 * What a call needs beside its own action: tags at creation, the role handed to CloudWatch Logs, and the organisation.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudtrail.html
 */
function dependentRights(
  cloud: CloudTrailAccount,
  name: string,
  { region, input }: Request,
): readonly Right[] {
  if (name !== 'CreateTrail' && name !== 'UpdateTrail') return [];
  const trail = text(input, 'Name');
  const role = text(input, 'CloudWatchLogsRoleArn');
  const rights: Right[] = [];
  if (trail && Array.isArray(input['TagsList']) && input['TagsList'].length > 0) {
    rights.push({ action: 'cloudtrail:AddTags', resource: arnOf(cloud, region, trail) });
  }
  if (role) {
    const context = { 'iam:PassedToService': 'cloudtrail.amazonaws.com' };
    rights.push({ action: 'iam:PassRole', resource: role, context });
  }
  if (input['IsOrganizationTrail'] === true) {
    rights.push(
      { action: 'organizations:ListAWSServiceAccessForOrganization', resource: '*' },
      { action: 'organizations:DescribeOrganization', resource: '*' },
    );
  }
  return rights;
}

function text(input: Fields, field: string): string | undefined {
  const value = input[field];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
