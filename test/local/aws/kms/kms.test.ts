import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateKeyCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
  ListAliasesCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-kms';
import { emptyAws } from '../signed-in.ts';

const ID = '0b1c2d3e-4f56-4789-8abc-def012345678';
const ARN = `arn:aws:kms:us-east-1:123456789012:key/${ID}`;
const root = { AWS: 'arn:aws:iam::123456789012:root' };
const alice = { AWS: 'arn:aws:iam::123456789012:role/Security' };
const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const allow = (Principal: object, Action = 'kms:*') => ({
  Effect: 'Allow',
  Principal,
  Action,
  Resource: '*',
});

async function withKey() {
  const all = emptyAws();
  const kms = new KMSClient(all.as('alice'));
  all.aws.nameNextKey(ID);
  await kms.send(new CreateKeyCommand({ Description: 'logs' }));
  await kms.send(new CreateAliasCommand({ AliasName: 'alias/logs', TargetKeyId: ID }));
  await all.aws.idle();
  return { ...all, kms };
}

const stateOf = async (kms: KMSClient) =>
  (await kms.send(new DescribeKeyCommand({ KeyId: ARN }))).KeyMetadata?.KeyState;

test('a key is described by its id, its ARN and its alias, and its alias is listed', async () => {
  const { kms } = await withKey();
  for (const KeyId of [ID, ARN, 'alias/logs', 'arn:aws:kms:us-east-1:123456789012:alias/logs']) {
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
    expect(KeyMetadata).toMatchObject({
      Arn: ARN,
      KeyId: ID,
      KeyState: 'Enabled',
      Enabled: true,
      Description: 'logs',
    });
  }
  const { Aliases } = await kms.send(new ListAliasesCommand({ KeyId: ID }));
  expect(Aliases).toMatchObject([{ AliasName: 'alias/logs', TargetKeyId: ID }]);
});

test('a key is disabled, enabled, scheduled for deletion and, once that is cancelled, disabled', async () => {
  const { kms } = await withKey();
  const states: (string | undefined)[] = [];
  for (const command of [
    new DisableKeyCommand({ KeyId: ID }),
    new EnableKeyCommand({ KeyId: ID }),
    new ScheduleKeyDeletionCommand({ KeyId: ID, PendingWindowInDays: 7 }),
    new CancelKeyDeletionCommand({ KeyId: ID }),
  ]) {
    await kms.send(command as never);
    states.push(await stateOf(kms));
  }
  expect(states).toEqual(['Disabled', 'Enabled', 'PendingDeletion', 'Disabled']);
});

test.each<[string, object, unknown]>([
  ['enabled', new EnableKeyCommand({ KeyId: ID }), 'KMSInvalidStateException'],
  ['disabled', new DisableKeyCommand({ KeyId: ID }), 'KMSInvalidStateException'],
  ['rotated', new EnableKeyRotationCommand({ KeyId: ID }), 'KMSInvalidStateException'],
  ['deleted again', new ScheduleKeyDeletionCommand({ KeyId: ID }), 'KMSInvalidStateException'],
  ['aliased', new CreateAliasCommand({ AliasName: 'alias/b', TargetKeyId: ID }), 'KMSInvalidStateException'],
])('a key that is pending deletion cannot be %s', async (_, command, name) => {
  const { kms } = await withKey();
  await kms.send(new ScheduleKeyDeletionCommand({ KeyId: ID }));
  await expect(kms.send(command as never)).rejects.toMatchObject({ name });
});

