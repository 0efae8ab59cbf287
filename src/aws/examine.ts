import {
  CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import { type CloudTrailClient, DescribeTrailsCommand } from '@aws-sdk/client-cloudtrail';
import { CloudWatchClient, type MetricDataQuery, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import { IAMClient, paginateSimulatePrincipalPolicy } from '@aws-sdk/client-iam';
import {
  GetSubscriptionAttributesCommand,
  paginateListSubscriptionsByTopic,
  SNSClient,
} from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { deliveryPath } from '../baseline/delivery-path.ts';
import type {
  Asked,
  Examined,
  Hearing,
  Last,
  Queue,
  Refused,
  Simulated,
  Stack,
  StackResource,
  Subscription,
  Template,
} from '../doctor/examined.ts';
import { READ_TYPES } from '../doctor/parts.ts';
import { byService, type Need, needsOf } from '../doctor/template.ts';
import { asError } from '../foreign/error.ts';
import { asText } from '../foreign/values.ts';
import type { Home } from '../kinds/home.ts';
import type { ReadableKind } from '../kinds/kinds.ts';
import { recordsTrailChanges } from '../kinds/trail/management-events.ts';
import { asking, NoAnswerError } from './asking.ts';
import { clockSkewOf } from './clock-skew.ts';
import { cloudTrailClient } from './cloudtrail.ts';
import { type Connection, liveParts } from './live-parts.ts';
import { observeTrail } from './observe.ts';
import { readLogging, readSelectors } from './readings.ts';
import { resourcePorts } from './resource-ports.ts';
import { PATIENCE } from './timeouts.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** What is examined, as far as it is known before AWS is asked. */
export interface ExamineRequest extends Pick<Examined, 'service' | 'stage' | 'region' | 'tools' | 'here'> {
  readonly now: () => number;
  /** How the clients reach AWS, where it is not by the standard chain. */
  readonly connection?: Connection;
}

/** All that is judged by time would be judged wrongly; AWS refuses signatures that are further off. */
const MOST_SKEW_MS = 5 * MINUTE;

function mustBeRight(skew: number | undefined): void {
  if (skew === undefined || Math.abs(skew) <= MOST_SKEW_MS) return;
  const minutes = Math.round(Math.abs(skew) / MINUTE);
  throw new NoAnswerError(
    `The clock of this machine is ${minutes} minutes ${skew > 0 ? 'behind' : 'ahead of'} AWS: set it`,
  );
}

async function stackOf(client: CloudFormationClient, name: string, now: number): Promise<Stack | undefined> {
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    if (!stack) return undefined;
    return {
      id: stack.StackId ?? '',
      status: stack.StackStatus ?? '',
      reason: stack.StackStatusReason ?? '',
      outputs: Object.fromEntries(
        (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
      ),
      changedAt: (stack.LastUpdatedTime ?? stack.CreationTime)?.getTime() ?? now,
    };
  } catch (thrown) {
    // It has no name of its own. https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
    if (asError(thrown).message.includes('does not exist')) return undefined;
    throw thrown;
  }
}

async function resourcesOf(client: CloudFormationClient, StackName: string): Promise<StackResource[]> {
  const found: StackResource[] = [];
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName }))
    for (const { LogicalResourceId, PhysicalResourceId, ResourceType } of StackResourceSummaries)
      if (LogicalResourceId && PhysicalResourceId && ResourceType)
        found.push({ logicalId: LogicalResourceId, physicalId: PhysicalResourceId, type: ResourceType });
  return found;
}

async function templateOf(client: CloudFormationClient, StackName: string): Promise<Template> {
  const { TemplateBody = '' } = await client.send(new GetTemplateCommand({ StackName }));
  return JSON.parse(TemplateBody) as Template;
}

function simulate(client: IAMClient, need: Need, { partition, account }: Home): Promise<Asked<Refused[]>> {
  const PolicySourceArn = `arn:${partition}:iam::${account}:role/${need.role}`;
  return asking('iam:SimulatePrincipalPolicy', `arn:${partition}:iam::${account}:role/*`, async () => {
    const refused: Refused[] = [];
    const pages = paginateSimulatePrincipalPolicy(
      { client },
      {
        PolicySourceArn,
        ActionNames: [...need.actions],
        ResourceArns: [...need.resources],
        ContextEntries: Object.entries(need.context).map(([ContextKeyName, value]) => ({
          ContextKeyName,
          ContextKeyValues: [value],
          ContextKeyType: 'string',
        })),
      },
    );
    for await (const { EvaluationResults = [] } of pages)
      for (const result of EvaluationResults) {
        if (result.EvalDecision === 'allowed') continue;
        const by = (): Refused['by'] => {
          if (result.OrganizationsDecisionDetail?.AllowedByOrganizations === false) return 'organization';
          if (result.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary === false)
            return 'boundary';
          return result.EvalDecision === 'explicitDeny' ? 'deny' : 'role';
        };
        refused.push({
          action: result.EvalActionName ?? '',
          resource: result.EvalResourceName ?? '',
          by: by(),
        });
      }
    return refused;
  });
}

