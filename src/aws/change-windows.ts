import type { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { asRecord, asText } from '../foreign/values.ts';
import type { Home } from '../kinds/home.ts';
import type { WindowRegister } from '../windows/register.ts';
import { readGrant } from '../windows/window.ts';
import { leanCall } from './lean.ts';

/** More than a thousand grants nobody has opened in earnest. */
const MOST_PAGES = 10;

/** KMS of a Region. https://docs.aws.amazon.com/general/latest/gr/kms.html */
function kmsOf({ partition, region }: Home, endpoint: string | undefined) {
  const suffix = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  return {
    name: 'kms',
    target: 'TrentService',
    contentType: 'application/x-amz-json-1.1',
    url: endpoint ?? `https://kms.${region}.${suffix}`,
  } as const;
}

/**
 * The change windows as the grants of one key, in a lean way: who asks is about to repair.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_ListGrants.html
 */
export function grantedWindows(
  client: CloudTrailClient,
  home: Home,
  { key, endpoint }: { readonly key: string; readonly endpoint: string | undefined },
  sleep: (ms: number) => Promise<void>,
): WindowRegister {
  const service = kmsOf(home, endpoint);
  return {
    list: async () => {
      const found: unknown[] = [];
      let next: string | undefined;
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const input = { KeyId: key, Limit: 100, ...(next !== undefined && { Marker: next }) };
        const answer = asRecord(await leanCall(client, service, 'ListGrants', input, sleep));
        const { Grants } = answer;
        if (Array.isArray(Grants)) found.push(...(Grants as unknown[]));
        next = answer['Truncated'] === true ? asText(answer['NextMarker']) : undefined;
        if (next === undefined) break;
      }
      return found.flatMap((grant) => readGrant(grant) ?? []);
    },
  };
}
