import {
  BatchGetItemCommand,
  DeleteItemCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import { type Case, NOT_REFUSED } from './case.ts';
import { EXPIRY, RESOURCES } from './stack.ts';

const api = (name: string) =>
  `https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_${name}.html`;

const TableName = RESOURCES.table;
const KIND = 'conformance';
const IDS = ['a', 'b', 'c'] as const;

const keyOf = (id: string) => ({ kind: { S: KIND }, id: { S: id } });

/** The table of the cases, by the keys and the version that the ledger has. */
interface Ledger {
  readonly client: DynamoDBClient;
  readonly put: (id: string, version: number, more?: Partial<PutItemCommandInput>) => Promise<unknown>;
  readonly versionOf: (id: string) => Promise<string | undefined>;
  readonly query: (more?: Partial<QueryCommandInput>) => Promise<readonly (string | undefined)[]>;
}

const NEW = { ConditionExpression: 'attribute_not_exists(id)' };
const replacing = (version: number) => ({
  ConditionExpression: 'version = :version',
  ExpressionAttributeValues: { ':version': { N: String(version) } },
});

/** Runs on a table without items, and leaves none. */
function onTable(promise: Omit<Case, 'service' | 'run'>, run: (table: Ledger) => Promise<unknown>): Case {
  return {
    ...promise,
    service: 'DynamoDB',
    run: async (connect) => {
      const client = connect(DynamoDBClient);
      const put: Ledger['put'] = (id, version, more = {}) =>
        client.send(
          new PutItemCommand({ TableName, Item: { ...keyOf(id), version: { N: String(version) } }, ...more }),
        );
      const versionOf: Ledger['versionOf'] = async (id) => {
        const { Item } = await client.send(
          new GetItemCommand({ TableName, Key: keyOf(id), ConsistentRead: true }),
        );
        return Item?.['version']?.N;
      };
      const query: Ledger['query'] = async (more = {}) => {
        const { Items = [] } = await client.send(
          new QueryCommand({
            TableName,
            ConsistentRead: true,
            KeyConditionExpression: 'kind = :kind',
            ExpressionAttributeValues: { ':kind': { S: KIND } },
            ...more,
          }),
        );
        return Items.map(({ id }) => id?.S);
      };
      try {
        return await run({ client, put, versionOf, query });
      } finally {
        for (const id of IDS) await client.send(new DeleteItemCommand({ TableName, Key: keyOf(id) }));
      }
    },
  };
}

/** What of PutItem, BatchGetItem, Query, DeleteItem and time to live the ledger stands on. */
export const TABLE_CASES: readonly Case[] = [
  onTable(
    {
      operation: 'PutItem',
      what: 'if there is none yet, and there is none',
      documented: '1',
      page: api('PutItem'),
    },
    async ({ put, versionOf }) => {
      await put('a', 1, NEW);
      return versionOf('a');
    },
  ),
  onTable(
    {
      operation: 'PutItem',
      what: 'if there is none yet, and there is one',
      documented: 'ConditionalCheckFailedException',
      page: api('PutItem'),
    },
    async ({ put }) => {
      await put('a', 1);
      await put('a', 2, NEW);
      return NOT_REFUSED;
    },
  ),
  onTable(
    {
      operation: 'PutItem',
      what: 'in the place of the version that is there',
      documented: '2',
      page: api('PutItem'),
    },
    async ({ put, versionOf }) => {
      await put('a', 1);
      await put('a', 2, replacing(1));
      return versionOf('a');
    },
  ),
  onTable(
    {
      operation: 'PutItem',
      what: 'in the place of another version than is there',
      documented: 'ConditionalCheckFailedException',
      page: api('PutItem'),
    },
    async ({ put }) => {
      await put('a', 2);
      await put('a', 2, replacing(1));
      return NOT_REFUSED;
    },
  ),
  onTable(
    {
      operation: 'PutItem',
      what: 'leaves the item alone where the condition fails',
      documented: '1',
      page: api('PutItem'),
    },
    async ({ put, versionOf }) => {
      await put('a', 1);
      await put('a', 2, NEW).catch(() => undefined);
      return versionOf('a');
    },
  ),
  onTable(
    {
      operation: 'PutItem',
      what: 'no such table',
      documented: 'ResourceNotFoundException',
      page: api('PutItem'),
    },
    async ({ put }) => {
      await put('a', 1, { TableName: 'no-such-table' });
      return NOT_REFUSED;
    },
  ),
  onTable(
    {
      operation: 'BatchGetItem',
      what: 'an item that is not there is not returned, and is no error',
      documented: ['a'],
      page: api('BatchGetItem'),
    },
    async ({ client, put }) => {
      await put('a', 1);
      const { Responses } = await client.send(
        new BatchGetItemCommand({
          RequestItems: { [TableName]: { Keys: IDS.map(keyOf), ConsistentRead: true } },
        }),
      );
      return Responses?.[TableName]?.map(({ id }) => id?.S);
    },
  ),
  onTable(
    {
      operation: 'BatchGetItem',
      what: 'more than 100 items',
      documented: 'ValidationException',
      page: api('BatchGetItem'),
    },
    async ({ client }) => {
      const Keys = Array.from({ length: 101 }, (_, index) => keyOf(String(index)));
      await client.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys } } }));
      return NOT_REFUSED;
    },
  ),
  onTable(
    {
      operation: 'Query',
      what: 'all of one kind, in the order of their ids',
      documented: ['a', 'b', 'c'],
      page: api('Query'),
    },
    async ({ put, query }) => {
      for (const id of IDS.toReversed()) await put(id, 1);
      return query();
    },
  ),
  onTable(
    {
      operation: 'Query',
      what: 'in pages',
      documented: ['b', 'c'],
      page: api('Query'),
    },
    async ({ put, query }) => {
      for (const id of IDS) await put(id, 1);
      return query({ Limit: 2, ExclusiveStartKey: keyOf('a') });
    },
  ),
  onTable(
    {
      operation: 'DeleteItem',
      what: 'twice is no error',
      documented: [],
      page: api('DeleteItem'),
    },
    async ({ client, put, query }) => {
      await put('a', 1);
      for (let time = 1; time <= 2; time += 1)
        await client.send(new DeleteItemCommand({ TableName, Key: keyOf('a') }));
      return query();
    },
  ),
  onTable(
    {
      operation: 'DescribeTimeToLive',
      what: 'as the template has it',
      documented: { TimeToLiveStatus: 'ENABLED', AttributeName: EXPIRY },
      page: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-table-timetolivespecification.html',
    },
    async ({ client }) =>
      (await client.send(new DescribeTimeToLiveCommand({ TableName }))).TimeToLiveDescription,
  ),
];
