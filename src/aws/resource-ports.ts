import { KMSClient, type KMSClientConfig } from '@aws-sdk/client-kms';
import type { Port } from '../kinds/kind.ts';
import type { KindName } from '../kinds/kinds.ts';
import type { ResourceShape } from '../kinds/resource.ts';
import { requestIdsOf } from './cloudtrail.ts';
import { liveKeys } from './keys.ts';
import { PATIENCE } from './timeouts.ts';

/** How clients reach AWS, where it is not as in Lambda. */
export type Connection = Pick<KMSClientConfig, 'region' | 'credentials' | 'requestHandler'>;

/** The ways to all kinds of resources. The ids that AWS gives to requests for changes go where those of other clients go. */
export function resourcePorts(
  connection: Connection,
  requestIds: string[],
): Readonly<Record<KindName, Port<ResourceShape>>> {
  const settings = { requestHandler: PATIENCE, ...connection };
  const kms = new KMSClient(settings);
  for (const client of [kms]) requestIdsOf(client, requestIds);
  return { key: liveKeys(kms) };
}
