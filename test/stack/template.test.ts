import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type EventPattern, matchesPattern } from '../../local/aws/events/event-pattern.ts';
import { readRule } from '../../local/aws/events/event-rule.ts';
import { readPermission } from '../../local/aws/lambda/permission.ts';
import { decide, glob, readPolicy } from '../../local/aws/iam/iam.ts';
import { readEventSource } from '../../local/aws/lambda/event-source.ts';
import { readQueue } from '../../local/aws/messages/queues.ts';
import { readTemplate, type Template } from '../../local/aws/stack/template.ts';
import { readTable } from '../../local/aws/tables/table.ts';
import { stableUuid } from '../../local/aws/wire/stable-uuid.ts';
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

const documents = new Map<Stage, unknown>();

function documentOf(stage: Stage): unknown {
  const file = join(packageOf(stage), 'cloudformation-template-update-stack.json');
  const document: unknown = documents.get(stage) ?? JSON.parse(readFileSync(file, 'utf8'));
  documents.set(stage, document);
  return document;
}

function deploymentOf(stage: string) {
  return { ...home, stackName: `trailkeeper-${stage}`, parameters: {} };
}

/** A stage's template as CloudFormation would read it. */
function templateOf(stage: Stage): Template {
  return readTemplate(documentOf(stage), deploymentOf(stage));
}

/** The parts of a stage's template with parameters that a stage may have, or of another baseline; and the functions' logs. */
async function variantOf(
  stage: Stage,
  params: Readonly<Record<string, string>>,
  changes?: Parameters<typeof partsOf>[1],
): Promise<Template> {
  const { HealLogGroup, TellLogGroup } = compiled.parse(documentOf(stage)).Resources;
  const { Resources } = (await partsOf({ stage, params }, changes)) as { Resources: object };
  return readTemplate({ Resources: { HealLogGroup, TellLogGroup, ...Resources } }, deploymentOf(stage));
}

const texts = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());

const statements = z.array(
  z.looseObject({
    Sid: z.string(),
    Effect: z.string(),
    Action: texts,
    Resource: texts,
    Condition: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  }),
);
const role = z.object({
  Policies: z.tuple([z.object({ PolicyDocument: z.object({ Statement: statements }) })]),
});

const ROLES = ['HealRole', 'TellRole'] as const;
type RoleId = (typeof ROLES)[number];

function rightsIn(template: Template, id: RoleId = 'HealRole') {
  return template.read(id, role).Policies[0].PolicyDocument.Statement;
}

function sidsIn(template: Template, id?: RoleId): string[] {
  return rightsIn(template, id).map(({ Sid }) => Sid);
}

function actionsOf(template: Template, sid: string): string[] {
  return rightsIn(template).flatMap(({ Sid, Action }) => (Sid === sid ? Action : []));
}

/** Actions for which AWS knows no resource. */
const OF_NO_RESOURCE = [
  'cloudtrail:DescribeTrails',
  'cloudtrail:LookupEvents',
  'lambda:ListEventSourceMappings',
  'lambda:UpdateEventSourceMapping',
  'lambda:CreateEventSourceMapping',
  'organizations:DescribeOrganization',
  'organizations:ListAWSServiceAccessForOrganization',
];

/** What other services ask for with a role, and may not name the function then. */
const ASKED_FOR_BY_SERVICES: Readonly<Record<RoleId, readonly string[]>> = {
  HealRole: ['PassTheRoleForCloudWatchLogs', 'SeeTheOrganization', 'KeepFailedInvocations'],
  TellRole: ['EncryptAlerts', 'TakePasses'],
};

