import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type EventPattern, matchesPattern } from '../../local/aws/events/event-pattern.ts';
import { readRule } from '../../local/aws/events/event-rule.ts';
import { decide, readPolicy } from '../../local/aws/iam/iam.ts';
import { readTemplate, type Template } from '../../local/aws/stack/template.ts';
import { TAMPERINGS } from '../../src/kinds/trail/tamperings.ts';
import { home } from '../fakes/samples.ts';
import { packageOf } from '../packages/packages.ts';
import { partsOf } from '../packages/parts-of.ts';

type Stage = Parameters<typeof packageOf>[0];

const STAGES: readonly Stage[] = ['drill', 'undeclared'];

const compiled = z.object({
  Resources: z.record(
    z.string(),
    z.looseObject({
      Type: z.string(),
      DeletionPolicy: z.string().optional(),
      UpdateReplacePolicy: z.string().optional(),
    }),
  ),
});

function documentOf(stage: Stage): unknown {
  const file = join(packageOf(stage), 'cloudformation-template-update-stack.json');
  return JSON.parse(readFileSync(file, 'utf8'));
}

function deploymentOf(stage: string) {
  return { ...home, stackName: `trailkeeper-${stage}`, parameters: {} };
}

/** A stage's template as CloudFormation would read it. */
function templateOf(stage: Stage): Template {
  return readTemplate(documentOf(stage), deploymentOf(stage));
}

/** The parts of a stage's template with parameters that a stage may have, or of another baseline; and the function's log. */
async function variantOf(
  stage: Stage,
  params: Readonly<Record<string, string>>,
  changes?: Parameters<typeof partsOf>[1],
): Promise<Template> {
  const { HealLogGroup } = compiled.parse(documentOf(stage)).Resources;
  const { Resources } = (await partsOf({ stage, params }, changes)) as { Resources: object };
  return readTemplate({ Resources: { HealLogGroup, ...Resources } }, deploymentOf(stage));
}

const texts = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());

const statements = z.array(
  z.looseObject({ Sid: z.string(), Effect: z.string(), Action: texts, Resource: texts }),
);
const role = z.object({
  Policies: z.tuple([z.object({ PolicyDocument: z.object({ Statement: statements }) })]),
});

function rightsIn(template: Template) {
  return template.read('HealRole', role).Policies[0].PolicyDocument.Statement;
}

function sidsIn(template: Template): string[] {
  return rightsIn(template).map(({ Sid }) => Sid);
}

function actionsOf(template: Template, sid: string): string[] {
  return rightsIn(template).flatMap(({ Sid, Action }) => (Sid === sid ? Action : []));
}

/** Actions for which AWS knows no resource. */
const OF_NO_RESOURCE = [
  'cloudtrail:DescribeTrails',
  'cloudtrail:LookupEvents',
  'organizations:DescribeOrganization',
  'organizations:ListAWSServiceAccessForOrganization',
];

describe.each(STAGES)("the guard's rights in the stage %s", (stage) => {
  const rights = () => rightsIn(templateOf(stage));

  test('are given by one policy of their own, each statement once and only to allow', () => {
    const sids = sidsIn(templateOf(stage));
    expect(sids).toEqual([...new Set(sids)]);
    expect(rights().every(({ Effect }) => Effect === 'Allow')).toBe(true);
  });

  test('are named one by one', () => {
    expect(rights().flatMap(({ Action }) => Action.filter((action) => action.includes('*')))).toEqual([]);
  });

  test('are for every resource only where AWS knows none', () => {
    const unscoped = rights().filter(({ Resource }) => Resource.includes('*'));
    expect(
      unscoped.flatMap(({ Action }) => Action).filter((action) => !OF_NO_RESOURCE.includes(action)),
    ).toEqual([]);
  });

  test('never stop or delete a trail', () => {
    const actions = rights().flatMap(({ Action }) => Action);
    expect(actions).not.toContain('cloudtrail:StopLogging');
    expect(actions).not.toContain('cloudtrail:DeleteTrail');
  });

  test('read the Event history, whatever the choices', async () => {
    const variant = await variantOf(stage, { rebuildUndeclared: 'false' });
    expect(actionsOf(variant, 'ReadEventHistory')).toEqual(['cloudtrail:LookupEvents']);
  });
});

