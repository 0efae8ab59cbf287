import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { SNSClient } from '@aws-sdk/client-sns';
import type { Home } from '../kinds/home.ts';
import type { Port } from '../kinds/kind.ts';
import type { KindName } from '../kinds/kinds.ts';
import type { ResourceShape } from '../kinds/resource.ts';
import { liveBuckets } from './buckets.ts';
import { liveKeys } from './keys.ts';
import { liveLogGroups } from './log-groups.ts';
import { liveRoles } from './roles.ts';
import { PATIENCE } from './timeouts.ts';
import { liveTopics } from './topics.ts';

/** The way to the resources of every kind, in the Region and account that are guarded. */
export function resourcePorts(home: Home): Readonly<Record<KindName, Port<ResourceShape>>> {
  const config = { region: home.region, requestHandler: PATIENCE };
  return {
    bucket: liveBuckets(home),
    key: liveKeys(new KMSClient(config)),
    'log-group': liveLogGroups(new CloudWatchLogsClient(config)),
    role: liveRoles(new IAMClient(config)),
    topic: liveTopics(new SNSClient(config)),
  };
}
