import { readActor } from '../../src/record/actor.ts';
import { mallory } from '../fakes/samples.ts';

const session = (userName: string, attributes: object = {}) => ({
  sessionIssuer: { type: 'Role', arn: `arn:aws:iam::123456789012:role/${userName}`, userName },
  attributes,
});

describe('the actor is named', () => {
  test.each([
    [
      'CloudFormation, of which the record says no more than for whom it acts',
      {
        type: 'AssumedRole',
        accountId: '123456789012',
        accessKeyId: 'ASIAEXAMPLE',
        invokedBy: 'cloudformation.amazonaws.com',
      },
      'cloudformation.amazonaws.com, on behalf of account 123456789012',
      'cloudformation.amazonaws.com',
    ],
    [
      'a service of which not even the account is known',
      { type: 'AssumedRole', invokedBy: 'cloudformation.amazonaws.com' },
      'cloudformation.amazonaws.com',
      'cloudformation.amazonaws.com',
    ],
    [
      'a session that acts through a service',
      { ...mallory, invokedBy: 'cloudformation.amazonaws.com' },
      'role Admin, session mallory, through cloudformation.amazonaws.com',
      'mallory',
    ],
    [
      'an IAM user with a source identity',
      { type: 'IAMUser', userName: 'alice', sessionContext: { sourceIdentity: 'alice@example.com' } },
      'IAM user alice, source identity alice@example.com',
      'alice',
    ],
    ['a role and its session', mallory, 'role Admin, session mallory', 'mallory'],
    [
      'a role without an issuer',
      { type: 'AssumedRole', arn: 'arn:aws:sts::123456789012:assumed-role/Admin/mallory' },
      'role Admin, session mallory',
      'mallory',
    ],
    [
      'a role whose issuer tells its ARN only',
      {
        type: 'AssumedRole',
        arn: 'arn:aws:sts::123456789012:assumed-role/Admin/mallory',
        sessionContext: { sessionIssuer: { arn: 'arn:aws:iam::123456789012:role/team/Admin' } },
      },
      'role Admin, session mallory',
      'mallory',
    ],
    [
      'a role by its issuer, whatever the session says',
      {
        type: 'Role',
        arn: 'arn:aws:sts::123456789012:assumed-role/Admin/mallory',
        sessionContext: { sessionIssuer: { arn: 'arn:aws:iam::123456789012:role/team/Auditor' } },
      },
      'role Auditor, session mallory',
      'mallory',
    ],
    [
      'a role that is named almost like a permission set',
      { type: 'AssumedRole', sessionContext: session('My_AWSReservedSSO_Admin_0123456789abcdef') },
      'role My_AWSReservedSSO_Admin_0123456789abcdef, session unknown',
      'unknown',
    ],
    [
      'a role whose name goes on after that of a permission set',
      { type: 'AssumedRole', sessionContext: session('AWSReservedSSO_Admin_0123456789abcdef0') },
      'role AWSReservedSSO_Admin_0123456789abcdef0, session unknown',
      'unknown',
    ],
    [
      'a role known by its principal id',
      { type: 'AssumedRole', principalId: 'AROAEXAMPLE:mallory', sessionContext: session('Admin') },
      'role Admin, session mallory',
      'mallory',
    ],
    [
      'a role of which nothing is known',
      { type: 'AssumedRole', sessionContext: { sessionIssuer: {} } },
      'role unknown, session unknown',
      'unknown',
    ],
    [
      'a person behind a permission set',
      {
        type: 'AssumedRole',
        arn: 'arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/alice@example.com',
        sessionContext: session('AWSReservedSSO_AdministratorAccess_0123456789abcdef'),
      },
      'SSO permission set AdministratorAccess, user alice@example.com',
      'alice@example.com',
    ],
    [
      'a source identity and an Identity Center user',
      {
        ...mallory,
        sessionContext: { ...session('Admin'), sourceIdentity: 'mallory@example.com' },
        onBehalfOf: { userId: '94482488-3041-7066-0000-000000000000' },
      },
      'role Admin, session mallory, source identity mallory@example.com, Identity Center user 94482488-3041-7066-0000-000000000000',
      'mallory',
    ],
    [
      'an IAM user',
      { type: 'IAMUser', userName: 'alice', arn: 'arn:aws:iam::123456789012:user/ops/alice' },
      'IAM user alice',
      'alice',
    ],
    [
      'an IAM user by the ARN',
      { type: 'IAMUser', arn: 'arn:aws:iam::123456789012:user/ops/alice' },
      'IAM user alice',
      'alice',
    ],
    ['the root user', { type: 'Root', arn: 'arn:aws:iam::123456789012:root' }, 'root user', 'the root user'],
    [
      'the root user of an account with an alias',
      { type: 'Root', userName: 'acme', arn: 'arn:aws:iam::123456789012:root' },
      'root user (acme)',
      'the root user',
    ],
    [
      'a federated user',
      {
        type: 'FederatedUser',
        arn: 'arn:aws:sts::123456789012:federated-user/mallory',
        sessionContext: { sessionIssuer: { userName: 'alice' } },
      },
      'federated user mallory, issued by alice',
      'mallory',
    ],
    ['a SAML user', { type: 'SAMLUser', userName: 'alice' }, 'SAML user alice', 'alice'],
    [
      'a web identity user',
      { type: 'WebIdentityUser', userName: 'alice', principalId: 'accounts.google.com:app:1' },
      'web identity user alice',
      'alice',
    ],
    [
      'an Identity Center user',
      { type: 'IdentityCenterUser', onBehalfOf: { userId: '94482488-3041' } },
      'Identity Center user 94482488-3041',
      '94482488-3041',
    ],
    [
      'an AWS service',
      { type: 'AWSService', invokedBy: 'cloudformation.amazonaws.com' },
      'AWS service cloudformation.amazonaws.com',
      'cloudformation.amazonaws.com',
    ],
    [
      'a service whose event tells no type',
      { invokedBy: 'AWS Internal' },
      'AWS service AWS Internal',
      'AWS Internal',
    ],
    [
      'another account',
      { type: 'AWSAccount', accountId: '111122223333', principalId: 'AIDAEXAMPLE' },
      'another account, 111122223333, principal AIDAEXAMPLE',
      'account 111122223333',
    ],
    [
      'a federated user of unknown origin',
      { type: 'FederatedUser', userName: 'mallory' },
      'federated user mallory, issued by unknown',
      'mallory',
    ],
    [
      'an account of which nothing is known',
      { type: 'AWSAccount' },
      'another account, unknown, principal unknown',
      'account unknown',
    ],
    ['a user of no known kind', { userName: 'alice' }, 'identity alice', 'alice'],
    ['a kind that is not known yet', { type: 'Robot', userName: 'r2' }, 'Robot r2', 'r2'],
    ['an unknown kind', { type: 'Unknown' }, 'Unknown unknown', 'unknown'],
  ])('%s', (_who, identity, name, shortName) => {
    expect(readActor(identity)).toMatchObject({ name, shortName });
  });
});

