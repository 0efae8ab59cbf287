import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as cloudtrail from '@aws-sdk/client-cloudtrail';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { assumedRole } from '../../local/aws/iam/principal.ts';
import { differences, openRange, type Range } from '../../local/drill/drill.ts';
import { AUDIT_TRAIL } from '../../local/drill/estate.ts';
import { EXERCISES } from '../../local/drill/exercises/exercises.ts';
import {
  allows,
  contextOf,
  type GrantedRight,
  nameOf,
  readGrant,
} from '../../local/proofs/rights/granted-rights.ts';
import { type Exercise, exercise, faultsInRights } from '../../local/proofs/rights/rights-in-use.ts';
import { packageOf } from '../packages/packages.ts';
import { home } from '../fakes/samples.ts';

const STACK = { ...home, stackName: 'trailkeeper-drill', parameters: {} };
const grant = readGrant(packageOf('drill'), STACK);
const telling = readGrant(packageOf('drill'), STACK, 'TellRole');

const functionArn = (name: string) =>
  `arn:aws:lambda:us-east-1:123456789012:function:trailkeeper-drill-${name}`;
const FROM_HEAL = { 'lambda:SourceFunctionArn': functionArn('heal') };
const FROM_TELL = { 'lambda:SourceFunctionArn': functionArn('tell') };

const PLACES = {
  'a declared trail': 'arn:aws:cloudtrail:us-east-1:123456789012:trail/org-audit-trail',
  'another trail': 'arn:aws:cloudtrail:us-east-1:123456789012:trail/another-teams-trail',
  "another Region's trail": 'arn:aws:cloudtrail:eu-west-1:123456789012:trail/org-audit-trail',
  "another account's trail": 'arn:aws:cloudtrail:us-east-1:111122223333:trail/org-audit-trail',
  'an event data store': 'arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/0b1c2d3e',
  'a channel': 'arn:aws:cloudtrail:us-east-1:123456789012:channel/0b1c2d3e',
  'a dashboard': 'arn:aws:cloudtrail:us-east-1:123456789012:dashboard/trails',
  'no resource': '*',
} as const;

const OF_ANY_TRAIL = ['a declared trail', 'another trail'];
const OF_A_DECLARED_TRAIL = ['a declared trail'];
const OF_NO_RESOURCE = Object.keys(PLACES);

/** All that the guard may ask of CloudTrail, and of what. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  DescribeTrails: OF_NO_RESOURCE,
  LookupEvents: OF_NO_RESOURCE,
  GetTrail: OF_ANY_TRAIL,
  GetTrailStatus: OF_ANY_TRAIL,
  GetEventSelectors: OF_ANY_TRAIL,
  GetInsightSelectors: OF_ANY_TRAIL,
  GetEventConfiguration: OF_ANY_TRAIL,
  ListTags: OF_ANY_TRAIL,
  StartLogging: OF_ANY_TRAIL,
  CreateTrail: OF_ANY_TRAIL,
  PutEventSelectors: OF_ANY_TRAIL,
  PutInsightSelectors: OF_ANY_TRAIL,
  PutEventConfiguration: OF_ANY_TRAIL,
  AddTags: OF_ANY_TRAIL,
  UpdateTrail: OF_A_DECLARED_TRAIL,
  RemoveTags: OF_A_DECLARED_TRAIL,
};

/** Every operation that the SDK knows, whenever it came to it. */
const OPERATIONS = Object.keys(cloudtrail).flatMap((name) => /^([A-Z]\w+)Command$/.exec(name)?.[1] ?? []);

