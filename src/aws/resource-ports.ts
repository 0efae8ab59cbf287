import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient, type KMSClientConfig } from '@aws-sdk/client-kms';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Home } from '../kinds/home.ts';
import type { Port } from '../kinds/kind.ts';
import type { KindName } from '../kinds/kinds.ts';
import type { ResourceShape } from '../kinds/resource.ts';
import { liveBuckets } from './buckets.ts';
import { requestIdsOf } from './cloudtrail.ts';
import { liveKeys } from './keys.ts';
import { lazy } from './lazy.ts';
import { liveLogGroups } from './log-groups.ts';
import { liveQueues } from './queues.ts';
import { liveRoles } from './roles.ts';
import { liveRules } from './rules.ts';
import { PATIENCE } from './timeouts.ts';
import { liveTopics } from './topics.ts';

/** How clients reach AWS, where it is not as in Lambda. */
export type Connection = Pick<KMSClientConfig, 'region' | 'credentials' | 'requestHandler'>;

/** A port whose client is made when it is first used. */
function later(make: () => Port<ResourceShape>): Port<ResourceShape> {
  const port = lazy(make);
  return { observe: (name) => port().observe(name), repair: (repair) => port().repair(repair) };
}

/**
 * The ways to all kinds of resources of an account and Region. The ids that AWS gives to requests for changes go where those of other
 * clients go.
 */
export function resourcePorts(
  home: Home,
  connection: Connection,
  requestIds: string[],
): Readonly<Record<KindName, Port<ResourceShape>>> {
  const settings = { requestHandler: PATIENCE, ...connection };
  const heard = <C extends Parameters<typeof requestIdsOf>[0]>(client: C): C => {
    requestIdsOf(client, requestIds);
    return client;
  };
  const sns = lazy(() => heard(new SNSClient(settings)));
  return {
    bucket: later(() => liveBuckets(home, settings, heard)),
    key: later(() => liveKeys(heard(new KMSClient(settings)))),
    'log-group': later(() => liveLogGroups(heard(new CloudWatchLogsClient(settings)))),
    queue: later(() => liveQueues(heard(new SQSClient({ ...settings, useQueueUrlAsEndpoint: false })), home)),
    role: later(() => liveRoles(heard(new IAMClient(settings)))),
    rule: later(() => liveRules(heard(new EventBridgeClient(settings)))),
    topic: later(() => liveTopics(sns())),
  };
}
