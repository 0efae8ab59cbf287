import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient, type KMSClientConfig } from '@aws-sdk/client-kms';
import { SNSClient } from '@aws-sdk/client-sns';
import type { Home } from '../kinds/home.ts';
import type { Port } from '../kinds/kind.ts';
import type { KindName } from '../kinds/kinds.ts';
import type { ResourceShape } from '../kinds/resource.ts';
import { liveBuckets } from './buckets.ts';
import { requestIdsOf } from './cloudtrail.ts';
import { liveKeys } from './keys.ts';
import { liveLogGroups } from './log-groups.ts';
import { liveRoles } from './roles.ts';
import { PATIENCE } from './timeouts.ts';
import { liveTopics } from './topics.ts';

/** How clients reach AWS, where it is not as in Lambda. */
export type Connection = Pick<KMSClientConfig, 'region' | 'credentials' | 'requestHandler'>;

/** The ways to all kinds of resources. The ids that AWS gives to requests for changes go where those of other clients go. */
export function resourcePorts(
  home: Home,
  connection: Connection,
  requestIds: string[],
): Readonly<Record<KindName, Port<ResourceShape>>> {
  const settings = { requestHandler: PATIENCE, ...connection, region: home.region };
  const [kms, logs] = [new KMSClient(settings), new CloudWatchLogsClient(settings)];
  const [iam, sns] = [new IAMClient(settings), new SNSClient(settings)];
  for (const client of [kms, logs, iam, sns]) requestIdsOf(client, requestIds);
  return {
    bucket: liveBuckets(home, settings, (client) => requestIdsOf(client, requestIds)),
    key: liveKeys(kms),
    'log-group': liveLogGroups(logs),
    role: liveRoles(iam),
    topic: liveTopics(sns),
  };
}
