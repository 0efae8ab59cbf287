import {
  CloudTrailClient,
  CreateTrailCommand,
  DescribeTrailsCommand,
  StartLoggingCommand,
  StopLoggingCommand,
} from '@aws-sdk/client-cloudtrail';
import {
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  DetachRolePolicyCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import { stableUuid } from '../../../local/aws/wire/stable-uuid.ts';
import { assumedRole, iamUser, type UserIdentity } from '../../../local/aws/iam/principal.ts';
import { readActor } from '../../../src/record/actor.ts';
import { livePrincipals } from '../../../src/aws/iam.ts';
import { isPrincipal, principalOf } from '../../../src/containment/principal.ts';
import { home } from '../../fakes/samples.ts';
import { partsOf } from '../../packages/parts-of.ts';
import { allow, clientOf, deploy, lambdaFunction, role } from './small-stack.ts';

const Name = 'org-audit-trail';
const admin = assumedRole(home.account, 'Admin', 'mallory');
const user = iamUser(home.account, 'mallory');
const operator = assumedRole(home.account, 'Operator', 'alice');
const tell = assumedRole(home.account, 'tell', 'trailkeeper');
const tellArn = 'arn:aws:iam::123456789012:role/tell';

type Resources = Readonly<Record<string, { readonly Type: string; readonly Properties: object }>>;
const { Resources: parts } = (await partsOf({ params: { containment: 'true' } })) as { Resources: Resources };

const [time, , , , place] = stableUuid('trailkeeper-test').split('-');
const policy = (name: string) => `arn:aws:iam::123456789012:policy/${name}`;
const containment = policy(`trailkeeper-drill-containment-${time}-${place}`);
const another = policy('another');

/** The stack's own policy and the rights to it, on an account with a trail. */
async function range() {
  const { Containment, ContainmentRights } = parts;
  if (!Containment || !ContainmentRights) throw new Error('The template has no containment');
  const aws = deploy({
    Containment,
    ContainmentRights,
    TellRole: role('tell', allow('sns:Publish', '*')),
    // A role that no function has is not deployed here.
    Tell: lambdaFunction('tell', 'TellRole'),
    HealRole: role('heal', allow('cloudtrail:StartLogging', '*')),
    WatchRole: role('watch', allow('cloudtrail:StartLogging', '*')),
    Another: {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: { ManagedPolicyName: 'another', PolicyDocument: { Statement: allow('*', '*') } },
    },
  });
  const as = (userIdentity: UserIdentity) => new CloudTrailClient(clientOf(aws, { userIdentity }));
  const iam = (userIdentity: UserIdentity, more: object = {}) =>
    new IAMClient({ ...clientOf(aws, { userIdentity, ...more }), maxAttempts: 1 });
  const guard = iam(tell, {
    role: tellArn,
    sourceFunction: 'arn:aws:lambda:us-east-1:123456789012:function:trailkeeper-drill-tell',
  });
  const contain = async (identity: UserIdentity) => {
    const principal = principalOf(readActor(identity), home, []);
    if (!isPrincipal(principal)) return principal;
    return livePrincipals(guard, containment).contain(principal, Date.now());
  };
  await as(operator).send(new CreateTrailCommand({ Name, S3BucketName: 'audit-logs' }));
  return { aws, as, iam, guard, contain };
}

const stop = (client: CloudTrailClient) => client.send(new StopLoggingCommand({ Name }));
const explicitly = {
  name: 'AccessDeniedException',
  message: expect.stringContaining('explicit deny') as string,
};
const denied = { name: 'AccessDenied' };

describe.each([
  ['role', admin],
  ['user', user],
])('a contained %s', (_, identity) => {
  test('is denied to change a trail, and nothing else', async () => {
    const { as, contain } = await range();
    const mallory = as(identity);
    await stop(mallory);

    expect(await contain(identity)).toMatchObject({ result: 'contained' });
    expect(await contain(identity)).toMatchObject({ result: 'contained' });

    await expect(stop(mallory)).rejects.toMatchObject(explicitly);
    await mallory.send(new DescribeTrailsCommand({}));
    await mallory.send(new StartLoggingCommand({ Name }));
    await stop(as(operator));
  });
});

test('who is contained cannot take the policy off, and others can', async () => {
  const { as, iam, contain } = await range();
  const mallory = as(admin);
  await contain(admin);
  const undo = new DetachRolePolicyCommand({ RoleName: 'Admin', PolicyArn: containment });

  await expect(iam(admin).send(undo)).rejects.toMatchObject(denied);
  await expect(stop(mallory)).rejects.toMatchObject(explicitly);
  await iam(operator).send(undo);
  await stop(mallory);
});

describe('with the right to contain, nobody can', () => {
  test('attach another policy, or contain the guard', async () => {
    const { as, guard } = await range();
    for (const identity of [admin, user, tell]) as(identity);
    const attempts = [
      new AttachRolePolicyCommand({ RoleName: 'Admin', PolicyArn: another }),
      new AttachRolePolicyCommand({ RoleName: 'tell', PolicyArn: containment }),
      new AttachRolePolicyCommand({ RoleName: 'heal', PolicyArn: containment }),
      new DetachRolePolicyCommand({ RoleName: 'Admin', PolicyArn: containment }),
    ];
    for (const attempt of attempts) await expect(guard.send(attempt as never)).rejects.toMatchObject(denied);
    await expect(
      guard.send(new AttachUserPolicyCommand({ UserName: 'mallory', PolicyArn: another })),
    ).rejects.toMatchObject(denied);
  });

  test.each(['another', 'trailkeeper-drill-heal'])('do it from the function %s', async (name) => {
    const { as, iam } = await range();
    as(admin);
    const sourceFunction = `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
    const thief = iam(tell, { role: tellArn, sourceFunction });
    await expect(
      thief.send(new AttachRolePolicyCommand({ RoleName: 'Admin', PolicyArn: containment })),
    ).rejects.toMatchObject(denied);
  });
});

test('every call is in the log', async () => {
  const { aws, contain, as } = await range();
  as(admin);
  aws.forget();
  await contain(admin);
  expect(aws.calls).toMatchObject([
    { operation: 'AttachRolePolicy', mutating: true, input: { PolicyArn: containment } },
  ]);
});

describe('IAM refuses', () => {
  test.each<[string, string, string | undefined, string]>([
    ['a role that nobody knows', 'Nobody', undefined, 'NoSuchEntityException'],
    ['a policy that is not there', 'Admin', 'arn:aws:iam::123456789012:policy/none', 'NoSuchEntityException'],
    ['a role of a service', 'AWSServiceRoleForConfig', undefined, 'UnmodifiableEntityException'],
  ])('%s', async (_what, RoleName, PolicyArn, name) => {
    const { as, iam } = await range();
    const arn =
      'arn:aws:iam::123456789012:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig';
    as({ type: 'AssumedRole', sessionContext: { sessionIssuer: { arn } } });
    as(admin);
    await expect(
      iam(operator).send(new AttachRolePolicyCommand({ RoleName, PolicyArn: PolicyArn ?? containment })),
    ).rejects.toMatchObject({ name });
  });
});