test('each function has one role of the template, and there is no other', () => {
  const text = readFileSync(join(packageOf('drill'), 'cloudformation-template-update-stack.json'), 'utf8');
  const { Resources } = JSON.parse(text) as { Resources: Record<string, { Type: string }> };
  const of = (type: RegExp) => Object.keys(Resources).filter((id) => type.test(Resources[id]?.Type ?? ''));
  expect(of(/^AWS::IAM::Role$/)).toEqual(['HealRole', 'WatchRole', 'TellRole', 'WatchSweepRole']);
  expect(of(/^AWS::IAM::(?!Role$)/)).toEqual(['WatchDelivery', 'WatchGuard']);
  expect(of(/^AWS::Lambda::(Function|Url|EventSourceMapping)$/)).toEqual([
    'HealLambdaFunction',
    'WatchLambdaFunction',
    'TellLambdaFunction',
    'TellEventSourceMappingSQSPasses',
  ]);
});

describe('of CloudTrail, the role of heal allows', () => {
  test('nothing that the SDK does not know', () => {
    expect(Object.keys(ALLOWED).filter((operation) => !OPERATIONS.includes(operation))).toEqual([]);
  });

  test.each(OPERATIONS.map((operation) => [operation, ALLOWED[operation] ?? []] as const))(
    '%s of %j and of nothing else',
    (operation, allowed) => {
      const places = Object.entries(PLACES).filter(([, resource]) =>
        allows(grant, `cloudtrail:${operation}`, resource, FROM_HEAL),
      );
      expect(places.map(([place]) => place)).toEqual(allowed);
    },
  );
});

test('of CloudTrail, the role of tell allows LookupEvents, and from another function not even that', () => {
  const places = Object.values(PLACES);
  const allowed = OPERATIONS.filter((operation) =>
    places.some((place) => allows(telling, `cloudtrail:${operation}`, place, FROM_TELL)),
  );
  expect(allowed).toEqual(['LookupEvents']);
  expect(allows(telling, 'cloudtrail:LookupEvents', '*', FROM_HEAL)).toBe(false);
});

describe.each([
  ['heal', grant],
  ['tell', telling],
])('of other services, the role of %s refuses', (name, grant) => {
  const OUTSIDE = [
    ...['iam:CreateUser', 'iam:PutRolePolicy', 'iam:AttachRolePolicy', 'sts:AssumeRole'],
    ...['lambda:UpdateFunctionCode', 'lambda:InvokeFunction', 'events:DisableRule', 'events:PutRule'],
    ...['kms:ScheduleKeyDeletion', 'kms:DisableKey', 'kms:PutKeyPolicy', 'kms:Encrypt'],
    ...[
      'sns:DeleteTopic',
      'sns:Subscribe',
      'sns:SetTopicAttributes',
      'sqs:PurgeQueue',
      'dynamodb:UpdateItem',
    ],
    ...['s3:GetObject', 's3:PutObject', 's3:DeleteBucket', 's3:PutBucketPolicy'],
    ...['logs:DeleteLogGroup', 'logs:CreateLogGroup', 'cloudformation:UpdateStack'],
    ...['organizations:LeaveOrganization', 'organizations:DeregisterDelegatedAdministrator'],
    ...['dynamodb:DeleteTable', 'dynamodb:PutResourcePolicy', 'sqs:SetQueueAttributes'],
    ...(name === 'heal'
      ? ['sns:Publish', 'kms:GenerateDataKey', 'dynamodb:PutItem', 'sqs:ReceiveMessage']
      : ['iam:PassRole', 'organizations:DescribeOrganization']),
  ];

  test.each(OUTSIDE)('%s, of everything that it may do anything with', (action) => {
    const places = [...new Set(['*', ...grant.rights.map(({ resource }) => resource)])];
    const contexts = grant.rights.map(contextOf);
    expect(
      places.filter((place) => contexts.some((context) => allows(grant, action, place, context))),
    ).toEqual([]);
  });
});

