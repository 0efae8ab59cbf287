import type { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { asRecord, asText } from '../foreign/values.ts';

/** What every client of the SDK is, as far as its answers can be listened to. */
interface Listened {
  readonly middlewareStack: object;
}

/** How far this machine's clock is behind AWS, in ms, by the answers that a client gets; undefined before the first. */
export function clockSkewOf(client: Listened, now: () => number): () => number | undefined {
  let skew: number | undefined;
  const stack = client.middlewareStack as CloudTrailClient['middlewareStack'];
  stack.add(
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
