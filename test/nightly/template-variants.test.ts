import { execFile } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import {
  CloudTrailClient,
  DeleteTrailCommand,
  StopLoggingCommand,
  UpdateTrailCommand,
} from '@aws-sdk/client-cloudtrail';
import { strFromU8, unzipSync } from 'fflate';
import { z } from 'zod';
import { type EmbeddedAws, startEmbeddedAws } from '../../local/aws/aws.ts';
import { decide, readPolicy } from '../../local/aws/iam/iam.ts';
import { assumedRole } from '../../local/aws/iam/principal.ts';
import { readTemplate } from '../../local/aws/stack/template.ts';
import { differences, letAnHourPass } from '../../local/drill/drill.ts';
import { AUDIT_TRAIL as Name } from '../../local/drill/estate.ts';
import { settle } from '../../src/config/settle.ts';
import { type Elsewhere, packageElsewhere, type PackagedElsewhere } from '../packages/package-elsewhere.ts';
import { packageOf } from '../packages/packages.ts';

const TEMPLATE = 'cloudformation-template-update-stack.json';

/** The deployment parameters at their lower bounds, and with the shortest stage. */
const LEAST: Elsewhere = {
  stage: 'a',
  partition: 'aws-cn',
  region: 'cn-north-1',
  params: { sweepRate: '1 minute', sinkRetentionDays: '1', configRules: 'true', dashboard: 'false' },
};

const CENTRAL_BUS = 'arn:aws-us-gov:events:us-gov-west-1:111122223333:event-bus/security';

/** At their upper bounds, with the longest stage of which no name has to be cut. */
const MOST: Elsewhere = {
  stage: 'm'.repeat(40),
  partition: 'aws-us-gov',
  region: 'us-gov-west-1',
  params: {
    alertEmail: 'alice@example.com',
    sweepRate: '1 day',
    sinkRetentionDays: '3650',
    emergencySink: 'false',
    alarmTopic: 'arn:aws-us-gov:sns:us-gov-west-1:111122223333:on-call',
    chat: 'true',
    securityHub: 'true',
    centralBus: CENTRAL_BUS,
    containment: 'true',
    containAfter: '100',
    containWithinMinutes: '1440',
    containExempt:
      'arn:aws-us-gov:iam::123456789012:role/deploy*,arn:aws-us-gov:iam::123456789012:user/alice',
  },
};

const VARIANTS = [LEAST, MOST];
let packages: readonly PackagedElsewhere[] = [];

beforeAll(async () => {
  packages = await Promise.all(VARIANTS.map(packageElsewhere));
});

afterAll(() => Promise.all(packages.map(({ remove }) => remove())));

function directoryOf(variant: Elsewhere): string {
  return packages[VARIANTS.indexOf(variant)]?.directory ?? '';
}

function textOf(variant: Elsewhere): string {
  return readFileSync(join(directoryOf(variant), TEMPLATE), 'utf8');
}

function deploymentOf({ stage, partition, region }: Elsewhere) {
  return { account: '123456789012', partition, region, stackName: `trailkeeper-${stage}`, parameters: {} };
}

function templateOf(variant: Elsewhere) {
  return readTemplate(JSON.parse(textOf(variant)), deploymentOf(variant));
}

describe('cfn-lint', () => {
  const isThere = (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, 'cfn-lint'), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  const how = isThere ? '' : ' (skipped: not on the PATH, pip install cfn-lint)';

  // It tries every combination of the template's conditions: with the Config rules and without, with a sink and without.
  (isThere ? test : test.skip)(
    `finds no fault in any variant of the template, for any partition${how}`,
    async () => {
      const directories = [packageOf('drill'), packageOf('undeclared'), ...VARIANTS.map(directoryOf)];
      const regions = ['us-east-1', ...VARIANTS.map(({ region }) => region)];
      const templates = directories.map((directory) => join(directory, TEMPLATE));
      const args = ['--format', 'parseable', '--regions', ...regions, '--', ...templates];
      const { stdout } = await promisify(execFile)('cfn-lint', args).catch((error: unknown) => {
        const { stdout: found = String(error) } = error as { stdout?: string };
        return { stdout: found };
      });
      expect(stdout).toBe('');
    },
  );
});

