import { differences, sweep } from '../drill.ts';
import { FOREIGN_ACCOUNT, type Intruder } from '../intruder.ts';
import { judge, type Ordeal } from '../ordeal.ts';
import type { VirtualRange } from '../virtual-range.ts';
import { spoilBucket, spoilRole, THE_ACCOUNT_ALONE } from './spoil.ts';

const STACK = 'trailkeeper-drill';
const TopicArn = `arn:aws:sns:us-east-1:123456789012:${STACK}-alerts`;
const HERS = 'arn:aws:kms:us-east-1:123456789012:key/66666666-6666-4666-8666-666666666666';
/** Nothing of the guard's refuses the root user anything. */
type Root = Intruder['root'];

const functionNamed = (of: string) => `${STACK}-${of}`;
const queueUrl = (of: string) => `https://sqs.us-east-1.amazonaws.com/123456789012/${STACK}-${of}`;

const roleOf = async ({ lambda }: Root, of: string): Promise<string> =>
  (await lambda.getFunctionConfiguration({ FunctionName: functionNamed(of) })).Role ?? '';

const nameIn = (roleArn: string): string => roleArn.split('/').at(-1) ?? '';

/** What AWS has named, by logical id: the environment of the functions says it. */
async function nameOf({ lambda }: Root, id: string): Promise<string> {
  const { Environment } = await lambda.getFunctionConfiguration({ FunctionName: functionNamed('watch') });
  return RegExp(`\\b${id}=([^,]+)`).exec(Environment?.Variables?.['GUARD_NAMES'] ?? '')?.[1] ?? '';
}

async function mappingOf({ lambda }: Root): Promise<string | undefined> {
  const { EventSourceMappings = [] } = await lambda.listEventSourceMappings({
    FunctionName: functionNamed('tell'),
  });
  return EventSourceMappings[0]?.UUID;
}

async function spoilFunction(root: Root, of: string, role: string): Promise<void> {
  const FunctionName = functionNamed(of);
  const { lambda } = root;
  // What reads a queue takes no role that may not.
  if (of === 'tell') await lambda.deleteEventSourceMapping({ UUID: await mappingOf(root) });
  await lambda.updateFunctionConfiguration({ FunctionName, Timeout: 1, Role: role });
  await lambda.putFunctionConcurrency({ FunctionName, ReservedConcurrentExecutions: 0 });
  await lambda.addPermission({
    FunctionName,
    StatementId: 'hers',
    Action: 'lambda:InvokeFunction',
    Principal: FOREIGN_ACCOUNT,
  });
  if (of === 'tell') return;
  const { Policy = '{}' } = await lambda.getPolicy({ FunctionName });
  const { Statement = [] } = JSON.parse(Policy) as { Statement?: { Sid: string }[] };
  const [first] = Statement.filter(({ Sid }) => Sid !== 'hers');
  await lambda.removePermission({ FunctionName, StatementId: first?.Sid });
  await lambda.deleteFunctionEventInvokeConfig({ FunctionName });
}

async function filterMessages(root: Root): Promise<void> {
  const FilterCriteria = { Filters: [{ Pattern: '{"body":["nothing"]}' }] };
  await root.lambda.updateEventSourceMapping({ UUID: await mappingOf(root), FilterCriteria });
}

async function spoilRules({ events }: Root): Promise<void> {
  const [disabled, silenced, aimless, led] = [1, 2, 3, 4].map((each) => `${STACK}-watch-guard-${each}`);
  await events.disableRule({ Name: disabled });
  await events.putRule({ Name: silenced, EventPattern: '{"source":["nothing"]}' });
  await events.removeTargets({ Rule: aimless, Ids: ['watch'] });
  const Arn = `arn:aws:sqs:us-east-1:${FOREIGN_ACCOUNT}:hers`;
  await events.putTargets({ Rule: led, Targets: [{ Id: 'hers', Arn }] });
}

async function spoilQueues({ sqs }: Root): Promise<void> {
  await sqs.setQueueAttributes({ QueueUrl: queueUrl('passes.fifo'), Attributes: { VisibilityTimeout: '0' } });
  await sqs.deleteQueue({ QueueUrl: queueUrl('undelivered-events') });
}

async function spoilAlerts(root: Root): Promise<void> {
  const { sns, kms } = root;
  const { Subscriptions = [] } = await sns.listSubscriptionsByTopic({ TopicArn });
  await sns.setSubscriptionAttributes({
    SubscriptionArn: Subscriptions[0]?.SubscriptionArn,
    AttributeName: 'FilterPolicy',
    AttributeValue: '{"severity":["nothing"]}',
  });
  await sns.setTopicAttributes({ TopicArn, AttributeName: 'KmsMasterKeyId', AttributeValue: HERS });
  const KeyId = await nameOf(root, 'AlertKey');
  const GranteePrincipal = `arn:aws:iam::${FOREIGN_ACCOUNT}:role/reader`;
  await kms.createGrant({ KeyId, GranteePrincipal, Operations: ['Decrypt'] });
  await kms.putKeyPolicy({ KeyId, Policy: THE_ACCOUNT_ALONE });
  await kms.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
}

