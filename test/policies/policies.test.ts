import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { glob } from '../../local/aws/iam/iam.ts';
import { contextOf, readGrant, ROLES } from '../../local/proofs/rights/granted-rights.ts';
import { readTemplate } from '../../local/aws/stack/template.ts';
import { parseBaseline } from '../../src/baseline/read.ts';
import { type KindName, KINDS } from '../../src/kinds/kinds.ts';
import { BLOWS } from '../../src/prevention/blows.ts';
import {
  MOST_CHARACTERS,
  resourceControlPolicy,
  serviceControlPolicy,
} from '../../src/prevention/policies.ts';
import { home } from '../fakes/samples.ts';
import { packageOf } from '../packages/packages.ts';
import { type Blow, OF_BYSTANDERS, OF_THE_DRILL, ON_THE_GUARD, ON_THE_PATH } from './attacks.ts';
import {
  type Call,
  type CallerName,
  CALLERS,
  deniedByRcp,
  deniedByScp,
  handedOut,
  inMember,
  RCP_SERVICES,
} from './organization.ts';

const ALL: readonly Blow[] = [...OF_THE_DRILL, ...ON_THE_PATH, ...ON_THE_GUARD];
const BY_RCP = ALL.filter(([, { action }]) => RCP_SERVICES.includes(action.split(':')[0] ?? ''));

const bound = (callers: readonly CallerName[], isDenied: typeof deniedByScp, call: Call) =>
  callers.filter((name) => isDenied(CALLERS[name], call));

const ATTACKERS: readonly CallerName[] = [
  'Mallory',
  'the root user',
  'a role named after the guard below another path',
];
const OUTSIDE: readonly CallerName[] = [
  'the management account',
  'a stranger who named a role after the guard',
  'nobody who has signed in',
];
const EVERYBODY = Object.keys(CALLERS) as CallerName[];

describe('the service control policy', () => {
  test.each(ALL)('keeps everybody whom it binds, and nobody else, from this: %s', (_, call) => {
    expect(bound(EVERYBODY, deniedByScp, call)).toEqual(ATTACKERS);
  });

  test.each(OF_BYSTANDERS)('keeps nobody from this: %s', (_, call) => {
    expect(bound(EVERYBODY, deniedByScp, call)).toEqual([]);
  });
});

describe('the resource control policy', () => {
  test.each(BY_RCP)('keeps those outside, too, and nobody whom the guard needs, from this: %s', (_, call) => {
    expect(new Set(bound(EVERYBODY, deniedByRcp, call))).toEqual(new Set([...ATTACKERS, ...OUTSIDE]));
  });

  test.each(OF_BYSTANDERS)('keeps nobody from this: %s', (_, call) => {
    expect(bound(EVERYBODY, deniedByRcp, call)).toEqual([]);
  });

  test('lets CloudTrail deliver, the role for CloudWatch Logs write, and the alarms encrypt', () => {
    const logs = inMember('role/CloudTrailToCloudWatchLogs');
    const stream = 'arn:aws:logs:us-east-1:123456789012:log-group:org-audit-trail:log-stream:one';
    const file = 'arn:aws:s3:::example-org-audit-logs/AWSLogs/file.json.gz';
    const delivering: readonly Call[] = [
      { action: 's3:PutObject', resource: file },
      {
        action: 's3:PutObject',
        resource: 'arn:aws:s3:::trailkeeper-drill-sink-b7f5f9d3-f75065110bf9/AWSLogs/file',
      },
      { action: 'kms:GenerateDataKey', resource: '*', context: { 'aws:ResourceTag/service': 'trailkeeper' } },
    ];
    expect(delivering.filter((call) => deniedByRcp(CALLERS.CloudTrail, call))).toEqual([]);
    for (const action of ['logs:CreateLogStream', 'logs:PutLogEvents'])
      expect(deniedByScp(logs, { action, resource: stream })).toBe(false);
  });
});

const DEPLOYMENT = { ...home, stackName: 'trailkeeper-drill', parameters: {} };

test.each(ROLES)('%s may do under both policies whatever its own policy allows', (role) => {
  const { rights } = readGrant(packageOf('drill'), DEPLOYMENT, role);
  const guard = inMember(`role/trailkeeper-drill-${role}-0A1B2C3D4E5F`);
  const denied = rights.filter((right) => {
    const call = { ...right, context: contextOf(right) };
    return deniedByScp(guard, call) || deniedByRcp(guard, call);
  });
  expect(rights.length).toBeGreaterThan(5);
  expect(denied).toEqual([]);
});

