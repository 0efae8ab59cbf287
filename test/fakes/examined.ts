import { digestOf } from '../../src/baseline/digest.ts';
import { parseBaseline } from '../../src/baseline/read.ts';
import type { Examined, Part, StackResource, Template } from '../../src/doctor/examined.ts';
import type { ObservedTrail } from '../../src/kinds/trail/observed.ts';
import { readFileSync } from 'node:fs';

const ACCOUNT = '123456789012';
const REGION = 'us-east-1';
const MINUTE = 60_000;

/** When all samples are examined. */
export const NOW = Date.parse('2026-11-20T12:00:00Z');

export const COMMIT = '0123456789abcdef0123456789abcdef01234567';

export const BASELINE = parseBaseline(readFileSync('baselines/drill.yml', 'utf8'), 'baselines/drill.yml');

const here = (service: string, rest: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;

export const TOPIC = here('sns', 'trailkeeper-prod-alerts');

const url = (name: string) => `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${name}`;

const template: Template = {
  Resources: {
    HealLambdaFunction: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Handler: 'heal.handler',
        Role: { 'Fn::GetAtt': ['HealRole', 'Arn'] },
        Environment: { Variables: { STAGE: 'prod', LEDGER_TABLE: { Ref: 'Ledger' } } },
      },
    },
    HealRule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventPattern: { source: ['aws.cloudtrail'], detail: { eventName: ['StopLogging', 'DeleteTrail'] } },
        Targets: [{ Id: 'heal', Arn: { 'Fn::GetAtt': ['HealLambdaFunction', 'Arn'] } }],
      },
    },
    HealRole: {
      Type: 'AWS::IAM::Role',
      Properties: {
        Policies: [
          {
            PolicyDocument: {
              Statement: [
                {
                  Sid: 'HandOverPasses',
                  Effect: 'Allow',
                  Action: 'sqs:SendMessage',
                  Resource: { 'Fn::GetAtt': ['Passes', 'Arn'] },
                  Condition: {
                    ArnEquals: {
                      'lambda:SourceFunctionArn': {
                        'Fn::Sub': `arn:\${AWS::Partition}:lambda:\${AWS::Region}:\${AWS::AccountId}:function:heal`,
                      },
                    },
                  },
                },
              ],
            },
          },
        ],
      },
    },
    Passes: { Type: 'AWS::SQS::Queue' },
    FailedInvocations: { Type: 'AWS::SQS::Queue' },
    AlertTopic: { Type: 'AWS::SNS::Topic', Properties: { KmsMasterKeyId: { Ref: 'AlertKey' } } },
    AlertKey: { Type: 'AWS::KMS::Key' },
    Ledger: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      },
    },
    MissingSweepsAlarm: {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: { Metrics: [{ Id: 'counted', MetricStat: { Period: 300 } }] },
    },
  },
};

const PHYSICAL: Readonly<Record<string, string>> = {
  HealLambdaFunction: 'trailkeeper-prod-heal',
  HealRule: 'trailkeeper-prod-heal-rule-1',
  HealRole: 'trailkeeper-prod-HealRole-1',
  Passes: url('trailkeeper-prod-passes.fifo'),
  FailedInvocations: url('trailkeeper-prod-FailedInvocations-1'),
  AlertTopic: TOPIC,
  AlertKey: '00000000-0000-0000-0000-000000000001',
  Ledger: 'trailkeeper-prod-ledger-1-2',
  MissingSweepsAlarm: 'trailkeeper-prod-missing-sweeps',
};

const resources: readonly StackResource[] = Object.entries(template.Resources).map(
  ([logicalId, { Type }]) => ({
    logicalId,
    type: Type,
    physicalId: PHYSICAL[logicalId] ?? '',
  }),
);

