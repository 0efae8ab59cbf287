import { KMSClient, type KMSClientConfig } from '@aws-sdk/client-kms';
import type { Port } from '../kinds/kind.ts';
import type { KindName } from '../kinds/kinds.ts';
import type { ResourceShape } from '../kinds/resource.ts';
import type { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import type { Home } from '../kinds/home.ts';
import { requestIdsOf } from './cloudtrail.ts';
import { liveFunctions } from './functions.ts';
import { liveKeys } from './keys.ts';
import { liveSchedules } from './schedules.ts';
import { signedRequests } from './signed.ts';
import { PATIENCE } from './timeouts.ts';

/** How clients reach AWS, where it is not as in Lambda. */
export type Connection = Pick<KMSClientConfig, 'region' | 'credentials' | 'requestHandler'>;

/** The ways to all kinds of resources. The ids that AWS gives to requests for changes go where those of other clients go. */
export function resourcePorts(
  connection: Connection,
  requestIds: string[],
  cloudTrail: CloudTrailClient,
  home: Home,
  endpoint?: string,
): Readonly<Record<KindName, Port<ResourceShape>>> {
  const settings = { requestHandler: PATIENCE, ...connection };
  const kms = new KMSClient(settings);
  for (const client of [kms]) requestIdsOf(client, requestIds);
  const request = signedRequests(cloudTrail);
  return {
    key: liveKeys(kms),
    function: liveFunctions(request, home, endpoint),
    schedule: liveSchedules(request, home, endpoint),
  };
}
