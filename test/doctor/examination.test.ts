import { CHECKS, examine } from '../../src/doctor/examination.ts';
import type { Examined, Queue, Unread } from '../../src/doctor/examined.ts';
import { quoted } from '../../src/doctor/finding.ts';
import { BASELINE, COMMIT, examined, NOW, parts, shown, stack, TOPIC, trails } from '../fakes/examined.ts';

const MINUTE = 60_000;
const deploy = 'npx serverless deploy --stage prod --region us-east-1';
const anew = `npx serverless remove --stage prod --region us-east-1 && ${deploy}`;
const heal = 'aws lambda invoke --function-name trailkeeper-prod-heal --region us-east-1 /dev/stdout';
const again = 'npm run doctor -- --stage prod --region us-east-1';

const denied = (right: string): { unread: Unread } => ({
  unread: { why: 'denied', said: `AccessDenied: grant ${right} on *` },
});
const failed = { unread: { why: 'failed', said: 'ThrottlingException: Slow down' } } as const;

function queues(change: Readonly<Record<string, Partial<Queue>>>): Queue[] {
  return examined().queues.map((queue) => ({ ...queue, ...change[queue.logicalId] }));
}

function subscribed(change: object): Examined['subscriptions'] {
  const { subscriptions } = examined();
  return 'known' in subscriptions
    ? { known: subscriptions.known.map((each) => ({ ...each, ...change })) }
    : subscriptions;
}

const withTools = (change: object): Partial<Examined> => ({ tools: { ...examined().tools, ...change } });
const digest = (value: string | undefined) => stack({ outputs: { Commit: COMMIT, BaselineDigest: value } });
const commit = (value: string | undefined) => stack({ outputs: { Commit: value } });
const refused = (by: 'role' | 'deny' | 'boundary' | 'organization'): Partial<Examined> => ({
  roles: [
    {
      role: 'trailkeeper-prod-HealRole-1',
      statement: 'HandOverPasses',
      asked: { known: [{ action: 'sqs:SendMessage', resource: 'arn:aws:sqs:us-east-1:123456789012:q', by }] },
    },
  ],
});

function allStopped(): Examined['trails'] {
  const asked = trails();
  if (!('known' in asked)) return asked;
  return { known: asked.known.map((trail) => ({ ...trail, state: { ...trail.state, IsLogging: false } })) };
}

const notWell = (change: Partial<Examined>) =>
  examine(examined(change)).filter(({ verdict }) => verdict !== 'well');

test('a stage that is well has one good answer to each question', () => {
  const answers = examine(examined());
  expect(answers.filter(({ verdict }) => verdict !== 'well')).toEqual([]);
  expect(answers.map(({ question }) => question)).toEqual(CHECKS.map(({ question }) => question));
});

