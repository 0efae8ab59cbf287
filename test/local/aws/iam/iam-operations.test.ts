import { CloudTrailClient, ListTrailsCommand } from '@aws-sdk/client-cloudtrail';
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { emptyAws } from '../signed-in.ts';
import { allow, clientOf, deploy, lambdaFunction, role } from '../small-stack.ts';

const RoleName = 'CloudTrailToCloudWatchLogs';
const DENY_ALL = 'arn:aws:iam::aws:policy/AWSDenyAll';
const ADMINISTRATOR = 'arn:aws:iam::aws:policy/AdministratorAccess';
const trustOf = (Service: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' },
  });
const PolicyDocument = JSON.stringify({
  Version: '2012-10-17',
  Statement: { ...allow('logs:PutLogEvents', "arn:aws:logs:*:*:log-group:it's (one)*") },
});

async function withRole() {
  const all = emptyAws();
  const iam = new IAMClient(all.as('alice'));
  await iam.send(
    new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trustOf('cloudtrail.amazonaws.com') }),
  );
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'deliver', PolicyDocument }));
  await all.aws.idle();
  const got = async () => (await iam.send(new GetRoleCommand({ RoleName }))).Role;
  return { ...all, iam, got };
}

test('documents come back as they were sent, encoded for a URL', async () => {
  const { iam, got } = await withRole();
  expect(decodeURIComponent((await got())?.AssumeRolePolicyDocument ?? '')).toBe(
    trustOf('cloudtrail.amazonaws.com'),
  );
  const policy = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'deliver' }));
  expect(policy.PolicyDocument).not.toMatch(/["'() *]/);
  expect(decodeURIComponent(policy.PolicyDocument ?? '')).toBe(PolicyDocument);
  expect(await got()).toMatchObject({
    RoleName,
    Path: '/',
    Arn: `arn:aws:iam::123456789012:role/${RoleName}`,
  });
});

test('trust, inline and managed policies and the boundary are changed and taken off', async () => {
  const { iam, got } = await withRole();
  const lists = async () => [
    (await iam.send(new ListRolePoliciesCommand({ RoleName }))).PolicyNames,
    (await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }))).AttachedPolicies,
    (await got())?.PermissionsBoundary?.PermissionsBoundaryArn,
  ];
  await iam.send(
    new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trustOf('lambda.amazonaws.com') }),
  );
  await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: ADMINISTRATOR }));
  await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: DENY_ALL }));
  expect(decodeURIComponent((await got())?.AssumeRolePolicyDocument ?? '')).toBe(
    trustOf('lambda.amazonaws.com'),
  );
  expect(await lists()).toEqual([
    ['deliver'],
    [{ PolicyName: 'AdministratorAccess', PolicyArn: ADMINISTRATOR }],
    DENY_ALL,
  ]);
  await expect(iam.send(new DeleteRoleCommand({ RoleName }))).rejects.toMatchObject({
    name: 'DeleteConflictException',
  });
  await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'deliver' }));
  await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: ADMINISTRATOR }));
  await iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName }));
  expect(await lists()).toEqual([[], [], undefined]);
  await iam.send(new DeleteRoleCommand({ RoleName }));
  await expect(got()).rejects.toMatchObject({ name: 'NoSuchEntityException' });
});

test.each<[string, object, string]>([
  [
    'a role that is there',
    new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trustOf('lambda.amazonaws.com') }),
    'EntityAlreadyExistsException',
  ],
  [
    'a role that is not',
    new PutRolePolicyCommand({ RoleName: 'Nobody', PolicyName: 'p', PolicyDocument }),
    'NoSuchEntityException',
  ],
  [
    'a policy that the role lacks',
    new DeleteRolePolicyCommand({ RoleName, PolicyName: 'p' }),
    'NoSuchEntityException',
  ],
  [
    'a managed policy that nobody has',
    new AttachRolePolicyCommand({ RoleName, PolicyArn: 'arn:aws:iam::123456789012:policy/none' }),
    'NoSuchEntityException',
  ],
  [
    'a document that is no JSON',
    new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: '{' }),
    'MalformedPolicyDocumentException',
  ],
  [
    'inline policies that are too long',
    new PutRolePolicyCommand({
      RoleName,
      PolicyName: 'p',
      PolicyDocument: JSON.stringify({ Statement: { ...allow('s3:*', '*'), Sid: 'x'.repeat(10_240) } }),
    }),
    'LimitExceededException',
  ],
])('%s is refused', async (_, command, name) => {
  const { iam } = await withRole();
  await expect(iam.send(command as never)).rejects.toMatchObject({ name });
});

test('calls on roles are recorded in us-east-1, wherever they are made', async () => {
  const { aws, as, recorded } = await withRole();
  const elsewhere = new IAMClient(as('mallory', { region: 'eu-west-1' }));
  await elsewhere.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'deliver' }));
  await aws.idle();
  const { record, isDelivered } = recorded('DeleteRolePolicy');
  expect(record).toMatchObject({
    eventSource: 'iam.amazonaws.com',
    awsRegion: 'us-east-1',
    requestParameters: { roleName: RoleName, policyName: 'deliver' },
  });
  expect(isDelivered).toBe(true);
});

test('what the role of a deployed function may do changes with its policies and its boundary', async () => {
  const aws = deploy({
    HealRole: role('heal', allow('cloudtrail:ListTrails', '*')),
    Heal: lambdaFunction('heal', 'HealRole'),
  });
  const iam = new IAMClient({ ...clientOf(aws), maxAttempts: 1 });
  const guard = new CloudTrailClient({
    ...clientOf(aws, { role: 'arn:aws:iam::123456789012:role/heal' }),
    maxAttempts: 1,
  });
  const mayList = () =>
    guard.send(new ListTrailsCommand({})).then(
      () => true,
      () => false,
    );
  const own = { RoleName: 'heal', PolicyName: 'own' };
  const before = await iam.send(new GetRolePolicyCommand(own));
  const answers = [await mayList()];
  for (const command of [
    new PutRolePermissionsBoundaryCommand({ RoleName: 'heal', PermissionsBoundary: DENY_ALL }),
    new DeleteRolePermissionsBoundaryCommand({ RoleName: 'heal' }),
    new DeleteRolePolicyCommand(own),
    new PutRolePolicyCommand({ ...own, PolicyDocument: decodeURIComponent(before.PolicyDocument ?? '') }),
    new AttachRolePolicyCommand({ RoleName: 'heal', PolicyArn: DENY_ALL }),
  ]) {
    await iam.send(command as never);
    answers.push(await mayList());
  }
  expect(answers).toEqual([true, false, true, false, true, false]);
});