describe.each([
  ['heal', grant, ['iam:PassRole', /^organizations:/, 'sqs:SendMessage']],
  ['tell', telling, [/^kms:/, /^sqs:(?:ReceiveMessage|DeleteMessage|GetQueueAttributes)$/]],
] as const)('the right of %s', (name, grant, unbound) => {
  const byName = (rights: readonly GrantedRight[]) =>
    rights.map((right) => [`${right.action} ${right.resource}`, right] as const);
  const moved = (resource: string, from: string, to: string) => resource.replace(from, to);

  test.each(byName(grant.rights.filter(({ resource }) => resource !== '*')))(
    '%s is for this account, Region and partition alone',
    (_, right) => {
      const { action, resource } = right;
      expect(allows(grant, action, resource, contextOf(right))).toBe(true);
      const elsewhere = [
        moved(resource, '123456789012', '111122223333'),
        moved(resource, 'us-east-1', 'eu-west-1'),
        moved(resource, 'arn:aws:', 'arn:aws-cn:'),
      ].filter((place) => place !== resource);
      expect(elsewhere.filter((place) => allows(grant, action, place, contextOf(right)))).toEqual([]);
    },
  );

  test.each(byName(grant.rights.filter(({ conditions }) => conditions.length > 0)))(
    '%s ends where its condition is broken',
    (_, right) => {
      const { action, resource } = right;
      const kept = contextOf(right);
      for (const { key } of right.conditions) {
        const { [key]: broken, ...without } = kept;
        expect(broken).toMatch(
          /^(sns\.us-east-1|cloudtrail|lambda|scheduler)\.amazonaws\.com$|:function:trailkeeper-drill-/,
        );
        expect(allows(grant, action, resource, without)).toBe(false);
        for (const value of ['', '*', 'ec2.amazonaws.com', 'sns.eu-west-1.amazonaws.com'])
          expect(allows(grant, action, resource, { ...kept, [key]: value })).toBe(false);
      }
    },
  );

  test('is of use to its own function, or is asked for by another service on its behalf', () => {
    const free = grant.rights.filter(
      ({ conditions }) => !conditions.some(({ key }) => key === 'lambda:SourceFunctionArn'),
    );
    const strange = free.filter(({ action }) => !unbound.some((each) => RegExp(each).test(action)));
    expect(strange.map(nameOf)).toEqual([]);
    const own = functionArn(name);
    for (const { conditions } of grant.rights)
      for (const { key, values } of conditions)
        if (key === 'lambda:SourceFunctionArn') expect(values).toEqual([own]);
  });

  test('has a condition where it hands on a role or a key', () => {
    const handsOn = grant.rights.filter(({ action }) => /^(iam:Pass|kms:)/.test(action));
    expect(handsOn.every(({ conditions }) => conditions.length > 0)).toBe(true);
    expect(handsOn.map(({ action }) => action)).toEqual(
      name === 'heal'
        ? ['iam:PassRole', 'iam:PassRole', 'iam:PassRole', 'iam:PassRole']
        : ['kms:GenerateDataKey', 'kms:Decrypt'],
    );
  });
});

