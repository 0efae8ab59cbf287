import type { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient, type KMSClientConfig } from '@aws-sdk/client-kms';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Home } from '../kinds/home.ts';
import type { Port } from '../kinds/kind.ts';
import type { ReadableKind } from '../kinds/kinds.ts';
import type { ResourceShape } from '../kinds/resource.ts';
import { liveAlarms } from './alarms.ts';
import { liveBuckets } from './buckets.ts';
import { requestIdsOf } from './cloudtrail.ts';
import { liveDashboards } from './dashboards.ts';
import { liveFunctions } from './functions.ts';
import { liveKeys } from './keys.ts';
import { lazy } from './lazy.ts';
import { liveLogGroups } from './log-groups.ts';
import { liveManagedPolicies } from './managed-policies.ts';
import { liveQueues } from './queues.ts';
import { liveRoles } from './roles.ts';
import { liveRules } from './rules.ts';
import { liveSchedules } from './schedules.ts';
import { signedRequests } from './signed.ts';
import { liveStacks } from './stacks.ts';
import { liveSubscriptions } from './subscriptions.ts';
import { liveTables } from './tables.ts';
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
 * The ways to all kinds of resources of an account and Region; there is none to the organization over it. The ids that AWS gives to
 * requests for changes go where those of other clients go.
 */
export function resourcePorts(
  home: Home,
  connection: Connection,
  requestIds: string[],
  cloudTrail: CloudTrailClient,
  endpoint?: string,
): Readonly<Record<ReadableKind, Port<ResourceShape>>> {
  const settings = { requestHandler: PATIENCE, ...connection, region: home.region };
  const request = signedRequests(cloudTrail);
  const heard = <C extends Parameters<typeof requestIdsOf>[0]>(client: C): C => {
    requestIdsOf(client, requestIds);
    return client;
  };
  const iam = lazy(() => heard(new IAMClient(settings)));
  const sns = lazy(() => heard(new SNSClient(settings)));
  const cloudWatch = lazy(() => heard(new CloudWatchClient(settings)));
  const sqs = () => heard(new SQSClient({ ...settings, useQueueUrlAsEndpoint: false }));
  return {
    alarm: later(() => liveAlarms(cloudWatch())),
    bucket: later(() => liveBuckets(home, settings, heard)),
    dashboard: later(() => liveDashboards(cloudWatch())),
    key: later(() => liveKeys(heard(new KMSClient(settings)))),
    'log-group': later(() => liveLogGroups(heard(new CloudWatchLogsClient(settings)))),
    queue: later(() => liveQueues(sqs(), home)),
    'managed-policy': later(() => liveManagedPolicies(iam())),
    role: later(() => liveRoles(iam())),
    rule: later(() => liveRules(heard(new EventBridgeClient(settings)))),
    stack: later(() => liveStacks(heard(new CloudFormationClient(settings)))),
    subscription: later(() => liveSubscriptions(sns())),
    table: later(() => liveTables(heard(new DynamoDBClient(settings)), home)),
    topic: later(() => liveTopics(sns())),
    function: liveFunctions(request, home, endpoint),
    schedule: liveSchedules(request, home, endpoint),
  };
}
