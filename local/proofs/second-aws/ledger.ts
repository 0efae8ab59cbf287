import { DeleteItemCommand, DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { OF_THE_LAST_MINUTES } from '../../drill/drill.ts';
import { EMULATOR_CREDENTIALS, REGION } from './raw.ts';

/** The deployed ledger, read and bent as nobody could in AWS without the rights. */
export interface Ledger {
  /** Event ids of the calls that were told. Rejects where there is no such table. */
  readonly toldCalls: () => Promise<ReadonlySet<string>>;
  /** As if nothing had been told for an hour. */
  readonly letAnHourPass: () => Promise<void>;
  readonly close: () => void;
}

/** Opens a table of the endpoint's DynamoDB. */
export function openLedger(endpoint: string, TableName: string): Ledger {
  const client = new DynamoDBClient({ endpoint, region: REGION, credentials: EMULATOR_CREDENTIALS });
  const keys = async () => {
    const found: { kind: string; id: string }[] = [];
    for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true }))
      found.push(...Items.map(({ kind, id }) => ({ kind: kind?.S ?? '', id: id?.S ?? '' })));
    return found;
  };
  return {
    toldCalls: async () => new Set((await keys()).filter(({ kind }) => kind === 'call').map(({ id }) => id)),
    letAnHourPass: async () => {
      const recent = (await keys()).filter(({ kind }) => OF_THE_LAST_MINUTES.includes(kind));
      for (const { kind, id } of recent)
        await client.send(new DeleteItemCommand({ TableName, Key: { kind: { S: kind }, id: { S: id } } }));
    },
    close: () => {
      client.destroy();
    },
  };
}
