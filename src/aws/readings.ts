import {
  type CloudTrailClient,
  GetEventConfigurationCommand,
  type GetEventConfigurationResponse,
  GetEventSelectorsCommand,
  GetInsightSelectorsCommand,
  type GetInsightSelectorsResponse,
  GetTrailCommand,
  GetTrailStatusCommand,
  ListTagsCommand,
  type ListTagsResponse,
  type Trail as LiveTrail,
} from '@aws-sdk/client-cloudtrail';
import type { Trail } from '../kinds/trail/schema.ts';
import { DEFAULT_EVENT_SELECTORS } from '../kinds/trail/default-selectors.ts';
import type { Part } from '../kinds/trail/fields.ts';
import type { TrailState } from '../kinds/trail/observed.ts';

/** CloudTrail's own name for an error. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : 'Error';
}

/** CloudTrail says what it cannot deliver in these, while IsLogging stays true. */
const DELIVERIES = {
  LatestDeliveryError: 'log files to S3',
  LatestDigestDeliveryError: 'digest files to S3',
  LatestCloudWatchLogsDeliveryError: 'events to CloudWatch Logs',
  LatestNotificationError: 'notifications to SNS',
} as const;

/** Rejects, like all that reads here, with CloudTrail's error. */
export async function readSettings(client: CloudTrailClient, name: string) {
  const { Trail = {} } = await client.send(new GetTrailCommand({ Name: name }));
  return Trail;
}

/** The answer's names are not the requests': LogFileValidationEnabled, SnsTopicARN. */
export function settingsOf({ LogFileValidationEnabled, SnsTopicARN, ...live }: LiveTrail): TrailState {
  return {
    S3BucketName: live.S3BucketName ?? '',
    S3KeyPrefix: live.S3KeyPrefix,
    IsMultiRegionTrail: live.IsMultiRegionTrail ?? false,
    IncludeGlobalServiceEvents: live.IncludeGlobalServiceEvents ?? false,
    IsOrganizationTrail: live.IsOrganizationTrail ?? false,
    EnableLogFileValidation: LogFileValidationEnabled ?? false,
    KmsKeyId: live.KmsKeyId,
    CloudWatchLogsLogGroupArn: live.CloudWatchLogsLogGroupArn,
    CloudWatchLogsRoleArn: live.CloudWatchLogsRoleArn,
    SnsTopicName: SnsTopicARN,
    ...(live.RecursiveLogging === undefined ? {} : { RecursiveLogging: live.RecursiveLogging }),
  };
}

/** Whether a trail logs, since when, and what it cannot deliver. */
export async function readLogging(client: CloudTrailClient, name: string) {
  const status = await client.send(new GetTrailStatusCommand({ Name: name }));
  const deliveryErrors = Object.entries(DELIVERIES).flatMap(([field, what]) => {
    const error = status[field as keyof typeof DELIVERIES];
    return error ? [`${what}: ${error}`] : [];
  });
  const times = {
    startedLogging: status.StartLoggingTime?.getTime(),
    stoppedLogging: status.StopLoggingTime?.getTime(),
    deliveredLogFile: status.LatestDeliveryTime?.getTime(),
    deliveredDigest: status.LatestDigestDeliveryTime?.getTime(),
    deliveredEvents: status.LatestCloudWatchLogsDeliveryTime?.getTime(),
    notified: status.LatestNotificationTime?.getTime(),
  };
  return { state: { IsLogging: status.IsLogging ?? false }, times, deliveryErrors };
}

/**
 * The operators of a field that say something: the User Guide shows those that do not as [].
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/filtering-data-events.html
 */
function given(conditions: Readonly<Record<string, string[] | undefined>>): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(conditions).flatMap(([operator, values]) =>
      values?.length ? [[operator, values] as const] : [],
    ),
  );
}

