import { cloudTrailClient } from '../../src/aws/cloudtrail.ts';
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateAliasCommand, CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { deliveryPath, destinationsOf, keysBehind, notGuarded } from '../../src/baseline/delivery-path.ts';
import { parseBaseline } from '../../src/baseline/read.ts';
import { captured } from '../../src/capture/capture.ts';
import { resourcePorts } from '../../src/aws/resource-ports.ts';
import { reasonElsewhere } from '../../src/capture/declare.ts';
import { fileDifference } from '../../src/capture/file-difference.ts';
import { kindOf } from '../../src/kinds/kinds.ts';
import { loopKind } from '../../src/kinds/resource.ts';
import { isShared } from '../../src/kinds/key/shared.ts';
import { observed, orgAuditTrail } from '../fakes/samples.ts';
import { emptyAws } from '../local/aws/signed-in.ts';

const KEY = '0b1c2d3e-4f56-4789-8abc-def012345678';
const Bucket = 'example-org-audit-logs';
const bucketArn = `arn:aws:s3:::${Bucket}`;

const trail = {
  ...orgAuditTrail,
  S3BucketName: Bucket,
  S3KeyPrefix: undefined,
  KmsKeyId: `arn:aws:kms:us-east-1:123456789012:key/${KEY}`,
  CloudWatchLogsLogGroupArn: 'arn:aws:logs:us-east-1:123456789012:log-group:org-audit-trail:*',
  CloudWatchLogsRoleArn: 'arn:aws:iam::123456789012:role/CloudTrailToLogs',
  SnsTopicName: 'arn:aws:sns:us-east-1:123456789012:audit-log-files',
};

const policyOf = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const cloudTrail = (Action: string, Resource?: string) => ({
  Effect: 'Allow',
  Principal: { Service: 'cloudtrail.amazonaws.com' },
  Action,
  ...(Resource && { Resource }),
});

function surroundings() {
  const all = emptyAws();
  const home = { partition: 'aws', region: all.aws.region, account: all.aws.account };
  const guard = all.as('guard');
  const ports = resourcePorts(home, guard, [], cloudTrailClient(guard));
  const alice = all.as('alice');
  const s3 = new S3Client(alice);
  const build = async () => {
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(
      new PutBucketPolicyCommand({
        Bucket,
        Policy: policyOf(
          cloudTrail('s3:GetBucketAcl', bucketArn),
          cloudTrail('s3:PutObject', `${bucketArn}/*`),
        ),
      }),
    );
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    all.aws.nameNextKey(KEY);
    const kms = new KMSClient(alice);
    await kms.send(new CreateKeyCommand({}));
    await kms.send(new CreateAliasCommand({ AliasName: 'alias/audit', TargetKeyId: KEY }));
    await new CloudWatchLogsClient(alice).send(
      new CreateLogGroupCommand({ logGroupName: 'org-audit-trail' }),
    );
    const iam = new IAMClient(alice);
    const RoleName = 'CloudTrailToLogs';
    await iam.send(
      new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: policyOf(cloudTrail('sts:AssumeRole')) }),
    );
    await iam.send(
      new PutRolePolicyCommand({
        RoleName,
        PolicyName: 'Deliver',
        PolicyDocument: policyOf({ Effect: 'Allow', Action: 'logs:PutLogEvents', Resource: '*' }),
      }),
    );
    await new SNSClient(alice).send(new CreateTopicCommand({ Name: 'audit-log-files' }));
  };
  const capture = async (more = {}, of = trail) => {
    const live = observed(of);
    const readings = await Promise.all(
      destinationsOf([live.state]).map(async (destination) => {
        const isElsewhere = reasonElsewhere(home, destination) !== undefined;
        return [
          destination,
          isElsewhere ? undefined : await ports[destination.kind].observe(destination.name),
        ] as const;
      }),
    );
    return captured(home, [live], { readings: new Map(readings), ...more });
  };
  const drift = async (baseline: Awaited<ReturnType<typeof capture>>['baseline']) => {
    const drifts = await Promise.all(
      deliveryPath(baseline).map(async (resource) => {
        const port = ports[resource.kind as keyof typeof ports];
        return loopKind(kindOf(resource), home).drift(resource, await port.observe(resource.name));
      }),
    );
    return drifts.flat().map(({ field }) => field);
  };
  return { ...all, home, s3, build, capture, drift };
}

test('what the trails deliver through is declared whole, and is then as declared', async () => {
  const { build, capture, drift } = surroundings();
  await build();
  const { baseline, text } = await capture();
  expect(notGuarded(baseline)).toEqual([]);
  expect(deliveryPath(baseline).map(({ kind, name, trails }) => ({ kind, name, trails }))).toEqual([
    { kind: 'bucket', name: Bucket, trails: [trail.Name] },
    { kind: 'key', name: trail.KmsKeyId, trails: [trail.Name] },
    { kind: 'log-group', name: 'org-audit-trail', trails: [trail.Name] },
    { kind: 'role', name: 'CloudTrailToLogs', trails: [trail.Name] },
    { kind: 'topic', name: trail.SnsTopicName, trails: [trail.Name] },
  ]);
  expect(await drift(baseline)).toEqual([]);
  expect(text).toContain('    LifecycleConfiguration: null\n');
  expect(text).toContain('    retentionInDays: null\n');
  expect(text).toContain('    AliasName: alias/audit\n');
});

const OTHER = 'arn:aws:kms:us-east-1:123456789012:key/22222222-0000-4000-8000-000000000002';

