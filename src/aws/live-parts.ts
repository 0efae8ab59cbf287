import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeRuleCommand,
  EventBridgeClient,
  ListTargetsByRuleCommand,
} from '@aws-sdk/client-eventbridge';
import { DescribeKeyCommand, KMSClient, type KMSClientConfig } from '@aws-sdk/client-kms';
import {
  GetEventSourceMappingCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { GetBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { GetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Asked, Part, StackResource } from '../doctor/examined.ts';
import { askingFor } from './asking.ts';

/** How clients reach AWS. */
export type Connection = Pick<
  KMSClientConfig,
  'region' | 'endpoint' | 'credentials' | 'requestHandler' | 'maxAttempts'
>;

type Properties = Readonly<Record<string, unknown>>;

/** A question about a part, the right that it takes, and what it shows by the template's names. */
interface Reading {
  readonly action: string;
  readonly read: (id: string) => Promise<Properties | undefined>;
}

const parsed = (text: string | undefined): unknown => (text === undefined ? undefined : JSON.parse(text));

/** The ways to read the parts of a stack, by their types in the template. */
function readings(connection: Connection): Readonly<Record<string, readonly Reading[]>> {
  const events = new EventBridgeClient(connection);
  const scheduler = new SchedulerClient(connection);
  const lambda = new LambdaClient(connection);
  const tables = new DynamoDBClient(connection);
  const buckets = new S3Client({ ...connection, forcePathStyle: connection.endpoint !== undefined });
  const topics = new SNSClient(connection);
  const keys = new KMSClient(connection);
  const logs = new CloudWatchLogsClient(connection);
  const alarms = new CloudWatchClient(connection);
  return {
    'AWS::Events::Rule': [
      {
        action: 'events:DescribeRule',
        read: async (Name) => {
          const { State, EventPattern, ScheduleExpression } = await events.send(
            new DescribeRuleCommand({ Name }),
          );
          return { State, EventPattern: parsed(EventPattern), ScheduleExpression };
        },
      },
      {
        action: 'events:ListTargetsByRule',
        read: async (Rule) => ({
          Targets: (await events.send(new ListTargetsByRuleCommand({ Rule }))).Targets,
        }),
      },
    ],
    'AWS::Scheduler::Schedule': [
      {
        action: 'scheduler:GetSchedule',
        read: async (Name) => ({ ...(await scheduler.send(new GetScheduleCommand({ Name }))) }),
      },
    ],
    'AWS::Lambda::Function': [
      {
        action: 'lambda:GetFunctionConfiguration',
        read: async (FunctionName) => ({
          ...(await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))),
        }),
      },
      {
        action: 'lambda:GetFunctionConcurrency',
        read: async (FunctionName) => {
          const { ReservedConcurrentExecutions } = await lambda.send(
            new GetFunctionConcurrencyCommand({ FunctionName }),
          );
          return { ReservedConcurrentExecutions };
        },
      },
    ],
    'AWS::Lambda::EventSourceMapping': [
      {
        action: 'lambda:GetEventSourceMapping',
        read: async (UUID) => {
          const { State, ...others } = await lambda.send(new GetEventSourceMappingCommand({ UUID }));
          return { ...others, Enabled: State === 'Enabled' || State === 'Enabling' };
        },
      },
    ],
    'AWS::DynamoDB::Table': [
      {
        action: 'dynamodb:DescribeTable',
        read: async (TableName) => ({
          ...(await tables.send(new DescribeTableCommand({ TableName }))).Table,
        }),
      },
      {
        action: 'dynamodb:DescribeContinuousBackups',
        read: async (TableName) => {
          const { ContinuousBackupsDescription: backups } = await tables.send(
            new DescribeContinuousBackupsCommand({ TableName }),
          );
          const status = backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus;
          return { PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: status === 'ENABLED' } };
        },
      },
    ],
    'AWS::S3::BucketPolicy': [
      {
        action: 's3:GetBucketPolicy',
        read: async (Bucket) => ({
          PolicyDocument: parsed((await buckets.send(new GetBucketPolicyCommand({ Bucket }))).Policy),
        }),
      },
    ],
    'AWS::SNS::Topic': [
      {
        action: 'sns:GetTopicAttributes',
        read: async (TopicArn) => {
          const { Attributes = {} } = await topics.send(new GetTopicAttributesCommand({ TopicArn }));
          // It may be shown by its ARN, and the template knows it by its id.
          return { KmsMasterKeyId: Attributes['KmsMasterKeyId']?.replace(/^.*:key\//, '') };
        },
      },
    ],
    'AWS::KMS::Key': [
      {
        action: 'kms:DescribeKey',
        read: async (KeyId) => ({
          Enabled: (await keys.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.Enabled,
        }),
      },
    ],
    'AWS::Logs::LogGroup': [
      {
        action: 'logs:DescribeLogGroups',
        read: async (logGroupNamePrefix) => {
          const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix }));
          const found = logGroups.find(({ logGroupName }) => logGroupName === logGroupNamePrefix);
          return found && { RetentionInDays: found.retentionInDays };
        },
      },
    ],
    'AWS::CloudWatch::Alarm': [
      {
        action: 'cloudwatch:DescribeAlarms',
        read: async (name) => {
          const { MetricAlarms = [] } = await alarms.send(new DescribeAlarmsCommand({ AlarmNames: [name] }));
          return MetricAlarms[0] && { ...MetricAlarms[0] };
        },
      },
    ],
  };
}

/** What several readings show together. A part that one of them does not find is gone; the first that fails speaks for all. */
function together(all: readonly Asked<Properties | undefined>[]): Asked<Properties | undefined> {
  const unread = all.find((asked) => 'unread' in asked);
  if (unread) return unread;
  const found = all.map((asked) => ('known' in asked ? asked.known : undefined));
  if (found.some((each) => each === undefined)) return { known: undefined };
  return { known: Object.assign({}, ...found) as Properties };
}

/** Reads the parts of a stack that are compared with its template. Rejects with a NoAnswerError. */
export function liveParts(
  resources: readonly StackResource[],
  types: readonly string[],
  connection: Connection,
): Promise<Part[]> {
  const ways = readings(connection);
  return Promise.all(
    resources
      .filter(({ type }) => types.includes(type))
      .map(async (resource): Promise<Part> => {
        const asked = (ways[resource.type] ?? []).map(({ action, read }) =>
          askingFor(action, '*', () => read(resource.physicalId)),
        );
        return { ...resource, live: together(await Promise.all(asked)) };
      }),
  );
}