async function simulateAll(needs: readonly Need[], home: Home, connection: Connection): Promise<Simulated[]> {
  const client = new IAMClient(connection);
  const found: Simulated[] = [];
  // One after the other, for IAM is slow to forgive haste.
  for (const need of needs) {
    const { role, statement } = need;
    const asked = await simulate(client, need, home);
    found.push({ role, statement, asked });
    if ('unread' in asked && asked.unread.why !== 'failed') break;
  }
  return found;
}

async function subscriptionsOf(topics: readonly string[], connection: Connection): Promise<Subscription[]> {
  const client = new SNSClient(connection);
  const found: Subscription[] = [];
  for (const topic of topics)
    for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic(
      { client },
      { TopicArn: topic },
    ))
      for (const { SubscriptionArn = '', Protocol = '', Endpoint = '' } of Subscriptions) {
        // https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html
        const arn = SubscriptionArn.startsWith('arn:') ? SubscriptionArn : undefined;
        const filter: Asked<string | undefined> =
          arn === undefined
            ? { known: undefined }
            : await asking('sns:GetSubscriptionAttributes', '*', async () => {
                const { Attributes = {} } = await client.send(
                  new GetSubscriptionAttributesCommand({ SubscriptionArn: arn }),
                );
                const policy = asText(Attributes['FilterPolicy']);
                return policy === '{}' ? undefined : policy;
              });
        found.push({ topic, arn, protocol: Protocol, endpoint: Endpoint, filter });
      }
  return found;
}

/** When a metric was last more than nothing, and its largest value, in the time before now. */
async function metric(
  client: CloudWatchClient,
  [Namespace, MetricName, dimensions]: readonly [string, string, Readonly<Record<string, string>>],
  stat: 'Sum' | 'Maximum',
  now: number,
  { spanMs, periodS }: { readonly spanMs: number; readonly periodS: number },
): Promise<{ readonly last?: number; readonly most?: number }> {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const query: MetricDataQuery = {
    Id: 'asked',
    MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period: periodS, Stat: stat },
  };
  const points: { at: number; value: number }[] = [];
  const pages = paginateGetMetricData(
    { client },
    {
      MetricDataQueries: [query],
      StartTime: new Date(now - spanMs),
      EndTime: new Date(now),
      ScanBy: 'TimestampDescending',
    },
  );
  for await (const { MetricDataResults = [] } of pages)
    for (const { Timestamps = [], Values = [] } of MetricDataResults)
      for (const [index, at] of Timestamps.entries())
        points.push({ at: at.getTime(), value: Values[index] ?? 0 });
  const counted = points.filter(({ value }) => value > 0);
  if (counted.length === 0) return {};
  return {
    last: Math.max(...counted.map(({ at }) => at)),
    most: Math.max(...counted.map(({ value }) => value)),
  };
}

/** CloudWatch keeps minutes for 15 days, and five minutes for 63. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html */
const FOUR_DAYS = { spanMs: 4 * DAY, periodS: 60 };
const TWO_WEEKS = { spanMs: 14 * DAY, periodS: 300 };
const A_QUARTER = { spanMs: 15 * MINUTE, periodS: 60 };

type Metric = readonly [namespace: string, name: string, dimensions: Readonly<Record<string, string>>];

