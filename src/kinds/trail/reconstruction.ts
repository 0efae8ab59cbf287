import type { Trail } from './schema.ts';
import { inRequestWords } from '../../foreign/recorded.ts';
import { asRecord, asRecords, asText } from '../../foreign/values.ts';
import {
  advancedEventSelector,
  aggregationConfiguration,
  eventSelector,
  insightSelector,
} from './recorded-selectors.ts';
import { recordedSettings, type TrailSettings } from './recorded-settings.ts';
import { DEFAULT_EVENT_SELECTORS } from './default-selectors.ts';
import type { Home } from '../home.ts';
import { trailReference } from './reference.ts';

/** A successful call on the trail. */
interface Change {
  readonly eventName: string;
  readonly time: string | undefined;
  /** In request words, as is the answer. */
  readonly request: Readonly<Record<string, unknown>>;
  readonly answer: Readonly<Record<string, unknown>>;
  /** Of each CreateTrail and UpdateTrail, and of no other. */
  readonly settings: TrailSettings | undefined;
}

/** A call of another service may go by the same name, and so may a bucket or a role that it is filed under. */
function changesOf(name: string, record: unknown): Change[] {
  const detail = asRecord(record);
  const { eventSource, eventTime } = detail;
  const request = asRecord(inRequestWords(detail['requestParameters']));
  const answer = asRecord(inRequestWords(detail['responseElements']));
  const eventName = asText(detail['eventName']);
  const succeeded = (detail['errorCode'] ?? undefined) === undefined;
  if (!eventName || !succeeded || eventSource !== 'cloudtrail.amazonaws.com') return [];
  const named = ['Name', 'TrailName', 'ResourceId'].map((each) => trailReference(request[each]));
  if (!named.some((trail) => trail?.Name === name)) return [];
  const setsAll = eventName === 'CreateTrail' || eventName === 'UpdateTrail';
  const whole = setsAll ? recordedSettings(answer) : undefined;
  if (setsAll && !whole) return [];
  return [{ eventName, time: asText(eventTime), request, answer, settings: whole }];
}

/**
 * Whether an answer is about another account's trail: CloudTrail itself makes and deletes an organisation's trail in member accounts,
 * where nobody else may.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-trail-organization.html
 */
function isOthers({ TrailARN }: Change['answer'], account: string): boolean {
  return (trailReference(TrailARN)?.account ?? account) !== account;
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

/** These calls replace a whole list, so that the request says what an answer leaves out. Undefined: not readable. */
function list<T>(
  { answer, request }: Change,
  name: string,
  read: (item: Readonly<Record<string, unknown>>) => T | T[],
) {
  const found: unknown = [answer, request].map((part) => part[name]).find(Array.isArray);
  const items = asRecords(found).flatMap(read);
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
    for (const tag of asRecords(request['TagsList'])) {
      const Key = asText(tag['Key']);
      // Only AWS may write its own tags.
      if (!Key || Key.startsWith('aws:')) continue;
      if (eventName === 'RemoveTags') tagged.delete(Key);
      if (eventName === 'AddTags' || eventName === 'CreateTrail') tagged.set(Key, asText(tag['Value']) ?? '');
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
export function reconstruct(
  name: string,
  records: readonly unknown[],
  { account }: Pick<Home, 'account'>,
): Trail | undefined {
  const changes = lastLife(records.flatMap((record) => changesOf(name, record)));
  if (changes.some(({ answer }) => isOthers(answer, account))) return undefined;
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