async function spoilMonitoring({ cloudWatch, logs }: Root): Promise<void> {
  await cloudWatch.disableAlarmActions({ AlarmNames: [`${STACK}-heal-silent`] });
  await cloudWatch.deleteAlarms({ AlarmNames: [`${STACK}-parked`] });
  await cloudWatch.putDashboard({ DashboardName: `${STACK}-us-east-1`, DashboardBody: '{"widgets":[]}' });
  const logGroupName = `/aws/lambda/${STACK}-heal`;
  await logs.putRetentionPolicy({ logGroupName, retentionInDays: 1 });
  await logs.associateKmsKey({ logGroupName, kmsKeyId: HERS });
  await logs.deleteLogGroup({ logGroupName: `/aws/lambda/${STACK}-tell` });
}

async function spoilLedger(root: Root): Promise<void> {
  const TableName = await nameOf(root, 'Ledger');
  const { dynamodb } = root;
  await dynamodb.updateTable({ TableName, DeletionProtectionEnabled: false });
  await dynamodb.updateContinuousBackups({
    TableName,
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false },
  });
  await dynamodb.updateTimeToLive({
    TableName,
    TimeToLiveSpecification: { Enabled: false, AttributeName: 'expires' },
  });
  await dynamodb.deleteResourcePolicy({
    ResourceArn: `arn:aws:dynamodb:us-east-1:123456789012:table/${TableName}`,
  });
}

const spoilSink = async (root: Root) => spoilBucket(root, await nameOf(root, 'Sink'), HERS);

async function spoilMore(root: Root): Promise<void> {
  await root.sns.deleteTopic({ TopicArn });
  await root.s3.deleteBucket({ Bucket: await nameOf(root, 'Sink') });
  await filterMessages(root);
}

/** What is another one once it is made anew, or is written in another order; what the sink comes to has a story of its own. */
const MADE_ANEW =
  /^event source |^topic trailkeeper-drill-alerts\.(attributes|subscriptions)$|^bucket trailkeeper-drill-sink-[\w-]+\.bodies$/;

/** All that the account holds, compared with what it held when this was called. */
function comparing({ aws }: VirtualRange): () => string[] {
  const before = [...aws.trails(), ...aws.parts()];
  return () => differences(before, [...aws.trails(), ...aws.parts()]).filter((each) => !MADE_ANEW.test(each));
}

/** What one sweep mends a second one may need: a function takes its role once that is trusting again. */
async function sweepTwice(aws: VirtualRange['aws'], of: 'rules' | 'schedules'): Promise<void> {
  for (let swept = 0; swept < 2; swept += 1) {
    aws.runSchedules(of);
    await aws.idle();
  }
}

const byWatch: Ordeal = {
  name: 'guard-by-watch',
  story:
    'EventBridge is muted; the root user spoils every part of the guard but watch, and watch alone sweeps',
  run: async (range) => {
    const { aws, intrude } = range;
    const { root } = intrude();
    const left = comparing(range);
    const [heal, tell] = [await roleOf(root, 'heal'), await roleOf(root, 'tell')];
    aws.muteEventBridge(true);
    for (const spoil of [spoilRules, spoilQueues, spoilAlerts, spoilMonitoring, spoilLedger, spoilSink])
      await spoil(root);
    await spoilFunction(root, 'heal', tell);
    await spoilFunction(root, 'tell', heal);
    await spoilRole(root, nameIn(heal), 'heal');
    await spoilRole(root, nameIn(tell), 'tell');
    await sweepTwice(aws, 'schedules');
    const spoilt = left();
    await spoilMore(root);
    await sweepTwice(aws, 'schedules');
    const again = left();
    return judge(range, [
      [`spoilt: whole after two sweeps ${spoilt.join(', ')}`, spoilt.length === 0],
      [`spoilt again: whole after two more ${again.join(', ')}`, again.length === 0],
    ]);
  },
};

const byHeal: Ordeal = {
  name: 'guard-by-heal',
  story: 'EventBridge is muted; the root user spoils watch and tell, and heal alone sweeps',
  run: async (range) => {
    const { aws, intrude } = range;
    const { root } = intrude();
    const left = comparing(range);
    const [heal, watch] = [await roleOf(root, 'heal'), await roleOf(root, 'watch')];
    const Name = `${STACK}-watch-sweep`;
    const { ScheduleExpression, FlexibleTimeWindow, Target } = await root.scheduler.getSchedule({ Name });
    aws.muteEventBridge(true);
    await spoilFunction(root, 'watch', heal);
    await spoilFunction(root, 'tell', watch);
    const State = 'DISABLED';
    await root.scheduler.updateSchedule({ Name, ScheduleExpression, FlexibleTimeWindow, Target, State });
    await sweepTwice(aws, 'rules');
    const spoilt = left();
    await root.scheduler.deleteSchedule({ Name });
    await filterMessages(root);
    await sweepTwice(aws, 'rules');
    const again = left();
    await sweep(range);
    return judge(range, [
      [`spoilt: whole after two sweeps ${spoilt.join(', ')}`, spoilt.length === 0],
      [`spoilt again: whole after two more ${again.join(', ')}`, again.length === 0],
    ]);
  },
};

/** What the two functions do with the guard's own parts, each without the other. */
export const GUARD_EXERCISES: readonly Ordeal[] = [byWatch, byHeal];