test.each<[sentence: string, change: Partial<Examined>, question: string, why: RegExp, command: string]>([
  [
    'an old Node.js is named',
    withTools({ node: '20.9.0' }),
    'Tools',
    /20\.9\.0, and 20\.19 is/,
    'nvm install 20.19',
  ],
  [
    'another framework than package.json wants is installed',
    withTools({ serverless: { installed: '4.1.0', wanted: '4.3.1' } }),
    'Tools',
    /serverless is 4\.1\.0/,
    'npm ci',
  ],
  [
    'a deployment that failed is deployed again',
    { stack: stack({ status: 'UPDATE_ROLLBACK_COMPLETE' }) },
    'Stack',
    /the last deployment failed/,
    deploy,
  ],
  [
    'a deployment under way is waited for',
    { stack: stack({ status: 'UPDATE_IN_PROGRESS' }) },
    'Stack',
    /ask again when it is done/,
    again,
  ],
  [
    'a first deployment that failed is begun anew',
    { stack: stack({ status: 'ROLLBACK_COMPLETE', reason: 'No room' }) },
    'Stack',
    /ROLLBACK_COMPLETE: No room/,
    anew,
  ],
  [
    'the stack is from another commit',
    {
      stack: stack({ outputs: { Commit: 'f'.repeat(40), BaselineDigest: 'none' } }),
      here: { commit: COMMIT, baseline: undefined },
    },
    'Commit',
    /from ffffffffffff, and this is 0123456789ab/,
    deploy,
  ],
  [
    'the stack is from no commit at all',
    { stack: commit(`${COMMIT}-dirty`) },
    'Commit',
    /changes that are in no commit/,
    deploy,
  ],
  [
    'an older version said no commit',
    { stack: commit(undefined) },
    'Commit',
    /does not say its commit/,
    deploy,
  ],
  [
    'the file was changed since',
    { stack: digest('0'.repeat(64)) },
    'Baseline',
    /says something else/,
    deploy,
  ],
  [
    'the file is not here',
    { here: { commit: COMMIT, baseline: undefined } },
    'Baseline',
    /is not here/,
    'git pull',
  ],
  [
    'a trail was stopped',
    { trails: trails({ state: { ...BASELINE.Trails[0], IsLogging: false } }) },
    'Trails',
    /differs in IsLogging$/,
    heal,
  ],
  ['a trail is gone', { trails: trails({ standing: 'missing' }) }, 'Trails', /is gone/, heal],
  ['nothing records management events', { trails: allStopped() }, 'Ears', /EventBridge is deaf/, heal],
  [
    'CloudTrail cannot deliver',
    { trails: trails({ deliveryErrors: ['to S3: AccessDenied'] }) },
    'Delivery',
    /cannot deliver to S3: AccessDenied/,
    'aws cloudtrail get-trail-status --name org-audit-trail --region us-east-1',
  ],
  [
    'log files are late',
    {
      trails: trails({
        times: {
          startedLogging: NOW - 300 * MINUTE,
          deliveredLogFile: NOW - 90 * MINUTE,
          deliveredDigest: NOW,
        },
      }),
    },
    'Delivery',
    /the last log file was delivered 90 minutes ago/,
    'aws cloudtrail get-trail-status --name org-audit-trail --region us-east-1',
  ],
  [
    'a rule is disabled',
    { parts: parts(shown('HealRule', { State: 'DISABLED' })) },
    'Guard',
    /State is DISABLED, not ENABLED/,
    'aws events enable-rule --name trailkeeper-prod-heal-rule-1 --region us-east-1',
  ],
  [
    'a rule hears less',
    {
      parts: parts(
        shown('HealRule', {
          EventPattern: { source: ['aws.cloudtrail'], detail: { eventName: ['DeleteTrail'] } },
        }),
      ),
    },
    'Guard',
    /EventPattern is/,
    `aws events put-rule --name trailkeeper-prod-heal-rule-1 --event-pattern '{"source":["aws.cloudtrail"],"detail":{"eventName":["StopLogging","DeleteTrail"]}}' --region us-east-1`,
  ],
  [
    'a rule is narrowed by one more condition',
    {
      parts: parts(
        shown('HealRule', {
          EventPattern: {
            source: ['aws.cloudtrail'],
            region: ['none'],
            detail: { eventName: ['StopLogging', 'DeleteTrail'] },
          },
        }),
      ),
    },
    'Guard',
    /EventPattern is/,
    `aws events put-rule --name trailkeeper-prod-heal-rule-1 --event-pattern '{"source":["aws.cloudtrail"],"detail":{"eventName":["StopLogging","DeleteTrail"]}}' --region us-east-1`,
  ],
  [
    'a function may not run',
    { parts: parts(shown('HealLambdaFunction', { ReservedConcurrentExecutions: 0 })) },
    'Guard',
    /ReservedConcurrentExecutions is 0, not nothing/,
    'aws lambda delete-function-concurrency --function-name trailkeeper-prod-heal --region us-east-1',
  ],
  [
    'a function was given a variable',
    {
      parts: parts(
        shown('HealLambdaFunction', {
          Environment: {
            Variables: { STAGE: 'prod', LEDGER_TABLE: 'trailkeeper-prod-ledger-1-2', NODE_OPTIONS: '-r x' },
          },
        }),
      ),
    },
    'Guard',
    /Environment is/,
    `aws lambda update-function-configuration --function-name trailkeeper-prod-heal --environment '{"Variables":{"STAGE":"prod","LEDGER_TABLE":"trailkeeper-prod-ledger-1-2"}}' --region us-east-1`,
  ],
  [
    'a function is gone',
    { parts: parts({ HealLambdaFunction: { known: undefined } }) },
    'Guard',
    /function trailkeeper-prod-heal is gone/,
    anew,
  ],
  [
    'the ledger can be deleted',
    { parts: parts(shown('Ledger', { DeletionProtectionEnabled: false })) },
    'Ledger',
    /DeletionProtectionEnabled is false/,
    'aws dynamodb update-table --table-name trailkeeper-prod-ledger-1-2 --deletion-protection-enabled --region us-east-1',
  ],
  [
    'an older version had no ledger',
    { template: { known: { Resources: {} } }, parts: [] },
    'Ledger',
    /a version without a ledger/,
    deploy,
  ],
  [
    'the key of the alerts is disabled',
    { parts: parts(shown('AlertKey', { Enabled: false })) },
    'Topics',
    /Enabled is false/,
    'aws kms enable-key --key-id 00000000-0000-0000-0000-000000000001 --region us-east-1',
  ],
  [
    'an alarm is raised',
    { parts: parts(shown('MissingSweepsAlarm', { StateValue: 'ALARM', StateReason: 'No sweep\nfinished' })) },
    'Alarms',
    /is raised: No sweep\\u\{a\}finished/,
    'aws cloudwatch describe-alarms --alarm-names trailkeeper-prod-missing-sweeps --region us-east-1',
  ],
  [
    'an alarm may not act',
    { parts: parts(shown('MissingSweepsAlarm', { ActionsEnabled: false })) },
    'Alarms',
    /ActionsEnabled is false/,
    'aws cloudwatch enable-alarm-actions --alarm-names trailkeeper-prod-missing-sweeps --region us-east-1',
  ],
  [
    'an SCP stands in the way',
    refused('organization'),
    'Rights',
    /a policy of the organisation stands in its way/,
    'aws organizations list-policies-for-target --target-id 123456789012 --filter SERVICE_CONTROL_POLICY',
  ],
  [
    'a boundary stands in the way',
    refused('boundary'),
    'Rights',
    /its permissions boundary/,
    'aws iam delete-role-permissions-boundary --role-name trailkeeper-prod-HealRole-1',
  ],
  [
    'a policy denies',
    refused('deny'),
    'Rights',
    /a policy denies it/,
    'aws iam list-attached-role-policies --role-name trailkeeper-prod-HealRole-1',
  ],
  ['a policy was emptied', refused('role'), 'Rights', /does not allow it any more/, anew],
  [
    'sweeps have stopped',
    { lastSweep: { known: NOW - 40 * MINUTE } },
    'Sweeps',
    /finished 40 minutes ago/,
    'aws logs tail /aws/lambda/trailkeeper-prod-tell --since 1h --region us-east-1',
  ],
  [
    'no sweep has finished',
    { lastSweep: { known: undefined } },
    'Sweeps',
    /none has finished in four days/,
    'aws logs tail /aws/lambda/trailkeeper-prod-tell --since 1h --region us-east-1',
  ],
  [
    'an invocation failed',
    { queues: queues({ FailedInvocations: { messages: { known: 1 } } }) },
    'Queues',
    /trailkeeper-prod-FailedInvocations-1 holds 1 message$/,
    'aws sqs receive-message --queue-url https://sqs.us-east-1.amazonaws.com/123456789012/trailkeeper-prod-FailedInvocations-1 --region us-east-1',
  ],
  [
    'a pass waits for too long',
    { queues: queues({ Passes: { messages: { known: 2 }, oldestSeconds: { known: 1200 } } }) },
    'Queues',
    /waits for 20 minutes/,
    'aws logs tail /aws/lambda/trailkeeper-prod-tell --since 1h --region us-east-1',
  ],
  [
    'nobody is subscribed',
    { subscriptions: { known: [] } },
    'Subscriptions',
    /nobody is subscribed/,
    `aws sns subscribe --topic-arn ${TOPIC} --protocol email --notification-endpoint security@example.com --region us-east-1`,
  ],
  [
    'a subscriber did not confirm, and its address is no command',
    { subscriptions: subscribed({ arn: undefined, endpoint: "x'; rm -rf \u001b[2J~" }) },
    'Subscriptions',
    /has not confirmed/,
    String.raw`aws sns subscribe --topic-arn ${TOPIC} --protocol email --notification-endpoint 'x'\''; rm -rf [2J~' --region us-east-1`,
  ],
  [
    'a subscriber hears a part only',
    { subscriptions: subscribed({ filter: { known: '{"severity":["low"]}' } }) },
    'Subscriptions',
    /hears only what a filter lets through/,
    `aws sns set-subscription-attributes --subscription-arn ${TOPIC}:1 --attribute-name FilterPolicy --attribute-value '{}' --region us-east-1`,
  ],
  [
    'the last alert did not arrive',
    { lastUndelivered: { known: NOW - MINUTE } },
    'Last alert',
    /could not deliver an alert 1 minutes ago/,
    `aws sns list-subscriptions-by-topic --topic-arn ${TOPIC} --region us-east-1`,
  ],
  [
    'what fails for no known reason is asked again',
    { lastSweep: failed },
    'Sweeps',
    /ThrottlingException: Slow down/,
    again,
  ],
])('%s', (_sentence, change, question, why, command) => {
  const answer = notWell(change).find((each) => each.question === question);
  expect(answer).toEqual({ question, verdict: 'ill', why: expect.stringMatching(why) as string, command });
});

