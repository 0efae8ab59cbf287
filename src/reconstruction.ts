import { asRecord, asText } from './actor.ts';
import type {
  AdvancedEventSelector,
  AggregationConfiguration,
  EventSelector,
  InsightSelector,
  Trail,
} from './baseline.ts';
import type { SettingsField } from './repair.ts';
import { DEFAULT_EVENT_SELECTORS, trailReference } from './trail.ts';

/**
 * Records spell members lowerCamel. Of the tag, Insights and aggregation calls no sample is published: the spelling of
 * requests is taken too.
 */
function member(value: unknown, name: string): unknown {
  const record = asRecord(value);
  return record[name.charAt(0).toLowerCase() + name.slice(1)] ?? record[name];
}

function flag(value: unknown, otherwise: boolean): boolean {
  return typeof value === 'boolean' ? value : otherwise;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function known<T extends string>(value: unknown, choices: readonly T[]): T[] {
  return choices.filter((choice) => texts(value).includes(choice));
}

function objects(value: unknown): unknown[] {
  const list: unknown[] = Array.isArray(value) ? value : [];
  return list.filter((item) => typeof item === 'object' && item !== null && !Array.isArray(item));
}

type TrailSettings = Pick<Trail, SettingsField>;

/** The answer holds the whole state after the call. What CreateTrail would refuse never comes out of it. */
function settings(answer: unknown): TrailSettings | undefined {
  const text = (name: string) => asText(member(answer, name));
  const S3BucketName = text('S3BucketName');
  if (!S3BucketName) return undefined;
  const IsMultiRegionTrail = flag(member(answer, 'IsMultiRegionTrail'), false);
  const CloudWatchLogsLogGroupArn = text('CloudWatchLogsLogGroupArn');
  const CloudWatchLogsRoleArn = text('CloudWatchLogsRoleArn');
  return {
    S3BucketName,
    S3KeyPrefix: text('S3KeyPrefix'),
    SnsTopicName: text('SnsTopicARN'),
    IncludeGlobalServiceEvents:
      IsMultiRegionTrail || flag(member(answer, 'IncludeGlobalServiceEvents'), true),
    IsMultiRegionTrail,
    EnableLogFileValidation: flag(member(answer, 'LogFileValidationEnabled'), false),
    ...(CloudWatchLogsLogGroupArn && CloudWatchLogsRoleArn
      ? { CloudWatchLogsLogGroupArn, CloudWatchLogsRoleArn }
      : {}),
    KmsKeyId: text('KmsKeyId'),
    IsOrganizationTrail: flag(member(answer, 'IsOrganizationTrail'), false),
    RecursiveLogging: flag(member(answer, 'RecursiveLogging'), true),
  };
}

/** A successful call on the trail. */
interface Change {
  readonly eventName: string;
  readonly time: string | undefined;
  readonly request: unknown;
  readonly answer: unknown;
  /** Of each CreateTrail and UpdateTrail, and of no other. */
  readonly settings: TrailSettings | undefined;
}

/** A call of another service may go by the same name, and so may a bucket or a role that it is filed under. */
function changesOf(name: string, record: unknown): Change[] {
  const detail = asRecord(record);
  const { eventSource, eventTime, requestParameters: request, responseElements: answer } = detail;
  const eventName = asText(detail['eventName']);
  const succeeded = (detail['errorCode'] ?? undefined) === undefined;
  if (!eventName || !succeeded || eventSource !== 'cloudtrail.amazonaws.com') return [];
  const named = ['Name', 'TrailName', 'ResourceId'].map((each) => trailReference(member(request, each)));
  if (!named.some((trail) => trail?.Name === name)) return [];
  const setsAll = eventName === 'CreateTrail' || eventName === 'UpdateTrail';
  const whole = setsAll ? settings(answer) : undefined;
  if (setsAll && !whole) return [];
  return [{ eventName, time: asText(eventTime), request, answer, settings: whole }];
}

/**
 * The calls since the trail was last created, the creation first: it succeeds only where no trail is, and after the
 * deletion nothing else does. Times are whole seconds, and the calls of one second stand in no sure order, so that the
 * selectors which a script chooses right after the creation may stand before it.
 */
function lastLife(changes: readonly Change[]): readonly Change[] {
  const born = changes.findLastIndex(({ eventName }) => eventName === 'CreateTrail');
  const creation = changes[born];
  if (!creation) return changes;
  const earlier = changes.slice(0, born);
  const lastOfOthers = earlier.findLastIndex(
    ({ eventName, time }) =>
      time === undefined || time !== creation.time || ['CreateTrail', 'DeleteTrail'].includes(eventName),
  );
  return [creation, ...earlier.slice(lastOfOthers + 1), ...changes.slice(born + 1)];
}

function eventSelector(value: unknown): EventSelector {
  const [narrowed] = known([member(value, 'ReadWriteType')], ['ReadOnly', 'WriteOnly']);
  return {
    ReadWriteType: narrowed ?? 'All',
    IncludeManagementEvents: flag(member(value, 'IncludeManagementEvents'), true),
    DataResources: objects(member(value, 'DataResources')).flatMap((resource) => {
      const Type = asText(member(resource, 'Type'));
      return Type ? [{ Type, Values: texts(member(resource, 'Values')) }] : [];
    }),
    ExcludeManagementEventSources: texts(member(value, 'ExcludeManagementEventSources')),
  };
}

const OPERATORS = ['Equals', 'StartsWith', 'EndsWith', 'NotEquals', 'NotStartsWith', 'NotEndsWith'];

function fieldSelectors(value: unknown): AdvancedEventSelector['FieldSelectors'] {
  return objects(member(value, 'FieldSelectors')).flatMap((selector) => {
    const Field = asText(member(selector, 'Field'));
    const conditions = OPERATORS.map((operator) => [operator, texts(member(selector, operator))] as const);
    const given = Object.fromEntries(conditions.filter(([, values]) => values.length > 0));
    return Field && Object.keys(given).length > 0 ? [{ Field, ...given }] : [];
  });
}

/** CloudTrail refuses all selectors when one is without its category. */
function advancedEventSelector(value: unknown): AdvancedEventSelector[] {
  const Name = asText(member(value, 'Name'));
  const FieldSelectors = fieldSelectors(value);
  if (!FieldSelectors.some(({ Field }) => Field === 'eventCategory')) return [];
  return [{ ...(Name ? { Name } : {}), FieldSelectors }];
}

function insightSelector(value: unknown): InsightSelector[] {
  const EventCategories = known(member(value, 'EventCategories'), ['Management', 'Data']);
  return known([member(value, 'InsightType')], ['ApiCallRateInsight', 'ApiErrorRateInsight']).map(
    (InsightType) => ({
      InsightType,
      EventCategories: EventCategories.length > 0 ? EventCategories : ['Management'],
    }),
  );
}

function aggregationConfiguration(value: unknown): AggregationConfiguration[] {
  const templates = ['API_ACTIVITY', 'RESOURCE_ACCESS', 'USER_ACTIONS'] as const;
  const Templates = known(member(value, 'Templates'), templates);
  const ofData = member(value, 'EventCategory') === 'Data' && Templates.length > 0;
  return ofData ? [{ EventCategory: 'Data', Templates }] : [];
}

/** These calls replace a whole list, so that the request says what an answer leaves out. Undefined: not readable. */
function list<T>({ answer, request }: Change, name: string, read: (item: unknown) => T | T[]) {
  const found: unknown = [answer, request].map((part) => member(part, name)).find(Array.isArray);
  const items = objects(found).flatMap(read);
  return items.length > 0 || (Array.isArray(found) && found.length === 0) ? items : undefined;
}

function selectors(change: Change): Pick<Trail, 'EventSelectors' | 'AdvancedEventSelectors'> | undefined {
  const advanced = list(change, 'AdvancedEventSelectors', advancedEventSelector);
  if (advanced?.length) return { AdvancedEventSelectors: advanced };
  const basic = list(change, 'EventSelectors', eventSelector);
  return basic?.length ? { EventSelectors: basic } : undefined;
}

function tags(changes: readonly Change[]): Trail['TagsList'] {
  const tagged = new Map<string, string>();
  for (const { eventName, request } of changes)
    for (const tag of objects(member(request, 'TagsList'))) {
      const Key = asText(member(tag, 'Key'));
      // Only AWS may write its own tags.
      if (!Key || Key.startsWith('aws:')) continue;
      if (eventName === 'RemoveTags') tagged.delete(Key);
      if (eventName === 'AddTags' || eventName === 'CreateTrail')
        tagged.set(Key, asText(member(tag, 'Value')) ?? '');
    }
  return [...tagged].map(([Key, Value]) => ({ Key, Value }));
}

/**
 * A trail as the Event history tells of it, for rebuilding one that was deleted and that no baseline declares. `records`
 * are those of the calls that name it, oldest first; whatever is no successful call on it is skipped, and no value makes
 * it throw. Undefined without an answer of CreateTrail or UpdateTrail that names a bucket.
 *
 * Best effort, and to be told as such:
 * - It is the newest state on record, tampered with or not: what an intruder weakened before deleting comes back weak.
 * - It starts at the last creation: selectors, Insights and aggregation of a trail that was deleted and created before
 *   are not carried over.
 * - The history goes back 90 days. Of an older trail all that was not set again since then is unknown: its selectors come
 *   back as CloudTrail's default, its Insights, aggregation and tags are lost.
 * - Logging is on, and stopping does not count: it disables Insights, and so does the deletion itself, and it is what an
 *   intruder does first. Insights that a stop in peace time disabled come back too.
 *
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html,
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-additional-cli-commands.html
 */
export function reconstruct(name: string, records: readonly unknown[]): Trail | undefined {
  const changes = lastLife(records.flatMap((record) => changesOf(name, record)));
  const base = changes.findLast((change) => change.settings)?.settings;
  if (!base) return undefined;
  const newest = <T>(eventName: string, read: (change: Change) => T | undefined): T | undefined =>
    changes
      .filter((change) => change.eventName === eventName)
      .map(read)
      .findLast((value) => value !== undefined);
  return {
    Name: name,
    IsLogging: true,
    ...base,
    ...(newest('PutEventSelectors', selectors) ?? { EventSelectors: [...DEFAULT_EVENT_SELECTORS] }),
    InsightSelectors:
      newest('PutInsightSelectors', (change) => list(change, 'InsightSelectors', insightSelector)) ?? [],
    AggregationConfigurations:
      newest('PutEventConfiguration', (change) =>
        list(change, 'AggregationConfigurations', aggregationConfiguration),
      ) ?? [],
    TagsList: tags(changes),
  };
}