test('the key behind a topic is one that the trail delivers through, and is named where nobody declares it', () => {
  const { SnsTopicName } = trail;
  const topic = { Name: SnsTopicName, watch: 'enforce', KmsMasterKeyId: OTHER } as const;
  const baseline = { Account: '123456789012', Region: 'us-east-1', Trails: [trail] };
  const declaring = (path: object) => ({ ...baseline, DeliveryPath: { Topics: [topic], ...path } });
  expect(keysBehind([{ kind: 'topic', fields: topic }]).map(({ name }) => name)).toEqual([OTHER]);
  expect(keysBehind([{ kind: 'topic', fields: { KmsMasterKeyId: 'alias/aws/sns' } }])).toEqual([]);
  expect(notGuarded(declaring({}))).toContain(`${OTHER}: The file does not declare it.`);
  const Keys = [{ Name: OTHER, watch: 'enforce' } as const];
  expect(notGuarded(declaring({ Keys }))).not.toContain(`${OTHER}: The file does not declare it.`);
  expect(deliveryPath(declaring({ Keys })).map(({ kind, trails }) => [kind, trails])).toEqual([
    ['key', [trail.Name]],
    ['topic', [trail.Name]],
  ]);
});

test('what is added to what was not there is drift', async () => {
  const { build, capture, drift, s3 } = surroundings();
  await build();
  const { baseline } = await capture();
  await s3.send(
    new PutBucketLifecycleConfigurationCommand({
      Bucket,
      LifecycleConfiguration: {
        Rules: [{ ID: 'x', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 1 } }],
      },
    }),
  );
  expect(await drift(baseline)).toEqual(['LifecycleConfiguration']);
});

test('a second capture is no difference, and keeps how people chose to have it watched', async () => {
  const { build, capture } = surroundings();
  await build();
  const { text } = await capture();
  const chosen = text.replace(
    `- Name: ${Bucket}\n      watch: enforce`,
    `- Name: ${Bucket}\n      watch: alert\n      exact: true`,
  );
  expect(chosen).not.toBe(text);
  const existing = parseBaseline(chosen, 'prod.yml');
  expect(fileDifference(chosen, await capture({ existing }), 'prod.yml')).toEqual([]);
  const less = parseBaseline(text.replace('      LifecycleConfiguration: null\n', ''), 'prod.yml');
  expect(less.DeliveryPath?.Buckets?.[0]).not.toHaveProperty('LifecycleConfiguration');
  expect(
    fileDifference(
      text.replace('      LifecycleConfiguration: null\n', ''),
      await capture({ existing: less }),
      'prod.yml',
    ).join('\n'),
  ).toContain('+       LifecycleConfiguration: null');
});

test('what lies elsewhere, is not there, or may not be read is named with its reason, and the rest is declared', async () => {
  const { aws, as, build, capture } = surroundings();
  await build();
  aws.fail('GetKeyRotationStatus', 'AccessDeniedException');
  const mallory = new S3Client(as('mallory', { account: '111122223333' }));
  await mallory.send(new CreateBucketCommand({ Bucket: 'taken-by-another' }));
  const { baseline } = await capture(
    {},
    {
      ...trail,
      S3BucketName: 'taken-by-another',
      SnsTopicName: 'arn:aws:sns:us-east-1:111122223333:elsewhere',
      CloudWatchLogsRoleArn: 'arn:aws:iam::123456789012:role/Gone',
    },
  );
  const said = notGuarded(baseline);
  expect(said.map((line) => line.replace(/(could not be read: \w+).*/, '$1'))).toEqual([
    'taken-by-another: It belongs to another account: guard it there.',
    `${trail.KmsKeyId}: KeyRotationEnabled could not be read: AccessDeniedException`,
    `${trail.KmsKeyId}: RotationPeriodInDays could not be read: AccessDeniedException`,
    'Gone: There is none of that name.',
    'arn:aws:sns:us-east-1:111122223333:elsewhere: It is in account 111122223333: guard it there.',
  ]);
  expect(deliveryPath(baseline).map(({ kind }) => kind)).toEqual(['key', 'log-group']);
});

test('a policy that CloudTrail refuses is not declared: it is named with what is missing', async () => {
  const { build, capture, s3 } = surroundings();
  await build();
  await s3.send(
    new PutBucketPolicyCommand({ Bucket, Policy: policyOf(cloudTrail('s3:GetBucketAcl', bucketArn)) }),
  );
  const { baseline } = await capture();
  expect(baseline.DeliveryPath?.Buckets?.[0]).not.toHaveProperty('Policy');
  expect(notGuarded(baseline)).toEqual([
    `${Bucket}: Policy keeps CloudTrail from delivering ${trail.Name}: allow cloudtrail.amazonaws.com s3:PutObject on ${bucketArn}/AWSLogs/123456789012/CloudTrail/`,
  ]);
});

test('a file without a delivery path says what it does not guard', () => {
  const { baseline } = captured({ partition: 'aws', region: 'us-east-1', account: '123456789012' }, [
    observed(trail),
  ]);
  expect(deliveryPath(baseline)).toEqual([]);
  expect(notGuarded(baseline)).toHaveLength(5);
  expect(notGuarded(baseline)[0]).toBe(`${Bucket}: The file does not declare it.`);
});

const HOME = { partition: 'aws', region: 'us-east-1', account: '123456789012' };

test.each([
  [{ AWS: 'arn:aws:iam::123456789012:root' }, false],
  [{ AWS: '123456789012' }, false],
  [{ Service: 'cloudtrail.amazonaws.com' }, false],
  [{ Service: ['cloudtrail.amazonaws.com', 'sns.amazonaws.com'] }, true],
  [{ AWS: 'arn:aws:iam::123456789012:role/Alice' }, true],
  ['*', true],
])('a key whose policy names %p serves others, too: %p', (Principal, expected) => {
  expect(isShared(policyOf({ Effect: 'Allow', Principal, Action: 'kms:*', Resource: '*' }), HOME)).toBe(
    expected,
  );
});
