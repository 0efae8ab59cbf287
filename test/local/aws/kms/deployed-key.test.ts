import { KMS } from '@aws-sdk/client-kms';
import { SNS } from '@aws-sdk/client-sns';
import { refusal, underAttack } from '../guard-under-attack.ts';
import { clientOf, deploy } from '../small-stack.ts';

const TopicArn = 'arn:aws:sns:us-east-1:123456789012:alerts';
const message = { TopicArn, Message: 'a' };

/** A topic and its key, which the template gives no policy. */
function setUp() {
  const aws = deploy({
    Key: { Type: 'AWS::KMS::Key', Properties: { Description: 'of alerts', EnableKeyRotation: true } },
    Alerts: {
      Type: 'AWS::SNS::Topic',
      Properties: { TopicName: 'alerts', KmsMasterKeyId: { Ref: 'Key' } },
    },
  });
  const [kms, sns] = [new KMS(clientOf(aws)), new SNS(clientOf(aws))];
  const keyId = async () => (await sns.getTopicAttributes({ TopicArn })).Attributes?.['KmsMasterKeyId'] ?? '';
  return { kms, sns, keyId };
}

test.each<
  [
    string,
    (kms: KMS, KeyId: string) => Promise<unknown>,
    string,
    (kms: KMS, KeyId: string) => Promise<unknown>,
  ]
>([
  [
    'disabled',
    (kms, KeyId) => kms.disableKey({ KeyId }),
    'KMSDisabled',
    (kms, KeyId) => kms.enableKey({ KeyId }),
  ],
  [
    'about to be deleted',
    (kms, KeyId) => kms.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 }),
    'KMSInvalidState',
    async (kms, KeyId) => {
      await kms.cancelKeyDeletion({ KeyId });
      await kms.enableKey({ KeyId });
    },
  ],
])('a topic whose key is %s takes nothing until the key is rescued', async (_case, strike, name, rescue) => {
  const { kms, sns, keyId } = setUp();
  const KeyId = await keyId();
  await expect(refusal(sns.publish(message))).resolves.toBe('not refused');
  await strike(kms, KeyId);
  await expect(refusal(sns.publish(message))).resolves.toContain(name);
  await rescue(kms, KeyId);
  await expect(refusal(sns.publish(message))).resolves.toBe('not refused');
});

test('a key is described as the template has it', async () => {
  const { kms, keyId } = setUp();
  const KeyId = await keyId();
  await expect(kms.describeKey({ KeyId })).resolves.toMatchObject({
    KeyMetadata: { Description: 'of alerts', KeyState: 'Enabled' },
  });
  await expect(kms.getKeyRotationStatus({ KeyId })).resolves.toMatchObject({
    KeyRotationEnabled: true,
    RotationPeriodInDays: 365,
  });
});

test("the guard's own key does not let itself be disabled", async () => {
  await underAttack(async ({ mallory }) => {
    const attributes = await new SNS(mallory).getTopicAttributes({
      TopicArn: 'arn:aws:sns:us-east-1:123456789012:trailkeeper-drill-alerts',
    });
    const KeyId = attributes.Attributes?.['KmsMasterKeyId'] ?? '';
    await expect(refusal(new KMS(mallory).disableKey({ KeyId }))).resolves.toContain('with an explicit deny');
  });
});