describe('whoever has stolen the role', () => {
  let range: Range;
  const thief = (sourceFunction = functionArn('heal')) => {
    const { aws, stack } = range;
    const role = stack.functions.find(({ name }) => name.endsWith('-heal'))?.role.arn ?? '';
    const credentials = aws.signIn({
      userIdentity: assumedRole(aws.account, 'HealRole', 'mallory'),
      role,
      sourceFunction,
    });
    return { endpoint: aws.endpoint, region: aws.region, credentials, maxAttempts: 1 };
  };

  beforeAll(async () => {
    range = await openRange({ latencyMs: 0, directory: packageOf('drill') });
    await range.alice.send(
      new cloudtrail.CreateTrailCommand({ Name: 'another-teams-trail', S3BucketName: 'another-bucket' }),
    );
    // What Mallory does here is refused, and the guard's answers to that are another test's.
    range.aws.muteEventBridge(true);
  });

  afterAll(() => range.close());

  const Name = AUDIT_TRAIL;
  const ResourceId = PLACES['another trail'];
  const logs = {
    CloudWatchLogsLogGroupArn: 'arn:aws:logs:us-east-1:123456789012:log-group:mallory:*',
    CloudWatchLogsRoleArn: 'arn:aws:iam::123456789012:role/Admin',
  };

  test.each<[string, string, (client: cloudtrail.CloudTrailClient) => Promise<unknown>]>([
    ['stop a trail', 'StopLogging', (client) => client.send(new cloudtrail.StopLoggingCommand({ Name }))],
    ['delete a trail', 'DeleteTrail', (client) => client.send(new cloudtrail.DeleteTrailCommand({ Name }))],
    [
      "stop another team's trail",
      'StopLogging',
      (client) => client.send(new cloudtrail.StopLoggingCommand({ Name: 'another-teams-trail' })),
    ],
    [
      "delete another team's trail",
      'DeleteTrail',
      (client) => client.send(new cloudtrail.DeleteTrailCommand({ Name: 'another-teams-trail' })),
    ],
    [
      "redirect another team's trail",
      'UpdateTrail',
      (client) =>
        client.send(
          new cloudtrail.UpdateTrailCommand({ Name: 'another-teams-trail', S3BucketName: 'mallory-bucket' }),
        ),
    ],
    [
      "take tags off another team's trail",
      'RemoveTags',
      (client) => client.send(new cloudtrail.RemoveTagsCommand({ ResourceId, TagsList: [{ Key: 'team' }] })),
    ],
    [
      'hand on another role',
      'iam:PassRole',
      (client) => client.send(new cloudtrail.UpdateTrailCommand({ Name, ...logs })),
    ],
    [
      'hand on another role to a new trail',
      'iam:PassRole',
      (client) =>
        client.send(
          new cloudtrail.CreateTrailCommand({
            Name: 'mallory-trail',
            S3BucketName: 'mallory-bucket',
            ...logs,
          }),
        ),
    ],
  ])('cannot %s', async (_, action, attempt) => {
    const before = range.aws.trails();
    await expect(attempt(new cloudtrail.CloudTrailClient(thief()))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringMatching(`not authorized to perform: (cloudtrail:)?${action} on`) as string,
    });
    expect(differences(before, range.aws.trails())).toEqual([]);
  });

  test('can do nothing from another function', async () => {
    const client = new cloudtrail.CloudTrailClient(thief(functionArn('another')));
    for (const command of [
      new cloudtrail.StartLoggingCommand({ Name }),
      new cloudtrail.UpdateTrailCommand({ Name, S3BucketName: 'mallory-bucket' }),
      new cloudtrail.DescribeTrailsCommand({}),
    ])
      await expect(client.send(command as never)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  test('cannot publish to another topic', async () => {
    const TopicArn = 'arn:aws:sns:us-east-1:123456789012:another-topic';
    await expect(
      new SNSClient(thief()).send(new PublishCommand({ TopicArn, Message: 'all is well' })),
    ).rejects.toMatchObject({ name: 'AuthorizationErrorException' });
  });
});

describe('in use,', () => {
  let inUse: Exercise;

  beforeAll(async () => {
    inUse = await exercise(EXERCISES, packageOf('drill'));
  }, 600_000);

  test('the role is enough for every exercise', () => {
    expect(inUse.trials.map(({ name, outcome, survived }) => (survived ? name : outcome))).toEqual(
      EXERCISES.map(({ name }) => name),
    );
  });

  test('no right is missing', () => {
    expect(inUse.missing).toEqual([]);
  });

  test('every right is needed, or explained', () => {
    expect(faultsInRights(inUse.rights)).toEqual([]);
  });

  test('a right that nothing needs is reported, and so is an explanation that is not needed', () => {
    const none = inUse.rights.map((each) => ({ ...each, scenarios: [] }));
    const [first] = none;
    const name = first ? nameOf(first.right) : '';
    expect(faultsInRights(none, {})).toHaveLength(none.length);
    expect(faultsInRights(inUse.rights, { [name]: 'because' })).toContain(
      `${name}: explained as unused, but it is needed or no longer granted`,
    );
    expect(faultsInRights([], { 'HealRole Gone cloudtrail:StopLogging *': 'because' })).toHaveLength(1);
  });
});