describe('an actor is read from anything', () => {
  test.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'mallory'],
    ['a list', [mallory]],
    ['an empty object', {}],
    ['fields of wrong types', { type: 1, arn: {}, userName: [], principalId: true, sessionContext: 'x' }],
    ['empty texts', { type: '', arn: '', userName: '', accessKeyId: '', accountId: '' }],
    ['a prototype', JSON.parse('{"__proto__":{"arn":"x"},"constructor":{"name":"y"}}') as unknown],
  ])('%s', (_what, identity) => {
    expect(readActor(identity)).toEqual({ name: 'unknown', shortName: 'someone unknown' });
  });
});

describe('MFA', () => {
  test.each([
    ['was used', 'true', true],
    ['was used, told as a boolean', true, true],
    ['was not used', 'false', false],
    ['was not used, told as a boolean', false, false],
    ['is not told', undefined, undefined],
    ['is told in other words', 'yes', undefined],
  ])('%s', (_what, mfaAuthenticated, mfa) => {
    const actor = readActor({ ...mallory, sessionContext: session('Admin', { mfaAuthenticated }) });

    expect(actor.mfa).toBe(mfa);
  });
});

test('the ARN, the account and the key of the actor are kept', () => {
  expect(readActor(mallory)).toEqual({
    name: 'role Admin, session mallory',
    shortName: 'mallory',
    type: 'AssumedRole',
    sessionStarted: '2026-11-20T23:00:00Z',
    arn: 'arn:aws:sts::123456789012:assumed-role/Admin/mallory',
    issuerArn: 'arn:aws:iam::123456789012:role/Admin',
    account: '123456789012',
    accessKeyId: 'ASIAEXAMPLE7QF2',
    mfa: false,
  });
});

test('what stands behind an actor is kept, each field by itself', () => {
  const actor = readActor({
    ...mallory,
    invokedBy: 'lambda.amazonaws.com',
    invokedByDelegate: { accountId: '111122223333' },
    onBehalfOf: {
      userId: 'user-1',
      identityStoreArn: 'arn:aws:identitystore::123456789012:identitystore/d-1',
    },
    inScopeOf: {
      sourceArn: 'arn:aws:lambda:us-east-1:123456789012:function:cleaner:live',
      issuerType: 'AWS::Lambda::Function',
      credentialsIssuedTo: 'arn:aws:lambda:us-east-1:123456789012:function:cleaner',
    },
    sessionContext: { sourceIdentity: 'mallory@example.com' },
  });

  expect(actor).toMatchObject({
    invokedBy: 'lambda.amazonaws.com',
    invokedByDelegate: '111122223333',
    onBehalfOf: 'user-1',
    sourceIdentity: 'mallory@example.com',
    sourceArn: 'arn:aws:lambda:us-east-1:123456789012:function:cleaner:live',
    credentialsIssuedTo: 'arn:aws:lambda:us-east-1:123456789012:function:cleaner',
  });
});