describe('parameters at their bounds', () => {
  const rates = z.object({ ScheduleExpression: z.string().optional() });
  const days = z.object({ LifecycleConfiguration: z.unknown() });
  const alarm = z.object({ EvaluationPeriods: z.number(), Metrics: z.unknown() });
  const variables = z.object({ Environment: z.object({ Variables: z.record(z.string(), z.string()) }) });

  test.each([
    ['1 minute', LEAST, 60, 15],
    ['1 day', MOST, 86_400, 3],
  ])(
    'a sweep every %s is the schedule, what the function knows, and what is missed',
    (rate, variant, period, periods) => {
      const template = templateOf(variant);
      const schedules = template.resources('AWS::Events::Rule').map((id) => template.read(id, rates));
      expect(schedules).toContainEqual({ ScheduleExpression: `rate(${rate})` });
      const { Environment } = template.read('HealLambdaFunction', variables);
      expect(Environment.Variables['SWEEP_RATE']).toBe(rate);
      const { EvaluationPeriods, Metrics } = template.read('MissingSweepsAlarm', alarm);
      expect(EvaluationPeriods).toBe(periods);
      expect(JSON.stringify(Metrics)).toContain(`"Period":${period},`);
    },
  );

  test('a sink keeps for one day, and what was deleted too', () => {
    expect(templateOf(LEAST).read('Sink', days).LifecycleConfiguration).toMatchObject({
      Rules: [{ ExpirationInDays: '1', NoncurrentVersionExpiration: { NoncurrentDays: '1' } }],
    });
  });

  test.each([
    ['the sink', 'AWS::S3::Bucket', ['ServerlessDeploymentBucket', 'Sink'], ['ServerlessDeploymentBucket']],
    ['the e-mail address', 'AWS::SNS::Subscription', [], ['AlertEmailSubscription']],
  ])('%s is there where it is asked for alone', (_, type, least, most) => {
    expect(templateOf(LEAST).resources(type).toSorted()).toEqual(least);
    expect(templateOf(MOST).resources(type).toSorted()).toEqual(most);
  });

  test('the rules of AWS Config are there where they are asked for alone', () => {
    expect(templateOf(LEAST).resources('AWS::Config::ConfigRule')).toHaveLength(6);
    expect(templateOf(MOST).resources('AWS::Config::ConfigRule')).toEqual([]);
  });

  // https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
  // https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
  test.each<[string, Elsewhere]>([
    ['shortest', LEAST],
    ['longest', MOST],
  ])('the names of the %s stage are whole, and known to those whom they let in', (_, variant) => {
    const template = templateOf(variant);
    const prefix = `trailkeeper-${variant.stage}-`;
    for (const name of ['heal', 'tell']) {
      expect(template.reference(`${name === 'heal' ? 'Heal' : 'Tell'}LambdaFunction`)).toBe(
        `${prefix}${name}`,
      );
      expect(`${prefix}${name}`.length).toBeLessThanOrEqual(64);
    }
    const rules = template.resources('AWS::Events::Rule');
    const queuePolicy = z.object({ PolicyDocument: z.unknown() });
    const { PolicyDocument } = template.read('UndeliveredEventsPolicy', queuePolicy);
    for (const id of rules) {
      expect(template.reference(id)).toMatch(new RegExp(`^${prefix}(heal-rule-\\d|tell-sweep)$`));
      const right = {
        action: 'sqs:SendMessage',
        resource: template.attribute('UndeliveredEvents', 'Arn'),
        context: { 'aws:SourceArn': template.attribute(id, 'Arn') },
      };
      expect(decide(readPolicy(PolicyDocument, 'UndeliveredEventsPolicy'), right)).toBe('allowed');
    }
  });
});

