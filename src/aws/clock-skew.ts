import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { asRecord, asText } from '../foreign/values.ts';

/** How far this machine's clock is behind AWS, in ms, by the answers that a client gets; undefined before the first. */
export function clockSkewOf(client: DynamoDBClient, now: () => number): () => number | undefined {
  let skew: number | undefined;
  client.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next(args);
      const { headers } = asRecord(answer.response);
      const at = Date.parse(asText(asRecord(headers)['date']) ?? '');
      if (!Number.isNaN(at)) skew = at - now();
      return answer;
    },
    { step: 'deserialize', name: 'clockSkew', priority: 'low' },
  );
  return () => skew;
}