describe.each(STAGES.flatMap((stage) => ROLES.map((id) => [stage, id] as const)))(
  'the rights in the stage %s of %s',
  (stage, id) => {
    const rights = () => rightsIn(templateOf(stage), id);
    const actions = () => rights().flatMap(({ Action }) => Action);

    test('are given by one policy of their own, each statement once and only to allow', () => {
      const sids = sidsIn(templateOf(stage), id);
      expect(sids).toEqual([...new Set(sids)]);
      expect(rights().every(({ Effect }) => Effect === 'Allow')).toBe(true);
    });

    test('are named one by one', () => {
      expect(actions().filter((action) => action.includes('*'))).toEqual([]);
    });

    test('are for every resource only where AWS knows none', () => {
      const unscoped = rights().filter(({ Resource }) => Resource.includes('*'));
      expect(
        unscoped.flatMap(({ Action }) => Action).filter((action) => !OF_NO_RESOURCE.includes(action)),
      ).toEqual([]);
    });

    test('never stop or delete a trail', () => {
      expect(actions()).not.toContain('cloudtrail:StopLogging');
      expect(actions()).not.toContain('cloudtrail:DeleteTrail');
    });

    test('are of use to its function alone, but for what AWS services ask for on its behalf', () => {
      const name = `trailkeeper-${stage}-${id === 'HealRole' ? 'heal' : 'tell'}`;
      const own = `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
      const bound = rights().filter(
        ({ Condition }) => Condition['ArnEquals']?.['lambda:SourceFunctionArn'] === own,
      );
      const unbound = sidsIn(templateOf(stage), id).filter((sid) => !bound.some(({ Sid }) => Sid === sid));
      expect(unbound.filter((sid) => !ASKED_FOR_BY_SERVICES[id].includes(sid))).toEqual([]);
    });
  },
);

test('of CloudTrail, tell may read the Event history, and nothing else; heal may tell nothing', () => {
  const actionsIn = (id: RoleId) => rightsIn(templateOf('drill'), id).flatMap(({ Action }) => Action);
  expect(actionsIn('TellRole').filter((action) => action.startsWith('cloudtrail:'))).toEqual([
    'cloudtrail:LookupEvents',
  ]);
  expect(
    actionsIn('HealRole').filter((action) => /^(sns|kms|dynamodb|events|securityhub):/.test(action)),
  ).toEqual([]);
});

describe('a statement is there only where it is needed:', () => {
  const always = [
    'SeeAndStartLogging',
    'FindTrails',
    'ReadEventHistory',
    'HandOverPasses',
    'KeepFailedInvocations',
    'WriteLog',
    'KeepTheOthersAlive',
    'FindEventSources',
    'RestoreEventSources',
    'KeepTheScheduleOfWatch',
    'HandTheirRolesBack',
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
    ['the least where nothing is rebuilt either', 'undeclared', { rebuildUndeclared: 'false' }, {}, []],
  ])('%s', async (_, stage, params, holds, more) => {
    const variant = await variantOf(stage, params, { holds });
    expect(sidsIn(variant).sort()).toEqual([...always, ...more].sort());
  });
});

test('tell has the rights for the ways out that were chosen, and for no other', async () => {
  const always = [
    ...['ReadEventHistory', 'KeepTheLedger', 'PublishAlerts', 'EncryptAlerts'],
    ...['ParkWhatCannotBeTold', 'TakePasses', 'WriteLog'],
  ];
  const chosen = {
    chat: 'true',
    securityHub: 'true',
    centralBus: 'arn:aws:events:us-east-1:111122223333:event-bus/security',
  };
  expect(sidsIn(templateOf('drill'), 'TellRole').sort()).toEqual(always.sort());
  expect(sidsIn(await variantOf('drill', chosen), 'TellRole').sort()).toEqual(
    [...always, 'PublishToChat', 'ImportFindings', 'PutEventsOnTheCentralBus'].sort(),
  );
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
        pattern
          ? [expect.stringMatching(/^aws\.[a-z0-9]+$/)]
          : expect.stringMatching(/^(?:rate\(5 minutes\)|cron\(0\/5 \* \* \* \? \*\))$/),
      );
  });

  test('hands the event as it is to the function whose name it has, or to the queue that tell reads, tries again, and keeps what it could not hand over', () => {
    for (const { id } of rulesIn(template())) {
      const [{ Arn, RetryPolicy, DeadLetterConfig }] = template().read(id, target).Targets;
      const to =
        id === 'TellSweep' ? 'Passes' : /watch/i.test(id) ? 'WatchLambdaFunction' : 'HealLambdaFunction';
      expect(Arn).toBe(template().attribute(to, 'Arn'));
      expect(RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 20 });
      expect(DeadLetterConfig.Arn).toBe(template().attribute('UndeliveredEvents', 'Arn'));
    }
  });

  test('may invoke the function, or send to its queue, and send to that of the undelivered', () => {
    const permission = z.object({ Principal: z.string(), SourceArn: z.string() });
    const permitted = template()
      .resources('AWS::Lambda::Permission')
      .map((id) => template().read(id, permission));
    const queuePolicy = z.object({ PolicyDocument: z.unknown() });
    const { PolicyDocument } = template().read('UndeliveredEventsPolicy', queuePolicy);
    const passes = template().read('PassesPolicy', queuePolicy).PolicyDocument;
    for (const { id, arn } of rulesIn(template())) {
      if (id === 'TellSweep') {
        const sending = { action: 'sqs:SendMessage', resource: template().attribute('Passes', 'Arn') };
        const context = { 'aws:SourceArn': arn, 'aws:PrincipalIsAWSService': 'true' };
        expect(decide(readPolicy(passes, 'PassesPolicy'), { ...sending, context })).toBe('allowed');
      } else {
        const mayInvoke = permitted.filter(({ Principal }) => Principal === 'events.amazonaws.com');
        expect(mayInvoke.some(({ SourceArn }) => glob(SourceArn).test(arn))).toBe(true);
      }
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

  test.each(['GuardDuty', 'SecurityHub', 'SecurityHubV2', 'Config'])(
    'of %s is taken by its rule alone',
    (name) => {
      const { source } = sample(`signals/${name}`);
      expect(takenBy(sample(`signals/${name}`))).toEqual([[source]]);
    },
  );

  test('of the schedule is taken by no pattern', () => {
    expect(takenBy(sample('signals/Sweep'))).toEqual([]);
  });

  test.each(['GuardDuty', 'SecurityHub', 'SecurityHubV2', 'Config', 'Sweep'])(
    'of %s, forged, is taken by none',
    (name) => {
      expect(takenBy({ ...sample(`signals/${name}`), source: 'mallory.events' })).toEqual([]);
    },
  );

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
    const inOcsf = (...types: string[]) => ({
      ...sample('signals/SecurityHubV2'),
      detail: { findings: [{ finding_info: { types } }] },
    });
    expect(takenBy(inOcsf(type))).toEqual([]);
    expect(takenBy(inOcsf('TTPs/Defense Evasion/Stealth:IAMUser-CloudTrailLoggingDisabled'))).toEqual([
      ['aws.securityhub'],
    ]);
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

/** With two groups of the stack's id. */
function retainedName(what: string): string {
  const [time, , , , place] = stableUuid('trailkeeper-drill').split('-');
  return `trailkeeper-drill-${what}-${time}-${place}`;
}

describe('the emergency sink', () => {
  const NAME = retainedName('sink');
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
    ['another action', { action: 's3:GetObject' }],
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
});

test('what holds evidence outlives the stack, and only once it has been in use', () => {
  const kept = Object.entries(compiled.parse(documentOf('drill')).Resources).flatMap(
    ([id, { DeletionPolicy = 'Delete', UpdateReplacePolicy = 'Delete' }]) =>
      DeletionPolicy === 'Delete' && UpdateReplacePolicy === 'Delete'
        ? []
        : [[id, DeletionPolicy, UpdateReplacePolicy]],
  );
  expect(kept.sort()).toEqual(
    ['Ledger', 'Sink', 'SinkPolicy'].map((id) => [id, 'RetainExceptOnCreate', 'Retain']),
  );
});

const BREAK_GLASS = 'arn:aws:iam::123456789012:role/break-glass';
const policyOf = z.object({ PolicyDocument: z.unknown() });

/** The policies that keep what holds evidence, or leads to it. */
const KEEPERS: readonly (readonly [id: string, read: (template: Template) => unknown])[] = [
  ['Sink', (template) => template.read('SinkPolicy', policyOf).PolicyDocument],
  ['Passes', (template) => template.read('PassesPolicy', policyOf).PolicyDocument],
  ['Parked', (template) => template.read('ParkedPolicy', policyOf).PolicyDocument],
  ['AlertKey', (template) => template.read('AlertKey', z.object({ KeyPolicy: z.unknown() })).KeyPolicy],
  [
    'Ledger',
    (template) =>
      template.read('Ledger', z.object({ ResourcePolicy: policyOf })).ResourcePolicy.PolicyDocument,
  ],
];

const UNDOING: Readonly<Record<string, readonly string[]>> = {
  Sink: [
    ...['s3:DeleteBucket', 's3:DeleteBucketPolicy', 's3:PutBucketPolicy', 's3:PutBucketVersioning'],
    ...['s3:PutLifecycleConfiguration', 's3:DeleteObject', 's3:DeleteObjectVersion'],
  ],
  Passes: ['sqs:DeleteQueue', 'sqs:PurgeQueue', 'sqs:SetQueueAttributes'],
  Parked: ['sqs:DeleteQueue', 'sqs:PurgeQueue', 'sqs:SetQueueAttributes'],
  AlertKey: ['kms:DisableKey', 'kms:ScheduleKeyDeletion', 'kms:PutKeyPolicy'],
  Ledger: [
    ...['dynamodb:DeleteTable', 'dynamodb:UpdateTable', 'dynamodb:UpdateContinuousBackups'],
    ...['dynamodb:UpdateTimeToLive', 'dynamodb:PutResourcePolicy', 'dynamodb:DeleteResourcePolicy'],
  ],
};

describe.each(KEEPERS)('%s is not undone', (id, read) => {
  const iam = (name: string) => `arn:aws:iam::123456789012:${name}`;
  const attempts = async (principal: string, context: Readonly<Record<string, string>> = {}) => {
    const template = await variantOf('drill', { breakGlassRole: BREAK_GLASS });
    const mayDoAll = { Effect: 'Allow', Action: '*', Resource: '*' };
    const statements = [
      ...readPolicy({ Statement: mayDoAll }, 'an administrator'),
      ...readPolicy(read(template), id),
    ];
    const resource =
      id === 'Sink' ? `${template.attribute(id, 'Arn')}/AWSLogs/1` : template.attribute(id, 'Arn');
    return (UNDOING[id] ?? []).map((action) =>
      decide(statements, {
        action,
        resource,
        context: {
          'aws:PrincipalArn': principal,
          'aws:PrincipalIsAWSService': 'false',
          'aws:SecureTransport': 'true',
          ...context,
        },
      }),
    );
  };

  test.each([
    ['an administrator', iam('role/Admin'), {}],
    ['the guard itself', iam('role/trailkeeper-drill-TellRole'), {}],
    [
      'another service on behalf of somebody',
      iam('role/Admin'),
      { 'aws:CalledViaLast': 'athena.amazonaws.com' },
    ],
  ])('by %s', async (_, principal, context) => {
    expect(new Set(await attempts(principal, context))).toEqual(new Set(['explicitly denied']));
  });

  test.each([
    ['CloudFormation', iam('role/Admin'), { 'aws:CalledViaLast': 'cloudformation.amazonaws.com' }],
    ['the root user', iam('root'), {}],
    ['the role for emergencies', BREAK_GLASS, {}],
  ])('but by %s', async (_, principal, context) => {
    expect(new Set(await attempts(principal, context))).toEqual(new Set(['allowed']));
  });
});

describe('the ledger', () => {
  test('is on demand, encrypted, protected, recoverable, and forgets', () => {
    expect(readTable(templateOf('drill'), 'Ledger')).toMatchObject({
      name: retainedName('ledger'),
      definition: {
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [
          { AttributeName: 'kind', KeyType: 'HASH' },
          { AttributeName: 'id', KeyType: 'RANGE' },
        ],
      },
      settings: {
        isProtected: true,
        isRecoverable: true,
        expiry: 'expires',
        encryption: { Status: 'ENABLED' },
      },
    });
  });

  test('is written to by tell alone, and read by whoever has the right', () => {
    const template = templateOf('drill');
    const { policy } = readTable(template, 'Ledger').settings;
    const decision = (action: string, principal: string) =>
      decide(
        [
          ...readPolicy({ Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }, 'all'),
          ...(policy?.statements ?? []),
        ],
        {
          action: `dynamodb:${action}`,
          resource: template.attribute('Ledger', 'Arn'),
          context: { 'aws:PrincipalArn': principal },
        },
      );
    const admin = 'arn:aws:iam::123456789012:role/Admin';
    const tell = template.attribute('TellRole', 'Arn');
    for (const action of ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'PartiQLInsert']) {
      expect(decision(action, admin)).toBe('explicitly denied');
      expect(decision(action, template.attribute('HealRole', 'Arn'))).toBe('explicitly denied');
      expect(decision(action, tell)).toBe('allowed');
    }
    for (const action of ['GetItem', 'Query', 'Scan']) expect(decision(action, admin)).toBe('allowed');
  });
});

describe('the queue of passes', () => {
  test('is in order, and parks what cannot be told after four days of failing', () => {
    const template = templateOf('drill');
    const place = deploymentOf('drill');
    const passes = readQueue(template, 'Passes', place);
    expect(passes).toMatchObject({
      name: 'trailkeeper-drill-passes.fifo',
      behaviour: {
        isFifo: true,
        contentBasedDeduplication: true,
        visibilityMs: 360_000,
        retentionMs: 14 * 86_400_000,
        maxReceiveCount: 1000,
      },
      deadLetters: template.attribute('Parked', 'Arn'),
    });
    const { visibilityMs, maxReceiveCount } = passes.behaviour;
    expect(visibilityMs * maxReceiveCount).toBeGreaterThan(4 * 86_400_000);
    expect(readQueue(template, 'Parked', place)).toMatchObject({
      name: 'trailkeeper-drill-parked.fifo',
      behaviour: { isFifo: true, retentionMs: 14 * 86_400_000 },
    });
    const { Timeout } = template.read('TellLambdaFunction', z.object({ Timeout: z.number() }));
    expect(visibilityMs).toBe(6 * Timeout * 1000);
  });

  test('is read by tell, five at a time, with what failed reported one by one', () => {
    const template = templateOf('drill');
    const [id = ''] = template.resources('AWS::Lambda::EventSourceMapping');
    expect(readEventSource(template, id)).toMatchObject({
      queueArn: template.attribute('Passes', 'Arn'),
      batchSize: 5,
      enabled: true,
      reportsItemFailures: true,
    });
  });

  test.each<[string, string, 'allowed' | 'explicitly denied']>([
    ['heal', 'sqs:SendMessage', 'allowed'],
    ['tell', 'sqs:SendMessage', 'explicitly denied'],
    ['Admin', 'sqs:SendMessage', 'explicitly denied'],
    ['tell', 'sqs:ReceiveMessage', 'allowed'],
    ['tell', 'sqs:DeleteMessage', 'allowed'],
    ['heal', 'sqs:DeleteMessage', 'explicitly denied'],
    ['Admin', 'sqs:ReceiveMessage', 'explicitly denied'],
  ])('lets %s do %s: %s', (who, action, expected) => {
    const template = templateOf('drill');
    const roles: Readonly<Record<string, string>> = {
      heal: template.attribute('HealRole', 'Arn'),
      tell: template.attribute('TellRole', 'Arn'),
    };
    const context = {
      'aws:PrincipalArn': roles[who] ?? `arn:aws:iam::123456789012:role/${who}`,
      'aws:PrincipalIsAWSService': 'false',
    };
    const all = readPolicy({ Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }, 'all');
    const own = readPolicy(template.read('PassesPolicy', policyOf).PolicyDocument, 'PassesPolicy').filter(
      ({ services }) => services.length === 0,
    );
    const right = { action, resource: template.attribute('Passes', 'Arn'), context };
    expect(decide([...all, ...own], right)).toBe(expected);
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

const ledgerAlarm = z.object({
  Metrics: z.array(
    z.looseObject({
      MetricStat: z
        .object({
          Metric: z.object({ Dimensions: z.array(z.object({ Name: z.string(), Value: z.string() })) }),
        })
        .optional(),
    }),
  ),
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
      'alerts-unheard',
      'alerts-unsent',
      'failed-invocations',
      'function-errors',
      'function-throttles',
      'heal-silent',
      'ledger-failing',
      'ledger-unavailable',
      'missing-sweeps',
      'parked',
      'passes-waiting',
      'schedule-silent',
      'tell-errors',
      'tell-silent',
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

  test('go to a second topic too where there is one, to which tell may publish what the first is closed to', async () => {
    const second = 'arn:aws:sns:us-east-1:111122223333:on-call';
    const template = await variantOf(stage, { alarmTopic: second });
    for (const { AlarmActions } of alarmsIn(template))
      expect(AlarmActions).toEqual([template.reference('AlertTopic'), second]);
    expect(JSON.stringify(template.read('TellRole', z.object({ Policies: z.unknown() })))).toContain(second);
    const { OKActions } = template.read('MissingSweepsAlarm', z.object({ OKActions: z.array(z.string()) }));
    expect(OKActions).toEqual([template.reference('AlertTopic'), second]);
  });

  test('fire at the first of what must never happen', () => {
    for (const { MetricName, ...alarmed } of alarmsIn(templateOf(stage)))
      if (MetricName && MetricName !== 'ApproximateAgeOfOldestMessage')
        expect(alarmed).toMatchObject({
          Period: 60,
          EvaluationPeriods: 1,
          Threshold: 0,
          ComparisonOperator: 'GreaterThanThreshold',
          TreatMissingData: 'notBreaching',
        });
  });

  test('hear of every operation by which the ledger is asked', () => {
    const { Metrics } = templateOf(stage).read('LedgerFailingAlarm', ledgerAlarm);
    const watched = Metrics.flatMap(({ MetricStat }) => MetricStat?.Metric.Dimensions ?? [])
      .filter(({ Name }) => Name === 'Operation')
      .map(({ Value }) => Value);
    const source = readFileSync('src/aws/ledger.ts', 'utf8');
    const asked = [...source.matchAll(/new (\w+)Command\(|paginate(\w+)\(/g)].map(
      ([, command, pages]) => command ?? pages,
    );

    expect(watched.sort()).toEqual([...new Set(asked)].sort());
  });

  test('fire when what there is to tell waits for a quarter of an hour', () => {
    const [waiting] = alarmsIn(templateOf(stage)).filter(
      ({ MetricName }) => MetricName === 'ApproximateAgeOfOldestMessage',
    );
    expect(waiting).toMatchObject({ Threshold: 900, Period: 60, EvaluationPeriods: 1 });
  });

  const counted = z.object({
    Namespace: z.string(),
    MetricName: z.string(),
    Dimensions: z.array(z.object({ Name: z.string(), Value: z.string() })),
  });
  const silence = z.looseObject({
    Metrics: z.tuple([
      z.looseObject({
        Id: z.literal('counted'),
        ReturnData: z.literal(false),
        MetricStat: z.object({ Metric: counted, Period: z.literal(300), Stat: z.literal('Sum') }),
      }),
      z.looseObject({ Expression: z.literal('FILL(counted, 0)'), ReturnData: z.literal(true) }),
    ]),
  });

  test.each([
    ['MissingSweepsAlarm', 'Trailkeeper SweepFinished', `service=trailkeeper stage=${stage}`],
    ['HealSilentAlarm', 'AWS/Lambda Invocations', `FunctionName=trailkeeper-${stage}-heal`],
    ['TellSilentAlarm', 'AWS/Lambda Invocations', `FunctionName=trailkeeper-${stage}-tell`],
    ['ScheduleSilentAlarm', 'AWS/Events Invocations', `RuleName=trailkeeper-${stage}-heal-rule-2`],
  ])('fire when nothing is counted for 15 minutes: %s', (id, metric, dimensions) => {
    const template = templateOf(stage);
    expect(template.read(id, alarm)).toMatchObject({
      EvaluationPeriods: 3,
      DatapointsToAlarm: 3,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    });
    const [{ MetricStat }] = template.read(id, z.object(silence.shape)).Metrics;
    const { Namespace, MetricName, Dimensions } = MetricStat.Metric;
    expect(`${Namespace} ${MetricName}`).toBe(metric);
    expect(Dimensions.map(({ Name, Value }) => `${Name}=${Value}`).join(' ')).toBe(dimensions);
  });

  test('look at the rule that is the schedule', () => {
    const [sweep] = rulesIn(templateOf(stage)).filter(({ id, schedule }) => schedule && id !== 'TellSweep');
    expect(sweep?.name).toBe(`trailkeeper-${stage}-heal-rule-2`);
  });

  test('look at the metrics that the functions write', () => {
    const functions = z.object({ Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }) });
    for (const id of ['HealLambdaFunction', 'TellLambdaFunction'])
      expect(templateOf(stage).read(id, functions).Environment.Variables).toMatchObject({
        POWERTOOLS_METRICS_NAMESPACE: 'Trailkeeper',
        POWERTOOLS_SERVICE_NAME: 'trailkeeper',
        STAGE: stage,
      });
  });
});

describe("the functions' environment", () => {
  const always = (stage: Stage) => ({
    POWERTOOLS_SERVICE_NAME: 'trailkeeper',
    POWERTOOLS_METRICS_NAMESPACE: 'Trailkeeper',
    STAGE: stage,
    MODE: 'enforce',
    GUARD_UNDECLARED: 'true',
    REBUILD_UNDECLARED: stage === 'drill' ? 'true' : 'auto',
    SWEEP_RATE: '5 minutes',
    GUARD_ROLES: {
      'Fn::Join': [
        ',',
        ['HealRole', 'TellRole', 'WatchRole'].map((role) => ({ 'Fn::GetAtt': [role, 'Arn'] })),
      ],
    },
    ...(stage === 'drill' && { SINK_BUCKET: { Ref: 'Sink' } }),
  });
  const environmentOf = (stage: Stage, id: string) => {
    const { Properties } = compiled.parse(documentOf(stage)).Resources[id] as {
      Properties?: { Environment?: unknown };
    };
    return Properties?.Environment;
  };

  test.each(STAGES)('says in the stage %s what each goes by', (stage) => {
    expect(environmentOf(stage, 'HealLambdaFunction')).toEqual({
      Variables: {
        ...always(stage),
        PASSES_QUEUE: `trailkeeper-${stage}-passes.fifo`,
        GUARD_NAMES: expect.anything() as unknown,
      },
    });
    expect(environmentOf(stage, 'WatchLambdaFunction')).toEqual({
      Variables: {
        ...always(stage),
        PASSES_QUEUE: `trailkeeper-${stage}-passes.fifo`,
        GUARD_NAMES: expect.anything() as unknown,
        ORGANIZATION: 'false',
      },
    });
    expect(environmentOf(stage, 'TellLambdaFunction')).toEqual({
      Variables: {
        ...always(stage),
        ORGANIZATION: 'false',
        GUARD_NAMES: expect.anything() as unknown,
        ALERT_TOPIC: `trailkeeper-${stage}-alerts`,
        CHAT_TOPIC: '',
        SECOND_TOPIC: '',
        PARKED_QUEUE: `trailkeeper-${stage}-parked.fifo`,
        RUNBOOK: 'docs/runbook',
        EVIDENCE_DAYS: '365',
        LEDGER_TABLE: { Ref: 'Ledger' },
        CONTAIN_AFTER: '3',
        CONTAIN_WITHIN_MINUTES: '10',
        CONTAIN_EXEMPT: '',
      },
    });
  });

  test("spares the guard's own roles where it contains, and knows its policy", async () => {
    const parts = await partsOf({ params: { containment: 'true' } });
    expect(parts).toHaveProperty('Resources.TellLambdaFunction.Properties.Environment.Variables', {
      ...{ SINK_BUCKET: { Ref: 'Sink' }, LEDGER_TABLE: { Ref: 'Ledger' } },
      GUARD_ROLES: always('drill').GUARD_ROLES,
      CONTAIN_POLICY: { Ref: 'Containment' },
      CONTAIN_EXEMPT: {
        'Fn::Join': [
          ',',
          ['HealRole', 'WatchRole', 'TellRole'].map((role) => ({ 'Fn::GetAtt': [role, 'Arn'] })),
        ],
      },
    });
  });
});

describe('the log group that needs no trail', () => {
  const filter = z.object({
    LogGroupName: z.string(),
    FilterName: z.string(),
    FilterPattern: z.string(),
    DestinationArn: z.string(),
  });
  const type = 'AWS::Logs::SubscriptionFilter';
  const cloudTrailLogGroup = 'aws/cloudtrail/management-events';

  test.each(STAGES)('is subscribed to by nobody unless it is named, in the stage %s', (stage) => {
    expect(templateOf(stage).resources(type)).toEqual([]);
  });

  test('wakes heal by the calls on trails, and it alone may', async () => {
    const template = await variantOf('drill', { cloudTrailLogGroup });
    const heal = template.attribute('HealLambdaFunction', 'Arn');
    const calls = Object.keys(TAMPERINGS).map((name) => `$.eventName = "${name}"`);
    const FilterPattern = `{ $.eventSource = "cloudtrail.amazonaws.com" && (${calls.join(' || ')}) }`;
    expect(template.resources(type).map((id) => template.read(id, filter))).toEqual([
      {
        LogGroupName: cloudTrailLogGroup,
        FilterName: 'trailkeeper-drill-heal',
        FilterPattern,
        DestinationArn: heal,
      },
    ]);
    // https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html
    expect(FilterPattern.length).toBeLessThanOrEqual(1024);
    const permitted = readPermission(template, 'LogFeedPermission', deploymentOf('drill'));
    expect(permitted).toEqual({
      id: expect.stringContaining('LogFeedPermission') as string,
      functionArn: heal,
      action: 'lambda:InvokeFunction',
      principal: 'logs.amazonaws.com',
      sourceArn: `arn:aws:logs:us-east-1:123456789012:log-group:${cloudTrailLogGroup}:*`,
      sourceAccount: '123456789012',
    });
  });
});
