import { asText } from '../../foreign/values.ts';
import type { Home } from '../home.ts';
import {
  type DeclaredResource,
  type FieldRule,
  inTurn,
  normal,
  type ResourceKind,
  type ResourceRepair,
} from '../resource.ts';
import { asRequest, extraFilters, type Filter, filtersOf, missingFilters, replaced } from './filters.ts';

function repair(
  { name }: DeclaredResource,
  kind: string,
  sets: ResourceRepair['sets'],
  input: ResourceRepair['input'] = sets,
): ResourceRepair {
  return { kind, name, input: { logGroupName: name, ...input }, sets };
}

const arnOf = ({ name }: DeclaredResource, { partition, region, account }: Home): string =>
  `arn:${partition}:logs:${region}:${account}:log-group:${name}`;

/** Filters by their names: those that are declared come back, those that do harm go, and the others are told. */
function filters(
  field: string,
  singular: string,
  what: string,
  isHarmful: (filter: Filter, home: Home) => boolean,
): FieldRule {
  const goes = (wanted: unknown, found: unknown, { exact = false }: DeclaredResource, home: Home) =>
    extraFilters(wanted, found).filter((each) => exact || isHarmful(each, home));
  return {
    harm: 'delayed',
    grade: (declared, found) => (missingFilters(declared, found).length > 0 ? 'delayed' : 'exposed'),
    isAsGood: (declared, found, resource, home) =>
      missingFilters(declared, found).length + goes(declared, found, resource, home).length === 0,
    repair: (resource, { state }, home) => {
      const [wanted, found] = [resource.fields[field], state[field]];
      let list = filtersOf(found);
      // A log group has few places for them: first they are made free.
      const deleted = goes(wanted, found, resource, home).map(({ filterName }) => {
        list = replaced(list, filterName, []);
        return repair(resource, `Delete${singular}`, { [field]: list }, { filterName });
      });
      const put = missingFilters(wanted, found).map((filter) => {
        list = replaced(list, filter.filterName, [filter]);
        return repair(resource, `Put${singular}`, { [field]: list }, asRequest(filter));
      });
      return [...deleted, ...put];
    },
    remarks: (declared, found, resource, home) => {
      const gone = goes(declared, found, resource, home);
      return extraFilters(declared, found)
        .filter((each) => !gone.includes(each))
        .map(({ filterName }) => `it also has the ${what} ${filterName}`);
    },
  };
}

