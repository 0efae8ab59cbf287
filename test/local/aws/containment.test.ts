import {
  CloudTrailClient,
  DescribeTrailsCommand,
  StartLoggingCommand,
  StopLoggingCommand,
} from '@aws-sdk/client-cloudtrail';
import { IAMClient, PutRolePolicyCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { assumedRole, iamUser, type UserIdentity } from '../../../local/aws/iam/principal.ts';
import { readActor } from '../../../src/record/actor.ts';
import { iamClient, livePrincipals } from '../../../src/aws/iam.ts';
import { isPrincipal, principalOf } from '../../../src/containment/principal.ts';
import { home } from '../../fakes/samples.ts';
import { name as Name, withTrail } from './cloudtrail/alices-trail.ts';

const AN_HOUR_AGO = new Date(Date.now() - 3_600_000).toISOString();
const TOMORROW = new Date(Date.now() + 86_400_000).toISOString();
const admin = assumedRole(home.account, 'Admin', 'mallory');
const issued = (creationDate: string, identity: UserIdentity = admin): UserIdentity => ({
  ...identity,
  sessionContext: { ...identity.sessionContext, attributes: { creationDate } },
});
const user = iamUser(home.account, 'mallory');

async function range() {
  const { aws } = await withTrail();
  const connection = (userIdentity: UserIdentity, role?: string) => ({
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: aws.signIn({ userIdentity, ...(role !== undefined && { role }) }),
    maxAttempts: 1,
  });
  const as = (identity: UserIdentity) => new CloudTrailClient(connection(identity));
  const guard = assumedRole(aws.account, 'guard', 'heal');
  const contain = async (identity: UserIdentity) => {
    const principal = principalOf(readActor(identity), home, []);
    if (!isPrincipal(principal)) return principal;
    return livePrincipals(iamClient(connection(guard))).contain(principal, Date.now());
  };
  const put = (identity: UserIdentity, request: Partial<Record<string, string>>, role?: string) => {
    const client = new IAMClient(connection(identity, role));
    const policy = { PolicyName: 'p', PolicyDocument: '{"Statement":[]}', ...request };
    const { UserName } = request;
    return UserName
      ? client.send(new PutUserPolicyCommand({ ...policy, UserName }))
      : client.send(new PutRolePolicyCommand({ RoleName: 'Admin', ...policy }));
  };
  return { aws, as, contain, put };
}

const stop = (client: CloudTrailClient) => client.send(new StopLoggingCommand({ Name }));
const look = (client: CloudTrailClient) => client.send(new DescribeTrailsCommand({}));
const explicitly = {
  name: 'AccessDeniedException',
  message: expect.stringContaining('explicit deny') as string,
};

describe('a contained role', () => {
  test('is denied to stop a trail in all its sessions, and everything in the older ones', async () => {
    const { as, contain } = await range();
    const [older, newer] = [as(issued(AN_HOUR_AGO)), as(issued(TOMORROW))];
    await stop(older);

    expect(await contain(admin)).toMatchObject({ result: 'contained' });

    await expect(stop(older)).rejects.toMatchObject(explicitly);
    await expect(look(older)).rejects.toMatchObject(explicitly);
    await expect(stop(newer)).rejects.toMatchObject(explicitly);
    await look(newer);
    await newer.send(new StartLoggingCommand({ Name }));
  });

  test('cannot lift its containment, and others can', async () => {
    const { put, contain, as } = await range();
    const older = as(issued(AN_HOUR_AGO));
    await contain(admin);
    await expect(stop(older)).rejects.toMatchObject(explicitly);
    const emptied = { PolicyName: 'TrailkeeperContainment' };

    await expect(put(issued(TOMORROW), emptied)).rejects.toMatchObject({ name: 'AccessDenied' });
    await put(user, emptied);
    await stop(older);
  });

  test('is alone with it', async () => {
    const { as, contain } = await range();
    const operator = as(assumedRole(home.account, 'Operator', 'alice'));
    as(admin);
    await contain(admin);
    await stop(operator);
  });
});

test('a contained user is denied to stop a trail with its key, and everything in a session', async () => {
  const { as, contain } = await range();
  const [key, session] = [as(user), as(issued(AN_HOUR_AGO, user))];
  await contain(user);

  await expect(stop(key)).rejects.toMatchObject(explicitly);
  await look(key);
  await expect(look(session)).rejects.toMatchObject(explicitly);
});

test('every call is in the log', async () => {
  const { aws, contain, as } = await range();
  as(admin);
  aws.forget();
  await contain(admin);
  expect(aws.calls).toMatchObject([
    { operation: 'PutRolePolicy', mutating: false, input: { PolicyName: 'TrailkeeperContainment' } },
  ]);
});

describe('IAM refuses', () => {
  const long = `{"Statement":[{"Effect":"Deny","Action":"*","Resource":"${'x'.repeat(2000)}"}]}`;

  test.each<[string, Readonly<Record<string, string>>, string]>([
    ['a role that nobody knows', { RoleName: 'Nobody' }, 'NoSuchEntityException'],
    ['a document that is none', { PolicyDocument: '{' }, 'MalformedPolicyDocumentException'],
    ['a name that is none', { PolicyName: 'a b' }, 'ValidationException'],
    [
      'more than a user has room for',
      { UserName: 'mallory', PolicyDocument: long },
      'LimitExceededException',
    ],
    ['a role of a service', { RoleName: 'AWSServiceRoleForConfig' }, 'UnmodifiableEntityException'],
  ])('%s', async (_what, request, name) => {
    const { put, as } = await range();
    const arn =
      'arn:aws:iam::123456789012:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig';
    as({ type: 'AssumedRole', sessionContext: { sessionIssuer: { arn } } });
    as(admin);
    await expect(put(user, request)).rejects.toMatchObject({ name });
  });

  test('a caller whose role has no right to it', async () => {
    const { put } = await range();
    await expect(put(admin, {}, 'arn:aws:iam::123456789012:role/Admin')).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining(
        'no identity-based policy allows the iam:PutRolePolicy action',
      ) as string,
    });
  });
});
