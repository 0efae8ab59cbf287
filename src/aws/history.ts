import {
  type CloudTrailClient,
  type Event,
  type LookupAttributeKey,
  LookupEventsCommand,
  paginateLookupEvents,
} from '@aws-sdk/client-cloudtrail';
import type { History } from '../record/history.ts';

/** The guard's own readings stand in the history too: enough pages to get past those of a busy hour. */
const MOST_PAGES = 5;

/** Looked up by name one after the other, for the readings of ninety days would bury them under a trail's name. */
const SETTING_CALLS = [
  'CreateTrail',
  'UpdateTrail',
  'PutEventSelectors',
  'PutInsightSelectors',
  'PutEventConfiguration',
  'AddTags',
  'RemoveTags',
];

interface Dated {
  readonly id: string;
  readonly at: number;
  readonly record: unknown;
}

function dated({ EventId = '', EventTime, CloudTrailEvent = '' }: Event): Dated[] {
  try {
    return [{ id: EventId, at: EventTime?.getTime() ?? 0, record: JSON.parse(CloudTrailEvent) as unknown }];
  } catch {
    // A record that is no JSON tells nothing of anyone.
    return [];
  }
}

/** A stretch of the history, in ms since the epoch, and how much of it to read at most. */
interface Stretch {
  readonly since?: number;
  readonly until?: number;
  readonly pages?: number;
}

async function recordsWith(
  client: CloudTrailClient,
  AttributeKey: LookupAttributeKey,
  AttributeValue: string,
  { since, until, pages: most = MOST_PAGES }: Stretch = {},
): Promise<Dated[]> {
  const LookupAttributes = [{ AttributeKey, AttributeValue }];
  const pages = paginateLookupEvents(
    { client, pageSize: 50 },
    {
      LookupAttributes,
      ...(since !== undefined && { StartTime: new Date(since) }),
      ...(until !== undefined && { EndTime: new Date(until) }),
    },
  );
  const found: Dated[] = [];
  let read = 0;
  for await (const { Events = [] } of pages) {
    found.push(...Events.flatMap(dated));
    if (++read === most) break;
  }
  // The history answers newest first, and its times are whole seconds: reversed, what came in one second stands in order.
  return found.reverse();
}

/** Oldest first, each once. */
function inOrder(found: readonly Dated[]): unknown[] {
  const all = new Map(found.map((event) => [event.id, event]));
  return [...all.values()].sort((a, b) => a.at - b.at).map(({ record }) => record);
}

/**
 * The Event history of this account and Region. The client is asked for when needed: it answers two calls a second, and what it
 * throttles must not slow the repairs down.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events-cli.html
 */
export function eventHistory(client: () => CloudTrailClient): History {
  return {
    page: async ({ attribute, value }, from, until, next) => {
      const { Events = [], NextToken } = await client().send(
        new LookupEventsCommand({
          LookupAttributes: [{ AttributeKey: attribute, AttributeValue: value }],
          StartTime: new Date(from),
          EndTime: new Date(until),
          MaxResults: 50,
          ...(next && { NextToken: next }),
        }),
      );
      const found = Events.flatMap(dated);
      const oldest = found.at(-1)?.at;
      return {
        records: found.map(({ record }) => record),
        ...(oldest !== undefined && { oldest }),
        ...(NextToken && { next: NextToken }),
      };
    },
    callsNamed: async (eventName, since) =>
      inOrder(await recordsWith(client(), 'EventName', eventName, { since })),
    everySetting: async () => {
      const found: Dated[] = [];
      for (const name of SETTING_CALLS) found.push(...(await recordsWith(client(), 'EventName', name)));
      return inOrder(found);
    },
    // The key is that of one session; a name may be shared. Two pages are what the history answers in a second.
    callsBy: async ({ accessKeyId, shortName }, since, until) => {
      const stretch = { since, until, pages: 2 };
      const found = accessKeyId
        ? await recordsWith(client(), 'AccessKeyId', accessKeyId, stretch)
        : await recordsWith(client(), 'Username', shortName, stretch);
      return inOrder(found);
    },
  };
}