describe('a statement is there only where it is needed:', () => {
  const always = [
    'SeeAndStartLogging',
    'FindTrails',
    'ReadEventHistory',
    'PublishAlerts',
    'EncryptAlerts',
    'KeepFailedInvocations',
    'WriteLog',
  ];

  const OF_THE_DRILL = [
    'CompareAndRestoreDeclaredTrails',
    'PassTheRoleForCloudWatchLogs',
    'SeeTheOrganization',
  ];

  test.each<[string, Stage, string[]]>([
    [
      'all of them where everything is declared, and rebuilding wanted',
      'drill',
      [...OF_THE_DRILL, 'RebuildUndeclaredTrails'],
    ],
    ['what rebuilding needs where none is', 'undeclared', ['RebuildUndeclaredTrails']],
  ])('%s', (_, stage, more) => {
    expect(sidsIn(templateOf(stage)).sort()).toEqual([...always, ...more].sort());
  });

  test.each<[string, Stage, Record<string, string>, object, string[]]>([
    [
      'none to rebuild where trails are declared, and nothing else is wanted',
      'drill',
      { rebuildUndeclared: 'auto' },
      {},
      OF_THE_DRILL,
    ],
    [
      'none for organisations and CloudWatch Logs where no trail has them',
      'drill',
      { rebuildUndeclared: 'false' },
      { deliversToLogs: false, declaresOrganizationTrail: false },
      ['CompareAndRestoreDeclaredTrails'],
    ],
    [
      'those for the ways out that were chosen',
      'undeclared',
      {
        rebuildUndeclared: 'false',
        chat: 'true',
        securityHub: 'true',
        centralBus: 'arn:aws:events:us-east-1:111122223333:event-bus/security',
      },
      {},
      ['PublishToChat', 'ImportFindings', 'PutEventsOnTheCentralBus'],
    ],
    ['the least where nothing is rebuilt either', 'undeclared', { rebuildUndeclared: 'false' }, {}, []],
  ])('%s', async (_, stage, params, holds, more) => {
    const variant = await variantOf(stage, params, { holds });
    expect(sidsIn(variant).sort()).toEqual([...always, ...more].sort());
  });
});

test('an undeclared trail can be rebuilt, and neither changed nor given a role', () => {
  const actions = actionsOf(templateOf('undeclared'), 'RebuildUndeclaredTrails');
  expect(actions).toContain('cloudtrail:CreateTrail');
  expect(actions.filter((action) => /Update|Remove|Delete|Stop|iam:/.test(action))).toEqual([]);
});

const target = z.object({
  Targets: z.tuple([
    z.object({
      Arn: z.string(),
      Id: z.string(),
      RetryPolicy: z.object({ MaximumEventAgeInSeconds: z.number(), MaximumRetryAttempts: z.number() }),
      DeadLetterConfig: z.object({ Arn: z.string() }),
    }),
  ]),
});

function rulesIn(template: Template) {
  return template.resources('AWS::Events::Rule').map((id) => ({ id, ...readRule(template, id) }));
}

function patterns(): EventPattern[] {
  return rulesIn(templateOf('drill')).flatMap(({ pattern }) => (pattern ? [pattern] : []));
}

/** The sources of the rules that match an event. */
function takenBy(event: unknown): unknown[] {
  return patterns()
    .filter((pattern) => matchesPattern(pattern, event))
    .map(({ source }) => source);
}

