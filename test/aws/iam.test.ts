import { iamClient, livePrincipals } from '../../src/aws/iam.ts';
import type { Principal } from '../../src/containment/principal.ts';
import { type Answer, recordedAws, retriesAtOnce } from './recorded-aws.ts';

const PolicyArn = 'arn:aws:iam::123456789012:policy/trailkeeper-prod-containment';
const now = Date.parse('2026-11-20T23:47:12Z');
const admin: Principal = { kind: 'Role', name: 'Admin', arn: 'arn:aws:iam::123456789012:role/team/Admin' };
const user: Principal = { kind: 'User', name: 'mallory', arn: 'arn:aws:iam::123456789012:user/mallory' };

function xml(answer: Answer): { statusCode: number; body: string } {
  if ('ok' in answer)
    return { statusCode: 200, body: '<AttachRolePolicyResponse></AttachRolePolicyResponse>' };
  return {
    statusCode: answer.error === 'ServiceFailure' ? 500 : 403,
    body: `<ErrorResponse><Error><Type>Sender</Type><Code>${answer.error}</Code><Message>no</Message></Error></ErrorResponse>`,
  };
}

function connect(...answers: Answer[]) {
  const { sent, config } = recordedAws({ AttachRolePolicy: answers, AttachUserPolicy: answers }, xml);
  const client = iamClient({ ...config, retryStrategy: retriesAtOnce(3) });
  return { sent, client, principals: livePrincipals(client, PolicyArn) };
}

test.each<[string, Principal, object]>([
  ['role', admin, { Action: 'AttachRolePolicy', RoleName: 'Admin' }],
  ['user', user, { Action: 'AttachUserPolicy', UserName: 'mallory' }],
])('a %s is contained by the one policy', async (_kind, principal, request) => {
  const { sent, principals } = connect({ ok: {} });

  expect(await principals.contain(principal, now)).toMatchObject({
    principal: principal.arn,
    result: 'contained',
    undo: expect.stringContaining(principal.name) as string,
  });
  expect(sent.map(({ body }) => body)).toEqual([
    {
      ...request,
      Version: '2010-05-08',
      PolicyArn,
    },
  ]);
});

test('a containment is tried again while IAM is out of order', async () => {
  const { sent, principals } = connect({ error: 'ServiceFailure' }, { error: 'Throttling' }, { ok: {} });

  expect(await principals.contain(admin, now)).toMatchObject({ result: 'contained' });
  expect(sent).toHaveLength(3);
});

test.each(['AccessDenied', 'UnmodifiableEntity', 'NoSuchEntity', 'PolicyNotAttachable'])(
  'what IAM refuses is tried once, and told as %s: it does not reject',
  async (error) => {
    const { sent, principals } = connect({ error });

    expect(await principals.contain(admin, now)).toEqual({
      principal: admin.arn,
      result: 'refused',
      reason: expect.stringMatching(new RegExp(`^${error}(Exception)?: no$`)) as string,
    });
    expect(sent).toHaveLength(1);
  },
);

test('a containment is tried three times at most', async () => {
  await expect(connect().client.config.maxAttempts()).resolves.toBe(3);
});