describe('of the stack,', () => {
  const text = readFileSync(join(packageOf('drill'), 'cloudformation-template-update-stack.json'), 'utf8');
  const template = readTemplate(JSON.parse(text), DEPLOYMENT);
  const { Resources } = z
    .object({
      Resources: z.record(z.string(), z.object({ Type: z.string(), Properties: z.looseObject({}) })),
    })
    .parse(JSON.parse(text));

  /** What a deployment changes of each type, and what would take it away. */
  const CALLS: Readonly<Record<string, readonly string[]>> = {
    'AWS::CloudWatch::Alarm': ['cloudwatch:PutMetricAlarm', 'cloudwatch:DeleteAlarms'],
    'AWS::DynamoDB::Table': ['dynamodb:UpdateTable', 'dynamodb:PutResourcePolicy', 'dynamodb:DeleteTable'],
    'AWS::Events::Rule': ['events:PutRule', 'events:PutTargets', 'events:RemoveTargets', 'events:DeleteRule'],
    'AWS::IAM::ManagedPolicy': ['iam:CreatePolicyVersion', 'iam:SetDefaultPolicyVersion', 'iam:DeletePolicy'],
    'AWS::IAM::Role': ['iam:CreateRole', 'iam:PutRolePolicy', 'iam:PassRole', 'iam:DeleteRole'],
    'AWS::KMS::Key': ['kms:PutKeyPolicy', 'kms:TagResource', 'kms:ScheduleKeyDeletion'],
    'AWS::Lambda::EventSourceMapping': ['lambda:UpdateEventSourceMapping', 'lambda:DeleteEventSourceMapping'],
    'AWS::Lambda::Function': ['lambda:UpdateFunctionCode', 'lambda:UpdateFunctionConfiguration'],
    'AWS::Logs::LogGroup': ['logs:PutRetentionPolicy', 'logs:DeleteLogGroup'],
    'AWS::S3::Bucket': ['s3:PutBucketVersioning', 's3:PutLifecycleConfiguration', 's3:DeleteBucket'],
    'AWS::SNS::Topic': ['sns:SetTopicAttributes', 'sns:DeleteTopic'],
    'AWS::SQS::Queue': ['sqs:SetQueueAttributes', 'sqs:DeleteQueue'],
    'AWS::Scheduler::Schedule': ['scheduler:UpdateSchedule', 'scheduler:DeleteSchedule'],
  };
  /** They have no right of their own: what they say is put on what they name, or they are not the guard's to lose. */
  const OF_OTHERS: readonly string[] = [
    'AWS::CloudWatch::Dashboard',
    'AWS::Lambda::EventInvokeConfig',
    'AWS::Lambda::Permission',
    'AWS::S3::BucketPolicy',
    'AWS::SNS::TopicPolicy',
    'AWS::SNS::Subscription',
    'AWS::SQS::QueuePolicy',
  ];
  const parts = Object.entries(Resources)
    .filter(([, { Type }]) => !OF_OTHERS.includes(Type))
    .map(([id, { Type }]) => [id, Type] as const);

  test.each(parts)(
    '%s (%s) can be deployed by the deploying role, and changed by nobody else',
    (id, type) => {
      const context = {
        'aws:ResourceTag/service': 'trailkeeper',
        'lambda:FunctionArn': 'arn:aws:lambda:us-east-1:123456789012:function:trailkeeper-drill-tell',
      };
      const calls = (CALLS[type] ?? []).map((action) => ({
        action,
        resource: type === 'AWS::IAM::ManagedPolicy' ? template.reference(id) : template.attribute(id, 'Arn'),
        context,
      }));
      expect(calls).not.toEqual([]);
      for (const call of calls) {
        expect([call.action, bound(EVERYBODY, deniedByScp, call)]).toEqual([call.action, ATTACKERS]);
        expect(deniedByRcp(CALLERS['the deploying role'], call)).toBe(false);
      }
    },
  );

  test('the key is tagged as the policies know it', () => {
    const serverless = readFileSync('serverless.yml', 'utf8');
    expect(serverless).toMatch(/^service: trailkeeper$/m);
    expect(serverless).toMatch(/stackTags:\n\s+service: \$\{self:service\}\n/);
  });
});

const document = z.object({
  Statement: z.array(z.object({ Action: z.array(z.string()), Resource: z.array(z.string()) })),
});