interface Sample {
  readonly source: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

function sample(path: string): Sample {
  return JSON.parse(readFileSync(`events/${path}.json`, 'utf8')) as Sample;
}

describe('every rule', () => {
  const template = () => templateOf('drill');

  test('is enabled, and takes only what AWS itself sends', () => {
    const rules = rulesIn(template());
    expect(rules.map(({ enabled }) => enabled)).toEqual(rules.map(() => true));
    for (const { pattern, schedule } of rules)
      expect(pattern ? pattern['source'] : schedule).toEqual(
        pattern ? [expect.stringMatching(/^aws\.[a-z]+$/)] : 'rate(5 minutes)',
      );
  });

  test('hands the event as it is to the one function, tries again, and keeps what it could not hand over', () => {
    for (const { id } of rulesIn(template())) {
      const [{ Arn, RetryPolicy, DeadLetterConfig }] = template().read(id, target).Targets;
      expect(Arn).toBe(template().attribute('HealLambdaFunction', 'Arn'));
      expect(RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 20 });
      expect(DeadLetterConfig.Arn).toBe(template().attribute('UndeliveredEvents', 'Arn'));
    }
  });

  test('may invoke the function, and send to the queue', () => {
    const permission = z.object({ Principal: z.string(), SourceArn: z.string() });
    const permitted = template()
      .resources('AWS::Lambda::Permission')
      .map((id) => template().read(id, permission));
    const queuePolicy = z.object({ PolicyDocument: z.unknown() });
    const { PolicyDocument } = template().read('UndeliveredEventsPolicy', queuePolicy);
    for (const { arn } of rulesIn(template())) {
      expect(permitted).toContainEqual({ Principal: 'events.amazonaws.com', SourceArn: arn });
      const right = {
        action: 'sqs:SendMessage',
        resource: template().attribute('UndeliveredEvents', 'Arn'),
        context: { 'aws:SourceArn': arn },
      };
      expect(decide(readPolicy(PolicyDocument, 'UndeliveredEventsPolicy'), right)).toBe('allowed');
    }
  });
});

describe('an event', () => {
  test.each(Object.keys(TAMPERINGS))('%s is taken by the rule for API calls alone', (name) => {
    expect(takenBy(sample(name))).toEqual([['aws.cloudtrail']]);
  });

  test.each(['GuardDuty', 'SecurityHub', 'Config'])('of %s is taken by its rule alone', (name) => {
    const { source } = sample(`signals/${name}`);
    expect(takenBy(sample(`signals/${name}`))).toEqual([[source]]);
  });

  test('of the schedule is taken by no pattern', () => {
    expect(takenBy(sample('signals/Sweep'))).toEqual([]);
  });

  test.each(['GuardDuty', 'SecurityHub', 'Config', 'Sweep'])('of %s, forged, is taken by none', (name) => {
    expect(takenBy({ ...sample(`signals/${name}`), source: 'mallory.events' })).toEqual([]);
  });

  test('of every other finding is left', () => {
    const guardDuty = sample('signals/GuardDuty');
    const type = 'Recon:EC2/Portscan';
    expect(takenBy({ ...guardDuty, detail: { ...guardDuty.detail, type } })).toEqual([]);
    const hub = sample('signals/SecurityHub');
    const [finding] = hub.detail['findings'] as [object];
    const archived = { ...finding, RecordState: 'ARCHIVED' };
    expect(takenBy({ ...hub, detail: { findings: [archived] } })).toEqual([]);
    const noted = { ...finding, Workflow: { Status: 'NOTIFIED' } };
    expect(takenBy({ ...hub, detail: { findings: [noted] } })).toEqual([['aws.securityhub']]);
  });

  describe('of AWS Config', () => {
    const config = () => sample('signals/Config');
    const ofRule = (configRuleName: string) => ({
      ...config(),
      detail: { ...config().detail, configRuleName },
    });

    test.each([
      'cloudtrail-enabled',
      'multi-region-cloudtrail-enabled',
      'cloudtrail-security-trail-enabled',
      'cloud-trail-encryption-enabled',
      'cloud-trail-log-file-validation-enabled',
      'cloud-trail-cloud-watch-logs-enabled',
    ])('about %s is taken, whoever has created the rule', (name) => {
      for (const created of [name, `securityhub-${name}-837977cd`, `${name}-conformance-pack-x1y2z3`])
        expect(takenBy(ofRule(created))).toEqual([['aws.config']]);
    });

    test('about the name that Security Hub gives the rule for all Regions is taken', () => {
      const name = 'securityhub-multi-region-cloud-trail-enabled-837977cd';
      expect(takenBy(ofRule(name))).toEqual([['aws.config']]);
    });

    test('about anything else, or that all is well again, is left', () => {
      expect(takenBy(ofRule('s3-bucket-logging-enabled'))).toEqual([]);
      const { detail } = config();
      const newEvaluationResult = { complianceType: 'COMPLIANT' };
      expect(takenBy({ ...config(), detail: { ...detail, newEvaluationResult } })).toEqual([]);
    });
  });
});

