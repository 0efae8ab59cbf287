import type { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { asText } from '../foreign/values.ts';
import type { Home } from '../kinds/home.ts';
import type { WindowRegister } from '../windows/register.ts';
import { readGrant } from '../windows/window.ts';
import { callPatiently, endpointOf } from './signed.ts';

/** More than a thousand grants nobody has opened in earnest. */
const MOST_PAGES = 10;

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
  const kms = {
    service: 'kms',
    url: `${endpointOf('kms', home, endpoint)}/`,
    target: 'TrentService',
    contentType: 'application/x-amz-json-1.1',
  } as const;
  return {
    list: async () => {
      const found: unknown[] = [];
      let next: string | undefined;
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const input = { KeyId: key, Limit: 100, ...(next !== undefined && { Marker: next }) };
        const answer = (await callPatiently(client, kms, 'ListGrants', input, sleep)).output;
        const { Grants } = answer;
        if (Array.isArray(Grants)) found.push(...(Grants as unknown[]));
        next = answer['Truncated'] === true ? asText(answer['NextMarker']) : undefined;
        if (next === undefined) break;
      }
      return found.flatMap((grant) => readGrant(grant) ?? []);
    },
  };
}
