import {
  type CloudTrailClient,
  GetEventConfigurationCommand,
  GetEventSelectorsCommand,
  GetInsightSelectorsCommand,
  GetTrailCommand,
  GetTrailStatusCommand,
  ListTagsCommand,
  type Trail as LiveTrail,
} from '@aws-sdk/client-cloudtrail';
import {
  DEFAULT_EVENT_SELECTORS,
  type Home,
  type ObservedTrail,
  type Part,
  type Standing,
  type TrailState,
  trailArn,
} from '../trail.ts';

function errorName(error: unknown): string {
  return error instanceof Error ? error.name : 'Error';
}

/** CloudTrail says what it cannot deliver in these, while IsLogging stays true. */
const DELIVERIES = {
  LatestDeliveryError: 'log files to S3',
  LatestDigestDeliveryError: 'digest files to S3',
  LatestCloudWatchLogsDeliveryError: 'events to CloudWatch Logs',
  LatestNotificationError: 'notifications to SNS',
} as const;

async function readSettings(client: CloudTrailClient, name: string) {
  const { Trail = {} } = await client.send(new GetTrailCommand({ Name: name }));
  return Trail;
}

function settingsOf({ LogFileValidationEnabled, SnsTopicARN, ...live }: LiveTrail): TrailState {
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

async function readLogging(client: CloudTrailClient, name: string) {
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
  };
  return { state: { IsLogging: status.IsLogging ?? false }, times, deliveryErrors };
}

async function readSelectors(client: CloudTrailClient, name: string): Promise<TrailState> {
  const { EventSelectors, AdvancedEventSelectors } = await client.send(
    new GetEventSelectorsCommand({ TrailName: name }),
  );
  if (AdvancedEventSelectors?.length)
    return {
      AdvancedEventSelectors: AdvancedEventSelectors.map(({ Name, FieldSelectors }) => ({
        Name,
        FieldSelectors: (FieldSelectors ?? []).map(({ Field, ...conditions }) => ({
          Field: Field ?? '',
          ...conditions,
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

async function readInsights(client: CloudTrailClient, name: string): Promise<TrailState> {
  try {
    const { InsightSelectors = [] } = await client.send(new GetInsightSelectorsCommand({ TrailName: name }));
    return {
      InsightSelectors: InsightSelectors.flatMap(({ InsightType, EventCategories = ['Management'] }) =>
        InsightType ? [{ InsightType, EventCategories }] : [],
      ),
    };
  } catch (error) {
    if (errorName(error) === 'InsightNotEnabledException') return { InsightSelectors: [] };
    throw error;
  }
}

async function readEventConfiguration(client: CloudTrailClient, name: string): Promise<TrailState> {
  const { AggregationConfigurations = [] } = await client.send(
    new GetEventConfigurationCommand({ TrailName: name }),
  );
  return {
    AggregationConfigurations: AggregationConfigurations.flatMap(({ EventCategory, Templates = [] }) =>
      EventCategory ? [{ EventCategory, Templates }] : [],
    ),
  };
}

async function readTags(client: CloudTrailClient, arn: string): Promise<TrailState> {
  const { ResourceTagList = [] } = await client.send(new ListTagsCommand({ ResourceIdList: [arn] }));
  const tags = ResourceTagList.flatMap(({ TagsList = [] }) => TagsList);
  return {
    TagsList: tags.flatMap(({ Key = '', Value = '' }) => (Key.startsWith('aws:') ? [] : [{ Key, Value }])),
  };
}

function standingOf(home: Home, { HomeRegion, TrailARN }: LiveTrail): Standing {
  const owner = TrailARN?.split(':')[4] ?? home.account;
  if (owner !== home.account) return 'organization';
  return (HomeRegion ?? home.region) === home.region ? 'homed' : 'elsewhere';
}

type Reading<T> =
  { readonly part: Part; readonly value: T } | { readonly part: Part; readonly error: unknown };

async function reading<T>(part: Part, read: Promise<T>): Promise<Reading<T>> {
  try {
    return { part, value: await read };
  } catch (error) {
    return { part, error };
  }
}

const isMissing = (read: Reading<unknown>): boolean =>
  'error' in read && ['TrailNotFoundException', 'ResourceNotFoundException'].includes(errorName(read.error));

/**
 * Reads every part of one trail, all calls at once, so that the whole takes one round trip. A part that cannot be read is
 * named in `unread`. Insights that are off are an error to CloudTrail, and an empty list here.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetInsightSelectors.html
 */
export async function observeTrail(
  client: CloudTrailClient,
  home: Home,
  name: string,
): Promise<ObservedTrail> {
  const [settings, logging, ...others] = await Promise.all([
    reading('settings', readSettings(client, name)),
    reading('logging', readLogging(client, name)),
    reading('selectors', readSelectors(client, name)),
    reading('insights', readInsights(client, name)),
    reading('eventConfiguration', readEventConfiguration(client, name)),
    reading('tags', readTags(client, trailArn(home, name))),
  ]);
  const readings: readonly Reading<unknown>[] = [settings, logging, ...others];
  if (isMissing(settings) || ('error' in settings && readings.some(isMissing)))
    return { Name: name, standing: 'missing', state: {}, unread: {}, deliveryErrors: [] };
  const live = 'value' in settings ? settings.value : {};
  return {
    Name: name,
    standing: standingOf(home, live),
    owner: [live.TrailARN?.split(':')[4], live.HomeRegion].filter(Boolean).join(' '),
    state: [
      settingsOf(live),
      'value' in logging ? logging.value.state : {},
      ...others.map((other) => ('value' in other ? other.value : {})),
    ].reduce<TrailState>((whole, part) => ({ ...whole, ...part }), {}),
    unread: Object.fromEntries(
      readings.flatMap((read) => ('error' in read ? [[read.part, errorName(read.error)]] : [])),
    ),
    times: 'value' in logging ? logging.value.times : {},
    deliveryErrors: 'value' in logging ? logging.value.deliveryErrors : [],
  };
}

/** Reads whether a trail logs, and nothing else of it. */
export async function observeLogging(client: CloudTrailClient, name: string): Promise<ObservedTrail> {
  const logging = await reading('logging', readLogging(client, name));
  return {
    Name: name,
    standing: isMissing(logging) ? 'missing' : 'homed',
    state: 'value' in logging ? logging.value.state : {},
    unread: 'error' in logging && !isMissing(logging) ? { logging: errorName(logging.error) } : {},
    times: 'value' in logging ? logging.value.times : {},
    deliveryErrors: 'value' in logging ? logging.value.deliveryErrors : [],
  };
}