describe('the samples of signals', () => {
  test.each(readdirSync('events/signals'))('%s holds only sample accounts and addresses', (file) => {
    const text = readFileSync(`events/signals/${file}`, 'utf8');
    const accounts = [...text.matchAll(/\b\d{12}\b/g)].map(([account]) => account);
    expect(new Set(accounts.filter((account) => !/^0+\d+$/.test(account)))).toEqual(
      new Set(['123456789012']),
    );
    const addresses = [...text.matchAll(/\b\d+\.\d+\.\d+\.\d+\b/g)].map(([address]) => address);
    expect(addresses.filter((address) => !address.startsWith('198.51.100.'))).toEqual([]);
  });
});

describe('the rules of AWS Config', () => {
  const named = z.object({ ConfigRuleName: z.string() });
  const type = 'AWS::Config::ConfigRule';

  test.each(STAGES)('are not there unless asked for, in the stage %s', (stage) => {
    expect(templateOf(stage).resources(type)).toEqual([]);
  });

  test('are all awaited by name', async () => {
    const template = await variantOf('drill', { configRules: 'true' });
    const rules = template.resources(type);
    expect(rules).toHaveLength(6);
    for (const id of rules) {
      const { ConfigRuleName } = template.read(id, named);
      const config = sample('signals/Config');
      const event = { ...config, detail: { ...config.detail, configRuleName: ConfigRuleName } };
      expect(takenBy(event)).toEqual([['aws.config']]);
    }
  });
});

