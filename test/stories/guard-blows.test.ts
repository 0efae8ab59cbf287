import { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { EventBridge } from '@aws-sdk/client-eventbridge';
import { IAM } from '@aws-sdk/client-iam';
import { KMS } from '@aws-sdk/client-kms';
import { Lambda } from '@aws-sdk/client-lambda';
import { S3 } from '@aws-sdk/client-s3';
import { Scheduler } from '@aws-sdk/client-scheduler';
import { SNS } from '@aws-sdk/client-sns';
import { type QueueAttributeName, SQS } from '@aws-sdk/client-sqs';
import { rootUser } from '../../local/aws/iam/principal.ts';
import { mailsIn } from '../../local/drill/drill.ts';
import { clientOf } from '../local/aws/small-stack.ts';
import { onSelfGuardingRange, sweep } from '../local/drill/on-range.ts';

type Config = ReturnType<typeof clientOf>;

/** One blow: what it is, how it is struck, and what shows what it changed. */
type Blow = readonly [
  what: string,
  strike: (by: Config) => Promise<unknown>,
  shown: (by: Config) => Promise<unknown>,
];

const NAME = 'trailkeeper-drill';
const TOPIC = `arn:aws:sns:us-east-1:123456789012:${NAME}-alerts`;
const HERS = 'arn:aws:kms:us-east-1:123456789012:key/0f0f0f0f-0000-4000-8000-00000000000f';
const urlOf = (queue: string) => `https://sqs.us-east-1.amazonaws.com/123456789012/${NAME}-${queue}`;

const configuration = async (by: Config, name: string) => {
  const { RevisionId, LastModified, $metadata, ...shown } = await new Lambda(by).getFunctionConfiguration({
    FunctionName: `${NAME}-${name}`,
  });
  return { ...shown, of: [RevisionId, LastModified, $metadata].length };
};
const configured = (name: string, input: object): Blow => [
  `${Object.keys(input).join()} of ${name} changed`,
  (by) => new Lambda(by).updateFunctionConfiguration({ FunctionName: `${NAME}-${name}`, ...input }),
  (by) => configuration(by, name),
];

/** So large a message every pass fits into: what is larger still is as good. */
const ENOUGH = 262_144;

const attribute = (queue: string, name: QueueAttributeName, value: string): Blow => [
  `${name} of the queue ${queue} changed`,
  (by) => new SQS(by).setQueueAttributes({ QueueUrl: urlOf(queue), Attributes: { [name]: value } }),
  async (by) => {
    const asked = { QueueUrl: urlOf(queue), AttributeNames: ['All' as const] };
    const shown = (await new SQS(by).getQueueAttributes(asked)).Attributes?.[name];
    return name === 'MaximumMessageSize' ? Number(shown) >= ENOUGH : shown;
  },
];

const ofTopic = (name: string, value: string): Blow => [
  `${name} of the topic changed`,
  (by) => new SNS(by).setTopicAttributes({ TopicArn: TOPIC, AttributeName: name, AttributeValue: value }),
  async (by) =>
    // A key by its id or its ARN is the same.
    (await new SNS(by).getTopicAttributes({ TopicArn: TOPIC })).Attributes?.[name]?.replace(
      /^arn:.*:key\//,
      '',
    ),
];
const subscriptionOf = async (by: Config) =>
  (await new SNS(by).listSubscriptionsByTopic({ TopicArn: TOPIC })).Subscriptions?.[0]?.SubscriptionArn;
const ofSubscription = (name: string, value: string): Blow => [
  `${name} of the subscription changed`,
  async (by) =>
    new SNS(by).setSubscriptionAttributes({
      SubscriptionArn: await subscriptionOf(by),
      AttributeName: name,
      AttributeValue: value,
    }),
  async (by) =>
    JSON.stringify(
      (await new SNS(by).getSubscriptionAttributes({ SubscriptionArn: await subscriptionOf(by) }))
        .Attributes?.[name] ?? '{}',
    ),
];

const alarmAt = async (by: Config, name: string) => {
  const { MetricAlarms: [found] = [] } = await new CloudWatch(by).describeAlarms({
    AlarmNames: [`${NAME}-${name}`],
  });
  if (!found) throw new Error(`There is no alarm ${name}`);
  const { Threshold, Period, Unit, TreatMissingData, AlarmActions, ActionsEnabled } = found;
  return { found, shown: { Threshold, Period, Unit, TreatMissingData, AlarmActions, ActionsEnabled } };
};
const redefined = (what: string, name: string, changes: object): Blow => [
  `the alarm ${name} ${what}`,
  async (by) => {
    const { found } = await alarmAt(by, name);
    await new CloudWatch(by).putMetricAlarm({ ...found, AlarmName: `${NAME}-${name}`, ...changes });
  },
  async (by) => (await alarmAt(by, name)).shown,
];

const ruleAt = async (by: Config, name: string) => {
  const { State, EventPattern, ScheduleExpression } = await new EventBridge(by).describeRule({
    Name: `${NAME}-${name}`,
  });
  const { Targets } = await new EventBridge(by).listTargetsByRule({ Rule: `${NAME}-${name}` });
  return { State, EventPattern, ScheduleExpression, Targets };
};
const targeted = (what: string, changes: object): Blow => [
  `the target of the first rule ${what}`,
  async (by) => {
    const { Targets = [] } = await ruleAt(by, 'heal-rule-1');
    await new EventBridge(by).putTargets({
      Rule: `${NAME}-heal-rule-1`,
      Targets: Targets.map((target) => ({ ...target, ...changes })),
    });
  },
  (by) => ruleAt(by, 'heal-rule-1'),
];

const scheduleAt = async (by: Config) => {
  const { Target, FlexibleTimeWindow, ScheduleExpression, State, ScheduleExpressionTimezone } =
    await new Scheduler(by).getSchedule({ Name: `${NAME}-watch-sweep` });
  return { Target, FlexibleTimeWindow, ScheduleExpression, State, ScheduleExpressionTimezone };
};
const scheduled = (what: string, changes: object): Blow => [
  `the schedule of watch ${what}`,
  async (by) =>
    new Scheduler(by).updateSchedule({
      Name: `${NAME}-watch-sweep`,
      ...(await scheduleAt(by)),
      ...changes,
    }),
  scheduleAt,
];

const LEDGER = `${NAME}-ledger-b7f5f9d3-f75065110bf9`;
const SINK = `${NAME}-sink-b7f5f9d3-f75065110bf9`;
/** The topic's key may be another by then. */
const keyOf = async (by: Config) => {
  const { Environment } = await new Lambda(by).getFunctionConfiguration({ FunctionName: `${NAME}-watch` });
  return /AlertKey=([\w-]+)/.exec(Environment?.Variables?.['GUARD_NAMES'] ?? '')?.[1];
};
const roleOf = async (by: Config) =>
  (await new Lambda(by).getFunctionConfiguration({ FunctionName: `${NAME}-heal` })).Role?.split('/').at(-1) ??
  '';
const logGroup = `/aws/lambda/${NAME}-heal`;
const logGroupAt = async (by: Config) =>
  (await new CloudWatchLogs(by).describeLogGroups({ logGroupNamePrefix: logGroup })).logGroups?.map(
    ({ logGroupName, retentionInDays, kmsKeyId }) => [logGroupName, retentionInDays, kmsKeyId],
  );

/** What heal puts back, for watch cannot put itself back. */
const ON_WATCH: readonly Blow[] = [
  configured('watch', { LoggingConfig: { LogGroup: '/aws/lambda/nowhere' } }),
  scheduled('does not run at all', { State: 'DISABLED' }),
  scheduled('spread over a day', { FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 1440 } }),
  scheduled('slowed down', { ScheduleExpression: 'rate(1 day)' }),
];