describe('containment', () => {
  const document = z.object({ Roles: z.array(z.string()), PolicyDocument: z.unknown() });
  const variables = z.object({ Environment: z.object({ Variables: z.record(z.string(), z.string()) }) });
  const iam = (resource: string, account = '123456789012') => `arn:aws-us-gov:iam::${account}:${resource}`;
  const roleOf = (name: string) => templateOf(MOST).attribute(name, 'Arn');

  const decisionOn = (action: string, resource: string, otherwise: Readonly<Record<string, string>> = {}) => {
    const template = templateOf(MOST);
    const { Roles, PolicyDocument } = template.read('ContainmentRights', document);
    expect(Roles).toEqual([template.reference('TellRole')]);
    const context = {
      'iam:PolicyARN': template.reference('Containment'),
      'lambda:SourceFunctionArn': template.attribute('TellLambdaFunction', 'Arn'),
      ...otherwise,
    };
    const right = { action: `iam:${action}`, resource, context };
    return decide(readPolicy(PolicyDocument, 'ContainmentRights'), right);
  };

  test('is no right where it is not asked for', () => {
    expect(templateOf(LEAST).resources('AWS::IAM::Policy')).toEqual([]);
  });

  test.each<[string, string, string | (() => string), string]>([
    ['a role', 'AttachRolePolicy', iam('role/team/Admin'), 'allowed'],
    ['a user', 'AttachUserPolicy', iam('user/ops/mallory'), 'allowed'],
    [
      "a service's role",
      'AttachRolePolicy',
      iam('role/aws-service-role/x.amazonaws.com/X'),
      'explicitly denied',
    ],
    [
      'a role of IAM Identity Center',
      'AttachRolePolicy',
      iam('role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_X_0123456789abcdef'),
      'explicitly denied',
    ],
    ['the role of heal', 'AttachRolePolicy', () => roleOf('HealRole'), 'explicitly denied'],
    ['the role of tell', 'AttachRolePolicy', () => roleOf('TellRole'), 'explicitly denied'],
    ['an exempted role', 'AttachRolePolicy', iam('role/deploy-prod'), 'explicitly denied'],
    ['an exempted user', 'AttachUserPolicy', iam('user/alice'), 'explicitly denied'],
    ["another account's role", 'AttachRolePolicy', iam('role/Admin', '111122223333'), 'denied'],
    ['a group', 'AttachGroupPolicy', iam('group/ops'), 'denied'],
    ['a role, for good', 'DeleteRole', iam('role/team/Admin'), 'denied'],
    ['a role, by a policy of its own', 'PutRolePolicy', iam('role/team/Admin'), 'denied'],
    ['a role, by taking its policy away', 'DetachRolePolicy', iam('role/team/Admin'), 'denied'],
  ])('of %s, by %s', (_, action, where, decision) => {
    const resource = typeof where === 'string' ? where : where();
    expect(decisionOn(action, resource)).toBe(decision);
  });

  test.each([
    ['by another policy', { 'iam:PolicyARN': 'arn:aws-us-gov:iam::aws:policy/AWSDenyAll' }],
    [
      'by another function',
      { 'lambda:SourceFunctionArn': 'arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:mallory' },
    ],
  ])('of a role, %s', (_, context) => {
    expect(decisionOn('AttachRolePolicy', iam('role/team/Admin'), context)).toBe('denied');
  });

  test('is what the function is told, and who is spared, its own roles first', () => {
    const { Environment } = templateOf(MOST).read('TellLambdaFunction', variables);
    const exempt = [roleOf('HealRole'), roleOf('TellRole'), iam('role/deploy*'), iam('user/alice')];
    expect(settle(Environment.Variables, null, deploymentOf(MOST)).config.containment).toEqual({
      after: 100,
      withinMinutes: 1440,
      exempt,
    });
  });
});

test.each([
  ['no client of a way out that was not chosen', LEAST, 0],
  ['the clients of those that were', MOST, 1],
])('the package holds %s', (_, variant, least) => {
  const code = strFromU8(
    unzipSync(readFileSync(join(directoryOf(variant), 'tell.zip')))['src/handlers/tell.cjs'] ??
      new Uint8Array(),
  );
  expect(code).toContain('LookupEvents');
  for (const operation of ['BatchImportFindings', 'PutEvents']) {
    const found = code.split(operation).length - 1;
    expect(Math.min(found, 1)).toBe(least);
  }
});