/** What the services show of the sample's parts, by logical id. */
const LIVE: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  HealLambdaFunction: {
    State: 'Active',
    LastUpdateStatus: 'Successful',
    Handler: 'heal.handler',
    Role: `arn:aws:iam::${ACCOUNT}:role/trailkeeper-prod-HealRole-1`,
    Environment: { Variables: { STAGE: 'prod', LEDGER_TABLE: 'trailkeeper-prod-ledger-1-2' } },
  },
  HealRule: {
    State: 'ENABLED',
    EventPattern: { detail: { eventName: ['DeleteTrail', 'StopLogging'] }, source: ['aws.cloudtrail'] },
    Targets: [{ Arn: here('lambda', 'function:trailkeeper-prod-heal'), Id: 'heal' }],
  },
  AlertTopic: { KmsMasterKeyId: '00000000-0000-0000-0000-000000000001' },
  AlertKey: { Enabled: true },
  Ledger: {
    DeletionProtectionEnabled: true,
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  },
  MissingSweepsAlarm: { ActionsEnabled: true, StateValue: 'OK' },
};

/** The parts of the sample; what is given for one takes the place of what is shown of it. */
export function parts(changed: Readonly<Record<string, Part['live']>> = {}): Part[] {
  return resources.flatMap((resource) => {
    const live = LIVE[resource.logicalId];
    return live ? [{ ...resource, live: changed[resource.logicalId] ?? { known: live } }] : [];
  });
}

/** What is shown of one part, with something else in it. */
export function shown(
  logicalId: string,
  change: Readonly<Record<string, unknown>>,
): Record<string, Part['live']> {
  return { [logicalId]: { known: { ...LIVE[logicalId], ...change } } };
}

const observed = BASELINE.Trails.map(({ Name, ...state }): ObservedTrail => ({
  Name,
  standing: 'homed',
  state,
  unread: {},
  times: {
    startedLogging: NOW - 30 * 24 * 60 * MINUTE,
    deliveredLogFile: NOW - 5 * MINUTE,
    deliveredDigest: NOW - 40 * MINUTE,
  },
  deliveryErrors: [],
}));

/** The declared trails of the sample, the first of them changed. */
export function trails(change: Partial<ObservedTrail> = {}): Examined['trails'] {
  return { known: observed.map((trail, index) => (index === 0 ? { ...trail, ...change } : trail)) };
}

/** A stage that is well in everything, but for what is changed. */
export function examined(change: Partial<Examined> = {}): Examined {
  return {
    service: 'trailkeeper',
    stage: 'prod',
    region: REGION,
    account: ACCOUNT,
    now: NOW,
    tools: { node: '24.19.2', engines: '>=20.19', serverless: { installed: '4.3.1', wanted: '4.3.1' } },
    here: { commit: COMMIT, baseline: BASELINE },
    stack: {
      known: {
        id: here('cloudformation', 'stack/trailkeeper-prod/00000001-0000-0000-0000-000000000002'),
        status: 'UPDATE_COMPLETE',
        reason: '',
        outputs: { Commit: COMMIT, BaselineDigest: digestOf(BASELINE) },
        changedAt: NOW - 24 * 60 * MINUTE,
      },
    },
    template: { known: template },
    resources: { known: resources },
    parts: parts(),
    roles: [{ role: 'trailkeeper-prod-HealRole-1', statement: 'HandOverPasses', asked: { known: [] } }],
    subscriptions: {
      known: [
        {
          topic: TOPIC,
          arn: `${TOPIC}:1`,
          protocol: 'email',
          endpoint: 'security@example.com',
          filter: { known: undefined },
        },
      ],
    },
    queues: ['Passes', 'FailedInvocations'].map((logicalId) => ({
      logicalId,
      url: PHYSICAL[logicalId] ?? '',
      messages: { known: 0 },
      oldestSeconds: { known: undefined },
    })),
    trails: trails(),
    others: { known: [] },
    deliveryPath: [],
    lastSweep: { known: NOW - 4 * MINUTE },
    lastDelivered: { known: NOW - 3 * 60 * MINUTE },
    lastUndelivered: { known: undefined },
    ...change,
  };
}

/** The stack of the sample, with something else about it. */
export function stack(change: object): Examined['stack'] {
  const { stack: sample } = examined();
  return 'known' in sample ? { known: { ...sample.known, ...change } } : sample;
}