/** What watch puts back, whatever becomes of heal. */
const ON_THE_REST: readonly Blow[] = [
  configured('tell', { Layers: ['arn:aws:lambda:us-east-1:123456789012:layer:hers:1'], Timeout: 1 }),
  configured('heal', { Environment: { Variables: {} }, MemorySize: 128, KMSKeyArn: HERS }),
  [
    'the pattern of a rule on the guard emptied',
    (by) =>
      new EventBridge(by).putRule({ Name: `${NAME}-watch-guard-1`, EventPattern: '{"source":["nothing"]}' }),
    (by) => ruleAt(by, 'watch-guard-1'),
  ],
  [
    'the schedule of heal slowed down',
    (by) => new EventBridge(by).putRule({ Name: `${NAME}-heal-rule-2`, ScheduleExpression: 'rate(1 day)' }),
    (by) => ruleAt(by, 'heal-rule-2'),
  ],
  targeted('given an input of hers', { Input: '{"detail-type":"nothing"}' }),
  targeted('never tried again', { RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 } }),
  attribute('undelivered-events', 'MessageRetentionPeriod', '60'),
  attribute('undelivered-events', 'DelaySeconds', '900'),
  attribute('undelivered-events', 'MaximumMessageSize', '1024'),
  attribute('failed-invocations', 'KmsMasterKeyId', HERS),
  ofTopic('KmsMasterKeyId', HERS),
  ofTopic('DeliveryPolicy', '{"http":{"defaultHealthyRetryPolicy":{"numRetries":0}}}'),
  ofTopic(
    'Policy',
    '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"sns:Publish","Resource":"*"}]}',
  ),
  ofSubscription('FilterPolicy', '{"severity":["none"]}'),
  ofSubscription('RedrivePolicy', '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:hers"}'),
  redefined('never reached', 'heal-silent', { Threshold: -1 }),
  redefined('counts in another unit', 'function-errors', { Unit: 'Bytes' }),
  redefined('does not miss what is missing', 'missing-sweeps', { TreatMissingData: 'notBreaching' }),
  redefined('calls nobody', 'parked', { AlarmActions: [] }),
  [
    'an alarm deleted',
    (by) => new CloudWatch(by).deleteAlarms({ AlarmNames: [`${NAME}-tell-silent`] }),
    async (by) => (await alarmAt(by, 'tell-silent').catch(() => ({ shown: 'none' }))).shown,
  ],
  [
    'the dashboard emptied',
    (by) =>
      new CloudWatch(by).putDashboard({
        DashboardName: `${NAME}-us-east-1`,
        DashboardBody: '{"widgets":[]}',
      }),
    async (by) =>
      JSON.parse(
        (await new CloudWatch(by).getDashboard({ DashboardName: `${NAME}-us-east-1` })).DashboardBody ?? '',
      ) as unknown,
  ],
  [
    'the log of heal deleted',
    (by) => new CloudWatchLogs(by).deleteLogGroup({ logGroupName: logGroup }),
    logGroupAt,
  ],
  [
    'the log of tell kept for a day',
    (by) =>
      new CloudWatchLogs(by).putRetentionPolicy({
        logGroupName: `/aws/lambda/${NAME}-tell`,
        retentionInDays: 1,
      }),
    async (by) =>
      (await new CloudWatchLogs(by).describeLogGroups({ logGroupNamePrefix: `/aws/lambda/${NAME}-tell` }))
        .logGroups?.[0]?.retentionInDays,
  ],
  [
    'the sink paid for by who delivers',
    async (by) =>
      new S3(by).putBucketRequestPayment({
        Bucket: SINK,
        RequestPaymentConfiguration: { Payer: 'Requester' },
      }),
    async (by) => (await new S3(by).getBucketRequestPayment({ Bucket: SINK })).Payer,
  ],
  [
    'the sink encrypted by a key of hers',
    async (by) =>
      new S3(by).putBucketEncryption({
        Bucket: SINK,
        ServerSideEncryptionConfiguration: {
          Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: HERS } }],
        },
      }),
    async (by) => (await new S3(by).getBucketEncryption({ Bucket: SINK })).ServerSideEncryptionConfiguration,
  ],
  [
    'the ledger without point-in-time recovery',
    async (by) =>
      new DynamoDB(by).updateContinuousBackups({
        TableName: LEDGER,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false },
      }),
    async (by) =>
      (await new DynamoDB(by).describeContinuousBackups({ TableName: LEDGER })).ContinuousBackupsDescription
        ?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus,
  ],
  [
    'the ledger expires by another attribute',
    async (by) =>
      new DynamoDB(by).updateTimeToLive({
        TableName: LEDGER,
        TimeToLiveSpecification: { Enabled: false, AttributeName: 'expires' },
      }),
    async (by) => (await new DynamoDB(by).describeTimeToLive({ TableName: LEDGER })).TimeToLiveDescription,
  ],
  [
    "the key's policy replaced",
    async (by) =>
      new KMS(by).putKeyPolicy({
        KeyId: await keyOf(by),
        Policy: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            {
              Sid: 'Administration',
              Effect: 'Allow',
              Principal: { AWS: 'arn:aws:iam::123456789012:root' },
              Action: 'kms:*',
              Resource: '*',
            },
          ],
        }),
      }),
    async (by) =>
      (await new KMS(by).getKeyPolicy({ KeyId: await keyOf(by) })).Policy?.includes('KeepItsPolicy'),
  ],
  [
    'the key to be deleted',
    async (by) => new KMS(by).scheduleKeyDeletion({ KeyId: await keyOf(by), PendingWindowInDays: 7 }),
    async (by) => (await new KMS(by).describeKey({ KeyId: await keyOf(by) })).KeyMetadata?.KeyState,
  ],
  [
    'a denial put on the role of heal',
    async (by) =>
      new IAM(by).putRolePolicy({
        RoleName: await roleOf(by),
        PolicyName: 'hers',
        PolicyDocument:
          '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}',
      }),
    async (by) => (await new IAM(by).listRolePolicies({ RoleName: await roleOf(by) })).PolicyNames,
  ],
];