describe('with every way out switched on', () => {
  let aws: EmbeddedAws;

  beforeAll(async () => {
    const { partition, region, stage } = MOST;
    aws = await startEmbeddedAws({ partition, region });
    aws.deploy(directoryOf(MOST), { stackName: `trailkeeper-${stage}` });
    aws.runSchedules();
    await aws.idle();
  });

  afterAll(() => aws.stop());

  const topicsOf = () => aws.messages.map(({ topicArn }) => topicArn.split(':').at(-1));

  test('one incident arrives in four forms, the mail first, by the rights of the role alone', () => {
    expect(topicsOf()).toEqual([`trailkeeper-${MOST.stage}-alerts`, `trailkeeper-${MOST.stage}-chat`]);
    const [told, chat] = aws.messages.map(({ message }) => JSON.parse(message) as Record<string, unknown>);
    const report = JSON.parse(String(told?.['default'])) as { id: string };
    expect(chat).toMatchObject({ source: 'custom', metadata: { threadId: report.id } });
    expect(aws.findings).toEqual([
      expect.objectContaining({
        Id: `trailkeeper/123456789012/us-gov-west-1/${report.id}`,
        ProductArn: 'arn:aws-us-gov:securityhub:us-gov-west-1:123456789012:product/123456789012/default',
      }),
    ]);
    expect(aws.putOnBuses).toEqual([
      expect.objectContaining({
        EventBusName: CENTRAL_BUS,
        Source: 'trailkeeper',
        Detail: told?.['default'],
      }),
    ]);
    expect(aws.problems).toEqual([]);
  });

  test('neither its finding nor its event, should they come to this account’s bus, wakes the guard again', async () => {
    const runs = aws.invocations.length;
    const put = (source: string, type: string, detail: unknown) => {
      const { account, region } = aws;
      const event = {
        version: '0',
        id: '1',
        'detail-type': type,
        source,
        account,
        time: '',
        region,
        resources: [],
        detail,
      };
      aws.putEvent(event as Parameters<typeof aws.putEvent>[0]);
    };
    const findings = aws.findings.map((finding) => ({
      ...finding,
      ...(finding['FindingProviderFields'] as object),
    }));
    put('aws.securityhub', 'Security Hub Findings - Imported', { findings });
    put('trailkeeper', 'Trailkeeper Incident', JSON.parse(aws.putOnBuses[0]?.Detail ?? ''));
    await aws.idle();
    expect(aws.events.slice(-2).map(({ rules }) => rules)).toEqual([[], []]);
    expect(aws.invocations).toHaveLength(runs);
  });

  test('a way out that is blocked keeps none of the others from telling, and is tried again', async () => {
    aws.forget();
    aws.fail('BatchImportFindings', 'InvalidAccessException', 1);
    const client = new CloudTrailClient({
      endpoint: aws.endpoint,
      region: aws.region,
      credentials: aws.signIn({ userIdentity: assumedRole(aws.account, 'Admin', 'mallory') }),
    });
    await client.send(new StopLoggingCommand({ Name }));
    client.destroy();
    await aws.idle();
    expect(topicsOf()).toHaveLength(2);
    expect(aws.putOnBuses).toHaveLength(1);
    aws.runSchedules();
    await aws.idle();
    const tries = aws.calls.filter(({ operation }) => operation === 'BatchImportFindings');
    expect(tries.map(({ error }) => error)).toEqual(['InvalidAccessException', undefined]);
    expect(aws.findings).toHaveLength(1);
    expect(aws.invocations.filter(({ error }) => error)).toEqual([]);
  });
});

describe.each(VARIANTS)('in the partition $partition', (variant) => {
  const { stage, partition, region } = variant;
  let aws: EmbeddedAws;
  let mallory: CloudTrailClient;

  beforeAll(async () => {
    aws = await startEmbeddedAws({ partition, region });
    const userIdentity = assumedRole(aws.account, 'Admin', 'mallory', partition);
    const credentials = aws.signIn({ userIdentity });
    mallory = new CloudTrailClient({ endpoint: aws.endpoint, region, credentials, maxAttempts: 1 });
    aws.deploy(directoryOf(variant), { stackName: `trailkeeper-${stage}` });
    aws.runSchedules();
    await aws.idle();
  });

  afterAll(async () => {
    mallory.destroy();
    await aws.stop();
  });

  test('no ARN in the template is of another partition', () => {
    const partitions = [...textOf(variant).matchAll(/arn:(aws[a-z-]*):/g)].map(([, each]) => each);
    expect(new Set(partitions)).toEqual(new Set([partition]));
  });

  test('the first sweep sets up the declared trails where there are none', () => {
    expect(aws.trails().map(({ TrailARN, IsLogging }) => [TrailARN, IsLogging])).toEqual([
      [`arn:${partition}:cloudtrail:${region}:123456789012:trail/org-audit-trail`, true],
      [`arn:${partition}:cloudtrail:${region}:123456789012:trail/payments-data-trail`, true],
    ]);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['stopped', () => mallory.send(new StopLoggingCommand({ Name }))],
    ['changed', () => mallory.send(new UpdateTrailCommand({ Name, S3BucketName: 'mallory-bucket' }))],
    ['deleted', () => mallory.send(new DeleteTrailCommand({ Name }))],
  ])('a trail that is %s is whole again, and the mail speaks of no other partition', async (how, strike) => {
    const before = aws.trails();
    await letAnHourPass({ aws });
    aws.forget();
    await strike();
    await aws.idle();
    const { problems, queued } = aws;
    expect({ left: differences(before, aws.trails()), problems, queued }).toEqual({
      left: [],
      problems: [],
      queued: [],
    });
    const [mail] = aws.messages;
    expect(mail?.subject).toContain(`org-audit-trail ${how} by mallory, restored`);
    expect(mail?.subject).toContain(region);
    expect(mail?.message).not.toMatch(/arn:aws:|us-east-1|console\.aws\.amazon\.com/);
  });

  test('everything that the guard did, it did there', () => {
    const places = aws.usedActions().map(({ resource }) => resource.split(':').slice(0, 4));
    const other = places.filter(
      ([arn, where, , at]) => arn !== '*' && (where !== partition || (at !== '' && at !== region)),
    );
    expect(other).toEqual([]);
  });
});
