import {
  BatchGetItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
  PutItemCommand,
  paginateQuery,
} from '@aws-sdk/client-dynamodb';
import { gunzipSync, gzipSync } from 'node:zlib';
import {
  type Entry,
  type Ledger,
  LedgerConflict,
  type Remembered,
  type RememberedKind,
} from '../telling/ledger.ts';
import { PATIENCE } from './timeouts.ts';

const DAY_S = 24 * 60 * 60;

/** How long an entry is kept after it was last written, in days: the Event history goes back 90. Evidence is kept as the deployment chooses. */
const DAYS: Readonly<Record<Exclude<RememberedKind, 'incident'>, number>> = {
  call: 90,
  own: 90,
  strange: 2,
  window: 2,
  history: 90,
  trouble: 90,
  following: 2,
  principal: 30,
  baseline: 3650,
  unconfirmed: 7,
  undelivered: 90,
  pace: 2,
  unsent: 14,
  // It says itself until when it lasts, an hour at most.
  drill: 1,
  changeWindow: 90,
  chain: 3650,
};

/** An item holds 400 KB: what is longer than this as text is kept compressed. */
const MOST_TEXT = 100_000;

/** DynamoDB reads up to 100 items at once. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
const MOST_IDS = 100;

/** The ledger's client: whoever waits for it waits with an alert. */
export function ledgerClient(config: DynamoDBClientConfig = {}): DynamoDBClient {
  return new DynamoDBClient({ maxAttempts: 4, requestHandler: PATIENCE, ...config });
}

/** An item of the table. */
export type Item = Readonly<Record<string, { S?: string; N?: string; B?: Uint8Array }>>;

/** What an item says, as text. Throws zlib's error where it cannot be unpacked. */
export function textOf({ value, packed }: Item): string | undefined {
  return packed?.B ? gunzipSync(packed.B).toString() : value?.S;
}

function valueOf<Kind extends RememberedKind>(item: Item): Entry<Kind>[] {
  const { id, version } = item;
  const text = textOf(item);
  if (id?.S === undefined || text === undefined) return [];
  return [{ id: id.S, version: Number(version?.N ?? 0), value: JSON.parse(text) as Remembered[Kind] }];
}

/**
 * The ledger in a table with the keys `kind` and `id`. The time is in ms since the epoch.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html
 */
export function ledgerTable(
  client: DynamoDBClient,
  TableName: string,
  evidenceDays: number,
  now: () => number,
): Ledger {
  return {
    read: async <Kind extends RememberedKind>(kind: Kind, ids: readonly string[]) => {
      const found: Entry<Kind>[] = [];
      const wanted = [...new Set(ids)];
      for (let start = 0; start < wanted.length; start += MOST_IDS) {
        let Keys = wanted.slice(start, start + MOST_IDS).map((id) => ({ kind: { S: kind }, id: { S: id } }));
        while (Keys.length > 0) {
          const { Responses, UnprocessedKeys } = await client.send(
            new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys, ConsistentRead: true } } }),
          );
          found.push(...(Responses?.[TableName] ?? []).flatMap((item) => valueOf<Kind>(item as Item)));
          Keys = (UnprocessedKeys?.[TableName]?.Keys ?? []) as typeof Keys;
        }
      }
      return found;
    },
    list: async <Kind extends RememberedKind>(kind: Kind) => {
      const found: Entry<Kind>[] = [];
      const pages = paginateQuery(
        { client },
        {
          TableName,
          ConsistentRead: true,
          KeyConditionExpression: 'kind = :kind',
          ExpressionAttributeValues: { ':kind': { S: kind } },
        },
      );
      for await (const { Items = [] } of pages)
        found.push(...Items.flatMap((item) => valueOf<Kind>(item as Item)));
      return found;
    },
    write: async (kind, id, value, replaces) => {
      const text = JSON.stringify(value);
      const days = { ...DAYS, incident: evidenceDays }[kind];
      const expires = Math.floor(now() / 1000) + days * DAY_S;
      try {
        await client.send(
          new PutItemCommand({
            TableName,
            Item: {
              kind: { S: kind },
              id: { S: id },
              version: { N: String((replaces ?? 0) + 1) },
              expires: { N: String(expires) },
              ...(text.length <= MOST_TEXT ? { value: { S: text } } : { packed: { B: gzipSync(text) } }),
            },
            ...(replaces !== undefined && {
              ConditionExpression: replaces === 0 ? 'attribute_not_exists(id)' : 'version = :version',
              ...(replaces > 0 && { ExpressionAttributeValues: { ':version': { N: String(replaces) } } }),
            }),
          }),
        );
      } catch (thrown) {
        if (thrown instanceof Error && thrown.name === 'ConditionalCheckFailedException')
          throw new LedgerConflict(`${kind} ${id} was written meanwhile`);
        throw thrown;
      }
    },
    remove: async (kind, id) => {
      await client.send(new DeleteItemCommand({ TableName, Key: { kind: { S: kind }, id: { S: id } } }));
    },
  };
}