test.each([
  ['watch, by heal', ON_WATCH],
  ['everything else, by watch', ON_THE_REST],
])('blows on %s, all at once and in the dark, are undone by the sweeps', (_which, blows) =>
  onSelfGuardingRange(async ({ aws }) => {
    // Nothing is refused to whoever has the root user's key.
    const [root, alice] = [clientOf(aws, { userIdentity: rootUser(aws.account) }), clientOf(aws)];
    const show = async () => {
      const all: Record<string, string | undefined> = {};
      for (const [what, , shown] of blows) all[what] = JSON.stringify(await shown(alice));
      return all;
    };
    const before = await show();
    aws.muteEventBridge(true);
    for (const [, strike] of blows) await strike(root);
    const struck = await show();
    expect(blows.filter(([what]) => struck[what] === before[what])).toEqual([]);
    await sweep({ aws });
    await sweep({ aws });
    expect(await show()).toEqual(before);
  }),
);

test('a topic that nobody listens to is told by the first sweep, where anything else can hear of it', () =>
  onSelfGuardingRange(async ({ aws }) => {
    const root = clientOf(aws, { userIdentity: rootUser(aws.account) });
    await new SNS(root).unsubscribe({ SubscriptionArn: await subscriptionOf(root) });
    await aws.idle();
    await sweep({ aws });
    const told = mailsIn(aws).map(({ body }) => body.replaceAll(/\s+/g, ' '));
    expect(told.join()).toContain('subscribe somebody to the topic, and confirm it');
    expect(told.at(-1)).toContain(
      'The first way to tell may be MUTED: subscription trailkeeper-drill-alerts',
    );
  }));