describe('the emergency sink', () => {
  const NAME = 'trailkeeper-drill-sink-123456789012-us-east-1';
  const ARN = `arn:aws:s3:::${NAME}`;
  const trail = (name: string) => `arn:aws:cloudtrail:us-east-1:123456789012:trail/${name}`;

  /** What the bucket's policy says to CloudTrail acting for a trail. */
  const decision = (
    template: Template,
    { action = 's3:PutObject', key = 'AWSLogs/123456789012/', source = trail('org-audit-trail'), tls = true },
  ) => {
    const { PolicyDocument } = template.read('SinkPolicy', z.object({ PolicyDocument: z.unknown() }));
    return decide(readPolicy(PolicyDocument, 'SinkPolicy'), {
      action,
      resource: action === 's3:PutObject' ? `${ARN}/${key}file.json.gz` : ARN,
      context: {
        'aws:SourceArn': source,
        'aws:SecureTransport': String(tls),
        's3:x-amz-acl': 'bucket-owner-full-control',
      },
    });
  };

  test('is private, versioned and encrypted, and empties itself', () => {
    const template = templateOf('drill');
    expect(template.reference('Sink')).toBe(NAME);
    const properties = z.object({
      OwnershipControls: z.unknown(),
      PublicAccessBlockConfiguration: z.unknown(),
      VersioningConfiguration: z.unknown(),
      BucketEncryption: z.unknown(),
      LifecycleConfiguration: z.unknown(),
    });
    expect(template.read('Sink', properties)).toMatchObject({
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      VersioningConfiguration: { Status: 'Enabled' },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      LifecycleConfiguration: {
        Rules: [
          {
            Status: 'Enabled',
            ExpirationInDays: '90',
            NoncurrentVersionExpiration: { NoncurrentDays: '90' },
          },
        ],
      },
    });
  });

  test.each(['org-audit-trail', 'payments-data-trail'])('takes what the declared %s delivers', (name) => {
    expect(decision(templateOf('drill'), { source: trail(name) })).toBe('allowed');
    expect(decision(templateOf('drill'), { source: trail(name), action: 's3:GetBucketAcl' })).toBe('allowed');
  });

  test.each([
    ['another trail', { source: trail('mallory-trail') }],
    ["another account's trail", { source: trail('org-audit-trail').replace('123456789012', '111122223333') }],
    ['another prefix', { key: 'mallory/' }],
    ['another action', { action: 's3:DeleteBucket' }],
  ])('takes nothing from %s', (_, call) => {
    expect(decision(templateOf('drill'), call)).toBe('denied');
  });

  test('takes nothing without TLS', () => {
    expect(decision(templateOf('drill'), { tls: false })).toBe('explicitly denied');
  });

  test('takes log files of other accounts only for an organisation', async () => {
    const single = await variantOf('drill', {}, { deliveredKeys: '${AWS::AccountId}/*' });
    const key = 'AWSLogs/o-exampleorg/111122223333/';
    expect(decision(templateOf('drill'), { key })).toBe('allowed');
    expect(decision(single, { key })).toBe('denied');
    expect(decision(single, {})).toBe('allowed');
  });

  test('has a policy that is valid where no trail is declared', async () => {
    expect(decision(await variantOf('drill', {}, { holds: { declaresTrails: false } }), {})).toBe('denied');
  });

  test.each<[Stage, Record<string, string>]>([
    ['undeclared', {}],
    ['drill', { emergencySink: 'false' }],
  ])('is not there in the stage %s with %j', async (stage, params) => {
    const template = await variantOf(stage, params);
    expect(template.typeOf('Sink')).toBeUndefined();
    expect(template.typeOf('SinkPolicy')).toBeUndefined();
  });

  test('is all that outlives the stack, and only once it has been in use', () => {
    const kept = Object.entries(compiled.parse(documentOf('drill')).Resources).flatMap(
      ([id, { DeletionPolicy = 'Delete', UpdateReplacePolicy = 'Delete' }]) =>
        DeletionPolicy === 'Delete' && UpdateReplacePolicy === 'Delete'
          ? []
          : [[id, DeletionPolicy, UpdateReplacePolicy]],
    );
    expect(kept).toEqual([['Sink', 'RetainExceptOnCreate', 'Retain']]);
  });
});

const alarm = z.object({
  AlarmName: z.string(),
  AlarmDescription: z.string(),
  AlarmActions: z.array(z.string()),
  MetricName: z.string().optional(),
  Metrics: z.array(z.looseObject({})).optional(),
  Period: z.number().optional(),
  EvaluationPeriods: z.number(),
  DatapointsToAlarm: z.number().optional(),
  Threshold: z.number(),
  ComparisonOperator: z.string(),
  TreatMissingData: z.string(),
});

function alarmsIn(template: Template) {
  return template.resources('AWS::CloudWatch::Alarm').map((id) => template.read(id, alarm));
}