/** The selectors, in the one dialect that the trail has. */
export async function readSelectors(client: CloudTrailClient, name: string): Promise<TrailState> {
  const { EventSelectors, AdvancedEventSelectors } = await client.send(
    new GetEventSelectorsCommand({ TrailName: name }),
  );
  if (AdvancedEventSelectors?.length)
    return {
      AdvancedEventSelectors: AdvancedEventSelectors.map(({ Name, FieldSelectors }) => ({
        Name,
        FieldSelectors: (FieldSelectors ?? []).map(({ Field, ...conditions }) => ({
          Field: Field ?? '',
          ...given(conditions),
        })),
      })),
    };
  if (!EventSelectors?.length) return { EventSelectors: [...DEFAULT_EVENT_SELECTORS] };
  return {
    EventSelectors: EventSelectors.map((selector) => ({
      ReadWriteType: selector.ReadWriteType ?? 'All',
      IncludeManagementEvents: selector.IncludeManagementEvents ?? true,
      DataResources: (selector.DataResources ?? []).map(({ Type = '', Values = [] }) => ({ Type, Values })),
      ExcludeManagementEventSources: selector.ExcludeManagementEventSources ?? [],
    })),
  };
}

/** What CloudTrail does not support somewhere, no trail has there: declared all the same, it is drift, and its repair says why. */
async function unlessUnsupported<T>(reads: Promise<T>, none: T, ...others: readonly string[]): Promise<T> {
  try {
    return await reads;
  } catch (error) {
    if (['UnsupportedOperationException', ...others].includes(errorName(error))) return none;
    throw error;
  }
}

/**
 * Insights that are off are an error to CloudTrail, and an empty list here.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetInsightSelectors.html
 */
export async function readInsights(client: CloudTrailClient, name: string): Promise<TrailState> {
  const { InsightSelectors = [] } = await unlessUnsupported<GetInsightSelectorsResponse>(
    client.send(new GetInsightSelectorsCommand({ TrailName: name })),
    {},
    'InsightNotEnabledException',
  );
  return {
    InsightSelectors: InsightSelectors.flatMap(({ InsightType, EventCategories = ['Management'] }) =>
      InsightType ? [{ InsightType, EventCategories }] : [],
    ),
  };
}

/** How data events are aggregated. */
export async function readEventConfiguration(client: CloudTrailClient, name: string): Promise<TrailState> {
  const { AggregationConfigurations = [] } = await unlessUnsupported<GetEventConfigurationResponse>(
    client.send(new GetEventConfigurationCommand({ TrailName: name })),
    {},
  );
  return {
    AggregationConfigurations: AggregationConfigurations.flatMap(({ EventCategory, Templates = [] }) =>
      EventCategory ? [{ EventCategory, Templates }] : [],
    ),
  };
}

/** The tags of up to 20 trails, by ARN; those that only AWS may write are left out. */
export async function readTags(
  client: CloudTrailClient,
  arns: readonly string[],
): Promise<ReadonlyMap<string, Trail['TagsList']>> {
  const { ResourceTagList = [] } = await unlessUnsupported<ListTagsResponse>(
    client.send(new ListTagsCommand({ ResourceIdList: [...arns] })),
    {},
  );
  return new Map(
    ResourceTagList.map(({ ResourceId = '', TagsList = [] }) => [
      ResourceId,
      TagsList.flatMap(({ Key = '', Value = '' }) => (Key.startsWith('aws:') ? [] : [{ Key, Value }])),
    ]),
  );
}

/** What came of reading one part. */
export type Reading<T> =
  { readonly part: Part; readonly value: T } | { readonly part: Part; readonly error: unknown };

/** Waits for a reading, and never rejects. */
export async function reading<T>(part: Part, read: Promise<T>): Promise<Reading<T>> {
  try {
    return { part, value: await read };
  } catch (error) {
    return { part, error };
  }
}

/** Whether CloudTrail says that there is no such trail. */
export const isMissing = (read: Reading<unknown>): boolean =>
  'error' in read && ['TrailNotFoundException', 'ResourceNotFoundException'].includes(errorName(read.error));