test.each<[sentence: string, change: Partial<Examined>, question: string, why: RegExp]>([
  ['a stack without git says so', { stack: commit('unknown') }, 'Commit', /a folder without git/],
  [
    'a new stage has not swept yet',
    { stack: stack({ changedAt: NOW - MINUTE }), lastSweep: { known: undefined } },
    'Sweeps',
    /the stage is new/,
  ],
  [
    'without an alert nothing is proven',
    { lastDelivered: { known: undefined } },
    'Last alert',
    /nothing proves that they arrive/,
  ],
  [
    'who may not read metrics is told the right',
    { lastSweep: denied('cloudwatch:GetMetricData') },
    'Sweeps',
    /grant cloudwatch:GetMetricData on \*/,
  ],
  [
    'who may not read the stack is told the right',
    { stack: denied('cloudformation:DescribeStacks') },
    'Guard',
    /grant cloudformation:DescribeStacks/,
  ],
  [
    'who may not read rules is told the right once',
    { parts: parts({ HealRule: denied('events:DescribeRule') }) },
    'Guard',
    /each rule: AccessDenied: grant events:DescribeRule/,
  ],
  [
    'who may not simulate is told the right',
    { roles: [{ role: 'r', statement: 's', asked: denied('iam:SimulatePrincipalPolicy') }] },
    'Rights',
    /grant iam:SimulatePrincipalPolicy/,
  ],
  [
    'who may not read a trail is told the right',
    { trails: trails({ unread: { logging: 'AccessDeniedException' } }) },
    'Trails',
    /grant cloudtrail:GetTrailStatus on trail org-audit-trail/,
  ],
])('%s, and that is no fault', (_sentence, change, question, why) => {
  const answers = notWell(change).filter((each) => each.question === question);
  expect(answers).toEqual([
    expect.objectContaining({ verdict: 'unknown', why: expect.stringMatching(why) as string }),
  ]);
});