/** Whoever receives what a log group receives is of this account, as its ARN says. */
function isOfStranger({ destinationArn }: Filter, { account }: Home): boolean {
  return asText(destinationArn)?.split(':')[4] !== account;
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html */
const isMasked = (status: unknown): boolean => status === 'ACTIVATED';

const days = (retention: unknown): number =>
  typeof retention === 'number' && retention > 0 ? retention : Infinity;

/**
 * Log groups that trails deliver to. What was in one that was deleted is lost; it is made anew, and CloudTrail delivers to it again.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_Operations.html
 */
export const logGroup: ResourceKind = {
  noun: 'log group',
  source: 'logs.amazonaws.com',
  arn: arnOf,
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/logging_cw_api_calls_cwl.html
  tamperings: {
    CreateLogGroup: { deed: 'created', story: 'was created', part: 'all', harm: 'minor' },
    DeleteLogGroup: { deed: 'deleted', story: 'was DELETED', part: 'all', harm: 'lost' },
    DeleteLogStream: {
      deed: 'log stream deleted',
      story: 'had a LOG STREAM deleted',
      part: 'logStreams',
      harm: 'lost',
    },
    PutRetentionPolicy: {
      deed: 'retention changed',
      story: 'had its RETENTION changed',
      part: 'retentionInDays',
      harm: 'lost',
    },
    DeleteRetentionPolicy: {
      deed: 'retention lifted',
      story: 'had its retention lifted',
      part: 'retentionInDays',
      harm: 'minor',
    },
    AssociateKmsKey: { deed: 'key changed', story: 'had its KEY changed', part: 'kmsKeyId', harm: 'delayed' },
    DisassociateKmsKey: {
      deed: 'key removed',
      story: 'had its KEY removed',
      part: 'kmsKeyId',
      harm: 'minor',
    },
    PutSubscriptionFilter: {
      deed: 'subscription filter changed',
      story: 'had a SUBSCRIPTION FILTER changed',
      part: 'subscriptionFilters',
      harm: 'delayed',
    },
    DeleteSubscriptionFilter: {
      deed: 'subscription filter deleted',
      story: 'had a SUBSCRIPTION FILTER deleted',
      part: 'subscriptionFilters',
      harm: 'delayed',
    },
    PutMetricFilter: {
      deed: 'metric filter changed',
      story: 'had a METRIC FILTER changed',
      part: 'metricFilters',
      harm: 'delayed',
    },
    DeleteMetricFilter: {
      deed: 'metric filter deleted',
      story: 'had a METRIC FILTER deleted',
      part: 'metricFilters',
      harm: 'delayed',
    },
    PutLogGroupDeletionProtection: {
      deed: 'deletion protection changed',
      story: 'had its DELETION PROTECTION changed',
      part: 'deletionProtectionEnabled',
      harm: 'minor',
    },
    PutDataProtectionPolicy: {
      deed: 'data masked',
      story: 'had what is in it MASKED',
      part: 'dataProtectionStatus',
      harm: 'delayed',
    },
    DeleteDataProtectionPolicy: {
      deed: 'data unmasked',
      story: 'had what is in it UNMASKED',
      part: 'dataProtectionStatus',
      harm: 'exposed',
    },
    CreateExportTask: {
      deed: 'exported',
      story: 'was EXPORTED to a bucket',
      part: 'exports',
      harm: 'exposed',
    },
    PutResourcePolicy: {
      deed: 'resource policy changed',
      story: 'had its RESOURCE POLICY changed',
      part: 'resourcePolicy',
      harm: 'delayed',
    },
    // What arrived is kept beside what became of it.
    PutTransformer: {
      deed: 'events transformed',
      story: 'had its EVENTS TRANSFORMED',
      part: 'transformer',
      harm: 'minor',
    },
  },
  lost: 'the events that were in it are LOST',
  naming: ['logGroupName', 'logGroupIdentifier', 'resourceIdentifier', 'resourceArn'],
  names: (group, home) => [group.name, arnOf(group, home)],
  // Its streams.
  prefixes: (group, home) => [group.name, arnOf(group, home)].map((each) => `${each}:`),
  create: (group) => {
    const { kmsKeyId, logGroupClass, deletionProtectionEnabled } = group.fields;
    const made = (sets: ResourceRepair['sets']) =>
      ({ ...repair(group, 'CreateLogGroup', sets), founds: true }) as const;
    const plain = {
      ...(logGroupClass !== undefined && { logGroupClass }),
      ...(deletionProtectionEnabled === true && { deletionProtectionEnabled }),
    };
    // Where its key cannot be used, CloudTrail can deliver without.
    return inTurn(asText(kmsKeyId) ? [made({ ...plain, kmsKeyId }), made(plain)] : [made(plain)])[0];
  },
  fields: {
    // A class is for ever, and that of infrequent access feeds no filter.
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html
    logGroupClass: { harm: 'delayed' },
    retentionInDays: {
      mayBeAbsent: true,
      harm: 'lost',
      grade: (declared, found) => (days(found) < days(declared) ? 'lost' : 'minor'),
      isAsGood: (declared, found) => days(declared) === days(found),
      repair: (group) => {
        const retentionInDays = group.fields['retentionInDays'];
        return days(retentionInDays) === Infinity
          ? [repair(group, 'DeleteRetentionPolicy', { retentionInDays: undefined }, {})]
          : [repair(group, 'PutRetentionPolicy', { retentionInDays })];
      },
    },
    kmsKeyId: {
      mayBeAbsent: true,
      harm: 'delayed',
      grade: (_declared, found) => (normal(found) === undefined ? 'minor' : 'delayed'),
      repair: (group) => {
        const kmsKeyId = group.fields['kmsKeyId'];
        return asText(kmsKeyId)
          ? [repair(group, 'AssociateKmsKey', { kmsKeyId })]
          : [repair(group, 'DisassociateKmsKey', { kmsKeyId: undefined }, {})];
      },
    },
    deletionProtectionEnabled: {
      harm: 'minor',
      isAsGood: (declared, found) => declared !== true || found === true,
      repair: ({ name }) => {
        const sets = { deletionProtectionEnabled: true };
        return [
          { kind: 'PutLogGroupDeletionProtection', name, input: { logGroupIdentifier: name, ...sets }, sets },
        ];
      },
    },
    // What is masked no filter sees, nor whoever has no right to unmask it. The policy itself is not read: one that is gone cannot be put back.
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/mask-sensitive-log-data.html
    dataProtectionStatus: {
      mayBeAbsent: true,
      harm: 'delayed',
      isAsGood: (declared, found) => isMasked(declared) === isMasked(found),
      repair: (group) => {
        if (isMasked(group.fields['dataProtectionStatus'])) return [];
        const { name } = group;
        const sets = { dataProtectionStatus: undefined };
        return [{ kind: 'DeleteDataProtectionPolicy', name, input: { logGroupIdentifier: name }, sets }];
      },
    },
    // A policy of the whole account may mask, too: that is not this log group's to undo.
    inheritedProperties: { mayBeAbsent: true, harm: 'delayed' },
    subscriptionFilters: filters(
      'subscriptionFilters',
      'SubscriptionFilter',
      'subscription filter',
      isOfStranger,
    ),
    metricFilters: filters('metricFilters', 'MetricFilter', 'metric filter', () => false),
  },
};