test.each<[string, object, unknown]>([
  ['a key that nobody created', new DescribeKeyCommand({ KeyId: ID.replace('0', '1') }), 'NotFoundException'],
  ['an alias where a key is asked for', new EnableKeyCommand({ KeyId: 'alias/logs' }), 'InvalidArnException'],
  [
    'a deletion that nobody asked for',
    new CancelKeyDeletionCommand({ KeyId: ID }),
    'KMSInvalidStateException',
  ],
  [
    'an alias that is there',
    new CreateAliasCommand({ AliasName: 'alias/logs', TargetKeyId: ID }),
    'AlreadyExistsException',
  ],
  [
    'an alias that is not',
    new UpdateAliasCommand({ AliasName: 'alias/b', TargetKeyId: ID }),
    'NotFoundException',
  ],
  ['no JSON', new PutKeyPolicyCommand({ KeyId: ID, Policy: '{' }), 'MalformedPolicyDocumentException'],
  [
    'a policy that locks out who puts it',
    new PutKeyPolicyCommand({ KeyId: ID, Policy: policy(allow({ Service: 'cloudtrail.amazonaws.com' })) }),
    'MalformedPolicyDocumentException',
  ],
])('%s is refused', async (_, command, name) => {
  const { kms } = await withKey();
  await expect(kms.send(command as never)).rejects.toMatchObject({ name });
});

test('who is locked out on purpose is denied, whatever their own policies allow', async () => {
  const { as, kms } = await withKey();
  const mallory = new KMSClient(
    as('mallory', {
      userIdentity: {
        type: 'IAMUser',
        arn: 'arn:aws:iam::123456789012:user/mallory',
        accountId: '123456789012',
      },
    }),
  );
  await mallory.send(
    new PutKeyPolicyCommand({
      KeyId: ID,
      Policy: policy(allow(alice, 'kms:*')),
      BypassPolicyLockoutSafetyCheck: true,
    }),
  );
  await expect(mallory.send(new EnableKeyCommand({ KeyId: ID }))).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });
  await kms.send(new PutKeyPolicyCommand({ KeyId: ID, Policy: policy(allow(root)) }));
  await mallory.send(new EnableKeyCommand({ KeyId: ID }));
});

test('the policy that is put is the policy that is got, letter by letter', async () => {
  const { kms } = await withKey();
  const Policy = policy(allow(root), allow({ Service: 'cloudtrail.amazonaws.com' }, 'kms:GenerateDataKey*'));
  await kms.send(new PutKeyPolicyCommand({ KeyId: ARN, Policy }));
  expect((await kms.send(new GetKeyPolicyCommand({ KeyId: ID }))).Policy).toBe(Policy);
});

test('rotation is switched on and off, and stands still while the key is pending deletion', async () => {
  const { kms } = await withKey();
  const rotation = async () =>
    (await kms.send(new GetKeyRotationStatusCommand({ KeyId: ID }))).KeyRotationEnabled;
  const seen = [await rotation()];
  for (const command of [
    new EnableKeyRotationCommand({ KeyId: ID }),
    new ScheduleKeyDeletionCommand({ KeyId: ID }),
    new CancelKeyDeletionCommand({ KeyId: ID }),
    new EnableKeyCommand({ KeyId: ID }),
    new DisableKeyRotationCommand({ KeyId: ID }),
  ]) {
    await kms.send(command as never);
    seen.push(await rotation());
  }
  expect(seen).toEqual([false, true, false, true, true, false]);
});

test.each<[string, object, unknown]>([
  ['DisableKey', new DisableKeyCommand({ KeyId: ID }), { keyId: ID }],
  [
    'ScheduleKeyDeletion',
    new ScheduleKeyDeletionCommand({ KeyId: ARN, PendingWindowInDays: 7 }),
    { keyId: ARN, pendingWindowInDays: 7 },
  ],
  [
    'UpdateAlias',
    new UpdateAliasCommand({ AliasName: 'alias/logs', TargetKeyId: ID }),
    { aliasName: 'alias/logs', targetKeyId: ID },
  ],
  ['DeleteAlias', new DeleteAliasCommand({ AliasName: 'alias/logs' }), { aliasName: 'alias/logs' }],
])('%s stands in the Event history and comes to the bus', async (eventName, command, requestParameters) => {
  const { aws, kms, recorded } = await withKey();
  await kms.send(command as never);
  await aws.idle();
  const { record, isDelivered } = recorded(eventName);
  expect(record).toMatchObject({
    eventSource: 'kms.amazonaws.com',
    eventName,
    requestParameters,
    readOnly: false,
  });
  expect(record?.resources).toContainEqual({ accountId: '123456789012', type: 'AWS::KMS::Key', ARN });
  expect(isDelivered).toBe(true);
});