describe.each(['scp.json', 'rcp.json'] as const)('policies/%s', (file) => {
  const { Statement } = document.parse(handedOut(file));

  test('fits into one policy of an organisation, and is as long as its page says', () => {
    const { length } = JSON.stringify(handedOut(file));
    expect(length).toBeLessThanOrEqual(MOST_CHARACTERS);
    expect(readFileSync('docs/prevention.md', 'utf8')).toContain(length.toLocaleString('en'));
  });

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
  test('has no wildcard where IAM takes none', () => {
    for (const { Action, Resource } of Statement) {
      expect(Action.filter((action) => !/^[a-z0-9-]+:[A-Za-z*]*[A-Za-z][A-Za-z*]*$/.test(action))).toEqual(
        [],
      );
      expect(Resource.filter((arn) => arn !== '*' && !/^arn:aws:[a-z0-9]+:[^:]*:[^:]*:./.test(arn))).toEqual(
        [],
      );
    }
  });

  test('is what npm run policies writes for the baselines of this repository', () => {
    const baselines = [parseBaseline(readFileSync('baselines/drill.yml', 'utf8'), 'baselines/drill.yml')];
    const make = file === 'scp.json' ? serviceControlPolicy : resourceControlPolicy;
    const exempted = {
      partition: 'aws',
      deployRoles: ['arn:aws:iam::*:role/deploy-trailkeeper'],
      breakGlass: ['arn:aws:iam::*:role/break-glass'],
    };
    expect(handedOut(file)).toEqual(make(baselines, exempted));
  });
});

test.each(
  Object.entries(BLOWS).flatMap(([part, actions]) => actions.map((action) => [action, part] as const)),
)('%s (%s) is struck by some blow of these tables', (pattern) => {
  const struck = ALL.filter(([, { action }]) => glob(pattern).test(action));
  expect(struck).not.toEqual([]);
});

/** What the path of these policies has of each kind. */
const OF_KIND: Readonly<Record<KindName, string>> = {
  alarm: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:trailkeeper-drill-missing-sweeps',
  bucket: 'arn:aws:s3:::example-org-audit-logs',
  dashboard: 'arn:aws:cloudwatch::123456789012:dashboard/trailkeeper-drill-us-east-1',
  key: 'arn:aws:kms:us-east-1:123456789012:key/0b1c2d3e-4f56-4789-8abc-def012345678',
  'log-group': 'arn:aws:logs:us-east-1:123456789012:log-group:org-audit-trail',
  'managed-policy': 'arn:aws:iam::123456789012:policy/trailkeeper-drill-watch-guard-us-east-1',
  organization: '*',
  queue: 'arn:aws:sqs:us-east-1:123456789012:trailkeeper-drill-passes.fifo',
  role: 'arn:aws:iam::123456789012:role/CloudTrailToCloudWatchLogs',
  rule: 'arn:aws:events:us-east-1:123456789012:rule/trailkeeper-drill-heal-rule-1',
  stack:
    'arn:aws:cloudformation:us-east-1:123456789012:stack/trailkeeper-drill/b7f5f9d3-0000-4000-8000-f75065110bf9',
  subscription: 'arn:aws:sns:us-east-1:123456789012:trailkeeper-drill-alerts',
  table: 'arn:aws:dynamodb:us-east-1:123456789012:table/trailkeeper-drill-ledger-b7f5f9d3-f75065110bf9',
  function: 'arn:aws:lambda:us-east-1:123456789012:function:trailkeeper-drill-heal',
  schedule: 'arn:aws:scheduler:us-east-1:123456789012:schedule/default/trailkeeper-drill-watch-sweep',
  topic: 'arn:aws:sns:us-east-1:123456789012:audit-log-files',
};

/** Of the organization, a member account may do nothing but leave it. */
const isOfTheManagementAccount = (kind: string, name: string) =>
  kind === 'organization' && name !== 'LeaveOrganization';

/** What is minor, like enabling a key again, may be done by anybody, and is told. */
const TAMPERINGS_OF_KINDS = Object.entries(KINDS).flatMap(([kind, { source, tamperings }]) =>
  Object.entries(tamperings).flatMap(([name, { harm }]) =>
    harm === 'minor' || isOfTheManagementAccount(kind, name)
      ? []
      : [[name, kind as KindName, source] as const],
  ),
);

test.each(TAMPERINGS_OF_KINDS)('%s, which tampers with a %s, is prevented', (name, kind, source) => {
  // CloudWatch's rights go by another name than its records.
  const service = (source.split('.')[0] ?? '').replace('monitoring', 'cloudwatch');
  const context = { 'lambda:FunctionArn': OF_KIND.function };
  const call = { action: `${service}:${name}`, resource: OF_KIND[kind], context };
  expect(bound(EVERYBODY, deniedByScp, call)).toEqual(ATTACKERS);
});