function queuesOf(
  resources: readonly StackResource[],
  cloudWatch: CloudWatchClient,
  now: number,
  connection: Connection,
): Promise<Queue[]> {
  const client = new SQSClient({ ...connection, useQueueUrlAsEndpoint: false });
  return Promise.all(
    resources
      .filter(({ type }) => type === 'AWS::SQS::Queue')
      .map(async ({ logicalId, physicalId: url }): Promise<Queue> => {
        const [messages, oldestSeconds] = await Promise.all([
          asking('sqs:GetQueueAttributes', '*', async () => {
            const { Attributes = {} } = await client.send(
              new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
            );
            const { ApproximateNumberOfMessages = '0', ApproximateNumberOfMessagesNotVisible = '0' } =
              Attributes;
            return Number(ApproximateNumberOfMessages) + Number(ApproximateNumberOfMessagesNotVisible);
          }),
          asking('cloudwatch:GetMetricData', '*', async () => {
            const QueueName = url.replace(/^.*\//, '');
            const age: Metric = ['AWS/SQS', 'ApproximateAgeOfOldestMessage', { QueueName }];
            return (await metric(cloudWatch, age, 'Maximum', now, A_QUARTER)).most;
          }),
        ]);
        return { logicalId, url, messages, oldestSeconds };
      }),
  );
}

async function othersOf(
  client: CloudTrailClient,
  home: Home,
  declared: readonly string[],
): Promise<Hearing[]> {
  const { trailList = [] } = await client.send(new DescribeTrailsCommand({ includeShadowTrails: true }));
  const others = trailList.flatMap(({ Name = '', TrailARN, HomeRegion }) =>
    TrailARN && !(HomeRegion === home.region && declared.includes(Name)) ? [TrailARN] : [],
  );
  return Promise.all(
    others.map(async (arn) => {
      const [{ state }, selectors] = await Promise.all([
        readLogging(client, arn),
        readSelectors(client, arn),
      ]);
      return { arn, hears: state.IsLogging && recordsTrailChanges(selectors) };
    }),
  );
}

function mustBeThere(
  asked: Asked<Stack | undefined>,
  { service, stage, region }: ExamineRequest,
): Asked<Stack> {
  if ('unread' in asked) return asked;
  if (asked.known) return { known: asked.known };
  throw new NoAnswerError(
    `There is no stack ${service}-${stage} in ${region} of this account: check AWS_PROFILE and --region; if both are right, ` +
      `the stage is not deployed: npx serverless deploy --stage ${stage} --region ${region}`,
  );
}

/**
 * Reads all that an examination asks, and changes nothing. Rejects with a {@link NoAnswerError} where nothing can be asked,
 * where the account is another, and where nothing is deployed.
 */
export async function readExamined(request: ExamineRequest): Promise<Examined> {
  const { service, stage, region, here, now: clock, tools } = request;
  const connection: Connection = { requestHandler: PATIENCE, ...request.connection, region };
  const name = `${service}-${stage}`;
  const now = clock();
  const formation = new CloudFormationClient(connection);
  const skew = clockSkewOf(formation, clock);
  const asked = await asking('cloudformation:DescribeStacks', name, () => stackOf(formation, name, now));
  mustBeRight(skew());
  const stack = mustBeThere(asked, request);
  const [, partition = 'aws', , , found] = 'known' in stack ? stack.known.id.split(':') : [];
  const { baseline } = here;
  if (baseline && found !== undefined && found !== baseline.Account)
    throw new NoAnswerError(
      `These credentials are of account ${found}, and baselines/${stage}.yml is for ${baseline.Account}: check AWS_PROFILE`,
    );
  const account = found ?? baseline?.Account;
  const home: Home = { partition, region, account: account ?? '' };
  const [resources, template] = await Promise.all([
    asking('cloudformation:ListStackResources', name, () => resourcesOf(formation, name)),
    asking('cloudformation:GetTemplate', name, () => templateOf(formation, name)),
  ]);
  const there = 'known' in resources ? resources.known : [];
  const isWhole = 'known' in template && 'known' in stack;
  const needs = isWhole ? needsOf(template.known, stack.known, there) : [];
  const named = isWhole ? byService(template.known, stack.known, there) : [];
  const cloudTrail = cloudTrailClient({ ...connection });
  const cloudWatch = new CloudWatchClient(connection);
  const ports = resourcePorts(home, connection, [], cloudTrail);
  const declared = baseline?.Trails.map((trail) => trail.Name) ?? [];
  const topics = there.flatMap(({ type, physicalId }) => (type === 'AWS::SNS::Topic' ? [physicalId] : []));
  const topicName =
    there.find(({ logicalId }) => logicalId === 'AlertTopic')?.physicalId.replace(/^.*:/, '') ?? '';
  const last = (of: Metric, span: typeof FOUR_DAYS): Promise<Last> =>
    asking(
      'cloudwatch:GetMetricData',
      '*',
      async () => (await metric(cloudWatch, of, 'Sum', now, span)).last,
    );
  const [
    parts,
    roles,
    subscriptions,
    queues,
    trails,
    others,
    path,
    lastSweep,
    lastDelivered,
    lastUndelivered,
  ] = await Promise.all([
    liveParts(named, READ_TYPES, connection),
    simulateAll(needs, home, connection),
    asking('sns:ListSubscriptionsByTopic', '*', () => subscriptionsOf(topics, connection)),
    queuesOf(there, cloudWatch, now, connection),
    asking('cloudtrail:DescribeTrails', '*', async () => {
      await cloudTrail.send(new DescribeTrailsCommand({ includeShadowTrails: false }));
      return Promise.all(declared.map((trail) => observeTrail(cloudTrail, home, trail)));
    }),
    asking('cloudtrail:GetEventSelectors', '*', () => othersOf(cloudTrail, home, declared)),
    Promise.all(
      (baseline ? deliveryPath(baseline) : []).map(async (resource) => ({
        declared: resource,
        observed: await ports[resource.kind as ReadableKind].observe(resource.name),
      })),
    ),
    last(['Trailkeeper', 'SweepFinished', { service, stage }], FOUR_DAYS),
    last(['AWS/SNS', 'NumberOfNotificationsDelivered', { TopicName: topicName }], TWO_WEEKS),
    last(['AWS/SNS', 'NumberOfNotificationsFailed', { TopicName: topicName }], TWO_WEEKS),
  ]);
  return {
    ...{ service, stage, region, account, now, tools, here, stack, template, resources },
    ...{ parts, roles, subscriptions, queues, trails, others, deliveryPath: path },
    ...{ lastSweep, lastDelivered, lastUndelivered },
  };
}