describe.each(STAGES)('the alarms of the stage %s', (stage) => {
  test('are these', () => {
    expect(
      alarmsIn(templateOf(stage))
        .map(({ AlarmName }) => AlarmName.replace(`trailkeeper-${stage}-`, ''))
        .sort(),
    ).toEqual([
      'alerts-undelivered',
      'alerts-unsent',
      'failed-invocations',
      'function-errors',
      'function-throttles',
      'missing-sweeps',
      'undelivered-events',
    ]);
  });

  test('say what to do, and are let through to the topic', () => {
    const template = templateOf(stage);
    const { PolicyDocument } = template.read('AlertTopicPolicy', z.object({ PolicyDocument: z.unknown() }));
    const topic = template.reference('AlertTopic');
    for (const { AlarmName, AlarmActions, AlarmDescription } of alarmsIn(template)) {
      expect(AlarmActions).toEqual([topic]);
      expect(AlarmDescription).toContain('Look ');
      const source = `arn:aws:cloudwatch:us-east-1:123456789012:alarm:${AlarmName}`;
      const right = { action: 'sns:Publish', resource: topic, context: { 'aws:SourceArn': source } };
      expect(decide(readPolicy(PolicyDocument, 'AlertTopicPolicy'), right)).toBe('allowed');
    }
  });

  test('go to a second topic too where there is one, which needs no right here', async () => {
    const second = 'arn:aws:sns:us-east-1:111122223333:on-call';
    const template = await variantOf(stage, { alarmTopic: second });
    for (const { AlarmActions } of alarmsIn(template))
      expect(AlarmActions).toEqual([template.reference('AlertTopic'), second]);
    const { OKActions } = template.read('MissingSweepsAlarm', z.object({ OKActions: z.array(z.string()) }));
    expect(OKActions).toEqual([template.reference('AlertTopic'), second]);
  });

  test('fire at the first of what must never happen', () => {
    for (const { MetricName, ...alarmed } of alarmsIn(templateOf(stage)))
      if (MetricName)
        expect(alarmed).toMatchObject({
          Period: 60,
          EvaluationPeriods: 1,
          Threshold: 0,
          ComparisonOperator: 'GreaterThanThreshold',
          TreatMissingData: 'notBreaching',
        });
  });

  test('fire when no sweep has finished for 15 minutes, by the metric that the function writes', () => {
    const template = templateOf(stage);
    const functions = z.object({ Environment: z.object({ Variables: z.record(z.string(), z.string()) }) });
    const { Variables } = template.read('HealLambdaFunction', functions).Environment;
    const [dead] = alarmsIn(template).filter(({ Metrics }) => Metrics);
    expect(dead).toMatchObject({
      EvaluationPeriods: 3,
      DatapointsToAlarm: 3,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
      Metrics: [
        {
          Id: 'sweeps',
          ReturnData: false,
          MetricStat: {
            Metric: {
              Namespace: Variables['POWERTOOLS_METRICS_NAMESPACE'],
              MetricName: 'SweepFinished',
              Dimensions: [
                { Name: 'service', Value: Variables['POWERTOOLS_SERVICE_NAME'] },
                { Name: 'stage', Value: Variables['STAGE'] },
              ],
            },
            Period: 300,
            Stat: 'Sum',
          },
        },
        { Expression: 'FILL(sweeps, 0)', ReturnData: true },
      ],
    });
  });
});

describe("the function's environment", () => {
  test.each<[Stage, object]>([
    ['drill', { REBUILD_UNDECLARED: 'true', SINK_BUCKET: 'trailkeeper-drill-sink-123456789012-us-east-1' }],
    ['undeclared', { REBUILD_UNDECLARED: 'auto', SINK_BUCKET: '' }],
  ])('is plain text in the stage %s, for an invocation at home', (stage, sink) => {
    const { Properties } = compiled.parse(documentOf(stage)).Resources['HealLambdaFunction'] as {
      Properties?: { Environment?: unknown };
    };
    expect(Properties?.Environment).toEqual({
      Variables: {
        POWERTOOLS_SERVICE_NAME: 'trailkeeper',
        POWERTOOLS_METRICS_NAMESPACE: 'Trailkeeper',
        STAGE: stage,
        ALERT_TOPIC: `trailkeeper-${stage}-alerts`,
        CHAT_TOPIC: '',
        MODE: 'enforce',
        GUARD_UNDECLARED: 'true',
        SWEEP_RATE: '5 minutes',
        RUNBOOK: 'docs/runbook',
        CONTAIN_AFTER: '3',
        CONTAIN_WITHIN_MINUTES: '10',
        CONTAIN_EXEMPT: '',
        ...sink,
      },
    });
  });

  test("spares the function's own role where it contains", async () => {
    const parts = await partsOf({ params: { containment: 'true' } });
    expect(parts).toHaveProperty(
      'Resources.HealLambdaFunction.Properties.Environment.Variables.CONTAIN_EXEMPT',
      { 'Fn::Join': [',', [{ 'Fn::GetAtt': ['HealRole', 'Arn'] }]] },
    );
  });
});