test('whoever may read nothing is told all that is missing, and nothing is called well or ill that was not seen', () => {
  const right = denied('everything:Read');
  const answers = examine(
    examined({
      ...{
        stack: right,
        template: right,
        resources: right,
        subscriptions: right,
        trails: right,
        others: right,
      },
      ...{ lastSweep: right, lastDelivered: right, lastUndelivered: right, parts: [], roles: [], queues: [] },
    }),
  );
  expect(answers.filter(({ verdict }) => verdict === 'well').map(({ question }) => question)).toEqual([
    'Tools',
    'Delivery path',
  ]);
  expect(answers.filter(({ verdict }) => verdict === 'ill')).toEqual([]);
});

test('a trail of somebody else, in another Region, lets EventBridge hear', () => {
  const deaf = allStopped();
  const others = { known: [{ arn: 'arn:aws:cloudtrail:eu-west-1:123456789012:trail/other', hears: true }] };
  expect(
    examine(examined({ trails: deaf, others })).find(({ question }) => question === 'Ears')?.verdict,
  ).toBe('well');
});

test.each([
  ['a name is left as it is', 'trailkeeper-prod', 'trailkeeper-prod'],
  ['a space needs quotes', 'a b', "'a b'"],
  ['nothing is still a word', '', "''"],
  ['a substitution is none', '$(id)', "'$(id)'"],
])('%s', (_sentence, text, word) => {
  expect(quoted(text)).toBe(word);
});
